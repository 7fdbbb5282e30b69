"use strict";
// A table whose columns sort by a click or by keyboard on their heading.
// columns: { title, value: row => for sorting, cell: row => node or text, is_number, is_choice: rows are filtered by its values,
//   file: row => what a file has in place of the value, is_file: a column of files alone }
// With a `file` it has a line of filters above, and buttons that save the rows shown, as they are sorted, under that title.
const ROWS_AT_ONCE = 100;
function table(all_columns, all_rows, { total = null, caption = null, file = null } = {}) {
  const columns = all_columns.filter((column) => !column.is_file);
  const body = make("tbody");
  let rows = all_rows;
  const state = { column: null, is_descending: false, sorted: rows, count: 0 };
  const heads = columns.map((column, place) => make("th", { class: column.is_number ? "number" : null, scope: "col", "aria-sort": "none" },
    column.is_bar ? make("span", { class: "unseen" }, column.title) : make("button", { type: "button", onclick: () => sort(place) }, column.title)));
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
    order();
  }
  function order() {
    const place = state.column;
    if (place === null) { draw(rows); return; }
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
  const frame = scrolled(whole, caption ?? file);
  if (rows.length > ROWS_AT_ONCE) {
    frame.addEventListener("scroll", () => { if (frame.scrollTop + 2 * frame.clientHeight > frame.scrollHeight) more(); });
    whole.addEventListener("whole", () => more(Infinity));
  }
  if (!file) return frame;
  const keep = (found) => { rows = found; order(); };
  return make("div", {}, make("div", { class: "table-tools" }, ...filters(columns, all_rows, keep), ...download_buttons(file, all_columns, () => state.sorted)), frame);
}
// A frame that scrolls sideways by touch, wheel and keyboard, with a shadow on the side where there is more.
function scrolled(content, name) {
  const frame = make("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": name ?? content.querySelector("th")?.textContent ?? null }, content);
  const look = () => {
    frame.classList.toggle("more-right", frame.scrollLeft + frame.clientWidth < frame.scrollWidth - 2);
    frame.classList.toggle("more-left", frame.scrollLeft > 2);
  };
  frame.addEventListener("scroll", look, { passive: true });
  new ResizeObserver(look).observe(frame);
  return frame;
}
// A search in all that the table shows, and a choice for each column that has few values.
function filters(columns, rows, keep) {
  const text_of = (column, row) => { const found = (column.cell || column.value)(row); return String(found instanceof Node ? found.textContent : found ?? ""); };
  const texts = new Map(rows.map((row) => [row, columns.map((column) => text_of(column, row)).join("\n").toLocaleLowerCase(locale())]));
  const status = make("span", { class: "quiet", role: "status" }), input = make("input", { type: "search", "aria-label": word("filter"), placeholder: word("filter") });
  const choices = columns.filter((column) => column.is_choice).map((column) => {
    const values = [...new Set(rows.map((row) => column.value(row)))].filter((value) => value !== null && value !== undefined && value !== "")
      .sort((a, b) => (typeof a === "number" ? a - b : String(a).localeCompare(String(b), locale())));
    const select = make("select", { "aria-label": column.title }, make("option", { value: "" }, word("filter_all", { title: column.title })), ...values.map((value, n) => make("option", { value: n }, String(value))));
    return values.length > 1 ? { column, values, select } : null;
  }).filter(Boolean);
  const apply = () => {
    const asked = input.value.trim().toLocaleLowerCase(locale());
    const found = rows.filter((row) => texts.get(row).includes(asked) && choices.every(({ column, values, select }) => select.value === "" || column.value(row) === values[select.value]));
    status.textContent = found.length < rows.length ? word("filter_found", { count: found.length, all: number(rows.length) }) : "";
    keep(found);
  };
  for (const one of [input, ...choices.map(({ select }) => select)]) one.addEventListener("input", apply);
  return [input, ...choices.map(({ select }) => select), status];
}
addEventListener("beforeprint", () => { for (const one of document.querySelectorAll("table[aria-rowcount]")) one.dispatchEvent(new Event("whole")); });
