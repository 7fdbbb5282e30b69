"use strict";
// The form: fields of the parent by group, what is changed there, and what is wrong with it, told at the field.
const TIMES_MIN = [1, 5, 10, 30, 60, 240];
const form = { base: "", fields: [], settings: {}, own: {}, locks: [], general: [], groups: [], scenarios: [] };

function label_of(field) { return field.label ? field.label[language] : field.key; }
function parent_chosen() {
  const [kind, name] = [by_id("parent").value.slice(0, 1), by_id("parent").value.slice(2)];
  return kind === "w" ? { what_if_id: Number(name) } : { scenario: name };
}
// Keys that differ from the scenario: those of the parent, less what is set back, with what is set here.
function settings_now() { return { ...form.settings, ...form.own }; }

async function choose_parent() {
  const found = await attempt(() => ask("/api/form", parent_chosen()));
  if (!found) return;
  Object.assign(form, { base: found.base, fields: found.fields, settings: found.settings, own: {} });
  form.locks = found.locks.filter((lock) => lock.scenario_name !== null).map((lock) => ({ ...lock }));
  form.general = found.locks.filter((lock) => lock.scenario_name === null);
  draw_form();
  draw_locks();
}

function draw_parents(what_ifs) {
  const select = by_id("parent"), before = select.value;
  const options = [
    make("optgroup", { label: word("scenarios") }, ...form.scenarios.map(({ name, title }) => make("option", { value: `s:${name}` }, title))),
    make("optgroup", { label: word("h_list") }, ...what_ifs.map((row) => make("option", { value: `w:${row.what_if_id}` }, `${row.what_if_id}. ${row.title}`))),
  ];
  select.replaceChildren(...options.filter((group) => group.children.length));
  if (before) select.value = before;
  else if (form.scenarios.some((one) => one.name === form.first)) select.value = `s:${form.first}`;
}

function draw_form() {
  const open = new Set([...document.querySelectorAll("#groups details[open]")].map((element) => element.id));
  if (!open.size) open.add("group-money");
  by_id("groups").replaceChildren(...form.groups.map((group) => {
    const [main, more] = [true, false].map((is_main) => form.fields.filter((field) => field.group === group.id && field.is_main === is_main));
    if (!main.length && !more.length) return null;
    const rest = more.length ? make("details", { id: `more-${group.id}`, class: "more", open: open.has(`more-${group.id}`) },
      make("summary", {}, word("more", { count: more.length })), ...more.map(field_row)) : null;
    return make("details", { id: `group-${group.id}`, class: "group", open: open.has(`group-${group.id}`) },
      make("summary", {}, group.title[language], make("span", { class: "count", id: `count-${group.id}` })), ...main.map(field_row), rest);
  }).filter(Boolean));
  for (const key of Object.keys(form.own)) mark_changed(key);
  count_changes();
  const minutes = by_id("minutes").value || "10";
  by_id("minutes").replaceChildren(...TIMES_MIN.map((count) => make("option", { value: count }, word("minutes", { count }))));
  by_id("minutes").value = minutes;
}

function field_row(field) {
  const id = `field-${field.key}`, value = form.own[field.key] ?? null;
  const attributes = { id, "data-key": field.key, "aria-describedby": `about-${field.key} fault-${field.key}` };
  let input;
  if (field.kind === "flag") input = make("input", { ...attributes, type: "checkbox", onchange: () => change(field, String(input.checked)) });
  else if (field.kind === "choice") {
    input = make("select", { ...attributes, onchange: () => change(field, input.value) },
      ...field.choices.map((choice) => make("option", { value: choice }, has(`choice_${choice}`) ? word(`choice_${choice}`) : choice)));
  } else {
    input = make("input", { ...attributes, type: "text", inputmode: "decimal", autocomplete: "off", placeholder: field.value === null ? word("no_limit") : null,
      onchange: () => change(field, input.value.trim() === "" && field.value === null ? "inf" : written_value(input.value)) });
  }
  put_value(input, field, value);
  const about = [field.unit ? field.unit[language] : null, field.range[language] ? word("usual_range", { low: field.range[language][0], high: field.range[language][1] }) : null, field.is_assumption ? word("assumption") : null];
  const name = field.label ? label_of(field) : make("code", {}, field.key);
  const row = make("div", { class: `field ${field.kind}` },
    make("label", { for: id }, name), input,
    make("span", { class: "about", id: `about-${field.key}` }, about.filter(Boolean).join(" · ")),
    field.note[language] ? make("details", { class: "source" }, make("summary", { "aria-label": word("source_of", { name: label_of(field) }) }, "?"), make("p", {}, field.note[language])) : null,
    make("span", { class: "was", id: `was-${field.key}`, hidden: true }),
    make("p", { class: "fault", id: `fault-${field.key}`, hidden: true }));
  return row;
}
function put_value(input, field, own) {
  const text = own ?? field.value;
  if (field.kind === "flag") input.checked = own === null ? field.value : own === "true";
  else if (field.kind === "choice") input.value = text;
  else input.value = own === "inf" ? "" : own !== null && Number.isFinite(Number(own)) ? shown_value(Number(own)) : shown_value(text);
}
function plain_value(field) { return field.value === null ? "inf" : String(field.value); }

function change(field, text) {
  if (text === plain_value(field)) delete form.own[field.key]; else form.own[field.key] = text;
  if (field.kind === "number" || field.kind === "integer") put_value(by_id(`field-${field.key}`), field, form.own[field.key] ?? null);
  mark_changed(field.key);
  count_changes();
  check_soon();
}
function set_back(key) {
  delete form.own[key];
  const field = form.fields.find((one) => one.key === key), input = by_id(`field-${key}`);
  put_value(input, field, null);
  mark_changed(key);
  count_changes();
  check_soon();
  input.focus();
}
function mark_changed(key) {
  const field = form.fields.find((one) => one.key === key), was = by_id(`was-${key}`);
  if (!field || !was) return;
  const is_changed = form.own[key] !== undefined;
  by_id(`field-${key}`).classList.toggle("changed", is_changed);
  was.hidden = !is_changed;
  was.replaceChildren(...(is_changed ? [word("was", { value: told_value(field, plain_value(field)) }), " ",
    make("button", { type: "button", class: "small", onclick: () => set_back(key), "aria-label": word("set_back_of", { name: label_of(field) }) }, word("set_back"))] : []));
}
// A value as it is told in a sentence.
function told_value(field, text) {
  if (text === null || text === undefined) return word("own_value");
  if (text === "true" || text === "false") return word(text === "true" ? "yes" : "no");
  if (text === "inf") return word("no_limit");
  if (has(`choice_${text}`)) return word(`choice_${text}`);
  if (text === "" || !Number.isFinite(Number(text))) return text;
  const unit = field && field.unit ? ` ${field.unit[language]}` : "";
  return unit === ` ${symbol()}` ? money(Number(text)) : `${shown_value(Number(text))}${unit}`;
}
function symbol() { return new Intl.NumberFormat("en-CA", { style: "currency", currency }).formatToParts(0).find((part) => part.type === "currency").value; }
function count_changes() {
  const changed = Object.keys(form.own), locks = form.locks.length;
  for (const group of form.groups) {
    const count = changed.filter((key) => form.fields.some((field) => field.key === key && field.group === group.id)).length, place = by_id(`count-${group.id}`);
    if (place) place.textContent = count ? word("changed_count", { count }) : "";
  }
  by_id("changed").textContent = [word("value_count", { count: changed.length }), word("lock_count", { count: locks })].join(" · ");
}

function fault_text(fault) {
  const key = `fault_${fault.kind}`;
  if (fault.kind && has(key)) return { text: word(key, Object.fromEntries(Object.entries(fault.limits).map(([name, value]) => [name, Number.isFinite(Number(value)) ? shown_value(Number(value)) : value]))) };
  return { text: fault.words.replace(`${fault.key}: `, ""), lang: "en" };
}
// Each fault stands at its field, with its group open; one that no field has stands on top of the form.
function show_faults(faults) {
  for (const element of document.querySelectorAll("#form .fault")) { element.hidden = true; element.replaceChildren(); }
  for (const element of document.querySelectorAll("#form [aria-invalid]")) element.removeAttribute("aria-invalid");
  let first = null;
  for (const fault of faults) {
    const place = by_id(`fault-${fault.key}`) || by_id("general-faults"), { text, lang } = fault_text(fault);
    place.hidden = false;
    place.append(make("span", { lang }, place.id === "general-faults" && fault.key ? `${fault.key}: ${text}` : text), " ");
    const input = by_id({ title: "what-if-title", asked_by: "asked-by" }[fault.key] || `field-${fault.key}`);
    if (input) {
      input.setAttribute("aria-invalid", "true");
      for (let above = input.closest("details"); above; above = above.parentElement.closest("details")) above.open = true;
    }
    first = first || input || place;
  }
  return first;
}
let check_timer = 0;
function check_soon() {
  clearTimeout(check_timer);
  check_timer = setTimeout(async () => {
    const found = await attempt(() => ask("/api/check", { parent: parent_chosen(), settings: settings_now() }));
    if (found) show_faults(found.faults);
  }, 250);
}

async function solve(event) {
  event.preventDefault();
  clearTimeout(check_timer);
  const title = by_id("what-if-title").value.trim(), asked_by = by_id("asked-by").value.trim();
  const empty = [["title", title], ["asked_by", asked_by]].filter(([, text]) => !text).map(([key]) => ({ key, kind: "no_text", limits: {}, words: "" }));
  if (empty.length) { show_faults(empty).focus(); return; }
  localStorage.setItem("asked_by", asked_by);
  const locks = form.locks.map(({ site_id, lock_kind, option_id }) => ({ site_id, lock_kind, option_id }));
  const asked = { parent: parent_chosen(), title, asked_by, settings: settings_now(), locks, time_limit_s: 60 * Number(by_id("minutes").value) };
  const found = await attempt(async () => {
    try { return await ask("/api/what-ifs", asked); } catch (error) {
      if (error instanceof Refused && error.body.faults) { const first = show_faults(error.body.faults); if (first.focus) first.focus(); return null; }
      throw error;
    }
  });
  if (!found) return;
  show_faults([]);
  by_id("what-if-title").value = "";
  await refresh();
  const card = by_id(`what-if-${found.what_if_id}`);
  if (card) { card.scrollIntoView({ block: "nearest" }); card.focus(); }
}
