"""The people of the council report: within reach, served, and by group."""

from __future__ import annotations

from collections.abc import Iterator

from report.brief.material import Material
from report.brief.parts import Column, Heading, Paragraph, Part, Table
from report.run import Row

GROUP_PEOPLE_MIN = 1000
"""The summary of equity names no group of fewer people: a hamlet is all in or all out."""


def people(m: Material) -> Iterator[Part]:
    """Yield who is within reach and what is served, by level."""
    words = m.words
    coverage = [row for row in m.found["coverage"] if row["after_population"] is not None]
    if not coverage and not m.found["service"]:
        return
    yield Heading(words("h_people"))
    if coverage:
        columns: tuple[Column, ...] = (
            Column(words("col_level"), 3),
            Column(words("col_phase"), 1),
            Column(words("col_before"), 2, "right"),
            Column(words("col_after"), 2, "right"),
        )
        rows: tuple[tuple[str, ...], ...] = tuple(
            (
                m.titles[row["level"]],
                words.number(row["phase"]),
                *(
                    f"{m.people_number(row[f'{when}_population'])} ({words.share(row[f'{when}_share'], 1)})"
                    for when in ("before", "after")
                ),
            )
            for row in coverage
        )
        yield Table(words("t_coverage"), columns, rows)
    if m.found["service"]:
        columns = (
            Column(words("col_level"), 3),
            *(Column(words(f"col_{h}"), 1.3, "right") for h in ("year", "asked", "served", "share")),
        )
        rows = tuple(
            (
                m.titles[row["level"]],
                str(row["year"]),
                words.number(row["demand_per_h"], 1),
                words.number(row["served_per_h"], 1),
                words("dash") if row["served_share"] is None else words.share(row["served_share"], 1),
            )
            for row in m.found["service"]
        )
        yield Table(words("t_service"), columns, rows)


def equity(m: Material) -> Iterator[Part]:
    """Yield the coverage of each group of people."""
    words = m.words
    if not m.found["equity"]:
        return
    yield Heading(words("h_equity"))
    for level, title in m.titles.items():
        own = [row for row in m.found["equity"] if row["level"] == level]
        if not own:
            continue
        large = [row for row in own if row["population"] >= GROUP_PEOPLE_MIN]
        if large:
            low = min(large, key=lambda row: (row["after_share"], row["group_name"]))
            high = max(large, key=lambda row: (row["after_share"], row["group_name"]))
            told = words(
                "equity_found",
                level=title,
                least=words.number(GROUP_PEOPLE_MIN),
                low=_group(m, low),
                low_share=words.share(low["after_share"], 0),
                high=_group(m, high),
                high_share=words.share(high["after_share"], 0),
            )
            yield Paragraph(told)
        has_floor = any(row["floor_share"] for row in own)
        columns = [
            Column(words("col_group"), 3),
            Column(words("col_population"), 1.4, "right"),
            Column(words("col_before"), 1.2, "right"),
            Column(words("col_after"), 1.2, "right"),
        ]
        columns += [Column(words("col_floor"), 1.2, "right")] if has_floor else []
        rows = []
        for row in own:
            texts = [
                _group(m, row),
                m.people_number(row["population"]),
                words.share(row["before_share"], 1),
                words.share(row["after_share"], 1),
            ]
            if has_floor:
                texts.append(words.share(row["floor_share"], 1) if row["floor_share"] else words("dash"))
            rows.append(tuple(texts))
        yield Table(words("t_equity", level=title), tuple(columns), tuple(rows))


def _group(m: Material, row: Row) -> str:
    key = f"name_{row['group_name'].replace(' ', '_')}"
    try:
        return m.words(key) if row["group_kind"] != "municipality" else str(row["group_name"])
    except KeyError:
        return str(row["group_name"])
