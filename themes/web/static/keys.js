// The keys: which there are, what each does, and which a person has changed. Backspace is never one of them.

const USUAL = [
  ["next", "j", "the next segment, theme or code"],
  ["previous", "k", "the one before"],
  ["accept", "a", "accept the suggestion and go on"],
  ["reject", "x", "reject the suggestion"],
  ["pick", "c", "choose another code"],
  ["no code", "n", "no code fits"],
  ["defer", "s", "defer: come back to it later"],
  ["keep", "e", "keep what you said before"],
  ["memo", "m", "write a memo"],
  ["flag", "f", "flag for discussion, or take the flag away"],
  ["start earlier", "[", "the excerpt begins a word earlier"],
  ["start later", "{", "the excerpt begins a word later"],
  ["end later", "]", "the excerpt ends a word later"],
  ["end earlier", "}", "the excerpt ends a word earlier"],
  ["more", " ", "more context, or less"],
  ["why", "w", "why this is suggested"],
  ["reveal", "r", "show the suggestions of a blind segment"],
  ["undo", "z", "undo"],
  ["redo", "Z", "redo"],
  ["bulk", "v", "batch view"],
  ["search", "/", "search the segments"],
];
const FIXED = ["?", "Enter", "Escape", "Tab", "Backspace", "Delete", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
const KEPT = "themes-keys";

function changed() {
  try { return JSON.parse(localStorage.getItem(KEPT) || "{}"); } catch { return {}; }
}

/** [act, key, words] for every act that has a key. */
export function bindings() {
  const own = changed();
  return USUAL.map(([act, key, words]) => [act, own[act] || key, words]);
}

/** The act of a key, or undefined. */
export function actOf(key) {
  return bindings().find(([, bound]) => bound === key)?.[0];
}

/** The key of an event, whatever Caps Lock says. */
export function keyOf(event) {
  if (event.key.length !== 1 || !event.getModifierState("CapsLock")) return event.key;
  return event.shiftKey ? event.key.toUpperCase() : event.key.toLowerCase();
}

/** Whether the event is a sign being typed, and no command to the browser: [ and ] take AltGr or Option on many keyboards. */
export function isTyping(event) {
  if (event.getModifierState("AltGraph")) return true;
  if (event.ctrlKey || event.metaKey) return false;
  return !event.altKey || (event.key.length === 1 && !/[\p{L}\p{N}\s]/u.test(event.key));
}

/** How a key is written. */
export function spelled(key) {
  return key === " " ? "Space" : key;
}

/** Gives the act another key; a sentence where that is refused, empty where it is done. */
export function rebind(act, key) {
  if (key.length !== 1 || FIXED.includes(key)) return `${spelled(key)} cannot be given to an act.`;
  const taken = bindings().find(([other, bound]) => bound === key && other !== act);
  if (taken) return `${spelled(key)} already means: ${taken[2]}. Give that another key first.`;
  localStorage.setItem(KEPT, JSON.stringify({ ...changed(), [act]: key }));
  return "";
}

/** Every key as it was. */
export function reset() {
  localStorage.removeItem(KEPT);
}
