// Parts of a page replaced by what the server answers, with the focus and the list where they were.

/** The parts, by the id of the element that holds each; the focus stays on what took its old place, or goes to the page. */
export function put(parts) {
  const at = document.activeElement;
  const held = at && at.closest(Object.keys(parts).map((name) => `#${name}`).join(","));
  const same = at?.id ? `#${CSS.escape(at.id)}` : at?.dataset?.act ? `#${held?.id} [data-act="${at.dataset.act}"]` : at?.form?.dataset.form ? `#${held?.id} [data-form="${at.form.dataset.form}"] button` : "";
  for (const [name, html] of Object.entries(parts)) document.getElementById(name).innerHTML = html;
  if (held) ((same && document.querySelector(`${same}:not(:disabled)`)) || document.getElementById("main")).focus({ preventScroll: true });
  showRow();
}

/** Brings the row of what is open into sight, in a list that scrolls by itself. */
export function showRow() {
  const row = document.querySelector(".rows .here a");
  const side = row?.closest(".side");
  if (!row || side.scrollHeight <= side.clientHeight) return;
  const above = row.getBoundingClientRect().top - side.getBoundingClientRect().top;
  if (above < 0 || above + row.offsetHeight > side.clientHeight) side.scrollTop += above - side.clientHeight / 2;
}
