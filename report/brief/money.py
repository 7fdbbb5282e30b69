"""The money of the council report: by phase, by kind, by grant program, over the years."""

from __future__ import annotations

from collections.abc import Iterator

from report.brief.material import Material
from report.brief.parts import Column, Heading, Paragraph, Part, Table

PARTS = (
    "equipment_cad",
    "installation_cad",
    "connection_cad",
    "soft_cost_cad",
    "contingency_cad",
    "dismantling_cad",
)
_PHASE_SUMS = ("capex_cad", "grant_cad", "resale_cad", "grid_upgrade_cad", "net_capex_cad")
_SELDOM = frozenset({"resale_cad", "grid_upgrade_cad"})


def money(m: Material) -> Iterator[Part]:
    """Yield what the plan costs and brings."""
    words, phases = m.words, m.found["phases"]
    (money,) = m.found["money"]
    yield Heading(words("h_money"))
    # a kind of money that no phase has needs no column
    kinds = [name for name in _PHASE_SUMS if money[name] or name not in _SELDOM]
    columns = (
        Column(words("col_phase"), 1.4),
        *(Column(words(f"col_{name}"), 1.3, "right") for name in ("budget", *kinds, "left")),
    )
    rows = []
    for p in phases:
        sums = (p["budget_cad"] + p["carried_in_cad"], *(p[name] for name in kinds), p["left_cad"])
        title = words("phase_year", phase=p["phase"], year=p["year"])
        rows.append((title, *(words.money(value) for value in sums)))
    totals = (money["budget_cad"], *(money[name] for name in kinds), money["left_cad"])
    rows.append((words("total"), *(words.money(value) for value in totals)))
    yield Table(words("t_money"), columns, tuple(rows), total=True)
    yield Paragraph(words("money_note"), "note")
    parts = [(words(f"part_{name}"), words.money(money[name])) for name in PARTS if money[name]]
    if parts:
        parts.append((words("col_capex_cad"), words.money(money["capex_cad"])))
        two = (Column(words("col_part"), 3), Column(words("col_sum"), 1.2, "right"))
        yield Table(words("t_parts"), two, tuple(parts), total=True)
    yield from _programs(m)
    for e in m.found["economy"]:
        told = words(
            "economy",
            first=e["first_year"],
            last=e["last_year"],
            npv=words.money(e["npv_cad"]),
            subsidy=words.money(e["subsidy_needed_cad"]),
            tonnes=words.number(e["ghg_avoided_t_per_year"], 1),
        )
        yield Paragraph(told)


def _programs(m: Material) -> Iterator[Part]:
    words, grants = m.words, m.found["grants"]
    programs = list(dict.fromkeys(m.program(row) for row in grants))
    if not programs:
        return
    rows = []
    for program in programs:
        own = [row for row in grants if m.program(row) == program]
        paid = [row for row in own if row["status"] == "paid"]
        count = words("of_all", found=words.number(len(paid)), all=words.number(len(own)))
        rows.append((program, count, words.money(sum(row["granted_cad"] for row in own))))
    columns = (
        Column(words("col_program"), 4),
        Column(words("col_paid"), 1.5, "right"),
        Column(words("col_grant_cad"), 1.5, "right"),
    )
    yield Table(words("t_programs"), columns, tuple(rows))
