// The review page: keys and clicks become acts, and every act is answered with the parts of the page that changed.

import { complain, get, inDialog, isStuck, isWriting, leave, nameKeys, post, say, sendUnsent } from "./app.js";
import { showBulk } from "./bulk.js";
import { moved, selected } from "./excerpt.js";
import { actOf, keyOf } from "./keys.js";
import { pick } from "./picker.js";
import { firstTour } from "./tour.js";

const desk = document.querySelector(".desk");
const main = document.getElementById("main");
const view = JSON.parse(document.getElementById("view").textContent);
const query = new URLSearchParams(view);
const LISTENING = 1500;
const SPEAKER = 24; // the line above a turn that says who speaks

let more = false;
let waiting = Promise.resolve();
let model = null;
let held = null; // what is typed between the key for a memo and the memo

/** One after the other: a key pressed while an act is under way waits for it. */
function inTurn(work) {
  desk.dataset.waits = Number(desk.dataset.waits) + 1;
  waiting = waiting.then(work).catch((trouble) => console.warn(trouble.message)).finally(() => { desk.dataset.waits -= 1; });
  return waiting;
}

// --- what the server answers ---

function show(told, context = false) {
  const went = told.at !== desk.dataset.at;
  const writing = rescued(went);
  const focused = focusNow();
  for (const [name, html] of Object.entries(told.parts)) put(document.getElementById(name), html);
  desk.dataset.at = told.at;
  more = context && !went;
  nameKeys();
  if (writing) document.getElementById("memo").value = writing.text;
  if (writing?.focused) write(writing.text, writing.at);
  else refocus(focused);
  if (went) {
    main.scrollTop = 0;
    document.getElementById("side-card").scrollTop = 0;
    history.replaceState(null, "", `?${new URLSearchParams([...query, ...(told.at ? [["at", told.at]] : [])])}`);
  }
  here(went);
  const where = document.querySelector("#queue .where")?.textContent.replace(/\s+/g, " ").trim() || "";
  say([told.words, went ? where : ""].filter(Boolean).join(" "));
  listen();
}

/** A part of the page replaced; what was open in it stays open. */
function put(place, html) {
  const open = new Map([...place.querySelectorAll("details[id]")].map((one) => [one.id, one.open]));
  place.innerHTML = html;
  for (const one of place.querySelectorAll("details[id]")) if (open.has(one.id)) one.open = open.get(one.id);
}

/** What somebody is writing while an answer comes: it stays with the segment that it is about. */
function rescued(went) {
  const memo = document.getElementById("memo");
  if (!isUnkept(memo)) return null;
  if (!went) return { text: memo.value, at: memo.selectionEnd, focused: document.activeElement === memo };
  const subject = desk.dataset.at;
  const text = memo.value;
  inTurn(() => post("/acts", aboutMemo(subject, text)));
  return null;
}

function write(text, at) {
  const memo = document.getElementById("memo");
  memo.value = text;
  memo.focus();
  memo.setSelectionRange(at, at);
}

/** Which act's button has the focus in a part that is about to be replaced. */
function focusNow() {
  const at = document.activeElement;
  const part = at?.closest("#queue, #segment, #card, #notes");
  return part && `#${part.id} ${at.dataset.act ? `[data-act="${at.dataset.act}"]` : at.tagName}`;
}

/** The focus on the button that took the place of one, or else on the segment. */
function refocus(focused) {
  if (focused) (document.querySelector(focused) || main).focus({ preventScroll: true });
}

const isStacked = () => getComputedStyle(desk).display !== "grid";

/** Brings the segment and its row into sight, without moving what is in sight. */
function here(went) {
  const row = document.querySelector("#queue .here");
  const mark = document.querySelector("#segment mark");
  const acts = document.querySelector(".acts")?.offsetHeight || 0;
  if (isStacked()) {
    if (!mark) { if (went) main.scrollIntoView({ block: "start" }); return; }
    const turn = mark.closest(".turn");
    scroll(document.documentElement, { top: 0, bottom: innerHeight - acts }, turn);
    return;
  }
  const side = document.getElementById("side");
  if (row) scroll(side, side.getBoundingClientRect(), row);
  const { top, bottom } = main.getBoundingClientRect();
  if (mark) scroll(main, { top: top + document.querySelector(".source").offsetHeight + SPEAKER, bottom: bottom - acts }, mark);
}

/** Scrolls the pane until the part is inside the frame; of a part that is too long, its beginning. */
function scroll(pane, frame, part) {
  const box = part.getBoundingClientRect();
  const above = frame.top - box.top;
  const below = box.bottom - frame.bottom;
  if (above > 0 && below <= 0) pane.scrollTop -= above;
  else if (below > 0 && above < 0) pane.scrollTop += Math.min(below, -above);
}

// --- memos ---

const isUnkept = (memo) => memo !== null && memo.value.trim() !== memo.dataset.kept.trim();

function aboutMemo(subject, text) {
  return { act: "memo", kind: "segment", subject, segment: subject, view, text };
}

/** A memo that is written and not kept yet is kept before anything else happens. */
async function keepMemo() {
  const memo = document.getElementById("memo");
  if (!isUnkept(memo)) return;
  const text = memo.value;
  await post("/acts", aboutMemo(desk.dataset.at, text));
  memo.dataset.kept = text;
}

function openMemo() {
  const memo = document.getElementById("memo");
  if (memo) write(memo.value + (held || ""), memo.value.length + (held || "").length);
  held = null;
}

// --- acts ---

function act(name, asked = {}) {
  return inTurn(async () => {
    await keepMemo();
    show(await post("/acts", { act: name, segment: desk.dataset.at, view, more, ...asked }), more);
  });
}

function look(parameters, context = false) {
  return inTurn(async () => {
    await keepMemo();
    show(await get(`/item?${new URLSearchParams([...query, ["at", desk.dataset.at], ["more", context ? "1" : "0"], ...parameters])}`), context);
  });
}

/** An act on the suggestion in front, as it is once the acts before are done. */
function onFront(name, asked) {
  return inTurn(async () => {
    const button = document.querySelector(`#card [data-act="${name}"]`);
    if (!button) { complain("There is no suggestion here to accept or reject: c chooses a code, n says that none fits."); return; }
    await keepMemo();
    show(await post("/acts", { segment: desk.dataset.at, view, more, ...asked(button.dataset.code) }), more);
  });
}

function moveEnd(edge, step) {
  return inTurn(async () => {
    const talk = document.querySelector(".talk");
    const excerpt = talk && (selected(talk) || moved(talk, edge, step));
    if (!excerpt || (String(excerpt.start) === talk.dataset.start && String(excerpt.end) === talk.dataset.end)) {
      complain("The excerpt cannot move further.");
      return;
    }
    await keepMemo();
    getSelection().removeAllRanges();
    show(await post("/acts", { act: "bounds", segment: desk.dataset.at, view, more, ...excerpt }), more);
  });
}

function goOn() {
  if (query.size) location.assign("/"); else act("next batch");
}

const ACTS = {
  next: () => (desk.dataset.at ? look([["step", "1"]]) : goOn()),
  previous: () => look([["step", "-1"]]),
  accept: () => onFront("accept", (code) => ({ act: "give", codes: [code] })),
  reject: () => onFront("reject", (code) => ({ act: "reject", code })),
  pick: () => pick((code, stay) => act("give", { codes: [code], stay })),
  "no code": () => act("no code"),
  defer: () => act("defer"),
  keep: () => act("keep"),
  flag: () => act("flag"),
  reveal: () => act("reveal"),
  undo: () => act("undo"),
  redo: () => act("redo"),
  "next batch": goOn,
  "start earlier": () => moveEnd("start", -1),
  "start later": () => moveEnd("start", 1),
  "end later": () => moveEnd("end", 1),
  "end earlier": () => moveEnd("end", -1),
  more: () => look([], !more),
  why: () => { const why = document.getElementById("why"); if (why) { why.open = !why.open; if (why.open) why.scrollIntoView({ block: "nearest" }); } },
  memo: () => { if (isStuck()) { openMemo(); return; } held = ""; inTurn(openMemo); },
  search: () => { const words = document.getElementById("words"); words.focus(); words.select(); },
  bulk: () => inTurn(() => showBulk(`${query}`, desk.dataset.at, (segments, codes) => act("bulk", { segments, codes, count: segments.length }))),
};
const WITHOUT_SEGMENT = ["next", "previous", "undo", "redo", "next batch", "search", "bulk"];
const WITHOUT_SERVER = ["memo", "why", "search"];
const ONLY_WHERE_SHOWN = ["reveal", "keep"];

function begin(name) {
  if (isStuck() && !WITHOUT_SERVER.includes(name)) { say("Your last act is not done yet."); return; }
  if (!desk.dataset.at && !WITHOUT_SEGMENT.includes(name)) return;
  if (ONLY_WHERE_SHOWN.includes(name) && !document.querySelector(`[data-act="${name}"]`)) return;
  ACTS[name]();
}

/** The code of the alternative with that number, as it is once the acts before are done. */
function take(number) {
  if (isStuck()) return;
  inTurn(async () => {
    const button = document.querySelectorAll(".others [data-act=take]")[number - 1];
    if (!button) { complain("There is no alternative with this number."); return; }
    await keepMemo();
    show(await post("/acts", { act: "give", segment: desk.dataset.at, view, codes: [button.dataset.code] }));
  });
}

document.addEventListener("keydown", (event) => {
  if (isWriting(event) || inDialog() || event.repeat && event.key !== "j" && event.key !== "k") return;
  if (held !== null) { if (event.key.length === 1) held += event.key; event.preventDefault(); return; }
  if (event.target instanceof Element && event.target.closest("button, a, summary") && (event.key === "Enter" || event.key === " ")) return;
  if (event.key === "Enter" && !desk.dataset.at) { event.preventDefault(); begin("next batch"); return; }
  if (/^[1-9]$/.test(event.key)) { event.preventDefault(); take(Number(event.key)); return; }
  const name = actOf(keyOf(event));
  if (!name) return;
  event.preventDefault();
  begin(name);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  if (button) {
    event.preventDefault();
    const name = button.dataset.act;
    if (name === "take" || name === "take away") { if (!isStuck()) act(name === "take" ? "give" : name, { codes: [button.dataset.code], code: button.dataset.code }); } else begin(name);
    return;
  }
  const row = event.target.closest(".rows a[data-at]");
  if (row && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    if (!isStuck()) look([["at", row.dataset.at]]);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.target.id !== "memo" || event.isComposing) return;
  if (event.key === "Escape" || (event.key === "Enter" && (event.ctrlKey || event.metaKey))) {
    event.preventDefault();
    const written = isUnkept(event.target);
    main.focus();
    look([], more).then(() => { if (written) say("Memo kept."); });
  }
});
document.addEventListener("focusout", (event) => { if (event.target.id === "memo") inTurn(keepMemo); });
document.getElementById("words").addEventListener("keydown", (event) => { if (event.key === "Escape") { event.preventDefault(); main.focus(); } });
document.getElementById("filters").addEventListener("submit", (event) => {
  event.preventDefault();
  const wanted = [...new FormData(event.target)].filter(([, value]) => value.trim());
  inTurn(async () => { await keepMemo(); location.assign(`/?${new URLSearchParams(wanted)}`); });
});
addEventListener("beforeunload", (event) => { if (isStuck()) event.preventDefault(); });
addEventListener("pagehide", () => {
  const memo = document.getElementById("memo");
  if (isUnkept(memo)) leave("/acts", aboutMemo(desk.dataset.at, memo.value));
});

// --- the machine learns beside the work, and says so when it is done ---

async function listen() {
  if (model) return;
  model = setTimeout(async () => {
    model = null;
    const now = await get("/model", true).catch(() => null);
    if (!now) return;
    const shown = document.getElementById("model-words");
    if (shown) shown.textContent = now.words;
    if (now.busy) listen();
    else if (now.number && now.number > Number(desk.dataset.model || 0)) { desk.dataset.model = now.number; say(now.words); }
  }, LISTENING);
}

inTurn(async () => {
  const told = await sendUnsent();
  if (told?.parts) show(told);
});
main.focus();
here(false);
listen();
firstTour();
