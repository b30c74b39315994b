// What every page of the app shares: asking the server, saying what happened, light and dark, the help with its keys.

import { bindings, isTyping, rebind, reset, spelled } from "./keys.js";

const live = document.getElementById("live");
const trouble = document.getElementById("trouble");

/** Says a sentence to whoever listens rather than looks. */
export function say(words) {
  live.textContent = "";
  requestAnimationFrame(() => { live.textContent = words; });
}

/** Shows what went wrong, or why nothing happened, until the next act succeeds. It is read aloud by itself. */
export function complain(words) {
  if (words) (document.querySelector("dialog[open]") || document.body).append(trouble); // a dialog hides the rest
  trouble.textContent = words;
  trouble.hidden = !words;
}

/** A key for one act: the same key again is the same act, done once. */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(18)), (one) => one.toString(16).padStart(2, "0")).join("");
}

/** Asks for something to read; `quiet` leaves what the page complains of as it is. */
export async function get(path, quiet = false) {
  let response;
  try {
    response = await fetch(path, { headers: { accept: "application/json" }, credentials: "same-origin" });
  } catch (trouble) {
    if (!quiet) complain(SILENT);
    throw trouble;
  }
  return understood(response, quiet);
}

// --- acts are kept in this tab until the server has answered them, so that neither a crash nor a restart loses one ---

const SILENT = "The app does not answer. If it was stopped, start `themes review` again and open its new link.";
const KEPT_HERE = "Your last act is kept in this tab, and sent as soon as the app answers.";
const OUTBOX = "themes-unsent";
const ENOUGH_FOR_LEAVING = 15000; // what a browser still sends for a page that is gone is limited to 64 KB
const who = document.querySelector(".who")?.textContent || "";

let stuck = false;

/** Whether an act waits for a server that does not answer: no other one begins before it is done. */
export function isStuck() {
  return stuck;
}

function unsent() {
  try { return JSON.parse(sessionStorage.getItem(OUTBOX) || "[]"); } catch { return []; }
}

function keep(acts) {
  if (acts.length) sessionStorage.setItem(OUTBOX, JSON.stringify(acts)); else sessionStorage.removeItem(OUTBOX);
}

/** Sends an act until the server has answered: it has its key, so that sending it twice does it once. */
export function post(path, body) {
  return deliver(sealed(path, body));
}

/** Sends an act while the page is left; the next page of this tab sends it again, to be sure. */
export function leave(path, body) {
  const one = sealed(path, body);
  keep([...unsent(), one]);
  send(one).catch(() => {});
}

/** Sends what a page before this one could not, and gives the last answer; null where nothing was left. */
export async function sendUnsent() {
  let told = null;
  for (const one of unsent()) {
    if (one.who === who) told = await deliver(one).catch(() => told); // what was refused is said
  }
  return told;
}

function sealed(path, body) {
  return { path, who, text: JSON.stringify({ key: newKey(), coder: who, ...body }) };
}

function send(one) {
  return fetch(one.path, {
    method: "POST", body: one.text, credentials: "same-origin", keepalive: one.text.length < ENOUGH_FOR_LEAVING,
    headers: { "content-type": "application/json", accept: "application/json" },
  });
}

async function deliver(one) {
  const others = () => unsent().filter((other) => other.text !== one.text);
  if (others().length === unsent().length) keep([...unsent(), one]);
  for (let wait = 250; ; wait = Math.min(2 * wait, 4000)) {
    const response = await send(one).catch(() => null);
    if (response && response.status !== 401) {
      stuck = false;
      keep(others());
      return understood(response);
    }
    stuck = true;
    const told = await response?.json().catch(() => null);
    complain(`${told ? `${told.problem} ${told.remedy}` : SILENT} ${KEPT_HERE}`);
    await new Promise((done) => setTimeout(done, wait));
  }
}

async function understood(response, quiet = false) {
  const told = await response.json().catch(() => ({ problem: "The app gave no answer that this page understands.", remedy: "Load the page again." }));
  if (!quiet) complain(response.ok ? "" : `${told.problem} ${told.remedy || ""}`);
  if (!response.ok) throw new Error(told.problem);
  return told;
}

/** Whether the person is writing, so that keys are letters. */
export function isWriting(event) {
  const at = event.target;
  return event.isComposing || event.keyCode === 229 || !isTyping(event)
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
  help.querySelector(".keys").replaceChildren(...bindings().map(([act, key, words]) => {
    const row = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.binds = act;
    button.textContent = spelled(key);
    button.setAttribute("aria-label", `${words}: ${spelled(key)}. Change it`);
    button.addEventListener("click", () => listen(act, button));
    row.append(button, words);
    return row;
  }));
  nameKeys();
}

/** Every key that the page names, as it is now. */
export function nameKeys() {
  const now = new Map(bindings().map(([act, key]) => [act, spelled(key)]));
  for (const shown of document.querySelectorAll("[data-key]")) shown.textContent = now.get(shown.dataset.key);
}

/** The next key that is pressed becomes the act's. */
function listen(act, button) {
  const done = new AbortController();
  const end = (refusal) => {
    done.abort();
    document.getElementById("key-trouble").textContent = refusal;
    listKeys();
  };
  button.textContent = "…";
  button.setAttribute("aria-label", "Press the new key");
  button.addEventListener("blur", () => end(""), { signal: done.signal });
  button.addEventListener("keydown", (event) => {
    event.preventDefault();
    event.stopPropagation();
    if (event.repeat || ["Shift", "AltGraph", "Alt", "Control", "Meta", "CapsLock", "Dead"].includes(event.key)) return;
    end(event.key === "Escape" ? "" : rebind(act, event.key));
    help.querySelector(`[data-binds="${act}"]`).focus();
  }, { signal: done.signal });
}

/** Opens the help. */
export function showHelp() {
  listKeys();
  document.getElementById("key-trouble").textContent = "";
  help.showModal();
}

document.getElementById("ask-help").addEventListener("click", showHelp);
document.getElementById("keys-as-they-were").addEventListener("click", () => { reset(); document.getElementById("key-trouble").textContent = ""; listKeys(); });
document.addEventListener("keydown", (event) => {
  if (event.key === "?" && !isWriting(event) && !inDialog()) { event.preventDefault(); showHelp(); }
  if (event.key === "Escape" && !inDialog() && !isStuck()) complain("");
});
listKeys();

document.getElementById("sign-out")?.addEventListener("click", async () => location.assign((await post("/sign-out", {})).to));
