"use strict";
// Words and numbers in the language chosen; elements made of text only, so that no name can bring markup.
const WORDS = JSON.parse(document.getElementById("words").textContent);
const CONTENT = read_content();
let language = document.documentElement.lang;

// A column of a table, of which what repeats is sent once.
function column(given) {
  if (Array.isArray(given)) return given;
  const found = [];
  for (let n = 0; n < given.runs.length; n += 2) for (let left = given.runs[n + 1]; left > 0; left -= 1) found.push(given.runs[n]);
  return found;
}
function unpacked({ count, columns }) {
  const known = Object.entries(columns).map(([key, given]) => [key, column(given)]);
  return Array.from({ length: count }, (_, n) => Object.fromEntries(known.map(([key, values]) => [key, values[n]])));
}
// Tables become rows again, and stations features of a map; the text they came as is let go.
function read_content() {
  const element = document.getElementById("content"), content = JSON.parse(element.textContent);
  element.remove();
  for (const part of [content.region, ...content.plans]) {
    for (const [key, value] of Object.entries(part)) if (value && value.columns) part[key] = unpacked(value);
  }
  for (const plan of content.plans) {
    plan.stations = plan.stations.map(({ place_lon, place_lat, ...properties }) => ({ type: "Feature", geometry: { type: "Point", coordinates: [place_lon, place_lat] }, properties }));
  }
  return content;
}
// The rows of a plan's table that are about a site.
const by_site = new WeakMap();
function rows_of(table, site_id) {
  if (!by_site.has(table)) {
    const known = new Map();
    for (const row of table) { if (known.has(row.site_id)) known.get(row.site_id).push(row); else known.set(row.site_id, [row]); }
    by_site.set(table, known);
  }
  return by_site.get(table).get(site_id) || [];
}

// A word with its values filled in; `count`, a number that is shown with `digits`, chooses the plural form.
function word(key, { count, digits = 0, ...values } = {}) {
  const found = WORDS[language][key];
  if (found === undefined) throw new Error(`no word for '${key}'`);
  const rules = new Intl.PluralRules(locale(), { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const text = typeof found === "string" ? found : found[rules.select(count)] ?? found.other;
  const all = { ...values, currency: symbol(), ...(count === undefined ? {} : { count: number(count, digits) }) };
  return text.replace(/\{(\w+)\}/g, (_, name) => all[name]);
}
function has(key) { return WORDS[language][key] !== undefined; }
function named(kind, name, values = {}) { return has(`${kind}_${name}`) ? word(`${kind}_${name}`, values) : name.replaceAll("_", " "); }

// A sign such as : or ; between two parts of a text: with a space before it in French.
function between(sign) { return language === "fr" ? `\u00a0${sign} ` : `${sign} `; }
function locale() { return language === "fr" ? "fr-CA" : "en-CA"; }
// A number as people write it, with the sign of minus for a hyphen, and without one where 0 is shown.
function formatted(value, options) { return new Intl.NumberFormat(locale(), { signDisplay: "negative", ...options }).format(value).replace("-", "\u2212"); }
function number(value, digits = 0) {
  return value === null || value === undefined ? "–"
    : formatted(value, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
function share(value, digits = 1) {
  return value === null || value === undefined ? "–"
    : formatted(value, { style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits });
}
function currency() { return CONTENT.plans[0].run.currency; }
function money(value) {
  return value === null || value === undefined ? "–"
    : formatted(value, { style: "currency", currency: currency(), maximumFractionDigits: 0 });
}
function symbol() {
  return new Intl.NumberFormat(locale(), { style: "currency", currency: currency() }).formatToParts(0).find((part) => part.type === "currency").value;
}
function in_unit(value, unit, digits) {
  if (unit === "cad") return money(value);
  if (unit === "cad_per_year") return word("unit_cad_per_year", { money: money(value) });
  if (unit === "share") return share(value, 2);
  return unit === "kw" ? power(value) : word(`unit_${unit}`, { count: value, digits });
}
function power(kw) { return `${number(kw, kw && Math.abs(kw) < 10 ? 1 : 0)} kW`; }
function distance(m) { return m >= 1000 ? `${number(m / 1000, m % 1000 ? 1 : 0)} km` : `${number(m)} m`; }
function day(text) {
  if (!text) return "–";
  const told = new Intl.DateTimeFormat(locale(), { dateStyle: "long", timeZone: "UTC" }).format(new Date(text));
  return language === "fr" ? told.replace(/^1(?=\s)/, "1er") : told;
}
// What people call a level or a charger type: the words of its scenario.
function title_of(kind, key) { return CONTENT.titles[kind][key]?.[language] ?? key; }
function phase_title(row) { return row[`title_${language}`]; }
function level_title(level) { return title_of("level", level); }
// The ports of a layout, which has charger_type=count joined by +, in the order of charger types.
function port_counts(layout) {
  const order = Object.keys(CONTENT.titles.charger), found = layout.split("+").filter(Boolean).map((part) => part.split("="));
  return found.map(([type, count]) => [type, Number(count)]).sort((a, b) => order.indexOf(a[0]) - order.indexOf(b[0]));
}
function ports_text(layout) { return port_counts(layout).map(([type, count]) => `${number(count)}\u00a0×\u00a0${title_of("charger", type)}`).join(" + ") || "–"; }
function name_of(properties) { return properties.name || word("unnamed", { site: properties.site_id }); }

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value !== null && value !== false) element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}
function fill(id, ...children) { document.getElementById(id).replaceChildren(...children); }
function show_section(id, is_shown) { document.getElementById(`${id}-section`).hidden = !is_shown; }
function tag(action) { return make("span", { class: `tag ${action}` }, word(`action_${action}`)); }
function bar(before, after) {
  const percent = (value) => `width:${Math.max(0, Math.min(1, value || 0)) * 100}%`;
  const [under, over] = after >= before ? [["new", after], ["", before]] : [["less", before], ["", after]];
  return make("div", { class: "bar", "aria-hidden": "true" },
    make("i", { class: under[0], style: percent(under[1]) }), make("i", { class: over[0], style: percent(over[1]) }));
}
