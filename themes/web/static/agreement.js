// Agreement: the figures come when they are reckoned; a resolution is kept and the next segment shown.

import { get, post, say } from "./app.js";

const figures = document.getElementById("figures");
if (figures) {
  get("/agreement/figures").then((told) => {
    figures.innerHTML = told.html;
    figures.removeAttribute("aria-busy");
    say("The figures are here.");
  }).catch(() => { figures.textContent = "The figures could not be reckoned."; });
}

document.querySelector("[data-resolve]")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const codes = new FormData(form).getAll("code").filter(Boolean);
  const told = await post("/adjudicate/acts", { act: "resolve", segment: form.dataset.resolve, view: {}, codes }).catch(() => null);
  if (!told) return;
  say(told.words);
  location.assign(form.dataset.following ? `/adjudicate?at=${encodeURIComponent(form.dataset.following)}` : "/agreement");
});
