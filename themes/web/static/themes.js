// The page of candidate themes: every act is answered with the list and the open theme.

import { complain, inDialog, isStuck, isWriting, post, say } from "./app.js";
import { actOf, keyOf } from "./keys.js";
import { keepNow } from "./memos.js";
import { put, showRow } from "./parts.js";

const page = document.querySelector(".two");

async function act(name, more = {}) {
  try {
    await keepNow();
    const told = await post("/themes/acts", { act: name, segment: "", view: {}, theme: page.dataset.at, ...more });
    put(told.parts);
    page.dataset.at = told.at;
    history.replaceState(null, "", `?at=${encodeURIComponent(told.at)}`);
    say(told.words);
  } catch (trouble) {
    console.warn(trouble.message);
  }
}

function step(by) {
  const rows = [...document.querySelectorAll("#list .rows a")];
  const at = rows.findIndex((row) => row.dataset.theme === page.dataset.at);
  const next = rows[at + by];
  if (next) location.assign(next.href);
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-form]");
  if (!form) return;
  event.preventDefault();
  act(form.dataset.form, Object.fromEntries(new FormData(form)));
});
document.addEventListener("change", (event) => {
  if (event.target.dataset?.split) document.querySelector("[data-act=split]").disabled = !document.querySelector("[data-split]:checked");
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  if (!button) return;
  complain("");
  if (button.dataset.act === "split") act("split", { segments: [...document.querySelectorAll("[data-split]:checked")].map((box) => box.dataset.split) });
  else act(button.dataset.act);
});
document.addEventListener("keydown", (event) => {
  if (isWriting(event) || inDialog() || isStuck()) return;
  const name = actOf(keyOf(event));
  if (name === "next") step(1);
  else if (name === "previous") step(-1);
  else if ((name === "undo" || name === "redo") && !event.repeat) act(name);
});
showRow();
