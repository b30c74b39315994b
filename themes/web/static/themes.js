// The page of candidate themes: every act is answered with the list and the open theme.

import { complain, inDialog, isWriting, post, say } from "./app.js";
import { actOf } from "./keys.js";
import "./memos.js";

const page = document.querySelector(".two");

async function act(name, more = {}) {
  try {
    const told = await post("/themes/acts", { act: name, segment: "", view: {}, theme: page.dataset.at, ...more });
    for (const [place, html] of Object.entries(told.parts)) document.getElementById(place).innerHTML = html;
    page.dataset.at = told.at;
    history.replaceState(null, "", `?at=${encodeURIComponent(told.at)}`);
    document.querySelector("#list .here a")?.scrollIntoView({ block: "nearest" });
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
  if (isWriting(event) || inDialog()) return;
  const name = actOf(event.key);
  if (name === "next") step(1);
  else if (name === "previous") step(-1);
  else if (name === "undo" || name === "redo") act(name);
});
document.querySelector("#list .here a")?.scrollIntoView({ block: "nearest" });
