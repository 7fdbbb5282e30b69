"use strict";
// Why not my street? For any address: what is nearest today and in the plan, and what a station near by would cost the plan.
// What it knows is unpacked once somebody asks.
const SUGGESTIONS = 8, PEOPLE_DIGITS = 2;
const street = { known: null, loading: null, place: null, found: [], active: -1, is_picking: false, markers: [] };

// Letters without accents, in lower case, and words without signs.
function plain_words(text) { return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean); }
// All that a word may stand for: itself, and what it is short for or is shortened to.
function alike() {
  const known = new Map(), add = (one, other) => known.set(one, (known.get(one) || new Set([one])).add(other));
  for (const [full, short] of Object.entries(CONTENT.street_kinds)) {
    const [whole] = plain_words(full);
    for (const one of short) { add(whole, one); add(one, whole); for (const other of short) add(one, other); }
  }
  return (one) => known.get(one) || new Set([one]);
}
function load_street() {
  if (!street.loading) street.loading = inflated(CONTENT.street).then(JSON.parse).then(unpack_street).then((known) => { street.known = known; return known; });
  return street.loading;
}
function unpack_street(known) {
  for (const near of [known.usable, known.unusable, ...known.levels.flatMap((row) => [row.today, row.after])]) for (const key of ["site", "m", "min"]) near[key] = column(near[key]);
  known.stations = unpacked(known.stations);
  known.candidates = unpacked(known.candidates);
  known.obstacles = Map.groupBy(unpacked(known.obstacles), (row) => row.site_id);
  const all = known.addresses, count = all.number.length, stands_for = alike();
  all.ending = column(all.ending);
  for (const key of ["x", "y"]) for (let n = 1; n < count; n += 1) all[key][n] += all[key][n - 1];
  const cities = all.cities.map(plain_words);
  let first = 0;
  known.streets = all.street.map((name, n) => {
    const at = first, words = plain_words(name);
    first += all.count[n];
    for (let number_before = 0, k = at; k < first; k += 1) { number_before += all.number[k]; all.number[k] = number_before; }
    const city = all.city[n] < 0 ? "" : all.cities[all.city[n]], town = cities[all.city[n]] || [];
    return { name, city, at, end: first, words: words.map((one) => [...stands_for(one)]), town };
  });
  return known;
}
// A number, what follows its digits, and the words of a street and a town; all but the last word are whole.
function asked_address(text) {
  const [, digits, ending, rest] = /^\s*(?:0*(\d{1,9})([a-z]?|\s*[-/]\s*\d+|\s+1\/2)(?=[\s,]))?(.*)$/isu.exec(text);
  return { number: digits === undefined ? null : Number(digits), ending: (ending || "").trim().toLowerCase(), words: plain_words(rest), is_open: !/[\s,.]$/.test(text) };
}
// Streets whose words are all asked for in their order, the town after them; those that are named so exactly come first.
function matching_streets({ words, is_open }) {
  const found = [];
  for (const one of street.known.streets) {
    const all = [...one.words, ...one.town.map((word) => [word])];
    let [at, skipped] = [0, 0];
    const is_all = words.every((asked, n) => {
      const fits = (known) => known.some((form) => form === asked || (is_open && n === words.length - 1 && form.startsWith(asked)));
      while (at < all.length && !fits(all[at])) { if (at < one.words.length) skipped += 1; at += 1; }
      at += 1;
      return at <= all.length;
    });
    if (is_all) found.push({ one, rank: skipped + Math.max(0, one.words.length - at) / 10 });
  }
  return found.sort((a, b) => a.rank - b.rank || a.one.name.localeCompare(b.one.name, locale()) || a.one.city.localeCompare(b.one.city, locale())).map(({ one }) => one);
}
// The address of a street that is asked for, or the nearest number; the middle one where no number is.
function address_in(one, { number, ending }) {
  const { addresses: all } = street.known;
  if (number === null) return { one, k: Math.floor((one.at + one.end - 1) / 2), is_street: true };
  let best = one.at;
  for (let k = one.at; k < one.end; k += 1) {
    const away = (n) => 2 * Math.abs(all.number[n] - number) + (all.endings[all.ending[n]].trim().toLowerCase() !== ending);
    if (all.number[k] && (!all.number[best] || away(k) < away(best))) best = k;
  }
  return all.number[best] ? { one, k: best, is_other: all.number[best] !== number, number } : { one, k: best, is_street: true };
}
function suggestions(text) {
  const asked = asked_address(text);
  if (!asked.words.length) return [];
  const found = matching_streets(asked).map((one) => address_in(one, asked));
  return [...found.filter((address) => !address.is_other), ...found.filter((address) => address.is_other)].slice(0, SUGGESTIONS);
}
function address_name({ one, k, is_street }) {
  const { addresses: all } = street.known;
  const number = is_street ? "" : `${all.number[k] || ""}${all.endings[all.ending[k]]}`;
  return [[number, one.name].filter(Boolean).join(" "), one.city].filter(Boolean).join(", ");
}

// The hexagon of a place: that with the nearest middle.
function cell_at_metres(x, y) {
  const [size] = SIZES, wide = 1.5 * size.edge_m, high = Math.sqrt(3) / 2 * size.edge_m;
  return nearest_cell((n) => [size.i[n] * wide - x, (2 * size.j[n] + (size.i[n] & 1)) * high - y]);
}
function cell_at_degrees({ lng, lat }) {
  const [size] = SIZES, narrow = Math.cos(lat * Math.PI / 180), metres = 111320;
  if (!size.middles) size.middles = Array.from({ length: size.count }, (_, n) => size.corner(n, 0, 0));
  return nearest_cell((n) => [(size.middles[n][0] - lng) * narrow * metres, (size.middles[n][1] - lat) * metres]);
}
function nearest_cell(step) {
  let [cell, least] = [-1, Infinity];
  for (let n = 0; n < SIZES[0].count; n += 1) {
    const [x, y] = step(n), away = x * x + y * y;
    if (away < least) [cell, least] = [n, away];
  }
  return { cell, away_m: Math.sqrt(least) };
}
function place_of_address(address) {
  const { x, y } = street.known.addresses, found = cell_at_metres(x[address.k], y[address.k]);
  let at;
  try { at = degrees(x[address.k], y[address.k]); } catch (_) { at = SIZES[0].corner(found.cell, 0, 0); } // far from where anybody lives
  return { name: address_name(address), lng: at[0], lat: at[1], ...found, address };
}

// What is nearest to a hexagon; -2 stands for what is nearest today.
function nearest_of(near, cell, sites, same = null) {
  if (near.site[cell] === -2) return same;
  return near.site[cell] < 0 ? null : { site: sites[near.site[cell]], m: near.m[cell], min: near.min[cell] / 10 };
}
function nearest_all(cell) {
  const { known } = street;
  return {
    levels: known.levels.map(({ level, today, after }) => { const now = nearest_of(today, cell, known.stations); return { level, today: now, after: nearest_of(after, cell, known.stations, now) }; }),
    usable: nearest_of(known.usable, cell, known.candidates), unusable: nearest_of(known.unusable, cell, known.candidates),
  };
}
function way_words({ m, min }) { return word("street_way", { distance: m >= 1000 ? `${number(m / 1000, 1)} km` : `${number(m)} m`, minutes: number(min, min < 10 ? 1 : 0) }); }
function site_words(site) { return [name_of(site), place_words(site)].filter(Boolean).join(", "); }
function near_words(near, least) { return near ? `${way_words(near)}${between(":")}${site_words(near.site)}` : word("street_none_near", { distance: distance(least) }); }
function rounded_people(value) {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(value)) - PEOPLE_DIGITS + 1);
  return Math.round(value / unit) * unit;
}
// What an obstacle measures, as people read it: money, power, metres, scores or numbers.
const whole_metres = (m) => `${number(Math.floor(m))} m`;
const MEASURES = { budget: money, price: money, grid: power, power, spacing: whole_metres, gap: distance, score: (score) => number(score, 2) };
function project_at(site_id) { return PLAN.stations.map((f) => f.properties).find((one) => one.site_id === site_id && one.action !== "keep"); }
function obstacle_words(kind, row, site) {
  const measured = MEASURES[row.obstacle] || number, project = project_at(row.other_site_id);
  return word(`street_${kind}_${row.obstacle}`, {
    ground: site.exclusion ? [named("exclusion", site.exclusion), row.name === site.name ? "" : row.name].filter(Boolean).join(", ") : "",
    name: project ? word("street_project", { number: project.number, name: row.name }) : row.name || word("street_unnamed"), level: row.level ? level_title(row.level) : "",
    allowed: row.allowed === null ? "" : measured(row.allowed), found: row.found === null ? "" : measured(row.found), count: row.allowed,
  });
}
// Why no plan builds there: of several reasons each bars some of the stations that there might be.
function refusal_words(site) {
  const found = (street.known.obstacles.get(site.site_id) || []).filter((row) => row.is_final);
  if (!found.length) return [word("street_obstacle_other")];
  const [first, ...others] = found.map((row) => obstacle_words("obstacle", row, site));
  return [first, ...others.map((reason) => word("street_obstacle_besides", { reason }))];
}
function conflict_words(site) { return (street.known.obstacles.get(site.site_id) || []).filter((row) => !row.is_final).map((row) => obstacle_words("conflict", row, site)); }
function taken_money_words(site) {
  if (site.left_cad === null) return null;
  const left = money(Math.max(0, site.left_cad));
  if (site.net_capex_cad <= site.left_cad) return word("street_money_left", { left });
  const taken = project_at(site.displaced_site_id);
  return taken ? word("street_money_taken", { left, number: taken.number, name: name_of(taken) }) : word("street_money_several", { left });
}
function loss_words(site) {
  if (site.loss_at_least === null) return word("street_loss_unknown");
  if (site.loss_share < 5e-7) return word("street_loss_none");
  const people = site.loss_population === null || site.loss_population < 1 ? "" : word("street_loss_people", { count: rounded_people(site.loss_population), level: level_title(site.loss_level) });
  return [word("street_loss", { share: share(site.loss_share, site.loss_share < 0.001 ? 3 : 2) }), people].filter(Boolean).join(" ");
}
function candidate_words({ usable, unusable }, least) {
  if (!street.known.candidates.length) return [word("street_old_run")];
  const lines = [], is_nearer = unusable && (!usable || unusable.m < usable.m);
  if (is_nearer) {
    const [first, ...others] = refusal_words(unusable.site);
    lines.push(`${word("street_unusable", { site: site_words(unusable.site), way: way_words(unusable) })} ${first}`, ...others);
  }
  if (!usable) return [...lines, word(is_nearer ? "street_no_usable" : "street_no_candidate", { distance: distance(least) })];
  const { site } = usable, all = { count: street.known.usable_count, rank: number(site.rank) };
  lines.push([word("street_usable", { site: site_words(site), way: way_words(usable) }), word("street_rank", all)].join(" "));
  if (site.is_planned) {
    const planned = project_at(site.site_id);
    return [...lines, word("street_planned", { number: planned.number, money: money(planned.capex_cad) })];
  }
  lines.push([word(site.net_capex_cad === site.capex_cad ? "street_cost" : "street_cost_net", { ports: ports_text(site.ports), gross: money(site.capex_cad), net: money(site.net_capex_cad) }), taken_money_words(site)].filter(Boolean).join(" "));
  return [...lines, ...conflict_words(site), loss_words(site)];
}
// The answer as elements: once in its section, and beside the map where somebody pointed at it.
function answer_of(place) {
  const found = nearest_all(place.cell), least = CONTENT.region.road_distance_max_m, [size] = SIZES;
  const columns = [
    { title: word("col_level"), value: (r) => level_title(r.level) },
    { title: word("street_today"), value: (r) => (r.today ? r.today.m : Infinity), cell: (r) => near_words(r.today, least) },
    { title: word("street_after"), value: (r) => (r.after ? r.after.m : Infinity), cell: (r) => (r.today && r.after && r.today.site === r.after.site ? word("street_same") : near_words(r.after, least)) },
  ];
  const notes = [];
  if (place.address && place.address.is_other) notes.push(word("street_other_number", { number: place.address.number, name: place.name }));
  if (place.address && place.address.is_street && place.address.one.end - place.address.one.at > 1) notes.push(word("street_whole"));
  if (place.away_m > 2 * size.edge_m) notes.push(word("street_far", { distance: distance(Math.round(place.away_m / 10) * 10) }));
  return [make("h3", {}, place.name || word("street_pointed")), ...notes.map((text) => make("p", { class: "warning" }, text)), table(columns, found.levels, { caption: word("street_nearest") }),
    make("h3", {}, word("street_why")), ...candidate_words(found, least).map((text) => make("p", {}, text)), make("button", { type: "button", class: "print-button", onclick: () => document.getElementById("map-section").scrollIntoView() }, word("street_on_map")), make("p", { class: "note" }, word("street_measured", { edge: distance(size.edge_m) }))];
}
function sites_shown(place) {
  const { levels, usable } = nearest_all(place.cell), found = [];
  for (const { today, after } of levels) for (const [near, kind] of [[today, "today"], [after, "after"]]) if (near && (kind === "today" || !today || near.site !== today.site)) found.push({ ...near.site, kind });
  if (usable) found.push({ ...usable.site, kind: "candidate" });
  return found;
}
// The place and lines to what is nearest, on each map.
function mark_street() {
  for (const marker of street.markers) marker.remove();
  street.markers = [];
  const { place } = street;
  for (const one of maps) {
    if (!one.is_ready) continue;
    const from = place && [place.lng, place.lat], sites = place ? sites_shown(place) : [];
    one.map.getSource("street").setData(collection(sites.map((site) => ({ type: "Feature", properties: { kind: site.kind }, geometry: { type: "LineString", coordinates: [from, [site.lon, site.lat]] } }))));
    if (place) street.markers.push(new maplibregl.Marker({ element: make("div", { class: "here", "aria-hidden": "true" }) }).setLngLat(from).addTo(one.map));
  }
}
function view_street() {
  const { place } = street, points = [[place.lng, place.lat], ...sites_shown(place).map((site) => [site.lon, site.lat])];
  const box = [0, 1].map((axis) => points.map((point) => point[axis]));
  for (const one of maps) if (one.is_ready) one.map.fitBounds([box.map((values) => Math.min(...values)), box.map((values) => Math.max(...values))], { padding: 50, maxZoom: 14, animate: false });
}
function show_place(place) {
  street.place = place;
  draw_street();
  mark_street();
  document.getElementById("street-status").textContent = word("street_shown", { name: place.name || word("street_pointed") });
}
function draw_street() {
  const is_known = Boolean(CONTENT.street) && !is_point_demand();
  show_section("street", is_known);
  if (!is_known) return;
  document.getElementById("street-status").textContent = "";
  fill("street-answer", ...(street.place ? answer_of(street.place) : []));
  close_list();
}
// A place that somebody points at: beside the map stands what is known of it.
async function point_at(at) {
  if (!CONTENT.street || is_point_demand()) return;
  await load_street();
  const was_picking = street.is_picking;
  show_place({ name: "", lng: at.lng, lat: at.lat, ...cell_at_degrees(at), address: null });
  pick_on_map(false);
  if (was_picking) document.getElementById("street-section").scrollIntoView();
  for (const one of maps) one.mark(-1, false);
  const close = () => { document.getElementById("detail").hidden = true; };
  document.getElementById("detail").hidden = false;
  fill("detail", make("div", { class: "bar-top" }, make("strong", {}, word("street")), make("button", { type: "button", class: "print-button", "aria-label": word("close"), onclick: close }, "×")), ...answer_of(street.place));
}
function pick_on_map(is_on) {
  street.is_picking = is_on;
  document.getElementById("street-pick").setAttribute("aria-pressed", String(is_on));
  if (!is_on) return;
  document.getElementById("street-status").textContent = word("street_pick_now");
  document.getElementById("map-section").scrollIntoView();
}

// The list of addresses under the field: a combobox as the ARIA authoring practices have it.
function close_list() {
  const list = document.getElementById("street-list"), input = document.getElementById("street-input");
  Object.assign(street, { found: [], active: -1 });
  list.hidden = true;
  list.replaceChildren();
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}
function draw_list() {
  const list = document.getElementById("street-list"), input = document.getElementById("street-input");
  fill("street-list", ...street.found.map((address, n) => make("li", { role: "option", id: `street-option-${n}`, "aria-selected": String(n === street.active), onmousedown: (event) => { event.preventDefault(); take_address(address); } }, address_name(address))));
  list.hidden = !street.found.length;
  input.setAttribute("aria-expanded", String(street.found.length > 0));
  if (street.active >= 0) { input.setAttribute("aria-activedescendant", `street-option-${street.active}`); list.children[street.active].scrollIntoView({ block: "nearest" }); } else input.removeAttribute("aria-activedescendant");
}
async function suggest() {
  await load_street();
  const { value } = document.getElementById("street-input");
  street.found = suggestions(value);
  street.active = -1;
  document.getElementById("street-status").textContent = street.found.length || !value.trim() ? "" : word("street_unknown", { asked: value.trim() });
  draw_list();
}
function take_address(address) {
  document.getElementById("street-input").value = address_name(address);
  const place = place_of_address(address);
  close_list();
  show_place(place);
  view_street();
}
async function street_key(event) {
  const moves = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in moves && street.found.length) {
    event.preventDefault();
    const count = street.found.length;
    street.active = street.active < 0 ? (event.key === "ArrowDown" ? 0 : count - 1) : (street.active + moves[event.key] + count) % count;
    draw_list();
  } else if (event.key === "Escape") close_list();
  else if (event.key === "Enter") {
    event.preventDefault();
    if (street.active < 0) await suggest();
    const chosen = street.found[Math.max(street.active, 0)];
    if (chosen) take_address(chosen);
  }
}
function start_street() {
  const input = document.getElementById("street-input");
  input.addEventListener("input", suggest);
  input.addEventListener("focus", load_street, { once: true });
  input.addEventListener("keydown", street_key);
  input.addEventListener("blur", close_list);
  document.getElementById("street-pick").addEventListener("click", () => pick_on_map(!street.is_picking));
}
