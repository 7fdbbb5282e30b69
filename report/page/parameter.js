"use strict";
// What the plan assumes: every parameter of its scenario with unit, source and range.

function unit_of({ unit }) { return unit === null ? "" : word(`parameter_unit_${unit}`); }
function parameter_value({ value, unit }) {
  if (value === null) return word("parameter_none");
  if (typeof value === "number") return unit === "year" ? String(value) : plain(value);
  if (typeof value === "boolean") return word(value ? "parameter_on" : "parameter_off");
  if (Array.isArray(value)) return value.length ? value.map((one) => (typeof one === "object" && one !== null ? Object.entries(one).map(([name, part]) => `${name} ${part}`).join(", ") : String(one))).join(between(";")) : word("none");
  return String(value) || word("none");
}
// A note that nobody has translated yet is the same in both languages.
function parameter_note({ note }) {
  return make("span", { class: "remark", lang: language === "fr" && note.fr === note.en ? "en" : null }, note[language]);
}
function draw_parameters() {
  const rows = PLAN.parameters.filter(({ key }) => !/(^|\.)title\./.test(key));
  fill("parameters", table([
    { title: word("col_table"), value: (r) => r.key.split(".").slice(0, -1).join(".") || r.key, is_choice: false },
    { title: word("col_parameter"), value: (r) => r.key.split(".").at(-1) },
    { title: word("col_value"), value: (r) => (typeof r.value === "number" ? r.value : parameter_value(r)), cell: parameter_value, is_number: true },
    { title: word("col_unit"), value: unit_of },
    { title: word("col_range"), value: ({ range }) => (range[language] ? word("span", { low: range[language][0], high: range[language][1] }) : null) },
    { title: word("col_basis"), value: (r) => word(r.is_assumed ? "basis_assumed" : "basis_sourced"), is_choice: true },
    { title: word("col_note"), value: (r) => r.note[language], cell: parameter_note },
  ], rows, { file: word("parameters") }));
}
