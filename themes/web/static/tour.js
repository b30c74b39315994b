// A first look around, in five steps that can be skipped.

import { bindings, spelled } from "./keys.js";

const key = (wanted) => spelled(bindings().find(([act]) => act === wanted)[1]);
const steps = () => [
  ["The segment", `In the middle stands one segment, marked, in its turn, with what was said before and after. ${key("more")} shows more.`],
  ["The suggestion", `On the right the machine suggests a code and says why (${key("why")}). You decide: ${key("accept")} accepts, ${key("reject")} rejects, ${key("pick")} takes another code, ${key("no code")} says that no code fits.`],
  ["Nothing is lost", `Every act is kept before the page goes on. ${key("undo")} undoes, ${key("redo")} does again, also tomorrow and after a crash.`],
  ["The queue", "After a first reading come batches: doubtful segments, and some drawn by chance that you code without a suggestion. After each batch the machine learns from what you said."],
  ["The rest", `Memos (${key("memo")}), candidate themes, the codebook, agreement and prevalence have their places above. ? shows all keys.`],
];
const dialog = document.getElementById("tour");
const SEEN = "themes-tour";

let at = 0;

function show() {
  document.getElementById("tour-title").textContent = steps()[at][0];
  document.getElementById("tour-words").textContent = steps()[at][1];
  document.getElementById("tour-place").textContent = `${at + 1} of ${steps().length}`;
  document.getElementById("tour-next").textContent = at + 1 < steps().length ? "Next" : "Begin";
}

/** Shows the tour from its first step. */
export function tour() {
  at = 0;
  show();
  dialog.showModal();
}

/** Shows it to whoever has not seen it here. */
export function firstTour() {
  if (!localStorage.getItem(SEEN)) tour();
}

document.getElementById("tour-next").addEventListener("click", () => {
  at += 1;
  if (at < steps().length) show(); else dialog.close();
});
dialog.addEventListener("close", () => localStorage.setItem(SEEN, "seen"));
document.getElementById("take-tour").addEventListener("click", () => { document.getElementById("help").close(); tour(); });
