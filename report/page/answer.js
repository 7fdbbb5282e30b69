"use strict";
// The first screen: what, where, when, how much, whom it serves and how sure that is, in a few lines each.
const IDLE = { no_site: "idle_no_site", no_change: "idle_no_change", owner: "idle_owner", site_power: "idle_site_power", site_price: "idle_site_price", level: "idle_level",
  lock: "idle_lock", grid: "idle_grid", budget: "idle_budget", worth: "idle_worth" };
function nothing_words() {
  const reasons = PLAN.idle.map((row) => word(IDLE[row.reason], { action: word(`action_${row.action}`), count: row.site_count, left: number(row.affordable_count),
    least: row.net_cad_min === null ? "" : money(row.net_cad_min), most: row.money_cad_max === null ? "" : money(row.money_cad_max) }));
  return [word("answer_nothing"), ...reasons].join(" ");
}

const FLOOR = { coverage_min_share: "floor_coverage_min_share", served_min_share: "floor_served_min_share", station_count_min: "floor_station_count_min",
  floor_share: "floor_floor_share", ratio_min: "floor_ratio_min" };
function group_words({ group_kind, group_name }) {
  return word("pair", { name: named("group", group_kind), value: group_label(group_kind, group_name) });
}
function floor_name(row) {
  const key = row.floor === "station_count_min" && row.level !== null ? "floor_level_station_count_min" : FLOOR[row.floor];
  return word(key, { phase: row.phase, level: row.level === null ? "" : level_title(row.level), area: row.planning_area, group: row.group_kind === null ? "" : group_words(row) });
}
function floor_value(row, value) { return row.planning_area === null ? share(value, 2) : number(value); }

function draw_card({ level, service_distance_m }) {
  const all = CONTENT.people, before = people(PLAN, level, 0), after = people(PLAN, level, last_phase(PLAN)), gain = Math.round(after - before);
  const row = at_end(PLAN, level);
  if (!all) return make("div", { class: "card" }, level_title(level), make("b", {}, `${share(row.before_share)} → ${share(row.after_share)}`), bar(row.before_share, row.after_share));
  const kind = gain > 0 ? "answer_people" : gain < 0 ? "answer_people_less" : "answer_people_same";
  return make("div", { class: "card" }, level_title(level), make("b", {}, `${share(before / all)} → ${share(after / all)}`), bar(before / all, after / all),
    word(kind, { level: level_title(level), before: share(before / all), after: share(after / all), distance: distance(service_distance_m), count: Math.abs(gain) }));
}


const OVERVIEW = CONTENT.plans[0].overview[0];
const SITES_NAMED = 3, AREAS_NAMED = 6, EFFECTS_NAMED = 3;

function signed(value, digits = 0) { return formatted(value, { minimumFractionDigits: digits, maximumFractionDigits: digits, signDisplay: "exceptZero" }); }
function list_of(parts) { return new Intl.ListFormat(locale(), { type: "conjunction" }).format(parts); }
// Ports by charger type, as the number of them and the type.
function ports_sum(counts) { return counts.map(([type, count]) => `${number(count)}\u00a0×\u00a0${title_of("charger", type)}`).join(" + "); }
function lead_words() {
  const sites = projects(PLAN);
  if (!sites.length) return nothing_words();
  // what some sites get and others lose is told apart: of the same type it would hide one another
  const change = sites.map((site) => [site.ports_before, site.ports_after].map((layout) => Object.fromEntries(port_counts(layout))));
  const all = (sign) => PLAN.ports.map(({ charger_type: type }) => [type, change.reduce((count, [before, after]) => count + Math.max(sign * ((after[type] || 0) - (before[type] || 0)), 0), 0)])
    .filter(([, count]) => count > 0);
  const added = all(1), taken = all(-1);
  const ports = [...(added.length ? [word("lead_added", { ports: ports_sum(added) })] : []), ...(taken.length ? [word("lead_taken", { ports: ports_sum(taken) })] : [])];
  return `${capital(count_words(sites))}${between(":")}${list_of(ports)}.`;
}
function number_mark(site) { return make("span", { class: "mark", "aria-hidden": "true" }, symbol_image(site.action, site.number)); }
// A project as its number on the map, its name and its address; choosing it shows it there.
function site_entry(site) {
  const place = `${site.number}${between(":")}${name_of(site)}`;
  const button = make("button", { type: "button", class: "link", "aria-label": word("show_on_map", { name: place }), onclick: () => choose(PLAN, site.site_id) }, name_of(site));
  return make("li", {}, number_mark(site), make("span", {}, button, make("span", { class: "quiet" }, ` ${place_words(site)}`)));
}
function draw_where() {
  const sites = projects(PLAN), named_first = [...sites].sort((a, b) => (b.only_population || 0) - (a.only_population || 0) || a.number - b.number)
    .slice(0, sites.length === SITES_NAMED + 1 ? sites.length : SITES_NAMED);
  const areas = new Map();
  for (const site of sites) if (site.area) areas.set(site.area, (areas.get(site.area) || 0) + 1);
  const where = [...areas].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).map(([area, count]) => `${area} (${number(count)})`);
  const rest = sites.length - named_first.length;
  if (where.length > AREAS_NAMED + 1) where.splice(AREAS_NAMED, Infinity, word("where_areas", { count: where.length - AREAS_NAMED }));
  return [
    make("ol", { class: "sites" }, ...named_first.sort((a, b) => a.number - b.number).map(site_entry)),
    ...(rest > 0 ? [make("a", { href: "#decisions-section" }, word("where_rest", { count: rest }))] : []),
    ...(sites.length > 1 && areas.size > 1 ? [make("span", { class: "quiet wide" }, ` (${where.join(", ")})`)] : []),
  ];
}
function years_words(first, last) { return first === last ? String(first) : word("years", { first, last }); }
function when_words() {
  const { first_year: first, last_year: last } = OVERVIEW, now = new Date().getFullYear();
  if (first === null) return "–";
  const years = years_words(first, last);
  return [PLAN.phases.length > 1 ? word("when_phases", { years, count: PLAN.phases.length }) : years, ...(first < now ? [word("when_past", { year: first })] : [])].join(" ");
}
function money_words() {
  const { capex_cad: gross, grant_cad: grants, resale_cad: resale, grid_upgrade_cad: upgrades, net_capex_cad: net, port_added_count: ports } = OVERVIEW;
  const parts = [word("money_gross", { money: money(gross) }), ...(upgrades > 0 ? [`+ ${word("money_upgrades", { money: money(upgrades) })}`] : []), `\u2212 ${word("money_grants", { money: money(grants) })}`,
    ...(resale > 0 ? [`\u2212 ${word("money_resale", { money: money(resale) })}`] : [])];
  return [`${parts.join(" ")} = `, make("b", {}, word("money_net", { money: money(net) })), ...(ports > 0 ? [`${between(";")}${word("money_unit", { gross: money(OVERVIEW.capex_cad_per_port), net: money(OVERVIEW.net_capex_cad_per_port) })}`] : [])];
}
// Of each level: the people within its service distance, and the sessions that it serves.
function whom_lines() {
  return PLAN.levels.filter((row) => at_end(PLAN, row.level)).map((row) => {
    const served = PLAN.service.find((found) => found.phase === last_phase(PLAN) && found.level === row.level);
    return `${[reach_words(row), ...(served ? [word("whom_served", { share: share(served.served_share, 0) })] : [])].join(between(";"))}.`;
  });
}
function reach_words({ level, service_distance_m }) {
  const values = { level: level_title(level), distance: distance(service_distance_m) };
  if (!CONTENT.people) return word("whom_share", { ...values, before: share(at_end(PLAN, level).before_share), after: share(at_end(PLAN, level).after_share) });
  const before = people(PLAN, level, 0), after = people(PLAN, level, last_phase(PLAN)), gain = Math.round(after - before);
  return gain === 0 ? word("whom_same", { ...values, share: share(after / CONTENT.people) })
    : word("whom_change", { ...values, change: signed(gain), share: share(after / CONTENT.people), before: share(before / CONTENT.people), count: Math.abs(gain) });
}
function effect_words(row) {
  const [worst, best] = [row.value_worst, row.value_best].map(plain), name = named("parameter", row.parameter);
  const range = worst === best ? word("effect_value", { name, value: worst }) : word("effect_range", { name, worst, best });
  if (row.people_change_worst === null) return range;
  const [least, most] = [row.people_change_worst, row.people_change_best].map(Math.round);
  const change = least === 0 && most === 0 ? word("effect_none") : least === most ? word("effect_people", { level: level_title(row.level), change: signed(least) })
    : word("effect_span", { level: level_title(row.level), least: signed(least), most: signed(most) });
  return word("pair", { name: range, value: change });
}
function robust_words() {
  const { project_count: count, plan_count: plans, robust_count: robust, chosen_count_min: least } = OVERVIEW;
  if (!count) return null;
  if (plans === null) return word("sure_not_tested");
  if (robust === count) return word("sure_all", { count, plans: number(plans) });
  return word("sure_some", { count, robust: number(robust), plans: number(plans), least: number(least) });
}
function gap_words() {
  const { run } = PLAN;
  return word(run.status === "optimal" ? "sure_gap_met" : "sure_gap_open", { gap: share(Math.max(run.mip_gap, 0.0001), 2) });
}
function draw_sure_lines() {
  const violations = sum(PLAN.audit, "violation_count"), effects = PLAN.effects.slice(0, EFFECTS_NAMED);
  return [
    make("b", {}, robust_words()),
    ...(effects.length ? [make("span", {}, ` ${word("sure_matter")}`), make("ol", { class: "effects" }, ...effects.map((row) => make("li", {}, effect_words(row))))] : []),
    make("span", { class: "quiet", id: "certainty" }, ` ${gap_words()} ${word("sure_audited", { audit: violations ? word("audit_violations", { count: violations }) : word("audit_clean") })}`),
  ];
}
// What a reader has to know before the figures.
function draw_cautions() {
  const told = [];
  if (CONTENT.is_synthetic) told.push(word("synthetic"));
  if (OVERVIEW.is_gap_above) told.push(word("caution_gap", { gap: share(PLAN.run.mip_gap, 1), most: share(OVERVIEW.mip_gap_max, 1) }));
  if (OVERVIEW.is_straight_line) told.push(word("caution_straight"));
  else if (OVERVIEW.is_road_approximate) told.push(word("caution_roads"));
  if (OVERVIEW.assumed_grid_count) told.push(word("caution_grid", { count: OVERVIEW.assumed_grid_count, all: number(OVERVIEW.grid_count) }));
  fill("cautions", ...told.map((text) => make("li", {}, text)));
  document.getElementById("cautions").hidden = !told.length;
}
function draw_answer() {
  const sites = projects(PLAN);
  draw_cautions();
  fill("lead", lead_words());
  fill("where", ...(sites.length ? draw_where() : []));
  const facts = [["fact_when", [make("b", {}, when_words())]], ["fact_money", money_words()],
    ["fact_whom", whom_lines().map((line) => make("span", { class: "line" }, line))], ["fact_sure", draw_sure_lines()]].filter(([key]) => sites.length || key !== "fact_when");
  fill("facts", ...facts.flatMap(([key, parts]) => [make("dt", {}, word(key)), make("dd", {}, ...parts)]));
  fill("cards", ...PLAN.levels.filter((row) => at_end(PLAN, row.level)).map(draw_card));
  const steps = PLAN.phases.map((phase) => {
    const own = sites.filter((site) => site.phase === phase.phase);
    return make("li", {}, word(own.length ? "answer_phase" : "answer_phase_nothing", { phase: phase.phase, year: phase.year, title: phase_title(phase), what: count_words(own),
      money: money(phase.capex_cad), net: money(phase.net_capex_cad), budget: money(phase.budget_cad) }));
  });
  for (const row of PLAN.floors) steps.push(make("li", {}, word("answer_floor", { floor: floor_name(row), asked: floor_value(row, row.asked_value), used: floor_value(row, row.used_value) })));
  fill("steps", ...steps);
}
