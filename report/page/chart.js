"use strict";
// Small charts, drawn as SVG: a Pareto frontier, the hours of the day, and the cash flow of a plan.
function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

// Marks of an axis: whole steps of 1, 2 or 5 times a power of ten.
function ticks(low, high, count) {
  const least = (high - low) / count, power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].map((n) => n * power).find((found) => found >= least);
  const first = Math.ceil(low / step - 1e-9);
  return { step, values: Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, n) => (first + n) * step) };
}
function decimals(step) { return Math.max(0, Math.min(6, -Math.floor(Math.log10(step) + 1e-9))); }
// A line and its figure for each mark of the upright axis.
function rungs(picture, marks, { left, right, y, text }) {
  for (const value of marks) {
    picture.append(svg("line", { x1: left, x2: right, y1: y(value), y2: y(value), stroke: "#d0d7de" }), svg("text", { x: left - 6, y: y(value) + 4, "text-anchor": "end" }, text(value)));
  }
}
// A picture with what it shows as its title, and the plan and day it is of.
function pictured(finding, picture, label) { return make("figure", {}, make("figcaption", {}, finding), scrolled(picture, label), picture_note()); }
function picture_note() {
  const { run } = PLAN;
  return make("p", { class: "note" }, word("picture_of", { scenario: run.scenario_name, run: run.run_id, date: day(run.finished_at), region: CONTENT.title }));
}

// A parameter's value with the digits that it has, 560,000 or 0.8, or the word of a choice.
function plain(value) { return typeof value === "string" ? named("choice", value) : formatted(value, { maximumSignificantDigits: 6 }); }

function pareto(points) {
  const [width, height, left, bottom] = [760, 340, 70, 50];
  const range = (values, margin) => {
    const low = Math.min(...values), high = Math.max(...values), room = (high - low || Math.abs(high) || 1) * margin;
    return [low - room, high + room];
  };
  const [x0, x1] = range(points.map((p) => p.net_capex_cad / 1e6), 0.05), [y0, y1] = range(points.map((p) => p.coverage_share), 0.1);
  const x = (cad) => left + (cad / 1e6 - x0) / (x1 - x0) * (width - left - 20);
  const y = (covered) => height - bottom - (covered - y0) / (y1 - y0) * (height - bottom - 20);
  const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": word("pareto") });
  const costs = ticks(x0, x1, 6), shares = ticks(y0, y1, 5);
  rungs(picture, shares.values, { left, right: width - 20, y, text: (covered) => share(covered, decimals(shares.step * 100)) });
  for (const millions of costs.values) picture.append(svg("text", { x: x(millions * 1e6), y: height - bottom + 18, "text-anchor": "middle" }, number(millions, decimals(costs.step))));
  picture.append(svg("polyline", { points: points.filter((p) => !p.is_dominated).map((p) => `${x(p.net_capex_cad)},${y(p.coverage_share)}`).join(" "), fill: "none", stroke: "#0072b2", "stroke-width": 2 }));
  for (const point of points) {
    picture.append(svg("circle", { cx: x(point.net_capex_cad), cy: y(point.coverage_share), r: 5, fill: point.is_dominated ? "#b4bac0" : "#0072b2" },
      svg("title", {}, `${money(point.net_capex_cad)}${between(":")}${share(point.coverage_share, 2)}`)));
  }
  picture.append(svg("text", { x: (left + width) / 2, y: height - 8, "text-anchor": "middle" }, word("pareto_x")));
  picture.append(svg("text", { x: 14, y: height / 2, transform: `rotate(-90 14 ${height / 2})`, "text-anchor": "middle" }, word("pareto_y")));
  return picture;
}

// What the cheapest of the plans covers, and what the best of them does.
function pareto_words(points) {
  const best = points.filter((p) => !p.is_dominated).sort((a, b) => a.net_capex_cad - b.net_capex_cad), [cheap, dear] = [best[0], best.at(-1)];
  if (best.length < 2) return word("pareto_one", { share: share(cheap.coverage_share), money: money(cheap.net_capex_cad) });
  return word("pareto_finding", { low: share(cheap.coverage_share), low_money: money(cheap.net_capex_cad), high: share(dear.coverage_share), high_money: money(dear.net_capex_cad) });
}

// Share of the energy (of the time plugged in, where no energy is known) in each hour: Monday to Friday, and Saturday and Sunday.
function hour_series(rows) {
  const key = rows.some((row) => row.energy_kwh) ? "energy_kwh" : "plugged_min";
  const kinds = [["#0072b2", "use_weekday", (row) => row.weekday <= 5], ["#e69f00", "use_weekend", (row) => row.weekday > 5]];
  return kinds.map(([colour, name, is_of]) => {
    const own = rows.filter(is_of), all = own.reduce((total, row) => total + (row[key] || 0), 0);
    return { colour, name, shares: Array.from({ length: 24 }, (_, hour) => own.filter((row) => row.hour === hour).reduce((total, row) => total + (row[key] || 0), 0) / (all || 1)) };
  });
}
function hour_words(rows, level) {
  const [week, weekend] = hour_series(rows).map(({ shares }) => shares.indexOf(Math.max(...shares)));
  return word("use_finding", { level: level_title(level), week: clock(week), weekend: clock(weekend) });
}
function clock(hour) { return word("clock", { hour }); }
function hour_bars(rows) {
  const [width, height, left, bottom] = [760, 240, 50, 40], series = hour_series(rows);
  const most = Math.max(...series.flatMap((one) => one.shares), 1e-12), step = (width - left - 30) / 24;
  const y = (value) => height - bottom - value / most * (height - bottom - 40);
  const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": word("use") });
  const marks = ticks(0, most, 5);
  rungs(picture, marks.values, { left, right: width - 20, y, text: (value) => share(value, decimals(marks.step * 100)) });
  series.forEach(({ colour, name, shares }, place) => {
    shares.forEach((value, hour) => picture.append(svg("rect", { x: left + hour * step + place * step * 0.42 + 1, y: y(value), width: step * 0.4, height: height - bottom - y(value), fill: colour },
      svg("title", {}, `${word(name)}, ${clock(hour)}${between(":")}${share(value)}`))));
    picture.append(svg("rect", { x: left + place * 180, y: 8, width: 12, height: 12, fill: colour }), svg("text", { x: left + place * 180 + 18, y: 19 }, word(name)));
  });
  for (let hour = 0; hour <= 24; hour += 6) picture.append(svg("text", { x: left + hour * step, y: height - bottom + 18, "text-anchor": "middle" }, clock(hour)));
  return picture;
}

// Cash flow of each year as bars, and their running sum as a line.
function cash_bars(rows) {
  const [width, height, left, bottom] = [760, 260, 90, 40];
  const all = rows.flatMap((row) => [row.cash_flow_cad, row.cumulative_cash_flow_cad, 0]);
  const low = Math.min(...all), high = Math.max(...all), step = (width - left - 20) / rows.length;
  const y = (cad) => 30 + (high - cad) / (high - low || 1) * (height - bottom - 40);
  const middle = (place) => left + (place + 0.5) * step;
  const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": word("economy_years") });
  rungs(picture, ticks(low, high > low ? high : low + 1, 6).values, { left, right: width - 20, y, text: money });
  rows.forEach((row, place) => {
    const is_gain = row.cash_flow_cad >= 0;
    picture.append(svg("rect", { x: middle(place) - step * 0.35, y: y(Math.max(row.cash_flow_cad, 0)), width: step * 0.7, height: Math.abs(y(row.cash_flow_cad) - y(0)), fill: is_gain ? "#0072b2" : "#d55e00" },
      svg("title", {}, `${row.year}${between(":")}${money(row.cash_flow_cad)}`)));
    if (rows.length <= 16 || place % 5 === 0) picture.append(svg("text", { x: middle(place), y: height - bottom + 24, "text-anchor": "middle" }, String(row.year)));
  });
  picture.append(svg("line", { x1: left, x2: width - 20, y1: y(0), y2: y(0), stroke: "#1b1f24" }));
  picture.append(svg("polyline", { points: rows.map((row, place) => `${middle(place)},${y(row.cumulative_cash_flow_cad)}`).join(" "), fill: "none", stroke: "#1b1f24", "stroke-width": 2 }));
  picture.append(svg("line", { x1: left, x2: left + 24, y1: 12, y2: 12, stroke: "#1b1f24", "stroke-width": 2 }), svg("text", { x: left + 30, y: 16 }, word("col_cumulative_cash_flow_cad")));
  return picture;
}
// In which year the sum of the cash flow is no loss any more.
function cash_words(rows) {
  const last = rows.at(-1), back = rows.findLast((row) => row.cumulative_cash_flow_cad < 0), next = rows.find((row) => !back || row.year > back.year);
  return next ? word("cash_back", { year: next.year, money: money(last.cumulative_cash_flow_cad), last: last.year }) : word("cash_short", { money: money(-last.cumulative_cash_flow_cad), last: last.year });
}
