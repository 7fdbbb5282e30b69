"use strict";
// Where the figures of a section come from: how they are worked out, the files and parameters behind them, the views and columns.
const { figures: ORIGINS, views: ORIGIN_VIEWS, plan_files: PLAN_FILES } = CONTENT.origins;
const FIRST_FIGURES = ["fact_money", "fact_whom", "fact_sure"];

function origin_files(places) {
  return table([
    { title: word("col_source"), value: (r) => named("source", r.source) },
    { title: word("col_file"), value: (r) => r.file_name },
    { title: word("col_date"), value: (r) => r.data_date },
    { title: word("col_licence"), value: (r) => r.licence },
    { title: word("col_records"), value: (r) => r.row_count, cell: (r) => number(r.row_count), is_number: true },
    { title: word("col_rejected"), value: (r) => r.reject_count, cell: (r) => number(r.reject_count), is_number: true },
  ], places.map((place) => CONTENT.region.sources[place]));
}
// A comment that nobody has translated yet is shown as the database has it.
function origin_comment(tag, [english, french]) {
  if (language !== "fr") return make(tag, {}, english);
  return french === null ? make(tag, { lang: "en" }, english) : make(tag, {}, french);
}
function origin_columns(columns) {
  return make("ul", {}, ...Object.entries(columns).map(([column, [comment, ...titles]]) => {
    const title = titles[language === "fr" ? 1 : 0];
    return make("li", {}, make("code", {}, column), title ? ` (${title.replace("{currency}", symbol())})` : "", between(":"), origin_comment("span", comment));
  }));
}
function origin_view(name) {
  const { title, comment, columns } = ORIGIN_VIEWS[name];
  return make("details", {}, make("summary", {}, title[language], " ", make("code", {}, name)), origin_comment("p", comment), origin_columns(columns));
}
function origin_parts(figure) {
  const { views, files, is_plan, is_parameter, is_setting } = ORIGINS[figure];
  const rest = PLAN_FILES.filter((place) => !files.includes(place)).map((place) => CONTENT.region.sources[place].file_name);
  const said = [is_plan ? word(files.length ? "origin_plan" : "origin_plan_alone") : null, is_plan && rest.length ? word("origin_plan_files", { files: list_of([...new Set(rest)]) }) : null, is_setting ? word("origin_setting") : null].filter(Boolean);
  return [
    make("p", {}, word(`formula_${figure.replaceAll("-", "_")}`)),
    ...(files.length ? [make("p", {}, word("origin_files")), origin_files(files)] : []),
    ...(said.length ? [make("p", {}, said.join(" "))] : []),
    ...(is_parameter ? [make("p", {}, word("origin_parameter"), " ", make("a", { href: "#parameters-section" }, word("parameters")))] : []),
    make("p", {}, word("origin_views")), ...views.map(origin_view),
  ];
}
// Filled when it is opened first: the page is no longer before that.
function origin_details(details, parts) {
  details.replaceChildren(make("summary", {}, word("origin")));
  const fill_once = () => { if (details.open && details.children.length === 1) details.append(make("div", {}, ...parts())); };
  details.ontoggle = fill_once;
  fill_once();
}
function draw_origins() {
  for (const figure of Object.keys(ORIGINS).filter((one) => !FIRST_FIGURES.includes(one))) {
    const section = document.getElementById(`${figure}-section`);
    let details = section.querySelector(":scope > .origin");
    if (!details) section.append(details = make("details", { class: "origin" }));
    origin_details(details, () => origin_parts(figure));
  }
  origin_details(document.getElementById("facts-origin"), () => FIRST_FIGURES.flatMap((figure) => [make("h3", {}, word(figure)), ...origin_parts(figure)]));
}
