"use strict";
// The map of each plan. What it shows is a handful of choices, the same for all maps; every change redraws what depends on it.
const choice = { phase: null, ground: most_changed(), layers: { decisions: true, stations: true, roads: true, areas: true, grid: false } };
// none of these is a colour of the projects that are drawn over them
const COVER = CONTENT.covers;
const RAMP = ["#f7f3e8", "#d9cfe3", "#a68cc0", "#6a4c93", "#2d1e4f"];
const MANY_PROJECTS = 120; // more of them are drawn small with a whole region in view
const maps = [];

function ground_of(level) { return `level_${level}`; }
// The level whose coverage the plan changes most is the one to look at first; of two that change alike, the faster.
function most_changed() {
  const change = ({ level }) => CONTENT.plans[0].coverage.filter((row) => row.level === level).map((row) => Math.abs(row.after_share - row.before_share)).at(-1) || 0;
  return ground_of(CONTENT.levels.reduce((most, row) => (change(row) >= change(most) ? row : most)).level);
}
function collection(features) { return { type: "FeatureCollection", features }; }
function phase_of(plan) { return Math.min(choice.phase ?? Infinity, plan.phases.length); }
function level_shown() { return CONTENT.levels.map((row) => row.level).find((level) => ground_of(level) === choice.ground); }
function is_coverage_shown() { return level_shown() !== undefined; }
// Stations that stay have the colour of their fastest level.
function station_colour() {
  const [lowest] = CONTENT.levels;
  return ["match", ["coalesce", ["get", "top_level_before"], ""], ...CONTENT.levels.flatMap((row) => [row.level, row.colour]), lowest.colour];
}

function projects_filter(phase) { return ["all", ["!=", ["get", "action"], "keep"], ["<=", ["get", "phase"], phase]]; }
function stay_filter(phase) {
  return ["any", ["==", ["get", "action"], "keep"], ["all", [">", ["coalesce", ["get", "phase"], 0], phase], ["!=", ["get", "action"], "build"]]];
}
// Small where a whole region is in view, so that dots do not hide the ground they stand on.
function by_zoom(far, near) { return ["interpolate", ["linear"], ["zoom"], 7.5, far, 11, near]; }
function bounds() {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  const walk = (part) => {
    if (typeof part[0] === "number") {
      box[0] = Math.min(box[0], part[0]); box[1] = Math.min(box[1], part[1]); box[2] = Math.max(box[2], part[0]); box[3] = Math.max(box[3], part[1]);
    } else part.forEach(walk);
  };
  CONTENT.region.outline.forEach((feature) => walk(feature.geometry.coordinates));
  return [[box[0], box[1]], [box[2], box[3]]];
}
// The largest part of an area: twice its surface, in square degrees, and its centre of gravity.
function largest_part(feature) {
  let best = [0, 0, 0];
  const polygons = feature.geometry.type === "Polygon" ? [feature.geometry.coordinates] : feature.geometry.coordinates;
  for (const [ring] of polygons) {
    let [area, x, y] = [0, 0, 0];
    for (let n = 0; n + 1 < ring.length; n += 1) {
      const cross = ring[n][0] * ring[n + 1][1] - ring[n + 1][0] * ring[n][1];
      area += cross; x += (ring[n][0] + ring[n + 1][0]) * cross; y += (ring[n][1] + ring[n + 1][1]) * cross;
    }
    if (Math.abs(area) > Math.abs(best[0])) best = [area, x / (3 * area), y / (3 * area)];
  }
  return { surface: Math.abs(best[0]), centre: [best[1], best[2]] };
}
// A line as it is sent: its first corner, then how far each is from the one before, in hundred thousandths of a degree.
function road_line(moves) {
  const line = [];
  for (let n = 0, x = 0, y = 0; n < moves.length; n += 2) { x += moves[n]; y += moves[n + 1]; line.push([x / 1e5, y / 1e5]); }
  return line;
}

class PlanMap {
  constructor(plan, container) {
    this.plan = plan;
    this.container = container;
    this.is_ready = false;
    this.look = "";
    this.ground = new Ground(plan);
    this.is_many = projects(plan).length > MANY_PROJECTS;
    this.map = new maplibregl.Map({ container, bounds: bounds(), fitBoundsOptions: { padding: 20 }, attributionControl: false, dragRotate: false,
      canvasContextAttributes: { preserveDrawingBuffer: true } });
    this.ground.follow(this.map);
    this.map.setStyle(this.style());
    this.look = this.seen();
    this.map.touchZoomRotate.disableRotation();
    this.map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-left");
    this.map.addControl(new maplibregl.ScaleControl({}), "bottom-left");
    this.labels = CONTENT.region.areas.map((feature) => ({ name: feature.properties.name || "", ...largest_part(feature) })).sort((a, b) => b.surface - a.surface)
      .map(({ name, centre }) => new maplibregl.Marker({ element: make("div", { class: "area-label", role: "img" }, name) }).setLngLat(centre));
    this.place_labels();
    this.popup = new maplibregl.Popup({ closeButton: false, closeOnClick: false, offset: 10 });
    this.name();
    this.map.on("styleimagemissing", ({ id }) => { const [action, place] = id.split(" "); this.map.addImage(id, symbol_pixels(action, place), { pixelRatio: 2 }); });
    this.map.on("load", () => { this.is_ready = true; this.refresh(); mark_street(); container.dataset.ready = "true"; });
    this.map.on("mousemove", (event) => this.hover(event.point, event.lngLat));
    this.map.on("mouseout", () => this.popup.remove());
    this.map.on("click", (event) => { const found = this.station_at(event.point); if (found && !street.is_picking) choose(this.plan, found.properties.site_id, false); else point_at(event.lngLat); });
    this.map.on("move", (event) => { if (event.originalEvent || event.is_own) this.lead(); this.follow(); });
    this.map.on("moveend", () => this.place_labels());
  }
  // The canvas takes the keys that move the map, so it has a name and a description of its own.
  name() {
    const canvas = this.map.getCanvas();
    canvas.setAttribute("aria-label", `${word("map_canvas")} ${plan_name(this.plan)}`);
    canvas.setAttribute("aria-describedby", "map-text");
    for (const way of ["in", "out"]) {
      const button = this.map.getContainer().querySelector(`.maplibregl-ctrl-zoom-${way}`);
      button.title = word(`zoom_${way}`);
      button.setAttribute("aria-label", button.title);
    }
  }
  // The other map follows the one that is moved by hand.
  lead() {
    for (const other of maps) if (other !== this) other.map.jumpTo({ center: this.map.getCenter(), zoom: this.map.getZoom() });
  }
  // Other hexagons where the view has left those that are drawn, or is so far away that larger ones do.
  follow() {
    const before = this.ground.place;
    if (!this.is_ready || !this.ground.follow(this.map)) return;
    this.map.getSource("demand").setData(this.ground.coloured());
    if (this.ground.place !== before) draw_legend();
  }
  shown_projects() {
    const phase = phase_of(this.plan);
    return this.plan.stations.filter(({ properties: { action, phase: of } }) => action !== "keep" && of <= phase).map((feature) => this.map.project(feature.geometry.coordinates));
  }
  // Names of areas that are wholly in view and cover neither a project nor the name of a larger one; a letter takes about 7.4 pixels by 16.
  place_labels() {
    const { width, height } = this.map.getCanvas().getBoundingClientRect();
    const taken = choice.layers.decisions && !this.is_many ? this.shown_projects().map((at) => [at.x - 11, at.y - 11, at.x + 11, at.y + 11]) : [];
    for (const label of this.labels) {
      const { x, y } = this.map.project(label.getLngLat()), half = 3.7 * label.getElement().textContent.length;
      const box = [x - half, y - 8, x + half, y + 8];
      const is_free = box[0] > 0 && box[2] < width && box[1] > 0 && box[3] < height && !taken.some((t) => box[0] < t[2] && box[2] > t[0] && box[1] < t[3] && box[3] > t[1]);
      if (is_free && choice.layers.areas) { taken.push(box); this.show_label(label); } else label.remove();
    }
  }
  // MapLibre calls whatever it marks "Map marker", in English, when it puts it there.
  show_label(label) {
    const element = label.addTo(this.map).getElement();
    element.setAttribute("aria-label", element.textContent);
  }
  style() {
    const sources = {}, layers = [{ id: "paper", type: "background", paint: { "background-color": "#f2f4f3" } }], phase = phase_of(this.plan);
    const add = (id, data, ...made) => { sources[id] = { type: "geojson", data }; layers.push(...made.map((layer) => ({ source: id, ...layer }))); };
    if (CONTENT.tiles) {
      sources.tiles = { type: "raster", tiles: [CONTENT.tiles.url], tileSize: 256 };
      layers.push({ id: "tiles", type: "raster", source: "tiles" });
    }
    add("outline", collection(CONTENT.region.outline), { id: "outline", type: "fill", paint: { "fill-color": "#ffffff", "fill-opacity": CONTENT.tiles ? 0 : 1 } });
    add("demand", this.ground.coloured(), is_point_demand()
      ? { id: "demand", type: "circle", paint: { "circle-radius": 5, "circle-color": ["get", "colour"], "circle-stroke-color": "#777", "circle-stroke-width": 0.5 } }
      : { id: "demand", type: "fill", paint: { "fill-color": ["get", "colour"], "fill-opacity": CONTENT.tiles ? 0.5 : 0.8 } });
    add("grid", collection(CONTENT.region.grid_areas), { id: "grid", type: "line", layout: { visibility: "none" }, paint: { "line-color": "#7a3e9d", "line-width": 2, "line-dasharray": [3, 2] } });
    CONTENT.region.roads.forEach(({ is_main, zoom_in, lines }, n) => add(`roads_${n}`,
      { type: "Feature", properties: {}, geometry: { type: "MultiLineString", coordinates: lines.map(road_line) } },
      { id: `roads_${n}`, type: "line", minzoom: zoom_in ? this.map.getZoom() + zoom_in : 0, paint: { "line-color": "#6b6f73", "line-opacity": 0.55, "line-width": is_main ? 1.6 : 0.7 } }));
    add("areas", collection(CONTENT.region.areas), { id: "areas", type: "line", paint: { "line-color": "#333", "line-width": 1.1 } });
    add("street", collection([]), { id: "street", type: "line", paint: { "line-color": ["match", ["get", "kind"], "today", "#333333", "after", "#0072b2", "#8a4b00"], "line-width": 2.5, "line-dasharray": [2, 1.5] } });
    add("stations", collection(this.plan.stations),
      { id: "stations", type: "circle", filter: stay_filter(phase), paint: { "circle-radius": by_zoom(1.3, 4.5), "circle-color": station_colour(),
        "circle-stroke-color": "#fff", "circle-stroke-width": by_zoom(0.2, 1.2) } },
      { id: "decisions", type: "symbol", filter: projects_filter(phase), layout: { "icon-image": ["concat", ["get", "action"], " ", ["get", "number"]], "icon-size": by_zoom(this.is_many ? 0.4 : 0.75, 1),
        "icon-allow-overlap": true, "icon-ignore-placement": true, "symbol-sort-key": ["-", 0, ["get", "number"]] } },
      { id: "chosen", type: "circle", filter: ["==", ["get", "site_id"], -1], paint: { "circle-radius": 17, "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": "#000", "circle-stroke-width": 3 } });
    return { version: 8, sources, layers };
  }
  station_at(point) {
    const around = [[point.x - 6, point.y - 6], [point.x + 6, point.y + 6]];
    const away = (feature) => { const at = this.map.project(feature.geometry.coordinates); return Math.hypot(at.x - point.x, at.y - point.y); };
    const found = this.is_ready ? this.map.queryRenderedFeatures(around, { layers: ["decisions", "stations"] }) : [];
    return found.sort((a, b) => away(a) - away(b))[0];
  }
  hover(point, place) {
    if (!this.is_ready) return;
    const station = this.station_at(point);
    this.map.getCanvas().style.cursor = station ? "pointer" : "";
    const ground = station ? null : this.map.queryRenderedFeatures(point, { layers: ["grid", "demand"] })[0];
    const text = station ? word("pair", { name: [station.properties.number, name_of(station.properties)].filter(Boolean).join(". "), value: word(`action_${station.properties.action}`) })
      : ground && ground.layer.id === "grid" ? word("grid_area", { name: ground.properties.name })
        : ground && CONTENT.people ? word("cell_people", { people: word("people_count", { count: Math.round(this.figure(ground, "population")) }), vehicles: word("vehicle_count", { count: Math.round(this.figure(ground, "ev_count")) }) }) : null;
    if (text) this.popup.setLngLat(place).setText(text).addTo(this.map); else this.popup.remove();
  }
  seen() { return `${choice.ground} ${phase_of(this.plan)}`; }
  figure({ id, properties }, key) { return SIZES[properties.place][key][id] || 0; }
  refresh() {
    if (!this.is_ready) return;
    const phase = phase_of(this.plan), { roads, ...layers } = choice.layers;
    const shown = { ...layers, ...Object.fromEntries(CONTENT.region.roads.map((_, n) => [`roads_${n}`, roads])), demand: choice.ground !== "none" };
    for (const [layer, is_shown] of Object.entries(shown)) this.map.setLayoutProperty(layer, "visibility", is_shown ? "visible" : "none");
    this.place_labels();
    const look = this.seen();
    if (look !== this.look && choice.ground !== "none") this.map.getSource("demand").setData(this.ground.coloured());
    this.look = look;
    this.map.setFilter("decisions", projects_filter(phase));
    this.map.setFilter("stations", stay_filter(phase));
  }
  mark(site_id, is_moved) {
    if (!this.is_ready) return;
    this.map.setFilter("chosen", ["==", ["get", "site_id"], site_id]);
    const station = this.plan.stations.find((feature) => feature.properties.site_id === site_id);
    if (!station) return;
    // the card lies on one side of a wide map: the site is shown on the other
    const { width } = this.map.getCanvas().getBoundingClientRect(), card = document.getElementById("detail"), is_over = getComputedStyle(card).position === "absolute";
    if (is_moved) this.map.easeTo({ center: station.geometry.coordinates, zoom: Math.max(this.map.getZoom(), 12), offset: is_over ? [-width / 4, 0] : [0, 0], animate: false }, { is_own: true });
    card.classList.toggle("left", this.map.project(station.geometry.coordinates).x > width / 2);
  }
}

function start_maps() {
  try {
    CONTENT.plans.forEach((plan, n) => maps.push(new PlanMap(plan, document.getElementById(n ? "other-map" : "map"))));
  } catch (error) {
    document.getElementById("maps").hidden = true;
    document.getElementById("map-none").hidden = false;
  }
}
function refresh_maps() {
  draw_legend();
  for (const one of maps) one.refresh();
}
function show_whole() {
  for (const one of maps) one.map.fitBounds(bounds(), { padding: 20, animate: false });
}
function size_shown() { return maps.length ? maps[0].ground.size : SIZES[0]; }
function draw_legend() {
  const entry = (colour, text, kind = "") => make("span", {}, make("i", { class: kind, style: `background:${colour}` }), text);
  const entries = [];
  if (is_coverage_shown()) {
    const is_lost = CONTENT.plans.some((plan) => (plan.states[level_shown()] || []).some((state) => state & 1 && !(state >> phase_of(plan) & 1)));
    entries.push(...["kept", "gained", "lost", "uncovered"].filter((state) => state !== "lost" || is_lost).map((state) => entry(COVER[state], word(`covered_${state}`))));
  } else if (choice.ground !== "none") {
    const limits = size_shown().quantiles(choice.ground), digits = limits[3] < 10 ? 1 : 0;
    entries.push(...RAMP.map((colour, n) => entry(colour, n === 0 ? word("legend_least", { value: number(limits[0], digits) })
      : n === 4 ? word("legend_most", { value: number(limits[3], digits) }) : `${number(limits[n - 1], digits)} – ${number(limits[n], digits)}`)));
  }
  if (size_shown().is_overview && choice.ground !== "none") entries.push(make("em", {}, word(is_coverage_shown() ? "legend_mixed" : "legend_summed")));
  const actions = new Set(CONTENT.plans.flatMap((plan) => plan.stations.map((f) => f.properties.action)));
  if (choice.layers.decisions) entries.push(...ACTIONS.filter((action) => actions.has(action)).map((action) => make("span", {}, symbol_image(action), word(`action_${action}`))));
  const standing = new Set(CONTENT.plans.flatMap((plan) => plan.stations.map((f) => f.properties.top_level_before)));
  if (choice.layers.stations) entries.push(...CONTENT.levels.filter(({ level }) => standing.has(level)).map(({ level, colour }) => entry(colour, word("pair", { name: word("action_keep"), value: level_title(level) }), "dot")));
  fill("legend", ...entries);
}
function choose(plan, site_id, is_moved = true) {
  const station = plan.stations.find((feature) => feature.properties.site_id === site_id);
  if (!station) return;
  draw_detail(station.properties, plan);
  for (const one of maps) one.mark(site_id, is_moved);
}
