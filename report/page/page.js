"use strict";
// Puts the plan into words and tables. The first plan is the one the page is about; a second one is compared.
const PLAN = CONTENT.plans[0];
const ACTIONS = ["build", "upgrade", "expand", "remove"];

function at_end(plan, level) { return plan.coverage.filter((row) => row.level === level).at(-1); }
// People within the service distance at the end of a phase; of phase 0, before the plan.
function people(plan, level, phase) {
  const row = plan.coverage.find((found) => found.level === level && (phase === 0 || found.phase === phase));
  return phase === 0 ? row.before_population : row.after_population;
}
function last_phase(plan) { return plan.phases.at(-1).phase; }
function plan_name(plan) { return `${plan.run.scenario_name} (${plan.run.run_id})`; }
function projects(plan) { return plan.stations.map((feature) => feature.properties).filter((site) => site.action !== "keep"); }
function count_words(sites) {
  const parts = ACTIONS.map((action) => [action, sites.filter((site) => site.action === action).length]).filter(([, count]) => count > 0)
    .map(([action, count]) => word(`action_${action}_count`, { count }));
  return new Intl.ListFormat(locale(), { type: "conjunction" }).format(parts);
}
function sum(rows, key) { return rows.reduce((total, row) => total + (row[key] || 0), 0); }
function capital(text) { return text.charAt(0).toLocaleUpperCase(locale()) + text.slice(1); }

function ports_by_level(layout, plan) {
  const level_of = Object.fromEntries(plan.chargers.map((row) => [row.charger_type, row.level])), found = {};
  for (const [type, count] of port_counts(layout)) found[level_of[type]] = (found[level_of[type]] || 0) + count;
  return found;
}
// Why a site is changed: the people it newly covers, the sessions it serves, what is lost without it.
function reason_of(site, plan) {
  const [row] = rows_of(plan.reasons, site.site_id);
  if (!row) return "";
  const sentences = rows_of(plan.gains, site.site_id).filter((gain) => gain.population >= 0.5)
    .map((gain) => word(Math.round(gain.only_population || 0) === Math.round(gain.population) ? "reason_gain_alone" : "reason_gain", { level: level_title(gain.level), count: Math.round(gain.population), alone: number(gain.only_population || 0) }));
  const [before, after] = [site.ports_before, site.ports_after].map((layout) => ports_by_level(layout, plan));
  for (const served of rows_of(plan.served, site.site_id).filter((found) => found.sessions_per_h > 0)) {
    if ((after[served.level] || 0) > (before[served.level] || 0)) sentences.push(word("reason_served", { level: level_title(served.level), count: served.sessions_per_h, digits: 1 }));
  }
  if (row.loss_method === "impossible") sentences.push(word("reason_needed"));
  else if (row.loss_if_dropped !== null) sentences.push(word("reason_loss", { loss: number(row.loss_if_dropped, 3) }));
  return sentences.join(" ");
}
// Where a site is, whose land it is, and its latitude and longitude.
function place_words({ address, city, name }) {
  return [address === name ? null : address, city].filter(Boolean).join(", ");
}
// The same beside a column that has the municipality.
function address_words(site) { return place_words({ ...site, city: site.city === site.area ? null : site.city }); }
function owner_words({ owner_class }) {
  return owner_class ? word(`owner_${owner_class}`) : "";
}
function coordinates({ lon, lat }) {
  return lon === null ? null : `${lat.toFixed(5)}, ${lon.toFixed(5)}`;
}
// what a price is made of, and what is taken off it
function money_parts(site) {
  const keys = ["equipment_cad", "installation_cad", "connection_cad", "soft_cost_cad", "contingency_cad", "dismantling_cad", "grant_cad", "resale_cad"];
  return capital(keys.filter((key) => site[key] > 0).map((key) => word(`part_${key}`, { money: money(site[key]) })).join(", "));
}
// What each grant program pays for a project, or which of its clauses are not kept, and those that only count as kept.
function program_name(row) {
  const stream = row[`stream_${language}`];
  return stream ? word("grant_stream", { program: row.program, stream }) : row.program;
}
function clause_words(row) {
  const kind = { owner: "owner_type", access: "access" }[row.clause], has_number = row.found_number !== null;
  const shown = (text) => (kind ? text.split(", ").map((code) => word(`${kind}_${code}`)).join(", ")
    : row.clause === "ports" ? text.replaceAll(", ", " / ").replaceAll("+", " + ").replace(/(\w+)=(\d+)/g, (_, level, count) => `${count}\u00a0×\u00a0${level_title(level)}`) : text);
  const found = row.found_text ? shown(row.found_text) : word("grant_unknown"), limit = row.limit_text ? shown(row.limit_text) : "";
  if (row.clause === "open_all_day" || row.clause === "planning_area") return word(`clause_${row.clause}`, { found });
  if (row.clause === "grant_area" && !row.found_text) return word("clause_grant_area_none", { limit });
  if (row.clause === "population" && !has_number) return word("clause_population_unknown", { found });
  return word(`clause_${row.clause}`, { found, limit, level: level_title(row.found_text), number: number(row.found_number), most: number(row.limit_number), distance: has_number ? distance(Math.round(row.found_number)) : "", within: distance(row.limit_number || 0) });
}
function grant_why(row, plan) {
  if (row.status === "not_eligible") return capital(rows_of(plan.grant_clauses, row.site_id).filter((c) => c.program === row.program).map(clause_words).join(between(";")));
  const assumed = (row.unknown_clauses || "").split(", ").filter(Boolean).map((clause) => word(`clause_name_${clause}`)).join(", ");
  return assumed ? word("grant_assumed", { clauses: assumed }) : "";
}
function grant_words(site, plan) {
  return rows_of(plan.grants, site.site_id).map((row) => {
    const told = row.status === "paid" ? word("grant_paid", { program: program_name(row), money: money(row.granted_cad) }) : word(`grant_${row.status}`, { program: program_name(row) });
    return [told, grant_why(row, plan)].filter(Boolean).join(" ");
  });
}
function draw_grants() {
  show_section("grants", PLAN.grants.length > 0);
  fill("grants", table([
    { title: word("col_phase"), value: (r) => r.phase, is_number: true },
    { title: word("col_name"), value: name_of, cell: site_link },
    { title: word("col_program"), value: program_name },
    { title: word("col_grant_status"), value: (r) => word(`grant_status_${r.status}`) },
    { title: word("col_grant"), value: (r) => r.granted_cad, cell: (r) => money(r.granted_cad), is_number: true },
    { title: word("col_reason"), value: (r) => grant_why(r, PLAN) },
  ], PLAN.grants));
}
function draw_detail(site, plan) {
  document.getElementById("detail").hidden = !site;
  if (!site) return;
  const facts = [
    place_words(site), site.area === site.city ? null : site.area, owner_words(site) && word("detail_owner", { owner: owner_words(site) }), coordinates(site), ports_words(site), site.operator ? word("detail_operator", { operator: site.operator }) : null,
    site.ports_before ? word("detail_station", { access: word(`access_${site.access || "public"}`), owner: word(`owner_type_${site.owner_type || "unknown"}`) }) : null,
  ];
  if (site.ports_before) facts.push(status_words(site));
  if (site.action !== "keep") {
    facts.push(site.net_capex_cad === site.capex_cad ? money(site.capex_cad) : word("detail_money", { gross: money(site.capex_cad), net: money(site.net_capex_cad) }), money_parts(site), word("detail_power", { before: power(site.kw_before), after: power(site.kw_after) }),
      word(site.opex_change_cad_per_year < 0 ? "detail_opex_less" : "detail_opex_more", { money: money(Math.abs(site.opex_change_cad_per_year)) }), ...grant_words(site, plan), reason_of(site, plan), site.run_count === null ? null : word("detail_chosen", { chosen: chosen_words(site) }));
  }
  const close = () => { draw_detail(null); for (const one of maps) one.mark(-1, false); };
  fill("detail", make("div", { class: "bar-top" }, make("h3", {}, site.number ? `${site.number}. ${name_of(site)}` : name_of(site)), site.number ? make("button", { type: "button", class: "print-button", onclick: print_card }, word("print_card")) : null,
    make("button", { type: "button", class: "print-button", "aria-label": word("close"), onclick: close }, "×")), make("p", {}, site.number ? number_mark(site) : null, tag(site.action), site.phase ? ` ${word("map_phase", { phase: site.phase })} (${site.year})` : ""),
    ...facts.filter(Boolean).map((fact) => make("p", {}, fact)), ...economy_of(site, plan));
}
// The card of the chosen site alone, with its place on the map.
function print_card() {
  document.body.classList.add("print-card");
  addEventListener("afterprint", () => document.body.classList.remove("print-card"), { once: true });
  print();
}
// What a project is worth, with its cash flow by year.
function economy_of(site, plan) {
  const [row] = rows_of(plan.site_economy, site.site_id);
  if (!row) return [];
  const flow = rows_of(plan.site_cash_flow, site.site_id);
  const columns = [{ title: word("col_year"), value: (r) => r.year },
    ...["net_capex_cad", "revenue_cad", "running_cad", "cash_flow_cad", "cumulative_cash_flow_cad"].map((key) => ({ title: word(`col_${key}`), value: (r) => r[key], cell: (r) => money(r[key]), is_number: true }))];
  return [
    make("p", {}, [word("detail_worth", { npv: money(row.npv_cad), payback: payback(row), subsidy: money(row.subsidy_needed_cad) }),
      word("detail_gas", { energy: number(row.energy_kwh_per_year / 1000, 1), tonnes: number(row.ghg_avoided_t_per_year, 1) })].join(" ")),
    make("details", {}, make("summary", {}, word("economy_years")), table(columns, flow)),
    ...(plan.economy[0].is_session_counted ? [make("p", { class: "note" }, word("economy_caution"))] : []),
  ];
}
// Why a station of today is in service or not, and as of which day.
function status_words({ status_reason, status_as_of, status_note }) {
  const is_told = ["not_listed", "registered_anew"].includes(status_reason);
  const when = status_as_of && !is_told ? word("listed_day", { day: day(status_as_of) }) : null;
  const why = status_reason ? word(`listed_${status_reason}`, { note: status_note, day: day(status_as_of) }) : null;
  return [why, when].filter(Boolean).join(" ");
}
function ports_words({ action, ports_before, ports_after }) {
  return action === "keep" || !ports_before ? ports_text(ports_after) : `${ports_text(ports_before)} → ${ports_text(ports_after)}`;
}
function site_link(site) {
  return make("button", { type: "button", onclick: () => { choose(PLAN, site.site_id); document.getElementById("map-section").scrollIntoView(); } }, name_of(site));
}
// In how many of the plans of a sweep a project is.
function chosen_words({ chosen_count, run_count }) { return run_count === null ? "–" : word("chosen_of", { chosen: number(chosen_count), count: run_count }); }
function draw_decisions() {
  const sites = projects(PLAN), has = (key) => sites.some((site) => site[key] !== null && site[key] !== 0);
  const cad = (key, title) => ({ title: word(title), value: (s) => s[key], cell: (s) => money(s[key]), is_number: true });
  const only_file = (title, value) => ({ title: word(title), value, is_file: true });
  const columns = [
    { title: word("col_number"), value: (s) => s.number, cell: (s) => make("span", { role: "img", "aria-label": String(s.number) }, symbol_image(s.action, s.number)), is_number: true },
    { title: word("col_year"), value: (s) => s.year, is_number: true, is_choice: PLAN.phases.length > 1 },
    only_file("col_phase", (s) => s.phase),
    { title: word("col_action"), value: (s) => word(`action_${s.action}`), cell: (s) => tag(s.action), is_choice: true },
    { title: word("col_name"), value: name_of, cell: site_link },
    { title: word("col_address"), value: address_words, cell: (s) => make("span", { class: "place" }, address_words(s)) },
    { title: word("col_area"), value: (s) => s.area, is_choice: true },
    { title: word("col_owner"), value: owner_words, is_choice: true },
    { title: word("col_ports"), value: ports_words, cell: (s) => make("span", { class: "ports" }, ports_words(s)) },
    { title: word("col_power"), value: (s) => s.kw_after - s.kw_before, cell: (s) => power(s.kw_after - s.kw_before), is_number: true },
    cad("capex_cad", "col_gross"), cad("grant_cad", "col_grant"), ...(has("resale_cad") ? [cad("resale_cad", "col_resale")] : []), cad("net_capex_cad", "col_net"),
    ...(has("sessions_per_h") ? [{ title: word("col_sessions_per_h"), value: (s) => s.sessions_per_h, cell: (s) => number(s.sessions_per_h, 1), is_number: true }] : []),
    ...(has("only_population") ? [{ title: word("col_people_alone"), value: (s) => s.only_population, cell: (s) => number(s.only_population && Math.round(s.only_population)), file: (s) => s.only_population && Math.round(s.only_population), is_number: true }] : []),
    { title: word("col_chosen"), value: (s) => s.chosen_count, cell: chosen_words, file: (s) => (s.run_count === null ? null : chosen_words(s)), is_number: true },
    { title: word("col_reason"), value: (s) => reason_of(s, PLAN) },
    only_file("col_lon", (s) => s.lon), only_file("col_lat", (s) => s.lat),
  ];
  fill("decisions", sites.length ? table(columns, sites, { file: word("decisions") }) : make("p", {}, nothing_words()));
}
function draw_ports() {
  show_section("ports", PLAN.ports.length > 0);
  const changes = [["col_stations", "station_count"], ["col_ports", "port_count"], ["col_power_all", "kw"]];
  const text = (key, value) => (key === "kw" ? power(value) : number(value));
  const line = (row, key) => `${text(key, row[`${key}_before`])} → ${text(key, row[`${key}_after`])}`;
  const columns = [
    { title: word("col_type"), value: (r) => (r.charger_type === null ? word("ports_total") : title_of("charger", r.charger_type)) },
    ...changes.map(([title, key]) => ({ title: word(title), value: (r) => r[`${key}_after`], cell: (r) => (r[`${key}_after`] === undefined ? "" : line(r, key)), is_number: true })),
  ];
  const total = { charger_type: null };
  for (const key of ["port_count_before", "port_count_after", "kw_before", "kw_after"]) total[key] = sum(PLAN.ports, key);
  fill("ports", table(columns, PLAN.ports, { total }));
}
// What the ports of each level can do, whatever the plan aims at.
function draw_level_service() {
  show_section("level-service", PLAN.level_service.length > 0);
  const figures = [["col_ports", "port_count", 0], ["col_capacity_per_h", "capacity_per_h", 1], ["col_wait_min", "wait_min", 1], ["col_people_per_port", "people_per_port", 0], ["col_ev_per_port", "ev_per_port", 1]];
  fill("level-service", table([
    { title: word("col_level"), value: (r) => level_title(r.level) },
    ...figures.map(([title, key, digits]) => ({ title: word(title), value: (r) => r[`${key}_after`], is_number: true,
      cell: (r) => `${number(r[`${key}_before`], digits)} → ${number(r[`${key}_after`], digits)}` })),
  ], PLAN.level_service));
}
function draw_coverage() {
  const columns = [
    { title: word("col_phase"), value: (r) => r.phase, is_number: true },
    { title: word("col_level"), value: (r) => level_title(r.level) },
    { title: word("col_before"), value: (r) => r.before_share, cell: (r) => share(r.before_share), is_number: true },
    { title: word("col_after"), value: (r) => r.after_share, cell: (r) => share(r.after_share), is_number: true },
    { title: word("col_bar"), is_bar: true, value: (r) => r.after_share - r.before_share, cell: (r) => bar(r.before_share, r.after_share) },
  ];
  if (CONTENT.people) {
    columns.push({ title: word("col_people_before"), value: (r) => people(PLAN, r.level, 0), cell: (r) => number(people(PLAN, r.level, 0)), is_number: true });
    columns.push({ title: word("col_people_after"), value: (r) => people(PLAN, r.level, r.phase), cell: (r) => number(people(PLAN, r.level, r.phase)), is_number: true });
  }
  fill("coverage", table(columns, PLAN.coverage));
}
function draw_service() {
  show_section("service", PLAN.service.length > 0);
  fill("service", table([
    { title: word("col_phase"), value: (r) => r.phase, cell: (r) => `${r.phase} (${r.year})` },
    { title: word("col_level"), value: (r) => level_title(r.level) },
    { title: word("map_ground_ev_count"), value: (r) => r.ev_count, cell: (r) => number(r.ev_count), is_number: true },
    { title: word("col_asked"), value: (r) => r.demand_per_h, cell: (r) => number(r.demand_per_h, 1), is_number: true },
    { title: word("col_served"), value: (r) => r.served_per_h, cell: (r) => number(r.served_per_h, 1), is_number: true },
    { title: word("col_share"), value: (r) => r.served_share, cell: (r) => share(r.served_share), is_number: true },
    { title: word("col_bar"), is_bar: true, value: (r) => r.served_share, cell: (r) => bar(r.served_share, r.served_share) },
  ], PLAN.service));
}
function draw_use() {
  const { session_levels: levels, session_hours: hours } = CONTENT.region;
  show_section("use", levels.length > 0);
  if (!levels.length) return;
  const columns = [
    { title: word("col_level"), value: (r) => level_title(r.level) },
    { title: word("col_sessions"), value: (r) => r.session_count, cell: (r) => number(r.session_count), is_number: true },
    { title: word("col_ports"), value: (r) => r.port_count, cell: (r) => number(r.port_count), is_number: true },
    { title: word("col_per_day"), value: (r) => r.session_per_day, cell: (r) => number(r.session_per_day, 2), is_number: true },
    { title: word("col_plugged"), value: (r) => r.plugged_min, cell: (r) => word("mean_median", { mean: number(r.plugged_min), median: number(r.plugged_median_min) }), is_number: true },
    { title: word("col_charging"), value: (r) => r.charging_min, cell: (r) => number(r.charging_min), is_number: true },
    { title: word("col_energy"), value: (r) => r.energy_kwh, cell: (r) => number(r.energy_kwh, 1), is_number: true },
    { title: word("col_peak_hour"), value: (r) => r.peak_hour_share, cell: (r) => share(r.peak_hour_share), is_number: true },
    { title: word("col_busy"), value: (r) => r.utilisation_share, cell: (r) => share(r.utilisation_share), is_number: true },
    { title: word("col_busy_spread"), value: (r) => r.utilisation_p50_share, cell: (r) => [r.utilisation_p10_share, r.utilisation_p50_share, r.utilisation_p90_share].map((value) => share(value)).join(" / "), is_number: true },
  ];
  const caption = word("use_period", { from: day(levels[0].from_day), to: day(levels[0].to_day) });
  fill("use", table(columns, levels, { caption }), ...levels.map((r) => pictured(hour_words(hours.filter((h) => h.level === r.level), r.level), hour_bars(hours.filter((h) => h.level === r.level)), word("use"))));
}
function interval(low, high, shown) { return low === null || high === null ? "" : ` (${word("span", { low: shown(low), high: shown(high) })})`; }
function draw_simulation() {
  const rows = PLAN.simulation;
  show_section("simulation", rows.length > 0);
  if (!rows.length) return;
  const around = (value, margin, shown) => (value === null ? "–" : margin === null ? shown(value) : word("plus_minus", { value: shown(value), margin: shown(margin) }));
  const column = (key, name, margin, shown) => ({ title: word(key), value: (r) => r[name], cell: (r) => around(r[name], r[margin], shown), is_number: true });
  const caption = word(rows[0].is_profile_measured ? "simulation_measured" : "simulation_stated", { count: rows[0].replication_count });
  fill("simulation", table([
    { title: word("col_level"), value: (r) => level_title(r.level) },
    { title: word("col_ports"), value: (r) => r.port_count, cell: (r) => number(r.port_count), is_number: true },
    { title: word("col_cars"), value: (r) => r.arrived_per_day, cell: (r) => number(r.arrived_per_day), is_number: true },
    column("col_balked", "balked_share", "balked_margin", share),
    column("col_wait", "wait_min", "wait_margin", (value) => number(value, 1)),
    column("col_busy", "utilisation_share", "utilisation_margin", share),
    column("col_peak_served", "peak_served_share", "peak_served_margin", share),
    { title: word("col_promised"), value: (r) => r.peak_served_promised_share, cell: (r) => (r.peak_served_promised_share === null ? "–" : share(r.peak_served_promised_share)), is_number: true },
  ], rows, { caption }));
}
function draw_backtest() {
  const { backtests: [head], backtest_shares: shares, backtest_aucs: areas, backtest_remarks: remarks } = CONTENT.region;
  show_section("backtest", Boolean(head));
  if (!head) return;
  const lines = [["cost", head.spent_cad, head.net_capex_cad, money], ...["site_count", "port_count", "ports_per_site", "single_port_site_count"]
    .map((key) => [key, head[`built_${key}`], head[`planned_${key}`], (value) => number(value, key === "ports_per_site" ? 1 : 0)])];
  const shown = (value, words) => (value === null ? "–" : words(value));
  const sides = table([
    { title: word("compare_figure"), value: ([key]) => word(`backtest_${key}`) },
    { title: word("col_built"), value: (r) => r[1], cell: ([, built, , words]) => shown(built, words), is_number: true },
    { title: word("col_planned"), value: (r) => r[2], cell: ([, , planned, words]) => shown(planned, words), is_number: true },
  ], lines, { caption: word("backtest_caption", { as_of: day(head.as_of), file: head.built_file }) });
  const choices = [...new Set(shares.map((r) => r.choice))].map((choice) => shares.filter((r) => r.choice === choice));
  const near = table([
    { title: word("col_choice"), value: ([r]) => word("pair", { name: word(`choice_${r.choice}`), value: number(r.site_count) }) },
    ...(choices[0] || []).map(({ distance_m }, place) => ({ title: distance(distance_m), value: (cells) => cells[place].near_share,
      cell: (cells) => share(cells[place].near_share) + interval(cells[place].low_share, cells[place].high_share, share), is_number: true })),
  ], choices, { caption: word("backtest_near") });
  const area = (value) => number(value, 3);
  const aucs = table([
    { title: word("col_measure"), value: (r) => word(`measure_${r.measure}`) },
    { title: word("col_auc"), value: (r) => r.auc, cell: (r) => area(r.auc) + interval(r.low_auc, r.high_auc, area), is_number: true },
    { title: word("col_score_gain"), value: (r) => r.score_gain, cell: (r) => (r.score_gain === null ? "–" : area(r.score_gain) + interval(r.low_gain, r.high_gain, area)), is_number: true },
  ], areas, { caption: word("backtest_auc", { distance: distance(head.near_m) }) });
  fill("backtest", sides, near, aucs, ...remarks.map((r) => make("p", { class: "note" }, named("source", r.source), between(":"), make("span", { lang: r.is_english ? "en" : null }, r[language]))));
}
function draw_money() {
  const keys = ["budget_cad", ...(PLAN.phases.some((p) => p.carried_in_cad) ? ["carried_in_cad"] : []), "capex_cad", "grant_cad", "resale_cad", "grid_upgrade_cad", "net_capex_cad", "left_cad"].filter((key) => PLAN.phases[0][key] !== undefined);
  const title = { budget_cad: "col_budget", carried_in_cad: "col_carried_in", capex_cad: "col_gross", grant_cad: "col_grant", resale_cad: "col_resale", grid_upgrade_cad: "col_grid_upgrade", net_capex_cad: "col_net", left_cad: "col_left" };
  const columns = [
    { title: word("col_phase"), value: (p) => p.phase, cell: (p) => (p.phase === null ? word("money_total") : word("pair", { name: p.phase, value: phase_title(p) })) },
    ...keys.map((key) => ({ title: word(title[key]), value: (p) => p[key], cell: (p) => money(p[key]), is_number: true })),
    { title: word("col_bar"), is_bar: true, value: (p) => p.net_capex_cad / p.budget_cad, cell: (p) => bar(p.net_capex_cad / p.budget_cad, p.net_capex_cad / p.budget_cad) },
  ];
  const total = PLAN.phases.length > 1 ? { phase: null, ...PLAN.money[0] } : null;
  fill("money", table(columns, PLAN.phases, { total }));
}
function payback(row) { return row.payback_year === null ? word("payback_never") : word("payback_years", { count: row.payback_year }); }
function draw_economy() {
  const [plan] = PLAN.economy;
  show_section("economy", PLAN.site_economy.length > 0);
  if (!PLAN.site_economy.length) return;
  fill("economy-lead", [
    word(plan.npv_cad < 0 ? "economy_lead_less" : "economy_lead", { from: plan.first_year, to: plan.last_year, npv: money(plan.npv_cad), subsidy: money(plan.subsidy_needed_cad), payback: payback(plan) }),
    word("economy_lead_gas", { energy: number(plan.energy_kwh_per_year / 1000), tonnes: number(plan.ghg_avoided_t_per_year, 1) }),
    ...(plan.subsidy_cad_per_t > 0 ? [word("economy_lead_tonne", { money: money(plan.subsidy_cad_per_t) })] : []),
    word(plan.is_session_counted ? "economy_counted" : "economy_by_use"),
  ].join(" "));
  const sums = ["net_capex_cad", "grid_upgrade_cad", "revenue_cad", "energy_cad", "demand_charge_cad", "upkeep_cad", "network_fee_cad", "payment_fee_cad", "cash_flow_cad", "cumulative_cash_flow_cad"]
    .filter((key) => key !== "grid_upgrade_cad" || PLAN.cash_flow.some((r) => r.grid_upgrade_cad));
  const by_year = [
    { title: word("col_year"), value: (r) => r.year },
    { title: word("col_mwh"), value: (r) => r.energy_kwh, cell: (r) => number(r.energy_kwh / 1000), is_number: true },
    ...sums.map((key) => ({ title: word(`col_${key}`), value: (r) => r[key], cell: (r) => money(r[key]), is_number: true })),
  ];
  fill("economy", pictured(cash_words(PLAN.cash_flow), cash_bars(PLAN.cash_flow), word("economy_years")), table(by_year, PLAN.cash_flow));
  const site_of = new Map(projects(PLAN).map((site) => [site.site_id, site]));
  fill("site-economy", make("h3", {}, word("economy_sites")), ...(plan.is_session_counted ? [make("p", { class: "note" }, word("economy_caution"))] : []), table([
    { title: word("col_phase"), value: (r) => r.phase, is_number: true },
    { title: word("col_action"), value: (r) => word(`action_${r.action}`), cell: (r) => tag(r.action) },
    { title: word("col_name"), value: (r) => name_of(site_of.get(r.site_id)), cell: (r) => site_link(site_of.get(r.site_id)) },
    { title: word("col_net"), value: (r) => r.net_capex_cad, cell: (r) => money(r.net_capex_cad), is_number: true },
    { title: word("col_mwh_per_year"), value: (r) => r.energy_kwh_per_year, cell: (r) => number(r.energy_kwh_per_year / 1000, 1), is_number: true },
    { title: word("col_npv"), value: (r) => r.npv_cad, cell: (r) => money(r.npv_cad), is_number: true },
    { title: word("col_payback"), value: (r) => r.payback_year ?? Infinity, cell: payback, is_number: true },
    { title: word("col_subsidy"), value: (r) => r.subsidy_needed_cad, cell: (r) => money(r.subsidy_needed_cad), is_number: true },
    { title: word("col_cost_per_kwh"), value: (r) => r.cost_cad_per_kwh, cell: (r) => number(r.cost_cad_per_kwh, 2), is_number: true },
    { title: word("col_tonnes"), value: (r) => r.ghg_avoided_t_per_year, cell: (r) => number(r.ghg_avoided_t_per_year, 1), is_number: true },
  ], PLAN.site_economy));
}
function draw_grid() {
  const rows = PLAN.grid_load.filter((row) => row.phase === last_phase(PLAN));
  show_section("grid", rows.length > 0);
  const columns = [
    { title: word("col_grid_kind"), value: (r) => word(`grid_kind_${r.grid_kind}`) },
    { title: word("col_grid_node"), value: (r) => r.name },
    { title: word("col_added"), value: (r) => r.added_kw, cell: (r) => power(r.added_kw), is_number: true },
    { title: word("col_by_curve"), value: (r) => r.curve_kw, cell: (r) => word("by_curve", { power: power(r.curve_kw), count: r.port_count }), is_number: true },
    { title: word("col_remaining"), value: (r) => r.remaining_kw, cell: (r) => power(r.remaining_kw) + (r.is_assumed ? ` (${word("grid_assumed")})` : ""), is_number: true },
    { title: word("col_use"), value: (r) => r.use_share, cell: (r) => share(r.use_share), is_number: true },
    { title: word("col_bar"), is_bar: true, value: (r) => r.use_share, cell: (r) => bar(r.use_share, r.use_share) },
  ];
  if (rows.some((row) => row.grid_upgrade_kw)) {
    columns.splice(5, 0, { title: word("col_grid_upgrade"), value: (r) => r.grid_upgrade_kw, cell: (r) => power(r.grid_upgrade_kw), is_number: true });
  }
  fill("grid", table(columns, rows));
}
function group_label(kind, name) { return kind === "municipality" ? name : named("value", name.replaceAll(" ", "_")); }
function draw_equity() {
  const rows = PLAN.equity.filter((row) => row.phase === last_phase(PLAN));
  show_section("equity", rows.length > 0);
  const columns = [
    { title: word("col_group"), value: group_words },
    { title: word("col_level"), value: (r) => level_title(r.level) },
    { title: word("col_people"), value: (r) => r.population, cell: (r) => number(r.population), is_number: true },
    { title: word("col_before"), value: (r) => r.before_share, cell: (r) => share(r.before_share), is_number: true },
    { title: word("col_after"), value: (r) => r.after_share, cell: (r) => share(r.after_share), is_number: true },
    { title: word("col_bar"), is_bar: true, value: (r) => r.after_share - r.before_share, cell: (r) => bar(r.before_share, r.after_share) },
  ];
  if (rows.some((row) => row.floor_share)) columns.push({ title: word("col_floor"), value: (r) => r.floor_share, cell: (r) => share(r.floor_share), is_number: true });
  fill("equity", table(columns, rows));
}
// Stations of today that neither count nor may be changed, with whom they are for.
function draw_apart() {
  show_section("apart", PLAN.apart.length > 0);
  const columns = [
    { title: word("col_name"), value: (r) => r.name },
    { title: word("col_address"), value: (r) => r.address },
    { title: word("col_area"), value: (r) => r.area },
    { title: word("col_access"), value: (r) => word(`access_${r.access || "public"}`) },
    { title: word("col_hours"), value: (r) => r.access_hours },
    { title: word("col_station_owner"), value: (r) => word(`owner_type_${r.owner_type || "unknown"}`) },
    { title: word("col_kind"), value: (r) => (r.facility_kind || "").replaceAll("_", " ") },
    { title: word("col_ports"), value: (r) => r.port_count, cell: (r) => number(r.port_count), is_number: true },
    { title: word("col_power_all"), value: (r) => r.kw, cell: (r) => (r.kw === null ? null : power(r.kw)), is_number: true },
    { title: word("col_status"), value: status_words },
  ];
  fill("apart", table(columns, PLAN.apart));
}
// Stations of the feeds that are not in service any more, with the list that tells.
function draw_gone() {
  const { gone } = CONTENT.region;
  show_section("gone", gone.length > 0);
  const columns = [
    { title: word("col_name"), value: (r) => r.name },
    { title: word("col_address"), value: (r) => r.address },
    { title: word("col_ports"), value: (r) => r.port_count, cell: (r) => number(r.port_count), is_number: true },
    { title: word("col_status"), value: status_words },
    { title: word("col_records"), value: (r) => r.source_ids },
  ];
  fill("gone", table(columns, gone));
}
// What a row of a rule speaks of: its phase, its node of the grid, its level.
function about_words({ about, row_count }) {
  const known = { level: level_title, group_kind: (kind) => named("group", kind), limit: (limit) => named("limit", limit.replaceAll(" ", "_")),
    group_name: (name) => group_label(about.group_kind, name), place: (place) => word(`place_${place}`, { number: about.number }), number: () => null };
  const parts = Object.entries(about).map(([key, value]) => (known[key] ? known[key](value) : word(`about_${key}`, { value })));
  return row_count > 1 ? word("about_all", { count: row_count }) : capital(parts.filter(Boolean).join(", ") || word("money_total"));
}
function draw_analyses() {
  draw_sensitivity();
  if (PLAN.robust.length) {
    const robust = PLAN.robust.filter((site) => site.is_robust);
    fill("robust", make("h3", {}, word("robust")), robust.length ? table([
      { title: word("col_name"), value: name_of, cell: site_link },
      { title: word("col_chosen"), value: (r) => r.run_count, cell: (r) => word("chosen_of", { chosen: r.run_count, count: r.run_count }), is_number: true },
    ], robust) : make("p", {}, word("robust_none", { count: PLAN.robust[0].run_count })));
  }
  show_section("pareto", PLAN.pareto.length > 0);
  if (PLAN.pareto.length) fill("pareto", pictured(pareto_words(PLAN.pareto), pareto(PLAN.pareto), word("pareto")));
}
function draw_compare() {
  const other = CONTENT.plans[1];
  show_section("compare", Boolean(other));
  if (!other) return;
  const names = [PLAN, other].map(plan_name);
  const figures = [["figure_gross", {}, (p) => p.run.capex_cad, money], ["figure_net", {}, (p) => p.run.net_capex_cad, money], ["figure_projects", {}, (p) => projects(p).length, number],
    ["figure_gap", {}, (p) => p.run.mip_gap, (v) => share(v, 2)]];
  for (const { level } of PLAN.levels) {
    const values = { level: level_title(level) };
    if (!at_end(PLAN, level) || !at_end(other, level)) continue;
    figures.push(["figure_coverage", values, (p) => at_end(p, level).after_share, (v) => share(v, 2)]);
    if (CONTENT.people) figures.push(["figure_people", values, (p) => people(p, level, last_phase(p)), number]);
  }
  const columns = [{ title: word("compare_figure"), value: ([key, values]) => word(key, values) },
    ...[PLAN, other].map((plan, n) => ({ title: names[n], value: ([, , get]) => get(plan), cell: ([, , get, text]) => text(get(plan)), is_number: true })),
    { title: word("compare_difference"), value: ([, , get]) => get(other) - get(PLAN), cell: ([, , get, text]) => text(get(other) - get(PLAN)), is_number: true }];
  const [mine, theirs] = [PLAN, other].map((plan) => new Map(projects(plan).map((site) => [site.site_id, site])));
  const as_text = (site) => `${word(`action_${site.action}`)}, ${ports_text(site.ports_after)}, ${word("map_phase", { phase: site.phase })}`;
  const is_same = (a, b) => a.action === b.action && a.ports_after === b.ports_after && a.phase === b.phase;
  const list = (title, sites, text) => (sites.length ? [make("h3", {}, `${title} (${number(sites.length)})`), make("ul", {}, ...sites.map((site) => make("li", {}, word("pair", { name: name_of(site), value: text(site) }))))] : []);
  const both = [...mine.values()].filter((site) => theirs.has(site.site_id));
  fill("compare", table(columns, figures),
    ...list(word("compare_only", { name: names[0] }), [...mine.values()].filter((site) => !theirs.has(site.site_id)), as_text),
    ...list(word("compare_only", { name: names[1] }), [...theirs.values()].filter((site) => !mine.has(site.site_id)), as_text),
    ...list(word("compare_differ"), both.filter((site) => !is_same(site, theirs.get(site.site_id))), (site) => `${as_text(site)} / ${as_text(theirs.get(site.site_id))}`),
    make("p", {}, word("compare_same", { count: both.filter((site) => is_same(site, theirs.get(site.site_id))).length })));
}
// A term that counts one level has its name after a point.
function term_words(term) {
  const [, level] = term.split(".");
  return level ? word("pair", { name: named("term", term), value: level_title(level) }) : named("term", term);
}
function draw_sure() {
  const { run } = PLAN;
  const facts = [["sure_status", word(`status_${run.status}`)], ["sure_objective", number(run.objective, 4)], ["sure_bound", number(run.dual_bound, 4)], ["sure_gap", share(run.mip_gap, 3)],
    ["sure_solver", `${run.solver} ${run.solver_version}`]];
  fill("sure", make("dl", { class: "facts" }, ...facts.flatMap(([key, text]) => [make("dt", {}, word(key)), make("dd", {}, text)])),
    make("h3", {}, word("sure_audit")), table([
      { title: word("col_rule"), value: (r) => named("rule", r.rule) },
      { title: word("sure_found"), value: (r) => (r.is_on || r.violation_count ? r.violation_count : -1), cell: (r) => (r.is_on || r.violation_count ? number(r.violation_count) : word("sure_not_asked")), is_number: true },
    ], PLAN.audit),
    make("h3", {}, word("sure_terms")), table([
      { title: word("col_term"), value: (r) => term_words(r.term) },
      { title: word("col_value"), value: (r) => r.value, cell: (r) => number(r.value, 4), is_number: true },
      { title: word("col_weight"), value: (r) => r.weight, cell: (r) => number(r.weight, 2), is_number: true },
      { title: word("col_contribution"), value: (r) => r.contribution, cell: (r) => number(r.contribution, 4), is_number: true },
    ], PLAN.terms));
}
function draw_data() {
  const { sources, attribution } = CONTENT.region;
  fill("data", table([
    { title: word("col_source"), value: (r) => named("source", r.source) },
    { title: word("col_file"), value: (r) => r.file_name },
    { title: word("col_records"), value: (r) => r.row_count, cell: (r) => number(r.row_count), is_number: true },
    { title: word("col_rejected"), value: (r) => r.reject_count, cell: (r) => number(r.reject_count), is_number: true },
    { title: word("col_date"), value: (r) => r.data_date },
    { title: word("col_licence"), value: (r) => r.licence },
  ], sources), make("h3", {}, word("assumptions")), make("ul", {}, ...CONTENT.assumptions.map((row) => make("li", { lang: row.is_english ? "en" : null }, row[language]))));
  const lines = [...attribution.map((row) => row.attribution), ...(CONTENT.tiles ? [CONTENT.tiles.attribution] : [])].filter(Boolean);
  fill("attribution", ...lines.map((line) => make("li", {}, line)));
}

function options(id, kind, name, entries, is_checked, change) {
  const legend = document.querySelector(`#${id} legend`);
  fill(id, legend, ...entries.map(([value, text]) => {
    const input = make("input", { type: kind, name, value });
    input.checked = is_checked(value);
    input.addEventListener("change", () => { change(value, input.checked); refresh_maps(); });
    return make("label", {}, input, make("span", {}, text));
  }));
}
// What the map shows, for those who do not see it.
function draw_map_text() {
  const sites = projects(PLAN), gain = PLAN.equity.filter((row) => row.phase === last_phase(PLAN) && row.group_kind === "municipality");
  const named_sites = sites.map((site) => `${site.number}${between(":")}${[name_of(site), place_words(site), site.area, word(`action_${site.action}`)].filter(Boolean).join(", ")}`);
  const areas = gain.map((row) => word("map_text_area", { area: row.group_name, level: level_title(row.level), before: share(row.before_share), after: share(row.after_share) }));
  fill("map-text", make("summary", {}, word("map_text")), make("p", {}, word("map_text_projects", { count: sites.length })), make("ol", { class: "plain" }, ...named_sites.map((text) => make("li", {}, text))),
    ...(areas.length ? [make("p", {}, word("map_text_areas")), make("ul", {}, ...areas.map((text) => make("li", {}, text)))] : []));
}
function draw_controls() {
  const longest = CONTENT.plans.reduce((a, b) => (b.phases.length > a.phases.length ? b : a));
  options("when", "radio", "when", [[0, word("map_before")], ...longest.phases.map((p) => [p.phase, CONTENT.plans.length > 1 ? word("map_phase", { phase: p.phase }) : word("pair", { name: word("map_phase", { phase: p.phase }), value: phase_title(p) })])],
    (phase) => phase === phase_of(longest), (phase) => { choice.phase = phase; });
  const levels = CONTENT.levels.map(({ level }) => [ground_of(level), word("map_ground_level", { level: level_title(level) })]).reverse();
  const others = [...(CONTENT.people ? ["population", "ev_count"] : []), "none"];
  options("ground", "radio", "ground", [...levels, ...others.map((g) => [g, word(`map_ground_${g}`)])], (g) => g === choice.ground, (g) => { choice.ground = g; });
  options("layers", "checkbox", "layer", Object.keys(choice.layers).map((layer) => [layer, word(`map_layer_${layer}`)]), (layer) => choice.layers[layer],
    (layer, is_on) => { choice.layers[layer] = is_on; });
}
function find_station() {
  const input = document.getElementById("search"), asked = input.value.trim().toLocaleLowerCase(locale());
  const found = asked ? PLAN.stations.map((f) => f.properties).filter((site) => name_of(site).toLocaleLowerCase(locale()).includes(asked)).slice(0, 20) : [];
  input.setAttribute("aria-expanded", String(found.length > 0));
  fill("found", ...(asked && !found.length ? [make("li", {}, word("search_none"))] : found.map((site) => make("li", {},
    make("button", { type: "button", onclick: () => choose(PLAN, site.site_id) }, name_of(site), " ", tag(site.action))))));
}
function draw_all() {
  document.documentElement.lang = language;
  document.title = word("page_title", { region: CONTENT.title });
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = word(element.dataset.word);
  for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", word(element.dataset.label));
  fill("title", document.title);
  fill("scenario", word("scenario_run", { scenario: PLAN.run.scenario_name, run: PLAN.run.run_id, date: day(PLAN.run.finished_at), adopted: word(PLAN.run.is_adopted ? "plan_is_adopted" : "plan_is_not_adopted") }));
  const next = language === "fr" ? "en" : "fr", button = document.getElementById("language");
  button.textContent = WORDS[next].language_name;
  button.lang = next;
  CONTENT.plans.forEach((plan, n) => {
    const container = document.getElementById(n ? "other-map" : "map");
    container.setAttribute("aria-label", `${word("map_label")} ${plan_name(plan)}`);
    if (maps[n]) maps[n].name();
    fill(n ? "other-map-name" : "map-name", plan_name(plan));
  });
  document.getElementById("maps").classList.toggle("side-by-side", CONTENT.plans.length > 1);
  for (const draw of [draw_answer, draw_map_text, draw_controls, () => draw_detail(null), draw_decisions, draw_programme, draw_street, draw_ports, draw_level_service, draw_coverage, draw_service, draw_use, draw_simulation, draw_backtest, draw_money, draw_grants, draw_economy, draw_grid, draw_grid_hours, draw_equity, draw_apart, draw_gone, draw_binding, draw_analyses, draw_compare, draw_sure, draw_progress, draw_parameters, draw_data, find_station, draw_origins]) draw();
  refresh_maps();
}

document.getElementById("language").addEventListener("click", () => { language = language === "fr" ? "en" : "fr"; draw_all(); });
document.getElementById("print").addEventListener("click", () => print());
document.getElementById("search").addEventListener("input", find_station);
document.getElementById("whole").addEventListener("click", show_whole);
document.getElementById("controls").addEventListener("submit", (event) => event.preventDefault());
start_street();
draw_all();
start_maps();
