"use strict";
// How the solver found the plan: the best plan and the bound that no plan can pass, against time.
const PROGRESS = { plan: "#0072b2", bound: "#d55e00", height: 300, top: 34, bottom: 46, right: 16, left: 66 };

function duration(seconds) {
  if (seconds < 120) return word("seconds", { count: seconds, digits: seconds < 10 ? 1 : 0 });
  const minutes = Math.floor(seconds / 60), rest = Math.round(seconds - 60 * minutes);
  return rest ? word("minutes_seconds", { minutes: number(minutes), seconds: number(rest) }) : word("minutes", { count: minutes });
}
// Where a figure became known or changed, in the order of time.
function changes(moments, key) {
  const known = moments.filter((row) => row[key] !== null);
  return known.filter((row, place) => place === 0 || row[key] !== known[place - 1][key]);
}
function is_drawn(moments) {
  const plans = changes(moments, "incumbent");
  return plans.length > 0 && moments.at(-1).elapsed_s > 0 && plans.length + changes(moments, "dual_bound").length > 2;
}
// Plans are shown in full, and of the bound what is no further from the best plan than the first plan is: bounds begin far above.
function progress_chart(moments, end_s, width) {
  const { height, top, bottom, right } = PROGRESS;
  const plans = changes(moments, "incumbent"), bounds = changes(moments, "dual_bound");
  const first = plans[0].incumbent, best = plans.at(-1).incumbent, last = bounds.length ? bounds.at(-1).dual_bound : best;
  const span = Math.max(best - first, last - best, 1e-6 * Math.max(Math.abs(best), 1));
  const high = Math.max(Math.min(Math.max(...bounds.map((row) => row.dual_bound), best), best + span), last, best + 0.05 * span);
  const is_long = end_s >= 180, unit = is_long ? 60 : 1, room = 0.04 * (high - first);
  const marks = ticks(first, high, 8), times = ticks(0, end_s / unit, width < 500 ? 4 : 8);
  const mark_words = marks.values.map((value) => number(value, decimals(marks.step)));
  const left = Math.max(PROGRESS.left, 12 + 8 * Math.max(...mark_words.map((text) => text.length)));
  const x = (s) => left + s / end_s * (width - left - right);
  const y = (value) => height - bottom - (value - first + room) / (high - first + 2 * room) * (height - bottom - top);
  const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, width, role: "img", "aria-label": word("progress") });
  for (const [place, value] of marks.values.entries()) {
    picture.append(svg("line", { x1: left, x2: width - right, y1: y(value), y2: y(value), stroke: "#d0d7de" }),
      svg("text", { x: left - 6, y: y(value) + 4, "text-anchor": "end" }, mark_words[place]));
  }
  for (const time of times.values) picture.append(svg("text", { x: x(time * unit), y: height - bottom + 18, "text-anchor": "middle" }, number(time, decimals(times.step))));
  picture.append(svg("clipPath", { id: "progress-room" }, svg("rect", { x: left, y: top, width: width - left - right + 2, height: height - top - bottom + 2 })));
  const lines = [[bounds, "dual_bound", PROGRESS.bound, "6 3"], [plans, "incumbent", PROGRESS.plan, null]];
  for (const [rows, key, colour, dashes] of lines) {
    if (!rows.length) continue;
    const path = rows.map((row, place) => `${place ? `H${x(row.elapsed_s)}V` : `M${x(row.elapsed_s)},`}${y(row[key])}`).join("");
    picture.append(svg("path", { d: `${path}H${x(end_s)}`, fill: "none", stroke: colour, "stroke-width": 2, "clip-path": "url(#progress-room)", ...(dashes ? { "stroke-dasharray": dashes } : {}) }));
  }
  if (plans.length <= 60) for (const row of plans) {
    picture.append(svg("circle", { cx: x(row.elapsed_s), cy: y(row.incumbent), r: 3.5, fill: PROGRESS.plan }, svg("title", {}, `${duration(row.elapsed_s)}${between(":")}${number(row.incumbent, 4)}`)));
  }
  const label = (value, dy, colour, text) => svg("text", { x: width - right, y: y(value) + dy, "text-anchor": "end", class: "halo", style: `fill:${colour};font-weight:600` }, text);
  if (bounds.length) picture.append(label(last, -8, "#a83f00", word("progress_bound", { value: number(last, 4) })));
  const under = y(best) + 20 < height - bottom ? 20 : -26;  // not on the marks of the axis
  picture.append(label(best, under, PROGRESS.plan, word("progress_plan", { value: number(best, 4) })));
  picture.append(svg("text", { x: (left + width - right) / 2, y: height - 6, "text-anchor": "middle" }, word(is_long ? "progress_minutes" : "progress_seconds")),
    svg("text", { x: 0, y: 14 }, word("progress_value")));
  return picture;
}

function progress_words(run, moments) {
  const plans = changes(moments, "incumbent"), last = plans.at(-1), said = [];
  if (plans.length > 1) said.push(word("progress_plans", { first: duration(plans[0].elapsed_s), last: duration(last.elapsed_s) }));
  else said.push(word("progress_one_plan", { first: duration(last.elapsed_s) }));
  said.push(word("progress_gap", { gap: share(run.mip_gap, run.mip_gap > 0 && run.mip_gap < 0.0001 ? 4 : 2) }));
  return said.join(" ");
}
// Steps that took less than a hundredth of the time are one row, the last.
function long_steps(steps, all_s) {
  const is_long = (row) => row.step_s >= 0.01 * all_s && row.solve_step !== "other", rest = steps.filter((row) => !is_long(row));
  return [...steps.filter(is_long), { solve_step: "other", step_s: sum(rest, "step_s") }];
}
function draw_progress() {
  const levels = [...new Set(PLAN.progress.map((row) => row.priority_level))];
  const solves = levels.map((level) => [level, PLAN.progress.filter((row) => row.priority_level === level)]).filter(([, rows]) => is_drawn(rows));
  show_section("progress", solves.length > 0);
  if (!solves.length) return;
  const width = Math.max(320, Math.min(900, document.getElementById("progress-section").clientWidth));
  const all_s = sum(PLAN.run_steps, "step_s"), end_s = PLAN.run.solve_s;
  const figures = solves.flatMap(([level, rows], place) => {
    const begin = place ? rows[0].elapsed_s : 0, end = place + 1 < solves.length ? solves[place + 1][1][0].elapsed_s : end_s;
    const own = rows.map((row) => ({ ...row, elapsed_s: row.elapsed_s - begin }));
    return [...(level === null ? [] : [make("h3", {}, word("progress_level", { level }))]), pictured(place + 1 < solves.length ? word("progress") : progress_words(PLAN.run, rows), progress_chart(own, end - begin, width), word("progress"))];
  });
  fill("progress", ...figures,
    make("h3", {}, word("progress_steps")), table([
      { title: word("col_step"), value: (r) => (r.solve_step ? named("solve_step", r.solve_step) : word("progress_total")) },
      { title: word("col_duration"), value: (r) => r.step_s, cell: (r) => word("seconds", { count: r.step_s, digits: 1 }), is_number: true },
      { title: word("col_step_share"), value: (r) => r.step_s / all_s, cell: (r) => share(r.step_s / all_s, 0), is_number: true },
    ], long_steps(PLAN.run_steps, all_s), { total: { solve_step: null, step_s: all_s } }));
}
