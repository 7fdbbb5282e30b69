"use strict";
// A table whose columns sort by a click or by keyboard on their heading.
// columns: { title, value: row => for sorting, cell: row => node or text, is_number }
const ROWS_AT_ONCE = 100;
function table(columns, rows, { total = null, caption = null } = {}) {
  const body = make("tbody");
  const state = { column: null, is_descending: false, sorted: rows, count: 0 };
  const heads = columns.map((column, place) => make("th", { class: column.is_number ? "number" : null, scope: "col", "aria-sort": "none" },
    make("button", { type: "button", onclick: () => sort(place) }, column.title)));
  function line(row, kind = null) {
    return make("tr", { class: kind }, ...columns.map((column) => make("td", { class: column.is_number ? "number" : null }, (column.cell || column.value)(row) ?? "–")));
  }
  // Rows are made as one comes near them: the first of them at once, all of them for paper.
  function draw(sorted) {
    Object.assign(state, { sorted, count: 0 });
    body.replaceChildren();
    more();
  }
  function more(count = ROWS_AT_ONCE) {
    const { sorted } = state;
    if (state.count >= sorted.length && state.count > 0) return;
    body.append(...sorted.slice(state.count, state.count + count).map((row) => line(row)));
    state.count = Math.min(sorted.length, state.count + count);
    if (total && state.count === sorted.length) body.append(line(total, "total"));
  }
  function sort(place) {
    state.is_descending = state.column === place && !state.is_descending;
    state.column = place;
    const sign = state.is_descending ? -1 : 1, values = new Map(rows.map((row) => [row, columns[place].value(row)]));
    draw([...rows].sort((a, b) => {
      const left = values.get(a), right = values.get(b);
      if (left === null || left === undefined) return 1;
      if (right === null || right === undefined) return -1;
      return sign * (typeof left === "number" ? left - right : String(left).localeCompare(String(right), locale()));
    }));
    heads.forEach((head, n) => head.setAttribute("aria-sort", n !== place ? "none" : state.is_descending ? "descending" : "ascending"));
  }
  draw(rows);
  const whole = make("table", { "aria-rowcount": rows.length > ROWS_AT_ONCE ? rows.length + 1 : null },
    caption ? make("caption", {}, caption) : null, make("thead", {}, make("tr", {}, ...heads)), body);
  const frame = make("div", { class: "scroll", tabindex: "0" }, whole);
  if (rows.length > ROWS_AT_ONCE) {
    frame.addEventListener("scroll", () => { if (frame.scrollTop + 2 * frame.clientHeight > frame.scrollHeight) more(); });
    whole.addEventListener("whole", () => more(Infinity));
  }
  return frame;
}
addEventListener("beforeprint", () => { for (const one of document.querySelectorAll("table[aria-rowcount]")) one.dispatchEvent(new Event("whole")); });
