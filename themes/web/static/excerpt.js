// The excerpt of a segment. The store counts Unicode code points, the page UTF-16 units: here is the edge between them.

/** The text of the segment's turns as code points, with the place of its first; between two turns stands white space. */
function turnOf(talk) {
  const pieces = [...talk.querySelectorAll(".turn.own .words [data-from]")];
  const first = Number(pieces[0].dataset.from);
  const points = [];
  for (const piece of pieces) {
    while (points.length < Number(piece.dataset.from) - first) points.push(" ");
    points.push(...piece.textContent);
  }
  return { first, points };
}

const isSpace = (point) => point === undefined || /\s/u.test(point);

/** Where the excerpt begins and ends once one of its ends has moved by a word; null where it cannot. */
export function moved(talk, edge, step) {
  const { first, points } = turnOf(talk);
  let start = Number(talk.dataset.start) - first;
  let end = Number(talk.dataset.end) - first;
  if (edge === "start") start = step < 0 ? wordBefore(points, start) : wordAfter(points, start);
  else end = step > 0 ? endAfter(points, end) : endBefore(points, end);
  start = Math.max(0, start);
  end = Math.min(points.length, end);
  if (start >= end || points.slice(start, end).every(isSpace)) return null;
  return { start: start + first, end: end + first };
}

function wordBefore(points, at) {
  let place = at - 1;
  while (place > 0 && isSpace(points[place])) place -= 1;
  while (place > 0 && !isSpace(points[place - 1])) place -= 1;
  return place;
}

function wordAfter(points, at) {
  let place = at;
  while (place < points.length && !isSpace(points[place])) place += 1;
  while (place < points.length && isSpace(points[place])) place += 1;
  return place;
}

function endAfter(points, at) {
  let place = at;
  while (place < points.length && isSpace(points[place])) place += 1;
  while (place < points.length && !isSpace(points[place])) place += 1;
  return place;
}

function endBefore(points, at) {
  let place = at;
  while (place > 0 && !isSpace(points[place - 1])) place -= 1;
  while (place > 0 && isSpace(points[place - 1])) place -= 1;
  return place;
}

/** The excerpt that a person has marked with the mouse, in code points of the source; null where there is none. */
export function selected(talk) {
  const selection = getSelection();
  if (!selection || selection.isCollapsed || !talk.contains(selection.anchorNode) || !talk.contains(selection.focusNode)) return null;
  const range = selection.getRangeAt(0);
  const start = placeOf(range.startContainer, range.startOffset);
  const end = placeOf(range.endContainer, range.endOffset);
  return start === null || end === null || start >= end ? null : { start, end };
}

function placeOf(node, offset) {
  const piece = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest("[data-from]");
  if (!piece) return null;
  const before = node.nodeType === Node.TEXT_NODE ? node.textContent.slice(0, offset) : piece.textContent;
  return Number(piece.dataset.from) + Array.from(before).length;
}
