// What every page of the app shares: asking the server, saying what happened, light and dark, the help with its keys.

import { bindings, rebind, reset, spelled } from "./keys.js";

const live = document.getElementById("live");
const trouble = document.getElementById("trouble");

/** Says a sentence to whoever listens rather than looks. */
export function say(words) {
  live.textContent = "";
  requestAnimationFrame(() => { live.textContent = words; });
}

/** Shows what went wrong, until the next act succeeds. */
export function complain(words) {
  trouble.textContent = words;
  trouble.hidden = !words;
}

/** A key for one act: the same key again is the same act, done once. */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(18)), (one) => one.toString(16).padStart(2, "0")).join("");
}

/** Asks for something to read. */
export async function get(path) {
  return understood(await fetch(path, { headers: { accept: "application/json" }, credentials: "same-origin" }));
}

/** Sends an act until the server has answered: it has its key, so that sending it twice does it once. */
export async function post(path, body) {
  const text = JSON.stringify({ key: newKey(), ...body });
  for (let wait = 250; ; wait = Math.min(2 * wait, 4000)) {
    let response;
    try {
      response = await fetch(path, {
        method: "POST", body: text, credentials: "same-origin",
        headers: { "content-type": "application/json", accept: "application/json" },
      });
    } catch {
      complain("The app does not answer. Your last act is kept here and sent again as soon as it does; if it was stopped, start `themes review` again and open its new link in this tab.");
      sessionStorage.setItem("themes-unsent", JSON.stringify({ path, text }));
      await new Promise((done) => setTimeout(done, wait));
      continue;
    }
    if (response.status !== 401) sessionStorage.removeItem("themes-unsent");
    return understood(response);
  }
}

/** Sends what a page before this one could not. */
export async function sendUnsent() {
  const unsent = JSON.parse(sessionStorage.getItem("themes-unsent") || "null");
  if (!unsent) return null;
  sessionStorage.removeItem("themes-unsent");
  return post(unsent.path, JSON.parse(unsent.text));
}

async function understood(response) {
  const told = await response.json().catch(() => ({ problem: "The app gave no answer that this page understands.", remedy: "Load the page again." }));
  if (!response.ok) {
    complain(`${told.problem} ${told.remedy || ""}`);
    say(`${told.problem} ${told.remedy || ""}`);
    throw new Error(told.problem);
  }
  complain("");
  return told;
}

/** Whether the person is writing, so that keys are letters. */
export function isWriting(event) {
  const at = event.target;
  return event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey
    || (at instanceof Element && at.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null);
}

/** Whether a dialog is open, which has keys of its own. */
export function inDialog() {
  return document.querySelector("dialog[open]") !== null;
}

// --- light and dark ---

document.getElementById("light").addEventListener("click", () => {
  const root = document.documentElement;
  const dark = root.dataset.light ? root.dataset.light === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.light = dark ? "light" : "dark";
  localStorage.setItem("themes-light", root.dataset.light);
  say(dark ? "Light" : "Dark");
});

// --- help and its keys ---

const help = document.getElementById("help");

function listKeys() {
  const rows = help.querySelector("tbody");
  rows.replaceChildren(...bindings().map(([act, key, words]) => {
    const row = document.createElement("tr");
    const at = document.createElement("td");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = spelled(key);
    button.setAttribute("aria-label", `${words}: ${spelled(key)}. Change it`);
    button.addEventListener("click", () => listen(act, button));
    at.append(button);
    const what = document.createElement("td");
    what.textContent = words;
    row.append(at, what);
    return row;
  }));
  for (const shown of document.querySelectorAll("[data-key]")) {
    const found = bindings().find(([act]) => act === shown.dataset.key);
    if (found) shown.textContent = spelled(found[1]);
  }
}

function listen(act, button) {
  button.textContent = "…";
  button.addEventListener("keydown", (event) => {
    event.preventDefault();
    event.stopPropagation();
    const refusal = event.key === "Escape" ? "" : rebind(act, event.key);
    document.getElementById("key-trouble").textContent = refusal;
    listKeys();
  }, { once: true });
}

/** Opens the help. */
export function showHelp() {
  listKeys();
  document.getElementById("key-trouble").textContent = "";
  help.showModal();
}

document.getElementById("ask-help").addEventListener("click", showHelp);
document.getElementById("keys-as-they-were").addEventListener("click", () => { reset(); listKeys(); });
document.addEventListener("keydown", (event) => {
  if (event.key === "?" && !isWriting(event) && !inDialog()) { event.preventDefault(); showHelp(); }
});
listKeys();
