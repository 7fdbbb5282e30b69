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
  start_map(found);
  draw_legend();
  await choose_parent();
  await look();
}
async function look() {
  await refresh();
  setTimeout(look, document.hidden ? 10 * LOOK_MS : LOOK_MS);
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
by_id("find").addEventListener("input", find_sites);
by_id("compare-close").addEventListener("click", () => by_id("compare").close());
by_id("compare").addEventListener("close", () => { by_id("compare-body").replaceChildren(); list.adopting = null; draw_list(); });
begin();
