"use strict";
// The map of sites: choosing one, by a click or by its name, offers what may be asked of it.
const SIGNS = { force_in: "+", must_change: "!", force_out: "×", fix_option: "=" };
const KINDS = { true: ["force_in", "must_change", "force_out"], false: ["force_in", "force_out"] };
const place = { map: null, sites: new Map(), chosen: null, choice: 0, markers: [], plan: null };

function site_name(site) { return site.name || site.address || word("site_number", { site: site.site_id }); }
function lock_word(lock) { const site = place.sites.get(lock.site_id); return word(`lock_${lock.lock_kind}${site && !site.is_existing && lock.lock_kind === "force_in" ? "_candidate" : ""}`); }
function is_map_ready() { return by_id("map").dataset.ready === "true"; }
function points() {
  return { type: "FeatureCollection", features: [...place.sites.values()].map((site) => ({ type: "Feature", geometry: { type: "Point", coordinates: [site.lon, site.lat] },
    properties: { site_id: site.site_id, is_existing: site.is_existing, difference: place.plan ? place.plan.get(site.site_id) || "" : "" } })) };
}
function bounds_of(geometry) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  const walk = (part) => { if (typeof part[0] === "number") { box[0] = Math.min(box[0], part[0]); box[1] = Math.min(box[1], part[1]); box[2] = Math.max(box[2], part[0]); box[3] = Math.max(box[3], part[1]); } else part.forEach(walk); };
  walk(geometry.coordinates);
  return [[box[0], box[1]], [box[2], box[3]]];
}
// MapLibre gives each marker the same English name when it is put on the map.
function put_marker(element, name, { lon, lat }) {
  const marker = new maplibregl.Marker({ element }).setLngLat([lon, lat]).addTo(place.map);
  for (const [key, value] of Object.entries({ role: "img", "aria-label": name, title: name })) element.setAttribute(key, value);
  return marker;
}
function set_sites(sites) {
  place.sites = new Map(sites.map((site) => [site.site_id, site]));
  if (is_map_ready()) place.map.getSource("sites").setData(points());
}
function start_map({ outline, areas, roads, sites }) {
  set_sites(sites);
  const collection = (features) => ({ type: "geojson", data: { type: "FeatureCollection", features } });
  try {
    place.map = new maplibregl.Map({ container: "map", bounds: bounds_of(outline), fitBoundsOptions: { padding: 20 }, attributionControl: false, dragRotate: false, locale: { "Map.Title": word("map_label") },
      style: { version: 8,
        sources: { outline: collection([{ type: "Feature", properties: {}, geometry: outline }]), areas: collection(areas), roads: collection(roads), sites: { type: "geojson", data: points() }, own: { type: "geojson", data: own_points() } },
        layers: [
          { id: "paper", type: "background", paint: { "background-color": "#f2f4f3" } },
          { id: "outline", type: "fill", source: "outline", paint: { "fill-color": "#ffffff" } },
          { id: "roads", type: "line", source: "roads", paint: { "line-color": "#6b6f73", "line-opacity": 0.5, "line-width": ["case", ["get", "is_main"], 1.5, 0.7] } },
          { id: "areas", type: "line", source: "areas", paint: { "line-color": "#333", "line-width": 1 } },
          { id: "sites", type: "circle", source: "sites", paint: {
            "circle-radius": ["interpolate", ["linear"], ["zoom"], 8, ["case", ["get", "is_existing"], 3, 2], 13, ["case", ["get", "is_existing"], 8, 6]],
            "circle-color": ["match", ["get", "difference"], "added", "#0072b2", "removed", "#d55e00", "changed", "#009e73", ["case", ["get", "is_existing"], "#3f454c", "#ffffff"]],
            "circle-stroke-color": ["case", ["get", "is_existing"], "#ffffff", "#3f454c"], "circle-stroke-width": 1.2 } },
          { id: "own", type: "circle", source: "own", paint: { "circle-radius": 7, "circle-color": "#ffffff", "circle-stroke-width": 3, "circle-stroke-color": ["case", ["get", "is_refused"], "#a40e26", "#0a5ea8"] } },
          { id: "chosen", type: "circle", source: "sites", filter: ["==", ["get", "site_id"], -1], paint: { "circle-radius": 13, "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": "#0a5ea8", "circle-stroke-width": 3 } },
        ] } });
  } catch (error) {
    by_id("map").hidden = true;
    by_id("map-none").hidden = false;
    return;
  }
  const { map } = place;
  map.touchZoomRotate.disableRotation();
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new maplibregl.ScaleControl({}), "bottom-left");
  name_zoom();
  map.on("load", () => { by_id("map").dataset.ready = "true"; draw_locks(); });
  map.on("mousemove", (event) => { map.getCanvas().style.cursor = drawn_at(event.point) ? "pointer" : "crosshair"; });
  map.on("click", (event) => {
    const found = drawn_at(event.point);
    if (found?.site_id !== undefined) choose_site(found.site_id);
    else if (found) choose_own(found.own_place_id);
    else choose_place({ lon: event.lngLat.wrap().lng, lat: event.lngLat.lat });
  });
}
// What is drawn nearest to a point of the screen: a site, or a place of one's own that is none.
function drawn_at(point) {
  if (!is_map_ready()) return undefined;
  const found = place.map.queryRenderedFeatures([[point.x - 6, point.y - 6], [point.x + 6, point.y + 6]], { layers: ["sites", "own"] });
  const away = (feature) => { const at = place.map.project(feature.geometry.coordinates); return Math.hypot(at.x - point.x, at.y - point.y); };
  return found.sort((a, b) => away(a) - away(b))[0]?.properties;
}
// A click where nothing is: the nearest site that the data has there, or a place of one's own.
async function choose_place(spot) {
  const is_last = new_choice(), found = await attempt(() => ask("/api/nearest", spot));
  if (!found || !is_last()) return;
  if (!found.site) { offer_place(spot, word("no_site_near", { metres: number(found.near_m) })); return; }
  choose_site(found.site.site_id, word("nearest_to_click"));
  mark_spot(spot);
  by_id("site").append(make("p", { class: "buttons" }, make("button", { type: "button", "data-do": "own_here", onclick: () => { offer_place(spot); by_id("place_name").focus(); } }, word("own_here"))));
}
// Whoever chooses last is shown: an answer that comes after another choice must not take its place.
function new_choice() { const number = ++place.choice; return () => place.choice === number; }
function choose_nothing() {
  new_choice();
  place.chosen = null;
  mark_spot(null);
  mark_site();
  by_id("site").replaceChildren();
}
function choose_site(site_id, note = "", is_moved = false) {
  new_choice();
  mark_spot(null);
  place.chosen = site_id;
  mark_site();
  draw_site(note);
  const site = place.sites.get(site_id);
  if (is_moved && place.map) place.map.jumpTo({ center: [site.lon, site.lat], zoom: Math.max(place.map.getZoom(), 12) });
}
function mark_site() {
  if (is_map_ready()) place.map.setFilter("chosen", ["==", ["get", "site_id"], place.chosen ?? -1]);
}
function draw_site(note = "") {
  const site = place.sites.get(place.chosen);
  if (!site) { by_id("site").replaceChildren(); return; }
  const now = form.locks.find((lock) => lock.site_id === site.site_id), others = form.general.filter((lock) => lock.site_id === site.site_id);
  const drawn = own.rows.find((row) => row.site_id === site.site_id);
  const about = [word(site.is_existing ? "is_station" : "is_candidate"), drawn ? word("own_line", { who: drawn.asked_by, when: moment(drawn.asked_at) }) : null, site.address, site.kw ? `${number(site.kw)} kW` : null].filter(Boolean);
  const button = (kind) => make("button", { type: "button", "aria-pressed": String(now?.lock_kind === kind), onclick: () => set_lock(site.site_id, kind) },
    make("i", { class: `sign ${kind}`, "aria-hidden": "true" }, SIGNS[kind]), lock_word({ site_id: site.site_id, lock_kind: kind }));
  by_id("site").replaceChildren(
    make("h3", {}, site_name(site)), make("p", { class: "note" }, [note, ...about].filter(Boolean).join(" · ")),
    drawn && own_reason(drawn) ? make("p", { class: "fault" }, own_reason(drawn)) : "",
    ...others.map((lock) => make("p", { class: "note" }, word("general_lock", { what: lock_word(lock) }))),
    make("div", { class: "choices", role: "group", "aria-label": word("lock_of", { name: site_name(site) }) }, ...KINDS[site.is_existing].map(button),
      make("button", { type: "button", disabled: !now, onclick: () => set_lock(site.site_id, null) }, word("no_lock"))));
}
function set_lock(site_id, lock_kind) {
  const had = document.activeElement && by_id("site").contains(document.activeElement) ? [...by_id("site").querySelectorAll("button")].indexOf(document.activeElement) : -1;
  form.locks = form.locks.filter((lock) => lock.site_id !== site_id);
  if (lock_kind) form.locks.push({ site_id, lock_kind, option_id: null });
  draw_locks();
  draw_site();
  count_changes();
  if (had >= 0) (by_id("site").querySelectorAll("button")[had] || by_id("site")).focus();
}
function draw_locks() {
  const row = (lock, is_own) => {
    const site = place.sites.get(lock.site_id), name = site ? site_name(site) : word("site_number", { site: lock.site_id });
    return make("li", {}, make("i", { class: `sign ${lock.lock_kind}`, "aria-hidden": "true" }, SIGNS[lock.lock_kind]),
      make("span", {}, make("button", { type: "button", class: "link", disabled: !site, onclick: () => choose_site(lock.site_id, "", true) }, name), ` ${lock_word(lock)}`,
        is_own ? null : make("small", {}, ` (${word("for_all")})`)),
      is_own ? make("button", { type: "button", class: "small", onclick: () => set_lock(lock.site_id, null), "aria-label": word("lift_of", { name }) }, word("lift")) : null,
      make("p", { class: "fault", id: `fault-lock.${lock.site_id}`, hidden: Boolean(site) }, site ? null : word("fault_site_gone")));
  };
  by_id("lock-list").replaceChildren(...form.locks.map((lock) => row(lock, true)), ...form.general.map((lock) => row(lock, false)));
  if (!form.locks.length && !form.general.length) by_id("lock-list").replaceChildren(make("li", { class: "note" }, word("no_locks")));
  for (const marker of place.markers) marker.remove();
  place.markers = [];
  if (!place.map) return;
  for (const lock of [...form.locks, ...form.general]) {
    const site = place.sites.get(lock.site_id);
    if (!site) continue;
    place.markers.push(put_marker(make("i", { class: `sign on-map ${lock.lock_kind}` }, SIGNS[lock.lock_kind]), `${site_name(site)}, ${lock_word(lock)}`, site));
  }
}
// Marks where a plan differs from the adopted one.
function show_plan(rows) {
  place.plan = rows && new Map(rows.map((row) => [row.site_id, row.difference]));
  if (is_map_ready()) place.map.getSource("sites").setData(points());
  draw_legend();
}
function draw_legend() {
  const entry = (kind, text) => make("span", {}, make("i", { class: `dot ${kind}` }), text);
  by_id("legend").replaceChildren(entry("station", word("is_station")), entry("candidate", word("is_candidate")),
    ...(own.rows.some((row) => row.site_id === null && row.place_state !== "withdrawn") ? [entry("own", word("is_own"))] : []),
    ...(place.plan ? ["added", "removed", "changed"].map((kind) => entry(kind, word(`difference_${kind}`))) : []));
}
let find_timer = 0;
function find_places() {
  clearTimeout(find_timer);
  const text = by_id("find").value.trim();
  draw_found([]);
  if (text.length < 3 || coordinates_in(text)) return;
  find_timer = setTimeout(async () => {
    const found = await attempt(() => ask(`/api/addresses?text=${encodeURIComponent(text.slice(0, 100))}`), true);
    if (found && by_id("find").value.trim() === text) draw_found(found.addresses);
  }, 300);
}
function draw_found(addresses) {
  const text = by_id("find").value.trim(), wanted = text.toLocaleLowerCase(locale()), at = coordinates_in(text);
  const fits = (site) => `${site.name || ""} ${site.address || ""} ${site.site_id}`.toLocaleLowerCase(locale()).includes(wanted);
  const sites = wanted && !at ? [...place.sites.values()].filter(fits).slice(0, 8) : [];
  const leave = (doing) => () => { by_id("find").value = ""; find_places(); doing(); by_id("site").querySelector("input, button")?.focus(); };
  const entry = (text, doing) => make("li", {}, make("button", { type: "button", onclick: leave(doing) }, text));
  const spots = at ? [at] : addresses.map(({ address, city, lon, lat }) => ({ lon, lat, address: [address, city].filter(Boolean).join(", ") }));
  const found = [...sites.map((site) => entry(`${site_name(site)} · ${word(site.is_existing ? "is_station" : "is_candidate")}`, () => choose_site(site.site_id, "", true))),
    ...spots.map((spot) => entry(`${spot.address || degrees(spot)} · ${word("own_new")}`, () => offer_place(spot, "", true)))];
  by_id("find").setAttribute("aria-expanded", String(found.length > 0));
  by_id("found").replaceChildren(...found);
  if (wanted && !found.length) by_id("found").replaceChildren(make("li", { class: "note" }, word("nothing_found")));
}
