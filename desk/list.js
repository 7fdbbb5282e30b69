"use strict";
// What-ifs of all who work here: how they stand, what they change, how far their solve is; comparing and adopting one.
const list = { rows: [], adopted: null, progress: new Map(), drawn: "", adopting: null };

function change_text(change) {
  if (change.kind === "parameter") {
    const field = form.fields.find((one) => one.key === change.key);
    return word("change_value", { name: field ? label_of(field) : change.key, before: told_value(field, change.parent_value), after: told_value(field, change.value) });
  }
  const site_id = Number(change.key), name = change.site_name || word("site_number", { site: site_id });
  const what = lock_word({ site_id, lock_kind: change.lock_kind });
  return change.kind === "lock" ? word("change_lock", { name, what }) : word("change_lifted", { name, what });
}
function parent_text(row) { return row.parent_what_if_id ? `${row.parent_what_if_id}. ${row.parent_title}` : row.base_scenario.split("/").pop().replace(/\.toml$/, ""); }
function state_text(row) {
  if (row.state === "running" && row.wish) return word(`wish_${row.wish}`);
  if (row.wish === "adopt") return word("wish_adopt");
  if (row.is_adopted) return word("state_adopted");
  if (row.state === "done" && row.publication === "kept") return word("state_kept");
  return word(`state_${row.state}`, { place: row.queue_place ?? "" });
}
// What waits is solved on the data that are loaded when its turn comes; all else stays what it was on former data.
function is_former(row) { return !row.is_current_load && row.state !== "queued"; }
function figures(row) {
  const now = row.objective === null && row.last ? row.last : null, value = now ? now.incumbent : row.objective, gap = now ? now.mip_gap : row.mip_gap;
  const pairs = [];
  if (row.state === "running" && !row.last) pairs.push(["step", word("step_read")], ["elapsed", seconds(Math.max(0, (Date.now() - new Date(row.started_at)) / 1000))]);
  if (row.state === "running" && row.last) pairs.push(["step", word(`step_${row.last.solve_step}`)], ["elapsed", seconds(row.last.elapsed_s)]);
  if (value !== null && value !== undefined) pairs.push(["objective", number(value, 4)]);
  if (now && now.dual_bound !== null) pairs.push(["bound", number(now.dual_bound, 4)]);
  if (gap !== null && gap !== undefined) pairs.push(["gap", share(gap, 2)]);
  if (row.net_capex_cad !== null) pairs.push(["net", money(row.net_capex_cad)]);
  if (row.objective !== null) pairs.push(["sites", number(row.change_count)]);
  return make("dl", {}, ...pairs.flatMap(([name, text]) => [make("dt", {}, word(`f_${name}`)), make("dd", {}, text)]));
}
function buttons(row) {
  const one = (key, doing, kind = "") => make("button", { type: "button", class: kind, "data-do": key, onclick: doing }, word(key));
  const found = [];
  if (row.state === "running" && !row.wish) found.push(one("stop", () => wish(row, "stop"), "main"), one("cancel", () => wish(row, "cancel")));
  if (row.state === "queued" && !row.wish) found.push(one("cancel", () => wish(row, "cancel")));
  if (row.state === "done" && row.objective !== null) {
    if (list.adopted && !row.is_adopted) found.push(one("compare", () => compare(row), "main"));
    if (row.publication === "published" && row.is_current_load) {
      found.push(make("a", { class: "button", href: `/plan/${row.run_id}?language=${language}`, target: "_blank", rel: "noopener" }, word("whole_page")));
      if (!row.is_adopted && !row.wish) found.push(one("adopt", () => ask_adoption(row)));
      found.push(make("details", { class: "export" }, make("summary", {}, word("export")),
        ...["gpkg", "csv", "geojson", "geoparquet"].map((kind) => make("a", { href: `/export/${row.run_id}/${kind}`, download: true }, word(`export_${kind}`)))));
    }
  }
  if (!row.is_current_load && row.state !== "queued" && row.state !== "running") found.push(one("again", () => ask_again(row), "main"));
  if (row.state !== "queued") found.push(one("go_on", () => { by_id("parent").value = `w:${row.what_if_id}`; choose_parent(); by_id("form").scrollIntoView(); by_id("parent").focus(); }));
  return make("div", { class: "buttons" }, ...found);
}
function card(row) {
  const changes = row.changes.map((change) => make("li", {}, change_text(change)));
  const chart = list.progress.get(row.what_if_id);
  return make("li", { id: `what-if-${row.what_if_id}`, class: `what-if ${row.state}`, tabindex: "-1" },
    make("h3", {}, `${row.what_if_id}. ${row.title}`, " ", make("span", { class: `tag ${row.is_adopted ? "adopted" : row.state}` }, state_text(row)),
      ...(is_former(row) ? [" ", make("span", { class: "tag former" }, word("former_tag"))] : [])),
    make("p", { class: "note" }, word("asked_line", { who: row.asked_by, when: moment(row.asked_at), parent: parent_text(row) })),
    make("ul", { class: "changes" }, ...(changes.length ? changes : [make("li", {}, word("no_change"))])),
    figures(row),
    is_former(row) ? make("p", { class: "warning" }, word("former_note")) : null,
    row.message ? make("p", { class: "fault", lang: "en" }, row.message, row.hint ? make("br") : null, row.hint ? row.hint.charAt(0).toUpperCase() + row.hint.slice(1) : null) : null,
    chart && chart.length ? drawn_chart(chart, row) : null,
    list.adopting === row.what_if_id ? adoption_question(row) : null,
    buttons(row));
}
function draw_list() {
  const state = JSON.stringify([list.rows, list.adopted, [...list.progress].map(([key, rows]) => [key, rows.length]), list.adopting, language, form.fields.length]);
  if (state === list.drawn) return;
  list.drawn = state;
  const open = new Set([...document.querySelectorAll(".what-if details[open]")].map((element) => element.closest(".what-if").id));
  keeping_focus(by_id("what-ifs"), ".what-if", () => by_id("what-ifs").replaceChildren(...list.rows.map(card)));
  for (const id of open) { const element = by_id(id)?.querySelector("details"); if (element) element.open = true; }
  if (!list.rows.length) by_id("what-ifs").replaceChildren(make("li", { class: "note" }, word("none_yet")));
  by_id("adopted").textContent = list.adopted ? word(list.adopted.is_current_load ? "adopted_now" : "adopted_former", { name: adopted_name(), run: list.adopted.run_id }) : word("none_adopted");
}
function adopted_name() {
  const own = list.rows.find((row) => row.run_id === list.adopted.run_id);
  return own ? own.title : list.adopted.scenario_name;
}
// Best plan and bound over the seconds of the solve.
function drawn_chart(rows, row) {
  const W = 320, H = 120, [left, right, top, bottom] = [46, 8, 8, 22], NS = "http://www.w3.org/2000/svg";
  const end = Math.max(...rows.map((one) => one.elapsed_s), 1), known = rows.flatMap((one) => [one.incumbent, one.dual_bound]).filter((value) => value !== null);
  if (!known.length) return null;
  const best = rows.map((one) => one.incumbent).filter((value) => value !== null), floor = best.length ? Math.min(...best) : Math.min(...known);
  const last = rows.map((one) => one.dual_bound).filter((value) => value !== null).at(-1) ?? Math.max(...known);
  let [low, high] = [Math.min(floor, last), Math.max(last, ...best)];
  high = Math.max(high, low + 1e-6) + 0.15 * (high - low); low -= 0.05 * (high - low);
  const x = (value) => left + (W - left - right) * value / end, y = (value) => Math.max(top, H - bottom - (H - top - bottom) * (value - low) / (high - low));
  const svg = (tag, attributes, text) => { const element = document.createElementNS(NS, tag); for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value); if (text) element.textContent = text; return element; };
  const steps = (key) => {
    let path = "", before = null;
    for (const one of rows) {
      if (one[key] === null) continue;
      path += before === null ? `M${x(one.elapsed_s)},${y(one[key])}` : `H${x(one.elapsed_s)}V${y(one[key])}`;
      before = one[key];
    }
    return before === null ? "" : `${path}H${x(end)}`;
  };
  const label = word("chart_label", { title: row.title, best: best.length ? number(best.at(-1), 4) : "–", bound: number(last, 4), time: seconds(end) });
  const chart = svg("svg", { viewBox: `0 0 ${W} ${H}`, class: "chart", role: "img", "aria-label": label });
  chart.append(svg("line", { x1: left, x2: W - right, y1: H - bottom, y2: H - bottom, class: "axis" }), svg("path", { d: steps("dual_bound"), class: "bound" }), svg("path", { d: steps("incumbent"), class: "best" }));
  for (const value of [low + 0.05 * (high - low), high - 0.1 * (high - low)]) chart.append(svg("text", { x: left - 4, y: y(value) + 4, class: "tick end" }, number(value, 3)));
  chart.append(svg("text", { x: left, y: H - 6, class: "tick" }, "0"), svg("text", { x: W - right, y: H - 6, class: "tick end" }, seconds(end)));
  return make("figure", {}, chart, make("figcaption", {}, make("span", { class: "key best" }, word("chart_best")), make("span", { class: "key bound" }, word("chart_bound"))));
}

async function wish(row, what) {
  await attempt(() => ask(`/api/what-ifs/${row.what_if_id}/wish`, { wish: what }));
  await refresh();
}
// Asks for the same on the data that are loaded now.
async function ask_again(row) {
  const parent = row.parent_what_if_id ? { what_if_id: row.parent_what_if_id } : { scenario: row.base_scenario };
  await attempt(async () => {
    const { locks } = await ask("/api/form", { what_if_id: row.what_if_id });
    const asked = locks.filter((lock) => lock.scenario_name !== null).map(({ site_id, lock_kind, option_id }) => ({ site_id, lock_kind, option_id }));
    return ask("/api/what-ifs", { parent, title: row.title, asked_by: asker(), settings: row.settings, locks: asked, time_limit_s: row.time_limit_s });
  });
  await refresh();
}
function ask_adoption(row) {
  list.adopting = row.what_if_id;
  draw_list();
  by_id(`what-if-${row.what_if_id}`).querySelector(".question button").focus();
}
function adoption_question(row) {
  return make("div", { class: "question", role: "alertdialog", "aria-label": word("adopt") },
    make("p", {}, list.adopted?.is_current_load ? word("adopt_question", { name: row.title, before: adopted_name() }) : word("adopt_first", { name: row.title })),
    make("button", { type: "button", class: "main", "data-do": "adopt_yes", onclick: async () => { list.adopting = null; if (by_id("compare").open) by_id("compare").close(); await wish(row, "adopt"); } }, word("adopt_yes")),
    make("button", { type: "button", onclick: () => { list.adopting = null; draw_list(); } }, word("adopt_no")));
}

function figure_name(row) {
  if (row.figure === "coverage") return word("fig_coverage", { level: level_name(row.level), phase: row.phase });
  if (row.figure === "term") return (list.terms.find((term) => term.term === row.term) || {})[`title_${language}`] ?? row.term;
  if (row.figure === "site_count") return word(`fig_${row.action}`);
  return word(`fig_${row.figure}`);
}
function level_name(level) { return (list.levels.find((one) => one.level === level) || {})[`title_${language}`] ?? level; }
function figure_value(row, value) {
  if (row.figure.endsWith("capex")) return money(value);
  if (row.figure === "coverage") return share(value);
  if (row.figure === "site_count") return number(value ?? 0);
  return number(value, 4);
}
async function compare(row) {
  const found = await attempt(() => ask(`/api/what-ifs/${row.what_if_id}/comparison`));
  if (!found) return;
  Object.assign(list, { terms: found.terms, levels: found.levels });
  const cells = found.figures.filter((one) => one.figure !== "term").map((one) => make("tr", {}, make("th", { scope: "row" }, figure_name(one)), make("td", {}, figure_value(one, one.value_a)),
    make("td", {}, figure_value(one, one.value_b)), make("td", {}, `${one.change > 0 ? "+" : ""}${figure_value(one, one.change)}`)));
  const action = (value) => value ? word(`action_${value}`) : "–";
  const sites = found.sites.map((one) => make("tr", {}, make("th", { scope: "row" }, one.name || word("site_number", { site: one.site_id })),
    make("td", {}, word(`difference_${one.difference}`)), make("td", {}, action(one.action_a)), make("td", {}, action(one.action_b))));
  const head = (...texts) => make("thead", {}, make("tr", {}, ...texts.map((text) => make("th", { scope: "col" }, text))));
  const table = (caption, top, body) => make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption }, make("table", {}, make("caption", {}, caption), top, make("tbody", {}, ...body)));
  by_id("compare-heading").textContent = word("h_compare", { name: row.title, adopted: adopted_name() });
  const are_current = row.is_current_load && found.adopted.is_current_load;
  const other = are_current ? null : make("p", { class: "warning" }, word(row.load_id === found.adopted.load_id ? "compare_former" : "compare_loads"));
  // It keeps the desk's origin: MapLibre's workers answer no page of an opaque one. Its policy lets it ask for nothing.
  const frame = row.publication === "published" ? !are_current ? null
    : make("iframe", { src: `/plan/${row.run_id}?beside=${found.adopted.run_id}&language=${language}`, title: word("both_plans"), sandbox: "allow-scripts allow-same-origin allow-downloads allow-modals" })
    : make("p", { class: "warning" }, word("kept_note"));
  const adopt = row.publication === "published" && row.is_current_load && !row.is_adopted
    ? make("div", { class: "buttons" }, make("button", { type: "button", class: "main", "data-do": "adopt", onclick: () => { by_id("compare-question").replaceChildren(adoption_question(row)); by_id("compare-question").querySelector("button").focus(); } }, word("adopt")), make("div", { id: "compare-question" })) : null;
  by_id("compare-body").replaceChildren(...[other, make("div", { class: "tables" },
    table(word("c_figures"), head(word("c_figure"), word("c_adopted"), word("c_this"), word("c_change")), cells),
    sites.length ? table(word("c_sites"), head(word("c_site"), word("c_difference"), word("c_adopted"), word("c_this")), sites) : make("p", {}, word("same_sites"))), adopt, frame].filter(Boolean));
  show_plan(found.sites);
  by_id("compare").showModal();
}

async function refresh() {
  const found = await attempt(() => ask("/api/what-ifs"), true);
  if (!found) return;
  list.rows = found.what_ifs;
  list.adopted = found.adopted;
  Object.assign(own, { rows: found.places, load: found.place_load });
  if (place.load_id !== found.load_id) await follow_load();
  by_id("not-solving").hidden = found.is_solving;
  for (const row of list.rows.filter((one) => one.state === "running" || (one.state === "done" && list.progress.has(one.what_if_id) && !list.progress.get(one.what_if_id).is_whole))) {
    const one = await attempt(() => ask(`/api/what-ifs/${row.what_if_id}`), true);
    if (one) list.progress.set(row.what_if_id, Object.assign(one.progress, { is_whole: one.what_if.state !== "running" }));
  }
  draw_parents(list.rows);
  draw_list();
  draw_own();
}
