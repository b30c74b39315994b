// Memos on anything: kept when the person leaves the field or presses Ctrl+Enter.

import { post, say } from "./app.js";

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
    for (const field of document.querySelectorAll("textarea[data-kind]")) if (field.value.trim() !== field.dataset.kept.trim()) event.preventDefault();
  });
}

async function keep(field) {
  if (field.value.trim() === field.dataset.kept.trim()) return;
  const text = field.value;
  field.dataset.kept = text;
  const told = await post("/acts", { act: "memo", segment: "", view: {}, kind: field.dataset.kind, subject: field.dataset.subject, text });
  say(told.words);
}

keepMemos();
