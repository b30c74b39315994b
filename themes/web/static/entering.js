// Coming in by name and password or by an invitation, and an owner's page of the team.

import { post, say } from "./app.js";

for (const form of document.querySelectorAll("[data-enter]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const token = new URLSearchParams(location.search).get("token") || "";
    const told = await post(form.dataset.enter, { token, ...Object.fromEntries(new FormData(form)) }).catch(() => null);
    if (told) location.assign(told.to);
  });
}

async function act(body) {
  const told = await post("/team/acts", { name: "", role: "coder", ...body }).catch(() => null);
  if (!told) return;
  const shown = document.getElementById("told");
  shown.querySelector("span").textContent = told.link ? told.words.replace(told.link, "") : told.words;
  shown.querySelector("code").textContent = told.link || "";
  shown.hidden = false;
  shown.scrollIntoView({ block: "nearest" });
  say(told.words);
  if (body.act === "close") location.reload();
}

document.querySelector("[data-team-form]")?.addEventListener("submit", (event) => {
  event.preventDefault();
  act({ act: "invite", ...Object.fromEntries(new FormData(event.target)) });
});
/** Whether it was pressed twice: an account is not closed by a slip. */
function isSure(button) {
  if (button.dataset.asked) return true;
  button.dataset.asked = button.textContent;
  button.textContent = `Close ${button.dataset.name}’s account? Press again`;
  say(button.textContent);
  button.addEventListener("blur", () => { button.textContent = button.dataset.asked; delete button.dataset.asked; }, { once: true });
  return false;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-team]");
  if (!button || button.dataset.team === "close" && !isSure(button)) return;
  act({ act: button.dataset.team, name: button.dataset.name, role: button.dataset.role || "coder" });
});
