"use strict";
// Which rules hold the plan back, and what a step more room in each would bring to people.
const ROOM = { share: "room_less", stations: "room_looser", locks: "room_looser" };

function slack_value(row, key) { return row[key] === null ? "–" : in_unit(row[key], row.unit, Number.isInteger(row[key]) || Math.abs(row[key]) >= 10 ? 0 : 3); }
// How much of its limit a rule leaves, as a share; nothing where there is no limit to compare with.
function left_share(row) { return row.limit_value ? Math.abs(row.slack / row.limit_value) : row.slack === 0 ? 0 : Infinity; }
function room_step(row) { return in_unit(row.step, row.unit, Number.isInteger(row.step) ? 0 : 2); }
// What the other plan has more at a level, in people, or in demand where nobody is counted, and in sessions.
function brought({ level, service_distance_m, population_change: people, weight_share_change: covered, sessions_change_per_h: sessions }) {
  const values = { level: level_title(level), distance: distance(service_distance_m) }, kind = (change) => (change > 0 ? "more" : "less"), said = [];
  if (people !== null && Math.round(people)) said.push(word(`room_people_${kind(people)}`, { ...values, count: Math.abs(Math.round(people)) }));
  if (people === null && Math.abs(covered) >= 5e-5) said.push(word(`room_share_${kind(covered)}`, { ...values, share: share(Math.abs(covered), 2) }));
  if (sessions !== null && Math.abs(sessions) >= 0.05) said.push(word(`room_sessions_${kind(sessions)}`, { ...values, count: Math.abs(sessions), digits: 1 }));
  return said;
}
// Between what a search that was cut off found and what it can find at most, in people.
function cut_words({ worth_level, worth_population_low: low, worth_population_high: high }) {
  if (high === null) return word("room_cut");
  return word("room_within", { level: level_title(worth_level), low: number(low), high: number(high), count: high });
}
function room_words(rows) {
  const [first] = rows, said = rows.flatMap(brought);
  const what = !first.is_better ? word("room_nothing") : said.length ? said.join(between(";")) : word("room_same_people");
  const lead = word(ROOM[first.unit] || "room_more", { step: room_step(first) }), cut = first.is_proven ? "" : ` ${cut_words(first)}`;
  return word("pair", { name: first.row_count > 1 ? word("room_each", { lead, count: first.row_count }) : lead, value: what }) + cut;
}
// Rules at their limits, each once: first those whose room would bring most people, then by how little they leave; then those that are not asked for.
function draw_binding() {
  show_section("binding", PLAN.constraint_slack.length > 0);
  const key = (row) => JSON.stringify([row.rule, row.subject]), gains = new Map();
  for (const row of PLAN.constraint_gain) gains.set(key(row), [...(gains.get(key(row)) || []), row]);
  const gains_of = (row) => gains.get(key(row)), place = (row) => (gains_of(row)?.[0].is_better ? gains_of(row)[0].place : Infinity);
  const worst_first = (a, b) => (place(a) === place(b) ? left_share(a) - left_share(b) || 0 : place(a) - place(b));
  const by_rule = new Map();
  for (const row of PLAN.constraint_slack.filter((found) => found.is_binding)) by_rule.set(row.rule, [...(by_rule.get(row.rule) || []), row]);
  const groups = [...by_rule].map(([rule, rows]) => ({ rule, rows: [...rows].sort(worst_first), all: PLAN.constraint_slack.filter((row) => row.rule === rule) }))
    .sort((a, b) => worst_first(a.rows[0], b.rows[0]));
  const room = { title: word("col_room"), value: (row) => (gains_of(row) ? room_words(gains_of(row)) : "–") };
  const columns = [
    { title: word("col_rule"), value: (g) => named("rule", g.rule) },
    { title: word("col_at_limit"), value: (g) => sum(g.rows, "binding_count"), cell: (g) => word("at_limit_of", { count: sum(g.rows, "binding_count"), all: number(sum(g.all, "row_count")) }) },
    { title: word("col_tightest"), value: (g) => about_words(g.rows[0]) },
    { title: word("col_left_there"), value: (g) => g.rows[0].slack, cell: (g) => (g.rows[0].row_count > 1 || g.rows[0].limit_value === null ? slack_value(g.rows[0], "slack") : word("left_of", { left: slack_value(g.rows[0], "slack"), limit: slack_value(g.rows[0], "limit_value") })), is_number: true },
  ];
  if (groups.some((g) => gains_of(g.rows[0]))) columns.push({ ...room, value: (g) => room.value(g.rows[0]) });
  if (groups.some((g) => g.rows[0].marginal_value !== null)) {
    columns.push({ title: word("col_price"), value: (g) => g.rows[0].marginal_value, is_number: true,
      cell: ({ rows: [row] }) => (row.marginal_value === null ? "–" : `${number(row.marginal_value, 4)} / ${room_step(row)}`) });
  }
  const several = groups.filter((g) => g.rows.length > 1);
  const details = several.map((g) => make("details", {}, make("summary", {}, word("pair", { name: named("rule", g.rule), value: number(g.rows.length) })), table([
    { title: word("col_subject"), value: about_words },
    { title: word("col_limit"), value: (r) => r.limit_value, cell: (r) => slack_value(r, "limit_value"), is_number: true },
    { title: word("col_found"), value: (r) => r.found_value, cell: (r) => slack_value(r, "found_value"), is_number: true },
    { title: word("col_slack"), value: (r) => r.slack, cell: (r) => slack_value(r, "slack"), is_number: true },
    ...(g.rows.some(gains_of) ? [room] : []),
  ], g.rows)));
  const [worst] = groups, lead = worst && place(worst.rows[0]) < Infinity
    ? make("p", {}, make("b", {}, word("binding_lead", { rule: named("rule", worst.rule), where: about_words(worst.rows[0]) })), ` ${room_words(gains_of(worst.rows[0]))}`) : null;
  fill("binding", ...(lead ? [lead] : []), ...(groups.length ? [table(columns, groups), ...details] : [make("p", {}, word("binding_none"))]));
  const off = PLAN.audit.filter((row) => !row.is_on).map((row) => named("rule", row.rule));
  fill("not-asked", off.length ? word("pair", { name: word("not_asked_for"), value: `${list_of(off)}.` }) : "");
}
