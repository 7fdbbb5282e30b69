"""The summary of the council report: what is decided, for how much, for whom, how sure."""

from __future__ import annotations

from collections.abc import Iterator

from db.common.assumption import ROADS_APPROXIMATE
from report.brief.material import Material
from report.brief.parts import Column, Heading, Paragraph, Part, Table
from report.run import Row

ACTIONS = ("build", "upgrade", "expand", "remove")


def summary(m: Material) -> Iterator[Part]:
    """Yield what comes first."""
    words, run = m.words, m.run
    projects, phases = m.found["projects"], m.found["phases"]
    yield Heading(words("h_summary"))
    if not projects:
        yield Paragraph(words("nothing"), "lead")
        yield from _notices(m)
        return
    counts = [words(f"{a}_count", count=run[f"{a}_count"]) for a in ACTIONS if run[f"{a}_count"]]
    what = words("and").join([", ".join(counts[:-1]), counts[-1]] if counts[1:] else counts)
    years = sorted({p["year"] for p in projects})
    gross, net = words.money(run["capex_cad"]), words.money(run["net_capex_cad"])
    if years[1:]:
        lead = words("lead", what=what, first=years[0], last=years[-1], gross=gross)
    else:
        lead = words("lead_year", what=what, first=years[0], gross=gross)
    money = (
        words("lead_money", grant=words.money(run["grant_cad"]), net=net)
        if run["grant_cad"]
        else words("lead_no_grant", net=net)
    )
    yield Paragraph(f"{lead} {money}", "lead")
    yield from _notices(m)
    columns = (Column("", 3), Column("", 5))
    yield Table(words("t_key"), columns, tuple(_key_figures(m, projects, phases)))
    distances = words.between(";").join(
        words(
            "reach_level",
            level=row[words.language],
            distance=words("km", km=words.number(row["service_distance_m"] / 1000)),
        )
        for row in m.found["levels"]
    )
    yield Paragraph(words("reach_note", levels=distances), "note")


def _notices(m: Material) -> Iterator[Part]:
    words, run = m.words, m.run
    if run["is_synthetic"]:
        yield Paragraph(words("synthetic"), "notice")
    if run["status"] != "optimal":
        gap = run["mip_gap"]
        told = words("gap_unknown") if gap is None else words("gap_open", gap=words.share(gap, 2))
        yield Paragraph(told, "notice")
    if any(row["code"] == ROADS_APPROXIMATE for row in m.found["assumptions"]):
        yield Paragraph(words("roads_approximate"), "notice")
    assumed = sum(row["is_assumed"] or False for row in m.found["grid"])
    if assumed:
        share = words("of_all", found=words.number(assumed), all=words.number(len(m.found["grid"])))
        yield Paragraph(words("hosting_assumed", found=share), "notice")


def _key_figures(m: Material, projects: list[Row], phases: list[Row]) -> Iterator[tuple[str, str]]:
    words, run = m.words, m.run
    added = sum(p["port_count_added"] for p in projects)
    removed = sum(p["port_count_removed"] for p in projects)
    yield words("key_ports"), words.number(added)
    if removed:
        yield words("key_ports_removed"), words.number(removed)
    yield words("key_kw"), f"{words.number(sum(p['added_kw'] for p in projects), 0)} kW"
    yield words("key_gross"), words.money(run["capex_cad"])
    yield words("key_grant"), words.money(run["grant_cad"])
    yield words("key_net"), words.money(run["net_capex_cad"])
    if added:
        yield words("key_unit"), words.money(run["capex_cad"] / added)
    yield (
        words("key_running"),
        words("per_year", money=words.money(run["opex_change_cad_per_year"])),
    )
    last = phases[-1]["phase"]
    for row in m.found["coverage"]:
        if row["phase"] == last:
            yield (
                words("key_people", level=m.titles[row["level"]]),
                words(
                    "change_share",
                    before=m.people_number(row["before_population"]),
                    before_share=words.share(row["before_share"], 0),
                    after=m.people_number(row["after_population"]),
                    after_share=words.share(row["after_share"], 0),
                ),
            )
    for row in m.found["service"]:
        if row["phase"] == last:
            yield (
                words("key_served", level=m.titles[row["level"]]),
                words(
                    "of_all",
                    found=words.number(row["served_per_h"], 1),
                    all=words.number(row["demand_per_h"], 1),
                ),
            )
    yield words("key_sure"), m.robust()
