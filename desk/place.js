"use strict";
// Places of people's own: drawn on the map, or found by address or coordinates; a load makes candidate sites of them.
const own = { rows: [], load: null, spot: null, marker: null, drawn: "" };

function asker() { return by_id("asked-by").value.trim() || CONTENT.user; }
function degrees(row) { return [row.lat, row.lon].map((value) => number(value, 5)).join(language === "fr" ? " ; " : ", "); }
function own_name(row) { return row.name || row.address || degrees(row); }
function is_new(row) { return row.place_state === "waiting" || row.place_state === "leaving"; }
function is_load_open() { return own.load !== null && (own.load.state === "queued" || own.load.state === "running"); }
function own_reason(row) {
  if (row.refusal !== "excluded") return row.refusal ? word(`refusal_${row.refusal}`) : null;
  return word("refusal_excluded", { ground: has(`ground_${row.exclusion}`) ? word(`ground_${row.exclusion}`) : row.exclusion });
}
function own_points() {
  const shown = own.rows.filter((row) => row.site_id === null && row.place_state !== "withdrawn");
  return { type: "FeatureCollection", features: shown.map((row) => ({ type: "Feature", geometry: { type: "Point", coordinates: [row.lon, row.lat] },
    properties: { own_place_id: row.own_place_id, is_refused: row.place_state === "refused" } })) };
}
// Two numbers, latitude first as maps give them; the other way round where only that is a place on earth.
function coordinates_in(text) {
  const found = text.trim().match(/^([-+−]?\d{1,3}(?:[.,]\d+)?)\s*°?[\s,;]+([-+−]?\d{1,3}(?:[.,]\d+)?)\s*°?$/);
  if (!found) return null;
  const [lat, lon] = [found[1], found[2]].map((part) => Number(part.replace("−", "-").replace(",", ".")));
  if (Math.abs(lat) > 90) return Math.abs(lon) <= 90 && Math.abs(lat) <= 180 ? { lon: lat, lat: lon } : null;
  return Math.abs(lon) <= 180 ? { lon, lat } : null;
}

function mark_spot(spot) {
  own.spot = spot;
  if (own.marker) own.marker.remove();
  own.marker = null;
  if (spot && place.map) own.marker = put_marker(make("i", { class: "spot" }), word("own_new"), spot);
}
// The form of a new place, in the panel below the map.
function offer_place(spot, note = "", is_moved = false) {
  choose_nothing();
  mark_spot(spot);
  if (is_moved && place.map) place.map.jumpTo({ center: [spot.lon, spot.lat], zoom: Math.max(place.map.getZoom(), 13) });
  const field = (id, label, about, attributes) => make("div", { class: "field" }, make("label", { for: id }, label),
    make("input", { id, autocomplete: "off", "aria-describedby": `${id}-about fault-${id}`, ...attributes }),
    make("span", { class: "about", id: `${id}-about` }, about), make("p", { class: "fault", id: `fault-${id}`, hidden: true }));
  by_id("site").replaceChildren(make("form", { id: "own-form", novalidate: true, onsubmit: add_place },
    make("h3", {}, word("own_new")), make("p", { class: "note" }, [note, spot.address, degrees(spot)].filter(Boolean).join(" · ")),
    make("p", { class: "fault", id: "fault-place", role: "alert", hidden: true }),
    make("div", { class: "pair" }, field("place_name", word("own_label"), word("own_label_about"), { maxlength: 80, value: spot.address || "" }),
      field("suitability", word("own_share"), word("own_share_about"), { inputmode: "decimal", placeholder: "1" })),
    make("div", { class: "buttons" }, make("button", { type: "submit", class: "main" }, word("own_add")),
      make("button", { type: "button", onclick: () => { choose_nothing(); by_id("find").focus(); } }, word("own_leave")))));
}
async function add_place(event) {
  event.preventDefault();
  const { spot } = own, { lon, lat } = spot, text = by_id("suitability").value.trim(), share = text === "" ? null : Number(written_value(text));
  const button = by_id("own-form").querySelector("[type=submit]");
  if (button.disabled) return;
  button.disabled = true;
  const wanted = { lon, lat, name: by_id("place_name").value.trim(), suitability_share: share, asked_by: asker() };
  const found = await attempt(async () => {
    if (Number.isNaN(share)) { show_place_faults([{ key: "suitability", kind: "no_share", limits: {} }]); return null; }
    try { return await ask("/api/places", wanted); } catch (error) {
      if (error instanceof Refused && error.body.faults && own.spot === spot) { show_place_faults(error.body.faults); return null; }
      throw error;
    }
  });
  button.disabled = false;
  if (!found) return;
  if (own.spot !== spot) { await refresh(); return; } // another place was chosen meanwhile, whose form must stay
  choose_nothing();
  const is_last = new_choice();
  await refresh();
  if (!is_last()) return;
  choose_own(found.own_place_id);
  const held = by_id(`own-${found.own_place_id}`);
  if (held) { held.focus(); held.scrollIntoView({ block: "nearest" }); }
}
function show_place_faults(faults) {
  for (const element of by_id("own-form").querySelectorAll(".fault")) say(element.id, "");
  for (const element of by_id("own-form").querySelectorAll("input")) element.removeAttribute("aria-invalid");
  for (const fault of faults) {
    const input = by_id(fault.key);
    say(by_id(`fault-${fault.key}`) ? `fault-${fault.key}` : "fault-place", fault_text(fault).text);
    if (input) input.setAttribute("aria-invalid", "true");
  }
  (by_id("own-form").querySelector("[aria-invalid]") || by_id("own-form").querySelector("button")).focus();
}
// A place on the map that is no site yet, or none any more, in the panel below.
function choose_own(own_place_id, is_moved = false) {
  const row = own.rows.find((one) => one.own_place_id === own_place_id);
  if (!row) return;
  if (row.site_id !== null && place.sites.has(row.site_id)) { choose_site(row.site_id, "", is_moved); return; }
  choose_nothing();
  mark_spot(row);
  if (is_moved && place.map) place.map.jumpTo({ center: [row.lon, row.lat], zoom: Math.max(place.map.getZoom(), 13) });
  by_id("site").replaceChildren(make("h3", {}, own_name(row)), make("p", { class: "note" }, [word(`place_${row.place_state}`), degrees(row)].join(" · ")),
    own_reason(row) ? make("p", { class: "fault" }, own_reason(row)) : "");
}
function own_row(row) {
  const when = row.withdrawn_at ? word("own_withdrawn_line", { who: row.withdrawn_by, when: moment(row.withdrawn_at) }) : word("own_line", { who: row.asked_by, when: moment(row.asked_at) });
  return make("li", { id: `own-${row.own_place_id}`, tabindex: "-1" },
    make("div", {}, make("button", { type: "button", class: "link", "data-do": "show", onclick: () => choose_own(row.own_place_id, true) }, own_name(row)), " ",
      make("span", { class: `tag ${row.place_state}` }, word(`place_${row.place_state}`)), make("small", { class: "note" }, ` ${when}`),
      own_reason(row) ? make("p", { class: "fault" }, own_reason(row)) : null),
    row.withdrawn_at ? null : make("button", { type: "button", class: "small", "data-do": "withdraw", "aria-label": word("own_withdraw_of", { name: own_name(row) }), onclick: () => withdraw(row) }, word("own_withdraw")));
}
async function withdraw(row) {
  const is_last = new_choice();
  await attempt(() => ask(`/api/places/${row.own_place_id}/withdrawal`, { asked_by: asker() }));
  if (is_last()) choose_nothing();
  await refresh();
}

function load_box() {
  const load = own.load, count = own.rows.filter(is_new).length, open = is_load_open(), found = [];
  if (open) {
    const text = load.wish ? word("wish_cancel") : load.state === "queued" ? word("load_queued")
      : load.step_count ? word("load_step", { step: number(load.step_number), steps: number(load.step_count) }) : word("load_begins");
    found.push(make("p", { id: "load-step", class: "note" }, word("load_asked", { who: load.asked_by }), " ", text));
    if (load.state === "running") found.push(make("progress", { max: load.step_count || 1, value: load.step_number || 0, "aria-labelledby": "load-step" }));
    if (!load.wish) found.push(make("button", { type: "button", "data-do": "cancel", onclick: cancel_load }, word("cancel")));
  } else {
    if (load && load.state === "failed") found.push(make("p", { class: "fault", lang: "en" }, load.message, " ", load.hint || ""));
    if (load && load.state === "done" && !count) found.push(make("p", { class: "note" }, word("load_done", { when: moment(load.finished_at), seconds: seconds((new Date(load.finished_at) - new Date(load.started_at)) / 1000) })));
    if (count) found.push(make("p", { class: "note" }, word("load_about")));
    if (own.rows.length) found.push(make("button", { type: "button", class: count ? "main" : "", "data-do": "work_in", disabled: !count, onclick: work_in }, count ? word("work_in", { count }) : word("work_in_none")));
  }
  return found;
}
async function work_in() {
  await attempt(() => ask("/api/place-loads", { asked_by: asker() }));
  await refresh();
}
async function cancel_load() {
  await attempt(() => ask(`/api/place-loads/${own.load.place_load_id}/cancellation`, {}));
  await refresh();
}
function draw_own() {
  const state = JSON.stringify([own.rows, own.load, language]);
  if (state === own.drawn) return;
  own.drawn = state;
  keeping_focus(by_id("own"), "li, #own-load", () => {
    by_id("own-list").replaceChildren(...(own.rows.length ? own.rows.map(own_row) : [make("li", { class: "note" }, word("own_none"))]));
    by_id("own-load").replaceChildren(...load_box());
  });
  if (is_map_ready()) place.map.getSource("own").setData(own_points());
  draw_legend();
}
