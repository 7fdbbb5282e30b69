"use strict";
// Words, numbers and elements. Names from the database are text that nobody vouches for: they are only ever set as text.
const CONTENT = JSON.parse(document.getElementById("content").textContent);
let language = localStorage.getItem("language") || (navigator.language.startsWith("fr") ? "fr" : "en");
let currency = "CAD";

function locale() { return language === "fr" ? "fr-CA" : "en-CA"; }
function has(key) { return CONTENT.words[language][key] !== undefined; }
function word(key, { count, ...values } = {}) {
  const found = CONTENT.words[language][key];
  if (found === undefined) throw new Error(`no word for '${key}'`);
  const text = typeof found === "string" ? found : found[new Intl.PluralRules(locale()).select(count)] ?? found.other;
  const all = { ...values, ...(count === undefined ? {} : { count: number(count) }) };
  return text.replace(/\{(\w+)\}/g, (_, name) => all[name]);
}
// A number as people write it, with the sign of minus for a hyphen, and without one where 0 is shown.
function formatted(value, options) { return new Intl.NumberFormat(locale(), { signDisplay: "negative", ...options }).format(value).replace("-", "\u2212"); }
function number(value, digits = 0, most = digits) {
  return value === null || value === undefined ? "–"
    : formatted(value, { minimumFractionDigits: digits, maximumFractionDigits: most });
}
function share(value, digits = 1) {
  return value === null || value === undefined ? "–"
    : formatted(value, { style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits });
}
function money(value) {
  return value === null || value === undefined ? "–"
    : formatted(value, { style: "currency", currency, maximumFractionDigits: 0 });
}
function moment(text) { return text ? new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "short" }).format(new Date(text)) : "–"; }
function seconds(value) { return value < 90 ? word("seconds", { count: Math.round(value) }) : word("minutes", { count: Math.round(value / 60) }); }

// A value as a person reads and writes it in a field, and as a scenario has it.
function shown_value(value) {
  if (value === null || value === undefined) return "";
  return typeof value === "number" ? new Intl.NumberFormat(locale(), { maximumFractionDigits: 12 }).format(value) : String(value);
}
function written_value(text) {
  const bare = text.trim().replace(/[\s\u00a0\u202f]/g, "");
  const plain = language === "fr" ? bare.replace(",", ".") : bare.replace(/,(?=\d{3}(\D|$))/g, "");
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? String(Number(plain)) : text.trim();
}

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}
function by_id(id) { return document.getElementById(id); }
function say(id, text) { const element = by_id(id); element.hidden = !text; element.textContent = text || ""; }
function name_zoom() {
  for (const way of ["in", "out"]) {
    const button = document.querySelector(`.maplibregl-ctrl-zoom-${way}`);
    if (!button) continue;
    button.title = word(`zoom_${way}`);
    button.setAttribute("aria-label", button.title);
  }
}
function in_words() {
  document.documentElement.lang = language;
  document.title = word("title");
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = word(element.dataset.word);
  for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", word(element.dataset.label));
  by_id("language").textContent = word("other_language");
  by_id("language").lang = language === "fr" ? "en" : "fr";
  document.querySelector("#map canvas")?.setAttribute("aria-label", word("map_label"));
  name_zoom();
}

class Refused extends Error {
  constructor(status, body) { super(body.code || `status ${status}`); this.status = status; this.body = body; }
  text() {
    if (this.body.faults) return this.body.faults.map((fault) => `${fault.key}: ${fault_text(fault).text}`).join(" ");
    return this.body.words ? `${this.body.words} ${this.body.hint || ""}` : word(has(`refused_${this.body.code}`) ? `refused_${this.body.code}` : "refused_other");
  }
}
// Draws anew within an element, and gives the focus back to the control that had it: the same `data-do` of the same part.
function keeping_focus(root, parts, draw) {
  const active = document.activeElement, part = root.contains(active) ? active.closest(parts) : null;
  const [id, what] = part ? [part.id, active.dataset.do] : [];
  draw();
  if (!part) return;
  const after = by_id(id);
  ((what && after?.querySelector(`[data-do="${what}"]`)) || after)?.focus({ preventScroll: true });
}
async function ask(path, body) {
  const wished = body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json", "X-CSRF-Token": CONTENT.csrf }, body: JSON.stringify(body) };
  const answer = await fetch(path, { credentials: "same-origin", ...wished });
  const found = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(answer.status, found);
  return found;
}
// Does something, and tells at the top of the page where it did not come about. What a person's own step is told stays
// until the next one: that the page looks for news (`is_look`) meanwhile takes back only what looking was told.
let is_trouble_of_look = false;
async function attempt(doing, is_look = false) {
  try {
    const found = await doing();
    if (!is_look || is_trouble_of_look) say("trouble", "");
    return found;
  } catch (error) {
    is_trouble_of_look = is_look;
    say("trouble", error instanceof Refused ? error.text() : word("refused_no_answer"));
    return undefined;
  }
}
