"use strict";
// A table whose columns sort by a click or by keyboard on their heading.
// columns: { title, value: row => for sorting, cell: row => node or text, is_number }
function table(columns, rows, { total = null, caption = null } = {}) {
  const body = make("tbody");
  const state = { column: null, is_descending: false };
  const heads = columns.map((column, place) => make("th", { class: column.is_number ? "number" : null, scope: "col", "aria-sort": "none" },
    make("button", { type: "button", onclick: () => sort(place) }, column.title)));
  function line(row, kind = null) {
    return make("tr", { class: kind }, ...columns.map((column) => make("td", { class: column.is_number ? "number" : null }, (column.cell || column.value)(row) ?? "–")));
  }
  function draw(sorted) {
    body.replaceChildren(...sorted.map((row) => line(row)));
    if (total) body.append(line(total, "total"));
  }
  function sort(place) {
    state.is_descending = state.column === place && !state.is_descending;
    state.column = place;
    const sign = state.is_descending ? -1 : 1, value = columns[place].value;
    draw([...rows].sort((a, b) => {
      const left = value(a), right = value(b);
      if (left === null || left === undefined) return 1;
      if (right === null || right === undefined) return -1;
      return sign * (typeof left === "number" ? left - right : String(left).localeCompare(String(right), locale()));
    }));
    heads.forEach((head, n) => head.setAttribute("aria-sort", n !== place ? "none" : state.is_descending ? "descending" : "ascending"));
  }
  draw(rows);
  return make("div", { class: "scroll", tabindex: "0" },
    make("table", {}, caption ? make("caption", {}, caption) : null, make("thead", {}, make("tr", {}, ...heads)), body));
}
