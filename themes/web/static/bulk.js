// The batch view: rows to read and tick, and one confirmation with their number.

import { get, isWriting } from "./app.js";
import { actOf, keyOf } from "./keys.js";

const dialog = document.getElementById("bulk");
const rows = document.getElementById("bulk-rows");
const accept = document.getElementById("bulk-accept");
const confirm = document.getElementById("bulk-confirm");
const said = document.getElementById("bulk-said");
const seen = new Set();

let chosen = null;

/** A row counts as seen once its end has been in sight: a long one has to be scrolled through. */
const watcher = new IntersectionObserver((entries) => {
  for (const entry of entries) if (entry.isIntersecting) seen.add(entry.target.closest("li").querySelector("input").dataset.segment);
}, { root: dialog, rootMargin: "0px 0px -64px 0px", threshold: 0.5 });

/** Shows the rows from that segment on; `take(segments, codes)` hears of those that were accepted. */
export async function showBulk(query, at, take) {
  const told = await get(`/bulk?${query ? `${query}&` : ""}at=${encodeURIComponent(at)}`);
  chosen = take;
  seen.clear();
  watcher.disconnect();
  rows.innerHTML = told.html;
  ask(false);
  dialog.showModal();
  for (const end of rows.querySelectorAll(".row-end")) watcher.observe(end);
  go(0);
}

const boxes = () => [...rows.querySelectorAll("input")];
const ticked = () => boxes().filter((box) => box.checked);
const isSeen = (box) => seen.has(box.dataset.segment);

function go(place) {
  const box = boxes()[place];
  box?.closest("li").scrollIntoView({ block: "nearest" });
  box?.focus({ preventScroll: true });
}

function ask(sure) {
  const number = ticked().length;
  accept.hidden = sure;
  accept.disabled = !boxes().length;
  confirm.hidden = !sure;
  confirm.textContent = `Accept ${number} suggestion${number === 1 ? "" : "s"} in bulk`;
  said.textContent = sure ? `${confirm.textContent}? Press Enter to do so.` : "";
  if (sure) confirm.focus();
}

function propose() {
  const unseen = ticked().filter((box) => !isSeen(box)).length;
  if (unseen) said.textContent = `${unseen} of the ticked rows ${unseen === 1 ? "has" : "have"} not been seen to the end: scroll through first.`;
  else if (ticked().length) ask(true);
  else said.textContent = "No row is ticked.";
}

accept.addEventListener("click", propose);
confirm.addEventListener("click", () => {
  const found = ticked();
  dialog.close();
  chosen(found.map((box) => box.dataset.segment), found.map((box) => box.dataset.code));
});
rows.addEventListener("change", () => ask(false));
dialog.addEventListener("keydown", (event) => {
  const name = isWriting(event) ? "" : actOf(keyOf(event));
  const here = boxes().indexOf(document.activeElement);
  if (name === "next" || name === "previous") {
    event.preventDefault();
    go(Math.max(0, Math.min(boxes().length - 1, here + (name === "next" ? 1 : -1))));
  } else if (name === "accept" && !event.repeat) {
    event.preventDefault();
    propose();
  }
});
