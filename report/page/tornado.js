"use strict";
// What if an assumption is wrong: a bar for each, in people where it changes how many are covered, else in the objective.
function is_changing(effect) { return Boolean(effect.people_change_worst || effect.people_change_best); }
// The value of a varied parameter, marked where the region does not know distances so long.
function varied_value({ parameter, value }) {
  const is_cut = PLAN.sensitivity.some((row) => row.parameter === parameter && row.value === value && row.is_service_distance_cut);
  return plain(value) + (is_cut ? "*" : "");
}
function effect_values({ parameter, value_worst, value_best }) { return [value_worst, value_best].map((value) => varied_value({ parameter, value })); }
function varied_name({ parameter, base_value }) { return `${named("parameter", parameter)} (${plain(base_value)})`; }
function from_to(low, high) { return low === high ? low : word("span", { low, high }); }

// Bars from the fewest people to the most, with the plan as it is at 0; the value that leads there stands at each end.
function people_bars(effects) {
  const [width, side, size, most_marks, letters] = narrow.matches ? [360, 72, 11, 4, 50] : [760, 120, 13, 6, 100], step = 46, left = 4, line = size + 4;
  const low = Math.min(0, ...effects.map((row) => row.people_change_worst)), high = Math.max(0, ...effects.map((row) => row.people_change_best));
  const x = (people) => side + (people - low) / (high - low) * (width - 2 * side);
  const levels = new Set(effects.map((row) => row.level)), axis = in_lines(levels.size === 1 ? word("people_change_x", { level: level_title(effects[0].level) }) : word("people_changes_x"), letters);
  const { gained, lost } = CONTENT.covers, keys = [[lost, "fewer_people", low < 0], [gained, "more_people", high > 0]].filter(([, , is_there]) => is_there);
  const [key_x, key_y] = narrow.matches ? [0, line + 2] : [width / 2, 0], top = 24 + key_y * (keys.length - 1), bottom = top + effects.length * step + 6;
  const picture = svg("svg", { viewBox: `0 0 ${width} ${bottom + 22 + axis.length * line}`, role: "img", "aria-label": people_words(effects) });
  keys.forEach(([fill, key], place) => picture.append(svg("rect", { x: left + place * key_x, y: 4 + place * key_y, width: 12, height: 12, fill, stroke: "#1b1f24", "stroke-width": 0.7 }), svg("text", { x: left + place * key_x + 18, y: 14 + place * key_y, "font-size": size }, word(key))));
  for (const people of ticks(low, high, Math.min(most_marks, high - low)).values) {
    picture.append(svg("line", { x1: x(people), x2: x(people), y1: top, y2: bottom, stroke: "#d0d7de" }), svg("text", { x: x(people), y: bottom + 16, "text-anchor": "middle", "font-size": size }, signed(people)));
  }
  effects.forEach((row, place) => {
    const y = top + place * step, { people_change_worst: worst, people_change_best: best } = row, name = varied_name(row), [value_worst, value_best] = effect_values(row);
    picture.append(svg("text", { x: left, y: y + 14, class: "halo", "font-size": size, "font-weight": 600 }, levels.size === 1 ? name : `${name}, ${level_title(row.level)}`));
    for (const [from, to, fill] of [[Math.min(worst, 0), 0, lost], [0, Math.max(best, 0), gained]]) {
      if (from < to) picture.append(svg("rect", { x: x(from), y: y + 20, width: x(to) - x(from), height: 18, fill, stroke: "#1b1f24", "stroke-width": 0.7 }, svg("title", {}, effect_words(row))));
    }
    const ends = worst === best ? [[worst, from_to(value_worst, value_best), worst < 0]] : [[worst, value_worst, true], [best, value_best, false]];
    for (const [people, text, is_left] of ends) {
      picture.append(svg("line", { x1: x(people), x2: x(people), y1: y + 20, y2: y + 38, stroke: "#1b1f24", "stroke-width": 0.7 }),
        svg("text", { x: x(people) + (is_left ? -5 : 5), y: y + 33, class: "halo", "text-anchor": is_left ? "end" : "start", "font-size": size - 1 }, text));
    }
  });
  picture.append(svg("line", { x1: x(0), x2: x(0), y1: top, y2: bottom, stroke: "#1b1f24" }));
  axis.forEach((text, place) => picture.append(svg("text", { x: width / 2, y: bottom + 22 + (place + 0.6) * line, "text-anchor": "middle", "font-size": size }, text)));
  return picture;
}
// The assumption that most people depend on, and how many.
function people_words([row]) {
  return word("tornado_people", { name: named("parameter", row.parameter), values: from_to(...effect_values(row)), level: level_title(row.level),
    change: from_to(signed(row.people_change_worst), signed(row.people_change_best)) });
}

function objective_bars(rows) {
  const parameters = new Map();
  for (const row of rows) {
    if (!parameters.has(row.parameter)) parameters.set(row.parameter, []);
    parameters.get(row.parameter).push(row);
  }
  const widest = (bars) => Math.max(...bars.map((row) => Math.abs(row.objective_change)));
  const sorted = [...parameters.entries()].sort((a, b) => widest(b[1]) - widest(a[1]));
  const scale = Math.max(...sorted.map(([, bars]) => widest(bars)), 1e-12);
  const [left, right, step] = [210, 760, 30], middle = (left + right) / 2, half = (right - left) / 2 - 60;
  const height = sorted.length * step + 46, marks = ticks(-scale, scale, 6);
  const picture = svg("svg", { viewBox: `0 0 ${right + 20} ${height}`, role: "img", "aria-label": word("sensitivity") });
  for (const value of marks.values) {
    const x = middle + value / scale * half;
    picture.append(svg("line", { x1: x, x2: x, y1: 0, y2: height - 36, stroke: "#d0d7de" }), svg("text", { x, y: height - 22, "text-anchor": "middle" }, signed(value, decimals(marks.step))));
  }
  sorted.forEach(([parameter, bars], place) => {
    const y = place * step + 8;
    picture.append(svg("text", { x: left - 8, y: y + 14, "text-anchor": "end" }, `${named("parameter", parameter)} (${plain(bars[0].base_value)})`));
    for (const row of bars) {
      const width = Math.abs(row.objective_change) / scale * half, is_gain = row.objective_change >= 0;
      picture.append(svg("rect", { x: is_gain ? middle : middle - width, y, width, height: 18, fill: is_gain ? "#0072b2" : "#d55e00" },
        svg("title", {}, `${named("parameter", parameter)} = ${varied_value(row)}${between(":")}${signed(row.objective_change, 3)}`)));
    }
    for (const is_gain of [true, false]) {
      const side = bars.filter((row) => (row.objective_change >= 0) === is_gain).sort((a, b) => Math.abs(b.objective_change) - Math.abs(a.objective_change))[0];
      if (!side) continue;
      const width = Math.abs(side.objective_change) / scale * half;
      picture.append(svg("text", { x: is_gain ? middle + width + 5 : middle - width - 5, y: y + 14, "text-anchor": is_gain ? "start" : "end", "font-size": 11 }, varied_value(side)));
    }
  });
  picture.append(svg("line", { x1: middle, x2: middle, y1: 0, y2: height - 36, stroke: "#1b1f24" }));
  picture.append(svg("text", { x: middle, y: height - 4, "text-anchor": "middle" }, word("tornado_x")));
  return picture;
}

// The assumption that the value of the plan depends on most, and how far it goes with it.
function objective_words(rows) {
  const is_known = PLAN.effects.some((effect) => effect.people_change_worst !== null);
  const [most] = [...rows].sort((a, b) => Math.abs(b.objective_change) - Math.abs(a.objective_change));
  const own = rows.filter((row) => row.parameter === most.parameter).map((row) => row.objective_change), digits = decimals(Math.abs(most.objective_change) || 1) + 1;
  return word(is_known ? "tornado_same" : "tornado_unknown", { name: named("parameter", most.parameter), low: signed(Math.min(0, ...own), digits), high: signed(Math.max(0, ...own), digits) });
}

// Each variation, with its people and its objective; those that change nothing stand there as well.
function varied_table(rows) {
  const levels = PLAN.levels.map(({ level }) => level).filter((level) => rows.some((row) => row.people_change_by_level?.[level] !== undefined));
  const people = (level) => ({ title: word("col_people_change", { level: level_title(level) }), value: (r) => r.people_change_by_level?.[level] ?? null, is_number: true,
    cell: (r) => { const change = r.people_change_by_level?.[level]; return change === undefined ? null : signed(change); } });
  return table([
    { title: word("col_assumption"), value: (r) => named("parameter", r.parameter), is_choice: true },
    { title: word("col_in_plan"), value: (r) => r.base_value, cell: (r) => plain(r.base_value), file: (r) => r.base_value, is_number: true },
    { title: word("col_varied"), value: (r) => r.value, cell: varied_value, file: (r) => r.value, is_number: true },
    ...levels.map(people),
    { title: word("tornado_x"), value: (r) => r.objective_change, cell: (r) => r.objective_change === null ? null : signed(r.objective_change, 3), is_number: true },
  ], rows, { file: word("sensitivity") });
}
function draw_sensitivity() {
  const { sensitivity: rows, effects } = PLAN, drawn = effects.filter(is_changing), names = (some) => some.map(({ parameter }) => named("parameter", parameter)).join(between(";"));
  show_section("sensitivity", rows.length > 0);
  if (!rows.length) return;
  const is_of_people = drawn.length > 0, unknown = effects.filter((row) => row.people_change_worst === null), same = effects.filter((row) => row.people_change_worst !== null && !is_changing(row));
  const picture = is_of_people ? pictured(people_words(drawn), people_bars(drawn), word("sensitivity")) : pictured(objective_words(rows), objective_bars(rows), word("sensitivity"));
  const notes = [is_of_people && same.length && word("same_people", { names: names(same) }), is_of_people && unknown.length && word("unknown_people", { names: names(unknown) }),
    rows.some((row) => row.is_service_distance_cut) && word("service_distance_cut")].filter(Boolean);
  fill("sensitivity", picture, ...notes.map((text) => make("p", { class: "note" }, text)), varied_table(rows));
}
narrow.addEventListener("change", () => draw_sensitivity());
