"""The sites of the council report: on maps, in lists by phase, and on a card each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from db.common.language import Text, day
from report.brief.material import Material
from report.brief.parts import Card, Column, Heading, PageBreak, Paragraph, Part, Picture, Table
from report.brief.picture import png
from report.figures import maps
from report.figures.text import figure_words
from report.kinds import ports
from report.run import Row

_LEAST_SHARE = 0.0001
"""What is less is not written as 0."""


def plan_map(m: Material) -> Iterator[Part]:
    """Yield the numbered map, and one of coverage for each level that the plan changes."""
    words, found = m.words, m.figures
    if not m.found["projects"]:
        return
    drawing = figure_words(words.language, words.currency)
    yield Heading(words("h_map"))
    # the tables before the list of projects: that of key figures
    yield Picture(png(maps.numbered(found, drawing)), words("f_map", number=2), words("f_map_alternative"))
    for covered in found.coverage.values():
        if len(covered.cells) and covered.after_share != covered.before_share:
            level = covered.title.of(words.language)
            shares: dict[str, Any] = {
                "before": words.share(covered.before_share, 0),
                "after": words.share(covered.after_share, 0),
            }
            yield Picture(
                png(maps.coverage(found, covered, drawing)),
                words("f_coverage", level=level),
                words("f_coverage_alternative", level=level, **shares),
            )


def projects(m: Material) -> Iterator[Part]:
    """Yield the projects, phase by phase."""
    words = m.words
    if not m.found["projects"]:
        return
    yield Heading(words("h_projects"))
    yield Paragraph(words("projects_note"), "note")
    is_varied = m.found["projects"][0]["run_count"] is not None
    columns = [
        Column(words("col_number"), 0.8, "right"),
        Column(words("col_site"), 4),
        Column(words("col_what"), 3.4),
        Column(words("col_cost"), 1.7, "right"),
        Column(words("col_people"), 1.9, "right"),
    ]
    if is_varied:
        columns.append(Column(words("col_sure"), 1.3, "right"))
    for phase in m.found["phases"]:
        rows = []
        for p in m.found["projects"]:
            if p["phase"] == phase["phase"]:
                row = [
                    words.number(p["project_number"]),
                    _site(p),
                    f"{m.named('action', p['action'])}\n{_change(m, p)}",
                    words.money(p["capex_cad"]),
                    m.people_number(p["only_population"]),
                ]
                rows.append((*row, _chosen(m, p)) if is_varied else tuple(row))
        if rows:
            title = words("t_projects", phase=phase["phase"], year=phase["year"])
            yield Table(title, tuple(columns), tuple(rows))


def _chosen(m: Material, p: Row) -> str:
    if p["run_count"] is None:
        return m.words("dash")
    return m.words("of_all", found=m.words.number(p["chosen_count"]), all=m.words.number(p["run_count"]))


def _site(p: Row) -> str:
    """Return the name of a site and, in a second line, its address and municipality."""
    name = p["name"] or ""
    more = [t for t in (p["address"], p["planning_area"]) if t and t not in name]
    return "\n".join(t for t in (name, ", ".join(more)) if t)


def _change(m: Material, p: Row) -> str:
    """Return the ports that come and go at a site, by charger type."""
    own = [row for row in m.found["ports"] if row["site_id"] == p["site_id"]]
    changes = [(r["port_count_after"] - r["port_count_before"], Text(en=r["en"], fr=r["fr"])) for r in own]
    added = [(n, t) for n, t in changes if n > 0]
    removed = [(-n, t) for n, t in changes if n < 0]
    said = [
        m.words(key, ports=ports(part, m.words.language))
        for key, part in (("added", added), ("removed", removed))
        if part
    ]
    return "\n".join(said)


def cards(m: Material) -> Iterator[Part]:
    """Yield a card for each site."""
    words = m.words
    if not m.found["projects"]:
        return
    yield PageBreak()
    yield Heading(words("h_cards"))
    for p in m.found["projects"]:
        title = words("card", number=p["project_number"], name=p["name"] or p["address"] or p["site_id"])
        yield Card(title, tuple(_card(m, p)))


def _card(m: Material, p: Row) -> Iterator[tuple[str, str]]:
    words = m.words
    own = [row for row in m.found["ports"] if row["site_id"] == p["site_id"]]
    before, after = (
        ports(((row[f"port_count_{when}"], Text(en=row["en"], fr=row["fr"])) for row in own), words.language)
        if p[f"port_count_{when}"]
        else words("none")
        for when in ("before", "after")
    )
    yield words("card_action"), m.named("action", p["action"])
    yield words("card_ports"), words("card_ports_value", before=before, after=after)
    kw: dict[str, Any] = {when: words.number(p[f"kw_{when}"], 0) for when in ("before", "after")}
    yield words("card_power"), words("card_power_value", **kw)
    place = ", ".join(t for t in (p["address"], p["planning_area"] or p["city"]) if t)
    yield words("card_address"), place or words("no_address")
    yield words("card_land"), words(f"land_{p['owner_class'] or 'unknown'}")
    yield words("card_when"), words("card_when_value", phase=p["phase"], year=p["year"])
    for d in m.found["schedule"]:
        if d["site_id"] == p["site_id"]:
            days = [
                words(f"card_{key}", day=day(d[key], words.language))
                for key in ("connection_from", "permit_from", "construction_from")
                if d[key] is not None
            ]
            yield words("card_begin"), "\n".join(days)
    money: dict[str, Any] = {"gross": words.money(p["capex_cad"]), "net": words.money(p["net_capex_cad"])}
    yield words("card_cost"), words("card_cost_value", **money)
    running = words.money(p["opex_change_cad_per_year"])
    yield words("card_running"), words("per_year", money=running)
    yield words("card_grants"), _grants(m, p)
    yield words("card_people"), _gain(m, p)
    if p["sessions_per_h"] is not None:
        sessions = words.number(p["sessions_per_h"], 1)
        yield words("card_sessions"), words("sessions_value", found=sessions)
    yield words("card_reason"), _reason(m, p)
    if p["run_count"] is not None:
        counts: dict[str, Any] = {
            "found": words.number(p["chosen_count"]),
            "all": words.number(p["run_count"]),
        }
        yield words("card_sure"), words("sure_of", **counts)
    yield words("card_place"), words("place", lat=f"{p['lat']:.5f}", lon=f"{p['lon']:.5f}")


def _grants(m: Material, p: Row) -> str:
    words = m.words
    own = [row for row in m.found["grants"] if row["site_id"] == p["site_id"]]
    paid = [
        words("grant_paid", program=m.program(row), money=words.money(row["granted_cad"]))
        for row in own
        if row["status"] == "paid"
    ]
    if paid:
        return words.between(";").join(paid)
    if not own:
        return words("grant_no_program")
    why = []
    for row in own:
        clauses = [m.named("clause", code) for code in row["broken_clauses"] or ()]
        said = ", ".join(clauses) or m.named("status", row["status"])
        why.append(f"{m.program(row)} ({said})")
    return words("grant_none", programs=words.between(";").join(why))


def _gain(m: Material, p: Row) -> str:
    if not p["gain_population"]:
        return m.words("people_none")
    return m.words(
        "people_alone",
        found=m.people_number(p["gain_population"]),
        level=m.titles[p["gain_level"]],
        alone=m.people_number(p["only_population"] or 0),
    )


def _reason(m: Material, p: Row) -> str:
    words = m.words
    said = f"{m.named('reason', p['reason'])}."
    if p["loss_if_dropped"] is not None and m.run["objective"]:
        share = p["loss_if_dropped"] / abs(m.run["objective"])
        key = "reason_loss" if share >= _LEAST_SHARE else "reason_hardly"
        said += f" {words(key, share=words.share(max(share, _LEAST_SHARE), 2))}"
    return said
