// A first look around, in five steps that can be skipped.

const STEPS = [
  ["The segment", "In the middle stands one segment, marked, in its turn, with what was said before and after. Space shows more."],
  ["The suggestion", "On the right the machine suggests a code and says why (w). You decide: a accepts, x rejects, c takes another code, n says that no code fits."],
  ["Nothing is lost", "Every act is kept before the page goes on. z undoes, Z does again, also tomorrow and after a crash."],
  ["The queue", "After a first reading come batches: doubtful segments, and some drawn by chance that you code without a suggestion. After each batch the machine learns from what you said."],
  ["The rest", "Memos (m), candidate themes, the codebook, agreement and prevalence have their places above. ? shows all keys."],
];
const dialog = document.getElementById("tour");
const SEEN = "themes-tour";

let at = 0;

function show() {
  document.getElementById("tour-title").textContent = STEPS[at][0];
  document.getElementById("tour-words").textContent = STEPS[at][1];
  document.getElementById("tour-place").textContent = `${at + 1} of ${STEPS.length}`;
  document.getElementById("tour-next").textContent = at + 1 < STEPS.length ? "Next" : "Begin";
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
  if (at < STEPS.length) show(); else dialog.close();
});
dialog.addEventListener("close", () => localStorage.setItem(SEEN, "seen"));
document.getElementById("take-tour").addEventListener("click", () => { document.getElementById("help").close(); tour(); });
