"use strict";
// The programme: the plan's phases, after those of the plans that it continues. When work has to begin, what is reached beside what
// there is if nothing is done, and what it costs so far.
const PROGRAMME_COLOURS = ["#0072b2", "#b34700", "#007a57", "#9c4a7f", "#5d666e"];
const BARS = { connection: "#e69f00", permit: "#9aa2a9", construction: "#0072b2", late: "#b34700", open: "#007a57" };
const PROJECTS_EACH = 8;
const narrow = matchMedia("(max-width: 40rem)");
const DAY_MS = 86400e3;

function at_day(text) { return Date.parse(text); }
// A text in lines of so many signs at most, broken between words.
function in_lines(text, most) {
  return text.split(" ").reduce((lines, part) => {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + part.length <= most) return [...lines.slice(0, -1), `${last} ${part}`];
    return [...lines, part];
  }, []);
}
function step_words(step) { return word("programme_step", { phase: step.step_number, year: step.year, title: phase_title(step) }); }

// One bar each where there are few projects, else one for all of a step with the same days.
function bars_of(steps, schedule) {
  const step_of = new Map(steps.map((step) => [step.step_number, step]));
  if (schedule.length <= PROJECTS_EACH) return schedule.map((row) => ({ ...row, label: `${row.year}${between(":")}${name_of(row)}` }));
  const groups = new Map();
  for (const row of schedule) {
    const key = [row.step_number, row.connection_from, row.permit_from, row.construction_from].join();
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(row);
  }
  return [...groups.values()].map((rows) => ({ ...rows[0], label: word("programme_bar", { step: step_words(step_of.get(rows[0].step_number)), count: rows.length }) }));
}
// Years that are told on an axis: each, or every 2nd, 5th, 10th, so that their figures do not touch.
function years_between(first, last, room) {
  const step = [1, 2, 5, 10, 20, 50].find((n) => (last - first + 1) * 44 / n <= room) ?? 100;
  return Array.from({ length: last - first + 1 }, (_, n) => first + n).filter((year) => year % step === 0 || step === 1);
}
function timeline(bars, planned_on) {
  const [width, right, most, size] = narrow.matches ? [360, 104, 48, 11] : [760, 180, 90, 13], [top, lane, line] = [26, 13, 15];
  const begin = Math.min(...bars.map((row) => at_day(row.begin_on)), at_day(planned_on)) - 20 * DAY_MS;
  const end = Math.max(...bars.map((row) => at_day(row.in_service_by) + DAY_MS)), now_share = (at_day(planned_on) - begin) / (end - begin);
  const x = (time) => 4 + (time - begin) / (end - begin) * (width - right - 4), now = x(at_day(planned_on)), edge = now_share < 0.1 ? now + 6 : 4;
  const labels = bars.map((row) => in_lines(row.label, most));
  const places = labels.reduce((found, lines) => [...found, found.at(-1) + lines.length * line + 2 * lane + 16], [top]), base = places.at(-1);
  const picture = svg("svg", { viewBox: `0 0 ${width} ${base + 24}`, role: "img", "aria-label": word("programme_timeline") });
  const first = new Date(begin).getUTCFullYear(), last = new Date(end - 1).getUTCFullYear();
  for (let year = first + 1; year <= last + 1; year += 1) picture.append(svg("line", { x1: x(Date.UTC(year, 0, 1)), x2: x(Date.UTC(year, 0, 1)), y1: top, y2: base, stroke: "#d0d7de" }));
  for (const year of years_between(first, last, width - right)) {
    const [from, to] = [Math.max(begin, Date.UTC(year, 0, 1)), Math.min(end, Date.UTC(year + 1, 0, 1))];
    if (x(to) - x(from) >= 32 || last - first > 5) picture.append(svg("text", { x: (x(from) + x(to)) / 2, y: base + 17, "text-anchor": "middle", "font-size": size }, String(year)));
  }
  picture.append(svg("line", { x1: now, x2: now, y1: top - 8, y2: base, stroke: "#1b1f24", "stroke-dasharray": "4 3" }));
  picture.append(svg("text", { x: now, y: top - 12, "text-anchor": now_share > 0.5 ? "end" : "start", "font-size": size - 1 }, word("programme_planned", { day: day(planned_on) })));
  bars.forEach((row, place) => {
    const open = at_day(row.in_service_by) + DAY_MS, y = places[place] + labels[place].length * line + 6, at = x(open);
    const names = { connection: word("programme_connection"), permit: word("programme_permit"), construction: word(row.action === "remove" ? "programme_removal" : "programme_construction") };
    const rect = (kind, from, to, top_y) => picture.append(svg("rect", { x: x(at_day(from)), y: top_y, width: Math.max(x(to) - x(at_day(from)), 1), height: lane - 2, fill: BARS[kind] },
      svg("title", {}, `${names[kind]}${between(":")}${day(from)}`)));
    labels[place].forEach((text, n) => {
      const label = svg("text", { x: edge, y: places[place] + (n + 1) * line, class: "halo", "font-weight": 600, "font-size": size }, text);
      if (row.is_late && n === labels[place].length - 1) label.append(svg("tspan", { style: `fill: ${BARS.late}` }, ` ${word("programme_too_late")}`));
      picture.append(label);
    });
    const parts = [row.permit_from ? names.permit : null, names.construction].filter(Boolean);
    if (row.permit_from) rect("permit", row.permit_from, at_day(row.construction_from), y);
    rect("construction", row.construction_from, open, y);
    picture.append(svg("text", { x: at + 9, y: y + 10, "font-size": size - 1 }, parts.join(", ")));
    if (row.connection_from) {
      rect("connection", row.connection_from, open, y + lane);
      picture.append(svg("text", { x: at + 9, y: y + 10 + lane, "font-size": size - 1 }, names.connection));
    }
    const middle = y + (row.connection_from ? lane - 1 : lane / 2 - 1);
    picture.append(svg("path", { d: `M${at} ${middle - 7}l6 7l-6 7l-6-7z`, fill: BARS.open, stroke: "#fff" }, svg("title", {}, word("programme_open", { day: day(row.in_service_by) }))));
  });
  return picture;
}

// Lines of shares over the steps, from today on; each is named at its end.
function share_lines(series, names, label) {
  const [width, height, left, right, bottom] = narrow.matches ? [360, 260, 48, 132, 30] : [760, 280, 50, 230, 30], size = narrow.matches ? 11 : 13, line = size + 3;
  const all = series.flatMap((one) => one.values).filter((value) => value !== null && value !== undefined);
  const low = Math.min(Math.floor(Math.min(...all) / 0.2 + 1e-9) * 0.2, 0.8), high = Math.max(Math.ceil(Math.max(...all) / 0.2 - 1e-9) * 0.2, low + 0.2);
  const x = (n) => left + 8 + n / Math.max(names.length - 1, 1) * (width - left - right - 16), y = (value) => 12 + (high - value) / (high - low) * (height - bottom - 20);
  const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label, "font-size": size });
  rungs(picture, ticks(low, high, 5).values, { left, right: width - right, y, text: (value) => share(value, 0) });
  names.forEach((name, n) => picture.append(svg("text", { x: x(n), y: height - 8, "text-anchor": "middle", "font-size": size }, name)));
  const ends = [];
  for (const one of series) {
    const points = one.values.map((value, n) => [value, n]).filter(([value]) => value !== null && value !== undefined);
    if (!points.length) continue;
    picture.append(svg("polyline", { points: points.map(([value, n]) => `${x(n)},${y(value)}`).join(" "), fill: "none", stroke: one.colour, "stroke-width": 2.5, ...(one.is_idle ? { "stroke-dasharray": "5 4" } : {}) }));
    for (const [value, n] of points) picture.append(svg("circle", { cx: x(n), cy: y(value), r: 3, fill: one.is_idle ? "#fff" : one.colour, stroke: one.colour }, svg("title", {}, `${one.name}, ${names[n]}${between(":")}${share(value)}`)));
    const [value, n] = points.at(-1);
    ends.push({ lines: in_lines(`${one.name}${between(":")}${one.is_most ? "≤\u00a0" : ""}${share(value, 0)}`, narrow.matches ? 20 : 40), from: [x(n), y(value)], at: y(value) + 4, colour: one.colour });
  }
  // names that would touch are moved apart, the lowest up again where they would leave the picture
  ends.sort((a, b) => a.at - b.at);
  ends.forEach((end, n) => { if (n) end.at = Math.max(end.at, ends[n - 1].at + ends[n - 1].lines.length * line); });
  let least = height - 6;
  for (const end of [...ends].reverse()) {
    end.at = Math.min(end.at, least - (end.lines.length - 1) * line);
    least = end.at - line;
  }
  for (const { lines, from, at, colour } of ends) {
    picture.append(svg("line", { x1: from[0] + 4, y1: from[1], x2: width - right + 6, y2: at - 4, stroke: colour, "stroke-width": 0.7 }));
    lines.forEach((text, n) => picture.append(svg("text", { x: width - right + 9, y: at + n * line, "font-size": size }, text)));
  }
  return picture;
}
function level_lines(levels, names, after, idle, is_most) {
  return levels.flatMap((level, n) => {
    const rows = PLAN.programme_levels.filter((row) => row.level === level), colour = PROGRAMME_COLOURS[n % PROGRAMME_COLOURS.length];
    const values = (key) => names.map((_, step) => { const row = rows.find((found) => found.step_number === step); return row ? key(row) : null; });
    const done = values(after), undone = values(idle), differs = undone.some((value, k) => value !== null && done[k] !== null && Math.abs(value - done[k]) >= 0.0005);
    return [{ name: level_title(level), colour, values: done }, ...(differs ? [{ name: word("programme_idle"), colour, values: undone, is_idle: true, is_most: rows.some(is_most) }] : [])];
  });
}
// Money so far at the end of each step: net, and gross where grants or resale pay for some.
function money_bars(steps) {
  const [width, right, size] = narrow.matches ? [360, 110, 11] : [760, 220, 13], step_height = 42, most = Math.max(...steps.map((step) => Math.max(step.cumulative_capex_cad, step.cumulative_net_capex_cad)), 1);
  const picture = svg("svg", { viewBox: `0 0 ${width} ${steps.length * step_height + 6}`, role: "img", "aria-label": word("programme_money") });
  steps.forEach((step, n) => {
    const y = n * step_height, of = (cad) => Math.max(cad, 0) / most * (width - right), [gross, net] = [step.cumulative_capex_cad, step.cumulative_net_capex_cad];
    picture.append(svg("text", { x: 0, y: y + 14, "font-weight": 600, "font-size": size }, step_words(step)));
    const is_less = gross - net >= 0.5;
    if (is_less) picture.append(svg("rect", { x: 0, y: y + 20, width: of(gross), height: 16, fill: "#a6cee3" }));
    picture.append(svg("rect", { x: 0, y: y + 20, width: of(net), height: 16, fill: "#0072b2" }));
    picture.append(svg("text", { x: of(is_less ? gross : net) + 6, y: y + 33, "font-size": size }, is_less ? word("programme_net_gross", { net: money(net), gross: money(gross) }) : money(net)));
  });
  return picture;
}

function people_share(row, key) { return row[`${key}_people_share`] ?? row[`${key}_share`]; }
function finding() {
  const last = PLAN.programme.at(-1), row = PLAN.programme_levels.find((found) => found.step_number === last.step_number && found.is_most_gained);
  if (!row) return "";
  const [after, idle] = ["after", "idle"].map((key) => people_share(row, key)), digits = idle !== null && Math.abs(after - idle) < 0.02 ? 1 : 0;
  const of = PLAN.levels.find(({ level }) => level === row.level), is_of_people = row.after_people_share !== null;
  const values = { level: level_title(row.level), year: last.year, distance: distance(of.service_distance_m), after: share(after, digits), idle: share(idle, digits) };
  const has_projects = PLAN.programme.some((step) => step.project_count > 0);
  if (!has_projects || idle === null) return word(is_of_people ? "programme_reach" : "programme_reach_demand", values);
  return word(is_of_people ? "programme_finding" : "programme_finding_demand", values);
}
function served_words(value, is_most) { return value === null ? "–" : `${is_most ? "≤\u00a0" : ""}${share(value)}`; }
function programme_tables(steps) {
  const has_days = steps.some((step) => step.begin_on), by_step = new Map(steps.map((step) => [step.step_number, step]));
  const sums = ["capex_cad", ...["grant_cad", "resale_cad", "grid_upgrade_cad"].filter((key) => sum(steps, key) > 0), "net_capex_cad", "cumulative_net_capex_cad"];
  const of_steps = table([
    { title: word("col_phase"), value: (r) => r.step_number, cell: (r) => make("span", { class: "place" }, step_words(r)) },
    { title: word("col_projects"), value: (r) => r.project_count, cell: (r) => number(r.project_count), is_number: true },
    { title: word("col_ports_added"), value: (r) => r.port_count_added, cell: (r) => number(r.port_count_added), is_number: true },
    ...sums.map((key) => ({ title: word(`col_programme_${key}`), value: (r) => r[key], cell: (r) => money(r[key]), is_number: true })),
    ...(has_days ? [{ title: word("programme_begin"), value: (r) => r.begin_on, cell: (r) => (r.late_count ? word("programme_late", { day: day(r.begin_on), count: r.late_count }) : day(r.begin_on)) },
      { title: word("programme_apply"), value: (r) => r.connection_from, cell: (r) => day(r.connection_from) }] : []),
    { title: word("programme_service"), value: (r) => r.in_service_by, cell: (r) => day(r.in_service_by) },
  ], steps, { caption: word("programme_steps") });
  const is_asked = PLAN.programme_levels.some((row) => row.demand_per_h !== null), has_vehicles = PLAN.programme_levels.some((row) => row.ev_count !== null);
  const of_levels = table([
    { title: word("col_phase"), value: (r) => r.step_number, cell: (r) => make("span", { class: "place" }, r.step_number ? step_words(by_step.get(r.step_number)) : word("programme_today")) },
    { title: word("col_level"), value: (r) => level_title(r.level) },
    { title: word("programme_reached"), value: (r) => people_share(r, "after"), cell: (r) => share(people_share(r, "after")), is_number: true },
    { title: word("programme_idle_reached"), value: (r) => people_share(r, "idle"), cell: (r) => share(people_share(r, "idle")), is_number: true },
    ...(is_asked ? [{ title: word("programme_served"), value: (r) => r.served_share, cell: (r) => share(r.served_share), is_number: true },
      { title: word("programme_idle_served"), value: (r) => r.idle_served_share, cell: (r) => served_words(r.idle_served_share, r.is_idle_served_most), is_number: true }] : []),
    ...(has_vehicles ? [{ title: word("programme_vehicles"), value: (r) => r.ev_per_port_after, cell: (r) => number(r.ev_per_port_after, 1), is_number: true },
      { title: word("programme_idle_vehicles"), value: (r) => r.ev_per_port_idle, cell: (r) => number(r.ev_per_port_idle, 1), is_number: true }] : []),
  ], PLAN.programme_levels, { caption: word("programme_levels") });
  return [of_steps, of_levels];
}
function draw_programme() {
  const { programme: steps, programme_levels: levels, schedule } = PLAN, figure = (heading, picture) => make("figure", {}, make("figcaption", {}, make("h3", {}, heading)), picture, picture_note());
  fill("programme-finding", finding());
  const earlier = [...new Map(steps.filter((step) => step.step_run_id !== PLAN.run.run_id).map((step) => [step.step_run_id, `${step.scenario_name} (${step.step_run_id})`])).values()];
  const parts = [make("p", { class: "note" }, [earlier.length ? word("programme_continues", { plans: list_of(earlier) }) : "", word("programme_note")].filter(Boolean).join(" "))];
  if (schedule.length) {
    const planned_on = schedule.reduce((latest, row) => (row.planned_on > latest ? row.planned_on : latest), ""), late = schedule.filter((row) => row.is_late).length;
    parts.push(figure(word("programme_timeline"), timeline(bars_of(steps, schedule), planned_on)));
    if (late) parts.push(make("p", { class: "warning" }, word("programme_late_note", { count: late })));
    parts.push(make("details", {}, make("summary", {}, word("programme_days")), table([
      { title: word("col_phase"), value: (r) => r.step_number, cell: (r) => `${r.step_number} (${r.year})` },
      { title: word("col_name"), value: name_of },
      { title: word("col_action"), value: (r) => word(`action_${r.action}`), cell: (r) => tag(r.action) },
      { title: word("programme_apply"), value: (r) => r.connection_from, cell: (r) => day(r.connection_from) },
      { title: word("programme_permits"), value: (r) => r.permit_from, cell: (r) => day(r.permit_from) },
      { title: word("programme_works"), value: (r) => r.construction_from, cell: (r) => day(r.construction_from) },
      { title: word("programme_service"), value: (r) => r.in_service_by, cell: (r) => day(r.in_service_by) },
      { title: word("programme_in_time"), value: (r) => Number(r.is_late), cell: (r) => word(r.is_late ? "programme_too_late" : "programme_yes") },
    ], schedule, { caption: word("programme_days") })));
  } else if (steps.some((step) => step.project_count > 0)) parts.push(make("p", { class: "note" }, word("programme_no_days")));
  const names = [word("programme_today"), ...steps.map((step, n) => (steps.filter((other) => other.year === step.year).length > 1 ? `${step.year} (${n + 1})` : String(step.year)))];
  const order = PLAN.levels.map(({ level }) => level).filter((level) => levels.some((row) => row.level === level));
  const reached = level_lines(order, names, (row) => people_share(row, "after"), (row) => people_share(row, "idle"), () => false);
  if (reached.length) parts.push(figure(word(levels[0].after_people_share === null ? "programme_reach_chart_demand" : "programme_reach_chart"), share_lines(reached, names, word("programme_reach_chart"))));
  if (levels.some((row) => row.served_share !== null)) {
    const served = level_lines(order, names, (row) => row.served_share, (row) => row.idle_served_share, (row) => row.is_idle_served_most);
    parts.push(figure(word("programme_served_chart"), share_lines(served.map((one) => ({ ...one, values: one.values.slice(1) })), names.slice(1), word("programme_served_chart"))));
  }
  if (sum(steps, "capex_cad") > 0) parts.push(figure(word("programme_money"), money_bars(steps)));
  fill("programme", ...parts, ...programme_tables(steps));
}
narrow.addEventListener("change", () => draw_programme());
