"use strict";
// Begins, and keeps the list of what-ifs up to date: they are of all who work here.
const LOOK_MS = 1500;

async function begin() {
  in_words();
  const found = await attempt(() => ask("/api/start"));
  if (!found) return;
  currency = found.region.currency;
  Object.assign(form, { groups: found.groups, scenarios: found.scenarios, first: found.first });
  Object.assign(list, { terms: found.terms, levels: found.levels });
  by_id("region").textContent = found.region.is_synthetic ? word("made_up", { region: found.region.title }) : found.region.title;
  by_id("region").dataset.title = found.region.title;
  by_id("region").dataset.synthetic = String(found.region.is_synthetic);
  by_id("asked-by").value = localStorage.getItem("asked_by") || CONTENT.user;
  draw_parents([]);
  place.load_id = found.region.load_id;
  start_map(found);
  draw_legend();
  await choose_parent();
  await look();
}
// The region was loaded anew, here or elsewhere: sites and locks are those of the new load, what is being filled in stays.
async function follow_load() {
  const found = await attempt(() => ask("/api/start"), true);
  if (!found) return;
  if (found.region.title !== by_id("region").dataset.title) { location.reload(); return; }
  const before = new Set(place.sites.keys());
  place.load_id = found.region.load_id;
  set_sites(found.sites);
  const [more, fewer] = [found.sites.filter((site) => !before.delete(site.site_id)).length, before.size];
  say("news", [word("loaded_anew"), more ? word("sites_more", { count: more }) : null, fewer ? word("sites_fewer", { count: fewer }) : null].filter(Boolean).join(" "));
  by_id("news").append(" ", make("button", { type: "button", class: "small", onclick: () => say("news", "") }, word("close")));
  const locks = await attempt(() => ask("/api/form", parent_chosen()), true);
  if (locks) form.general = locks.locks.filter((lock) => lock.scenario_name === null);
  draw_locks();
  if (place.chosen !== null) draw_site();
}
async function look() {
  try { await refresh(); } finally { setTimeout(look, document.hidden ? 10 * LOOK_MS : LOOK_MS); }
}
function switch_language() {
  language = language === "en" ? "fr" : "en";
  localStorage.setItem("language", language);
  in_words();
  const { title, synthetic } = by_id("region").dataset;
  if (title) by_id("region").textContent = synthetic === "true" ? word("made_up", { region: title }) : title;
  draw_parents(list.rows);
  draw_form();
  draw_locks();
  draw_site();
  draw_legend();
  draw_list();
  draw_own();
  if (by_id("own-form")) {
    const [name, share] = ["place_name", "suitability"].map((id) => by_id(id).value);
    offer_place(own.spot);
    Object.assign(by_id("place_name"), { value: name });
    Object.assign(by_id("suitability"), { value: share });
  }
}
async function invite() {
  const found = await attempt(() => ask("/api/invitation", {}));
  if (!found) return;
  by_id("invited").hidden = false;
  by_id("invited").replaceChildren(word("invited"), " ", make("code", {}, found.link));
}
by_id("language").addEventListener("click", switch_language);
by_id("invite").addEventListener("click", invite);
by_id("form").addEventListener("submit", solve);
by_id("parent").addEventListener("change", choose_parent);
by_id("find").addEventListener("input", find_places);
by_id("compare-close").addEventListener("click", () => by_id("compare").close());
by_id("compare").addEventListener("close", () => { by_id("compare-body").replaceChildren(); list.adopting = null; draw_list(); });
begin();
