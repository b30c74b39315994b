// Memos on anything: kept when the person leaves the field or presses Ctrl+Enter.

import { post, say, sendUnsent } from "./app.js";

const isKept = (field) => field.value.trim() === field.dataset.kept.trim();

/** Has every field of memos kept. */
export function keepMemos() {
  document.addEventListener("focusout", (event) => { if (event.target.dataset?.kind) keep(event.target); });
  document.addEventListener("keydown", (event) => {
    if (event.target.dataset?.kind && event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) {
      event.preventDefault();
      keep(event.target);
    }
  });
  addEventListener("beforeunload", (event) => {
    if (![...document.querySelectorAll("textarea[data-kind]")].every(isKept)) event.preventDefault();
  });
}

/** Keeps what is written and not kept yet, before the fields are replaced. */
export async function keepNow() {
  for (const field of document.querySelectorAll("textarea[data-kind]")) await keep(field);
}

async function keep(field) {
  if (isKept(field)) return;
  const before = field.dataset.kept;
  const text = field.value;
  field.dataset.kept = text;
  try {
    const told = await post("/acts", { act: "memo", segment: "", view: {}, kind: field.dataset.kind, subject: field.dataset.subject, text });
    field.labels[0].dataset.said = "kept";
    say(told.words);
  } catch (trouble) {
    field.dataset.kept = before; // what was refused is said, and the words stay in the field
    console.warn(trouble.message);
  }
}

document.addEventListener("input", (event) => { if (event.target.dataset?.kind) delete event.target.labels[0].dataset.said; });
keepMemos();
sendUnsent().then((told) => { if (told) location.reload(); });
