"use strict";
// What the plan assumes: every parameter of its scenario with unit, source and range, and the rules that hold it back.

function unit_of({ unit }) { return unit === null ? "" : word(`parameter_unit_${unit}`); }
function parameter_value({ value, unit }) {
  if (value === null) return word("parameter_none");
  if (typeof value === "number") return unit === "year" ? String(value) : plain(value);
  if (typeof value === "boolean") return word(value ? "parameter_on" : "parameter_off");
  if (Array.isArray(value)) return value.length ? value.map((one) => (typeof one === "object" && one !== null ? Object.entries(one).map(([name, part]) => `${name} ${part}`).join(", ") : String(one))).join(between(";")) : word("none");
  return String(value) || word("none");
}
function draw_parameters() {
  const rows = PLAN.parameters.filter(({ key }) => !/(^|\.)title\./.test(key));
  fill("parameters", table([
    { title: word("col_table"), value: (r) => r.key.split(".").slice(0, -1).join(".") || r.key, is_choice: false },
    { title: word("col_parameter"), value: (r) => r.key.split(".").at(-1) },
    { title: word("col_value"), value: (r) => (typeof r.value === "number" ? r.value : parameter_value(r)), cell: parameter_value, is_number: true },
    { title: word("col_unit"), value: unit_of },
    { title: word("col_range"), value: (r) => (r.low === null ? null : word("span", { low: r.low, high: r.high })) },
    { title: word("col_basis"), value: (r) => word(r.is_assumed ? "basis_assumed" : "basis_sourced"), is_choice: true },
    { title: word("col_note"), value: (r) => r.note, cell: (r) => make("span", { lang: "en", class: "remark" }, r.note) },
  ], rows, { file: word("parameters") }));
}

function slack_value(row, key) { return row[key] === null ? "–" : in_unit(row[key], row.unit, Number.isInteger(row[key]) || Math.abs(row[key]) >= 10 ? 0 : 3); }
// How much of its limit a rule leaves, as a share; nothing where there is no limit to compare with.
function left_share(row) { return row.limit_value ? Math.abs(row.slack / row.limit_value) : row.slack === 0 ? 0 : Infinity; }
// Rules at their limits, each once with its tightest place, those that more room would help most first; then those that are not asked for.
function draw_binding() {
  show_section("binding", PLAN.constraint_slack.length > 0);
  const by_rule = new Map();
  for (const row of PLAN.constraint_slack.filter((found) => found.is_binding)) by_rule.set(row.rule, [...(by_rule.get(row.rule) || []), row]);
  const groups = [...by_rule].map(([rule, rows]) => ({ rule, rows: [...rows].sort((a, b) => (b.marginal_value || 0) - (a.marginal_value || 0) || left_share(a) - left_share(b)), all: PLAN.constraint_slack.filter((row) => row.rule === rule) }))
    .sort((a, b) => (b.rows[0].marginal_value || 0) - (a.rows[0].marginal_value || 0) || left_share(a.rows[0]) - left_share(b.rows[0]));
  const columns = [
    { title: word("col_rule"), value: (g) => named("rule", g.rule) },
    { title: word("col_at_limit"), value: (g) => sum(g.rows, "binding_count"), cell: (g) => word("at_limit_of", { count: sum(g.rows, "binding_count"), all: number(sum(g.all, "row_count")) }) },
    { title: word("col_tightest"), value: (g) => about_words(g.rows[0]) },
    { title: word("col_left_there"), value: (g) => g.rows[0].slack, cell: (g) => (g.rows[0].row_count > 1 || g.rows[0].limit_value === null ? slack_value(g.rows[0], "slack") : word("left_of", { left: slack_value(g.rows[0], "slack"), limit: slack_value(g.rows[0], "limit_value") })), is_number: true },
  ];
  if (groups.some((g) => g.rows[0].marginal_value !== null)) {
    columns.push({ title: word("col_price"), value: (g) => g.rows[0].marginal_value, is_number: true,
      cell: ({ rows: [row] }) => (row.marginal_value === null ? "–" : `${number(row.marginal_value, 4)} / ${in_unit(row.step, row.unit, Number.isInteger(row.step) ? 0 : 2)}`) });
  }
  const several = groups.filter((g) => g.rows.length > 1);
  const details = several.map((g) => make("details", {}, make("summary", {}, word("pair", { name: named("rule", g.rule), value: number(g.rows.length) })), table([
    { title: word("col_subject"), value: about_words },
    { title: word("col_limit"), value: (r) => r.limit_value, cell: (r) => slack_value(r, "limit_value"), is_number: true },
    { title: word("col_found"), value: (r) => r.found_value, cell: (r) => slack_value(r, "found_value"), is_number: true },
    { title: word("col_slack"), value: (r) => r.slack, cell: (r) => slack_value(r, "slack"), is_number: true },
  ], g.rows)));
  fill("binding", ...(groups.length ? [table(columns, groups), ...details] : [make("p", {}, word("binding_none"))]));
  const off = PLAN.audit.filter((row) => !row.is_on).map((row) => named("rule", row.rule));
  fill("not-asked", off.length ? word("pair", { name: word("not_asked_for"), value: `${list_of(off)}.` }) : "");
}
