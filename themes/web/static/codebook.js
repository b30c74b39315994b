// The page of the codebook: an edit is looked at, with what it puts in doubt, before it is saved.

import { inDialog, isWriting, post, say } from "./app.js";
import { actOf } from "./keys.js";
import "./memos.js";

const page = document.querySelector(".two");
const sure = document.getElementById("sure");
const add = document.getElementById("add");

let asked = null;

function body(name, more) {
  return { act: name, segment: "", view: {}, code: page.dataset.at, ...more };
}

async function save(name, more) {
  try {
    const told = await post("/codebook/acts", body(name, more));
    for (const [place, html] of Object.entries(told.parts)) document.getElementById(place).innerHTML = html;
    page.dataset.at = told.at;
    history.replaceState(null, "", `?at=${encodeURIComponent(told.at)}`);
    document.querySelector("#tree .here a")?.scrollIntoView({ block: "nearest" });
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
  if (isWriting(event) || inDialog()) return;
  const name = actOf(event.key);
  if (name === "next") step(1);
  else if (name === "previous") step(-1);
  else if (name === "undo" || name === "redo") save(name, {});
});
document.querySelector("#tree .here a")?.scrollIntoView({ block: "nearest" });
if ("atOnce" in add.dataset) openAdd();
