// The review page: keys and clicks become acts, and every act is answered with the parts of the page that changed.

import { complain, get, inDialog, isWriting, post, say, sendUnsent } from "./app.js";
import { showBulk } from "./bulk.js";
import { moved, selected } from "./excerpt.js";
import { actOf } from "./keys.js";
import { pick } from "./picker.js";
import { firstTour } from "./tour.js";

const desk = document.querySelector(".desk");
const view = JSON.parse(document.getElementById("view").textContent);
const query = new URLSearchParams(view);
const LISTENING = 1500;

let more = false;
let waiting = Promise.resolve();
let model = null;

/** One after the other: a key pressed while an act is under way waits for it. */
function inTurn(work) {
  waiting = waiting.then(work).catch((trouble) => console.warn(trouble.message));
  return waiting;
}

function show(told) {
  for (const [name, html] of Object.entries(told.parts)) {
    const place = document.getElementById(name);
    const open = name === "card" && document.getElementById("why")?.open;
    place.innerHTML = html;
    if (open && document.getElementById("why")) document.getElementById("why").open = true;
  }
  const went = told.at !== desk.dataset.at;
  desk.dataset.at = told.at;
  if (went) {
    document.getElementById("main").scrollTop = 0;
    document.getElementById("side-card").scrollTop = 0;
    history.replaceState(null, "", `?${new URLSearchParams([...query, ["at", told.at]])}`);
  }
  here();
  const where = document.querySelector("#queue .where")?.textContent.replace(/\s+/g, " ").trim() || "";
  say([told.words, went ? where : ""].filter(Boolean).join(" "));
  listen();
}

function here() {
  document.querySelector("#queue .here")?.scrollIntoView({ block: "nearest" });
  const main = document.getElementById("segment").querySelector("mark");
  main?.scrollIntoView({ block: "nearest" });
}

/** A memo that is written and not kept yet is kept before anything else happens. */
async function keepMemo() {
  const memo = document.getElementById("memo");
  if (!memo || memo.value.trim() === memo.dataset.kept.trim()) return;
  const text = memo.value;
  memo.dataset.kept = text;
  await post("/acts", { act: "memo", kind: "segment", subject: desk.dataset.at, segment: desk.dataset.at, view, text });
}

function act(name, more = {}) {
  return inTurn(async () => {
    await keepMemo();
    show(await post("/acts", { act: name, segment: desk.dataset.at, view, ...more }));
  });
}

function look(parameters) {
  return inTurn(async () => {
    await keepMemo();
    show(await get(`/item?${new URLSearchParams([...query, ["at", desk.dataset.at], ...parameters])}`));
  });
}

function front(name) {
  const button = document.querySelector(`#card [data-act="${name}"]`);
  if (button) return button.dataset.code;
  say("There is no suggestion here.");
  return null;
}

function moveEnd(edge, step) {
  return inTurn(async () => {
    const talk = document.querySelector(".talk");
    const excerpt = talk && (selected(talk) || moved(talk, edge, step));
    if (!excerpt) { say("The excerpt cannot move further."); return; }
    getSelection().removeAllRanges();
    show(await post("/acts", { act: "bounds", segment: desk.dataset.at, view, ...excerpt }));
  });
}

const ACTS = {
  next: () => (desk.dataset.at ? look([["step", "1"]]) : act("next batch")),
  previous: () => look([["step", "-1"]]),
  accept: () => inTurn(async () => { const code = front("accept"); if (code) { await keepMemo(); show(await post("/acts", { act: "give", segment: desk.dataset.at, view, codes: [code] })); } }),
  reject: () => inTurn(async () => { const code = front("reject"); if (code) { await keepMemo(); show(await post("/acts", { act: "reject", segment: desk.dataset.at, view, code })); } }),
  pick: () => { if (desk.dataset.at) pick((code, stay) => act("give", { codes: [code], stay })); },
  "no code": () => act("no code"),
  defer: () => act("defer"),
  keep: () => act("keep"),
  flag: () => act("flag"),
  reveal: () => act("reveal"),
  undo: () => act("undo"),
  redo: () => act("redo"),
  "next batch": () => act("next batch"),
  "start earlier": () => moveEnd("start", -1),
  "start later": () => moveEnd("start", 1),
  "end later": () => moveEnd("end", 1),
  "end earlier": () => moveEnd("end", -1),
  more: () => { more = !more; return look([["more", more ? "1" : "0"]]); },
  why: () => { const why = document.getElementById("why"); if (why) { why.open = !why.open; if (why.open) why.scrollIntoView({ block: "nearest" }); } },
  memo: () => { const memo = document.getElementById("memo"); if (memo) { memo.focus(); memo.setSelectionRange(memo.value.length, memo.value.length); } },
  search: () => document.getElementById("words").focus(),
  bulk: () => inTurn(() => showBulk(`${query}`, desk.dataset.at, (segments, codes) => act("bulk", { segments, codes, count: segments.length }))),
};

document.addEventListener("keydown", (event) => {
  if (isWriting(event) || inDialog() || event.repeat && event.key !== "j" && event.key !== "k") return;
  if (event.target instanceof Element && event.target.closest("button, a, summary") && (event.key === "Enter" || event.key === " ")) return;
  if (event.key === "Enter" && !desk.dataset.at) { event.preventDefault(); ACTS["next batch"](); return; }
  if (/^[1-9]$/.test(event.key)) {
    const button = document.querySelectorAll(".others [data-act=take]")[Number(event.key) - 1];
    if (button) { event.preventDefault(); act("give", { codes: [button.dataset.code] }); }
    return;
  }
  const name = actOf(event.key);
  if (!name || !ACTS[name]) return;
  if (name === "reveal" && !document.querySelector("#card [data-act=reveal]")) return;
  event.preventDefault();
  ACTS[name]();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  if (button) {
    event.preventDefault();
    const name = button.dataset.act;
    if (name === "take") act("give", { codes: [button.dataset.code] });
    else if (name === "take away") act("take away", { code: button.dataset.code });
    else ACTS[name]?.();
    return;
  }
  const row = event.target.closest(".rows a[data-at]");
  if (row && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    inTurn(async () => { await keepMemo(); more = false; show(await get(`/item?${new URLSearchParams([...query, ["at", row.dataset.at]])}`)); });
  }
});

document.addEventListener("keydown", (event) => {
  if (event.target.id !== "memo" || event.isComposing) return;
  if (event.key === "Escape" || (event.key === "Enter" && (event.ctrlKey || event.metaKey))) {
    event.preventDefault();
    document.getElementById("main").focus();
    inTurn(async () => { await keepMemo(); show(await get(`/item?${new URLSearchParams([...query, ["at", desk.dataset.at]])}`)); say("Memo kept."); });
  }
});
document.addEventListener("focusout", (event) => { if (event.target.id === "memo") inTurn(keepMemo); });
document.getElementById("words").addEventListener("keydown", (event) => { if (event.key === "Escape") document.getElementById("main").focus(); });
document.getElementById("filters").addEventListener("submit", (event) => {
  event.preventDefault();
  const wanted = [...new FormData(event.target)].filter(([, value]) => value.trim());
  inTurn(async () => { await keepMemo(); location.assign(`/?${new URLSearchParams(wanted)}`); });
});
addEventListener("beforeunload", (event) => {
  const memo = document.getElementById("memo");
  if (memo && memo.value.trim() !== memo.dataset.kept.trim()) event.preventDefault();
});

// --- the machine learns beside the work, and says so when it is done ---

async function listen() {
  if (model) return;
  model = setTimeout(async () => {
    model = null;
    const now = await get("/model").catch(() => null);
    if (!now) return;
    const shown = document.getElementById("model-words");
    if (shown) shown.textContent = now.words;
    if (now.busy) listen();
    else if (now.number && now.number > Number(desk.dataset.model || 0)) { desk.dataset.model = now.number; say(now.words); }
  }, LISTENING);
}

sendUnsent().then((told) => told && show(told)).catch((trouble) => complain(trouble.message));
document.getElementById("main").focus();
here();
listen();
firstTour();
