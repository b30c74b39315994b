// The batch view: rows to read and tick, and one confirmation with their number.

import { get, say } from "./app.js";

const dialog = document.getElementById("bulk");
const rows = document.getElementById("bulk-rows");
const accept = document.getElementById("bulk-accept");
const confirm = document.getElementById("bulk-confirm");
const seen = new Set();

let chosen = null;

const watcher = new IntersectionObserver((entries) => {
  for (const entry of entries) if (entry.isIntersecting) seen.add(entry.target.querySelector("input").dataset.segment);
}, { root: dialog, threshold: 0.5 });

/** Shows the rows from that segment on; `take(segments, codes)` hears of those that were accepted. */
export async function showBulk(query, at, take) {
  const told = await get(`/bulk?${query ? `${query}&` : ""}at=${encodeURIComponent(at)}`);
  chosen = take;
  seen.clear();
  rows.innerHTML = told.html;
  ask(false);
  dialog.showModal();
  for (const row of rows.querySelectorAll("li")) watcher.observe(row);
  boxes()[0]?.focus();
}

const boxes = () => [...rows.querySelectorAll("input")];
const ticked = () => boxes().filter((box) => box.checked && seen.has(box.dataset.segment));

function ask(sure) {
  const number = ticked().length;
  accept.hidden = sure;
  accept.disabled = !boxes().length;
  confirm.hidden = !sure;
  confirm.textContent = `Accept ${number} suggestion${number === 1 ? "" : "s"} in bulk`;
  if (sure) { confirm.focus(); say(`${confirm.textContent}? Press Enter to do so.`); }
}

function propose() {
  if (ticked().length) ask(true); else say("No row is ticked.");
}

accept.addEventListener("click", propose);
confirm.addEventListener("click", () => {
  const found = ticked();
  dialog.close();
  chosen(found.map((box) => box.dataset.segment), found.map((box) => box.dataset.code));
});
rows.addEventListener("change", () => ask(false));
dialog.addEventListener("keydown", (event) => {
  const all = boxes();
  const here = all.indexOf(document.activeElement);
  if (event.key === "j" || event.key === "k") {
    event.preventDefault();
    all[Math.max(0, Math.min(all.length - 1, here + (event.key === "j" ? 1 : -1)))]?.focus();
  } else if (event.key === "a") {
    event.preventDefault();
    propose();
  }
});
