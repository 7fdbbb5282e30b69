"use strict";
// The load of charging by hour on a node of the grid: what stands today, what the plan adds, and what is left there.
const HOURS_OF_DAY = Array.from({ length: 24 }, (_, hour) => hour);

function hour_title({ name, peak_hour, peak_kw: peak, room_kw: room }) {
  const of_room = room > 0 && peak > 0 ? ` (${share(peak / room, 0)})` : "";
  return word(peak < 0 ? "hours_less" : "hours_peak", { name, power: power(Math.abs(peak)), hour: clock(peak_hour), room: power(room) }) + of_room;
}
function hour_curve(node, width) {
  const is_narrow = width < 500, [height, left, right, bottom, top] = [is_narrow ? 300 : 280, 70, 22, 46, is_narrow ? 66 : 34];
  const all = node.today_kw.map((kw, hour) => kw + node.added_kw[hour]), limit = node.today_kw.map((kw) => kw + node.room_kw);
  const most_drawn = Math.max(...all, ...node.today_kw), is_limit_near = Math.min(...limit) <= 2 * most_drawn;
  const most = (is_limit_near ? Math.max(most_drawn, ...limit) : most_drawn) || 1, { step: rung, values } = ticks(0, most, 5), high = Math.ceil(most / rung - 1e-9) * rung;
  const marks = high > values.at(-1) ? [...values, high] : values, step = (width - left - right) / 24;
  const x = (hour) => left + hour * step, y = (kw) => height - bottom - kw / high * (height - bottom - top);
  const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": hour_title(node) });
  rungs(picture, marks, { left, right: width - right, y, text: power });
  const block = (hour, from, to, fill, key) => svg("rect", { x: x(hour) + 1, width: step - 2, y: y(Math.max(from, to)), height: Math.abs(y(from) - y(to)), fill },
    svg("title", {}, `${clock(hour)}, ${word(key)}${between(":")}${power(to - from)}`));
  HOURS_OF_DAY.forEach((hour) => {
    picture.append(block(hour, 0, Math.min(node.today_kw[hour], all[hour]), "#8a9199", "hours_today"));
    picture.append(node.added_kw[hour] < 0 ? block(hour, all[hour], node.today_kw[hour], "#d55e00", "hours_taken") : block(hour, node.today_kw[hour], all[hour], "#0072b2", "hours_added"));
  });
  if (is_limit_near) picture.append(svg("path", { d: limit.map((kw, hour) => `${hour ? "L" : "M"}${x(hour)} ${y(kw)}H${x(hour + 1)}`).join(""), fill: "none", stroke: "#1b1f24", "stroke-width": 2, "stroke-dasharray": "5 3" }));
  const keys = [["#8a9199", "hours_today"], node.added_kw.some((kw) => kw < 0) ? ["#d55e00", "hours_taken"] : ["#0072b2", "hours_added"]];
  const key_place = (place) => (is_narrow ? [left, 6 + 19 * place] : [left + 190 * place, 6]);
  keys.forEach(([fill, key], place) => { const [at, y_key] = key_place(place); picture.append(svg("rect", { x: at, y: y_key, width: 12, height: 12, fill }), svg("text", { x: at + 30, y: y_key + 11 }, word(key))); });
  if (is_limit_near) { const [at, y_key] = key_place(2); picture.append(svg("line", { x1: at, x2: at + 24, y1: y_key + 6, y2: y_key + 6, stroke: "#1b1f24", "stroke-width": 2, "stroke-dasharray": "5 3" }), svg("text", { x: at + 30, y: y_key + 11 }, word("hours_room"))); }
  for (let hour = 0; hour <= 24; hour += 6) picture.append(svg("text", { x: x(hour), y: height - bottom + 18, "text-anchor": "middle" }, clock(hour)));
  picture.append(svg("text", { x: (left + width - right) / 2, y: height - 6, "text-anchor": "middle" }, word("hours_axis")));
  return { picture, is_limit_near };
}
function hour_figure(node) {
  const width = Math.max(320, Math.min(900, document.getElementById("grid-section").clientWidth)), { picture, is_limit_near } = hour_curve(node, width);
  const source = word(node.is_measured ? "hours_measured" : "hours_assumed"), left = word(node.is_assumed ? "hours_room_assumed" : "hours_room_published", { room: power(node.room_kw) });
  const column = (key, value) => ({ title: word(key), value, cell: (hour) => power(value(hour)), is_number: true });
  return [
    pictured(hour_title(node), picture, word("hours_axis")),
    make("p", { class: "note" }, [source, left, is_limit_near ? "" : word("hours_room_above")].filter(Boolean).join(" ")),
    make("details", {}, make("summary", {}, word("hours_table")), table([
      { title: word("col_hour"), value: (hour) => hour, cell: clock, is_number: true },
      column("hours_today", (hour) => node.today_kw[hour]), column("hours_added", (hour) => node.added_kw[hour]),
      column("hours_plan", (hour) => node.today_kw[hour] + node.added_kw[hour]), column("hours_left", (hour) => node.room_kw - node.added_kw[hour]),
    ], HOURS_OF_DAY)),
  ];
}
// One node at a time: the fullest first.
function draw_grid_hours() {
  const nodes = PLAN.grid_hours;
  document.getElementById("grid-hours").hidden = !nodes.length;
  if (!nodes.length) return;
  const shown = make("div", {}), select = make("select", { id: "grid-node", onchange: () => shown.replaceChildren(...hour_figure(nodes[select.value])) },
    ...nodes.map((node, place) => make("option", { value: place }, word("pair", { name: word(`grid_kind_${node.grid_kind}`), value: node.name }))));
  fill("grid-hours", make("h3", {}, word("hours")), make("p", {}, make("label", { for: "grid-node" }, word("hours_choose")), " ", select), shown);
  shown.replaceChildren(...hour_figure(nodes[0]));
}
