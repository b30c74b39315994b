// The code picker: part of a name, and Enter.

const dialog = document.getElementById("picker");
const words = document.getElementById("picker-words");
const list = document.getElementById("picker-list");
const codes = JSON.parse(document.getElementById("codes").textContent);
const MOST = 60;

let found = [];
let at = 0;
let chosen = null;

/** Asks for a code; `take(code, stay)` hears of it. */
export function pick(take) {
  chosen = take;
  words.value = "";
  filter();
  dialog.showModal();
  words.focus();
}

function rank(code, asked) {
  const name = code.name.toLowerCase();
  if (name.startsWith(asked)) return 0;
  if (name.split(/\s+/).some((word) => word.startsWith(asked))) return 1;
  if (name.includes(asked)) return 2;
  if (code.id.toLowerCase().includes(asked)) return 3;
  return asked.split(/\s+/).every((part) => code.id.toLowerCase().includes(part)) ? 4 : 9;
}

function filter() {
  const asked = words.value.trim().toLowerCase();
  found = codes.map((code) => [rank(code, asked), code]).filter(([fit]) => fit < 9).sort((one, two) => one[0] - two[0]).slice(0, MOST).map(([, code]) => code);
  at = 0;
  draw();
}

function draw() {
  list.replaceChildren(...found.map((code, place) => {
    const row = document.createElement("li");
    row.role = "option";
    row.id = `picker-${place}`;
    row.setAttribute("aria-selected", String(place === at));
    row.textContent = code.name;
    const more = document.createElement("span");
    more.className = "small";
    more.textContent = [code.path, code.says].filter(Boolean).join(": ").slice(0, 140);
    if (more.textContent) row.append(more);
    row.addEventListener("click", (event) => take(place, event.shiftKey));
    return row;
  }));
  if (!found.length) {
    const none = document.createElement("li");
    none.role = "option";
    none.setAttribute("aria-selected", "false");
    none.setAttribute("aria-disabled", "true");
    none.textContent = codes.length ? "No code has that in its name." : "The codebook is empty: add codes on the codebook page.";
    list.append(none);
  }
  words.setAttribute("aria-activedescendant", found.length ? `picker-${at}` : "");
  list.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
}

function take(place, stay) {
  const code = found[place];
  if (!code) return;
  dialog.close();
  chosen(code.id, stay);
}

words.addEventListener("input", filter);
words.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    at = Math.max(0, Math.min(found.length - 1, at + (event.key === "ArrowDown" ? 1 : -1)));
    draw();
  } else if (event.key === "Enter") {
    event.preventDefault();
    take(at, event.shiftKey);
  }
});
