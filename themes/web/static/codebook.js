// The page of the codebook: an edit is looked at, with what it puts in doubt, before it is saved.

import { inDialog, isStuck, isWriting, post, say } from "./app.js";
import { actOf, keyOf } from "./keys.js";
import { keepNow } from "./memos.js";
import { put, showRow } from "./parts.js";

const page = document.querySelector(".two");
const sure = document.getElementById("sure");
const add = document.getElementById("add");

let asked = null;

function body(name, more) {
  return { act: name, segment: "", view: {}, code: page.dataset.at, ...more };
}

async function save(name, more) {
  try {
    await keepNow();
    const told = await post("/codebook/acts", body(name, more));
    put(told.parts);
    page.dataset.at = told.at;
    history.replaceState(null, "", `?at=${encodeURIComponent(told.at)}`);
    say(told.words);
  } catch (trouble) {
    console.warn(trouble.message);
  }
}

async function propose(name, more) {
  try {
    const told = await post("/codebook/preview", body(name, more));
    asked = [name, more];
    document.getElementById("sure-edit").textContent = told.edit;
    document.getElementById("sure-words").textContent = told.words;
    document.getElementById("sure-reason").value = more.reason || "";
    add.close();
    sure.showModal();
    document.getElementById("sure-save").focus();
  } catch (trouble) {
    console.warn(trouble.message);
  }
}

function openAdd() {
  const parents = document.getElementById("add-parent");
  const codes = [...document.querySelectorAll("#tree [data-code]")].map((row) => row.dataset.code);
  parents.replaceChildren(...[["", "(at the top)"], ...codes.map((code) => [code, code])].map(([value, words]) => new Option(words, value)));
  add.showModal();
}

function step(by) {
  const rows = [...document.querySelectorAll("#tree a[data-code]")];
  const next = rows[rows.findIndex((row) => row.dataset.code === page.dataset.at) + by];
  if (next) location.assign(next.href);
}

document.getElementById("sure-save").addEventListener("click", () => {
  const [name, more] = asked;
  sure.close();
  save(name, { ...more, reason: document.getElementById("sure-reason").value });
});
document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-form]");
  if (!form) return;
  event.preventDefault();
  propose(form.dataset.form, Object.fromEntries(new FormData(form)));
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.open) openAdd();
  else if ("close" in button.dataset) button.closest("dialog").close();
  else if (button.dataset.act) save(button.dataset.act, {});
});
document.addEventListener("keydown", (event) => {
  if (isWriting(event) || inDialog() || isStuck()) return;
  const name = actOf(keyOf(event));
  if (name === "next") step(1);
  else if (name === "previous") step(-1);
  else if ((name === "undo" || name === "redo") && !event.repeat) save(name, {});
});
addEventListener("beforeunload", (event) => {
  const written = [...document.querySelectorAll("[data-form=redefine] textarea")];
  if (written.some((field) => field.value !== field.defaultValue)) event.preventDefault();
});
showRow();
if ("atOnce" in add.dataset) openAdd();
