"""How sure the council report is, what it assumes, and where its data is from."""

from __future__ import annotations

from collections.abc import Iterator

from db.common.assumption import sentence
from report.brief.material import Material
from report.brief.parts import Bullets, Column, Heading, Paragraph, Part, Picture, Table
from report.brief.picture import png
from report.figures import tornado
from report.figures.text import figure_words
from report.run import Row


def certainty(m: Material) -> Iterator[Part]:
    """Yield how sure the plan is: robust sites, the tornado, the gap, the audit, what the grid has left."""
    words, run, projects = m.words, m.run, m.found["projects"]
    yield Heading(words("h_sure"))
    if projects:
        count = projects[0]["run_count"]
        if count is None:
            yield Paragraph(words("sure_not_varied"))
        else:
            yield Paragraph(words("sure_robust", robust=m.robust(), found=words.number(count)))
    yield from _sensitivity(m)
    if run["mip_gap"] is not None:
        yield Paragraph(words("sure_best", gap=words.share(max(run["mip_gap"], 0.0001), 2)))
    if run["audit_figure_count"]:
        yield Paragraph(words("sure_audit", count=run["audit_violation_count"] or 0))
    if m.found["grid"]:
        heads = ("added", "room", "used")
        columns: tuple[Column, ...] = (
            Column(words("col_area"), 3),
            *(Column(words(f"col_{h}"), 1.3, "right") for h in heads),
            Column(words("col_basis"), 1.3),
        )
        rows: tuple[tuple[str, ...], ...] = tuple(
            (
                row["name"] or words("dash"),
                words.number(row["added_kw"], 0),
                words.number(row["remaining_kw"] + row["grid_upgrade_kw"], 0),
                words("dash") if row["use_share"] is None else words.share(row["use_share"], 1),
                words("is_assumed" if row["is_assumed"] else "is_published"),
            )
            for row in m.found["grid"]
        )
        yield Table(words("t_grid"), columns, rows)


def _sensitivity(m: Material) -> Iterator[Part]:
    """Yield what other assumptions change: the tornado, and each variation with its people by level."""
    words, found = m.words, m.found["sensitivity"]
    is_of_people = tornado.is_of_people(m.figures)
    if is_of_people or any(row["objective_change"] for row in found):
        figure = tornado.tornado(m.figures, figure_words(words.language, words.currency))
        name = "f_tornado_people" if is_of_people else "f_tornado"
        yield Picture(png(figure), words(name), words(f"{name}_alternative"))
    if not found:
        return
    levels = [
        level for level in m.titles if any(level in (row["people_change_by_level"] or {}) for row in found)
    ]
    columns = (
        Column(words("col_parameter"), 3),
        *(Column(words(f"col_{head}"), 1.5, "right") for head in ("in_plan", "varied")),
        *(Column(words("col_people_change", level=m.titles[level]), 1.5, "right") for level in levels),
        Column(words("col_change"), 1.5, "right"),
    )
    rows = tuple(
        (
            words.named("parameter", row["parameter"]),
            words.value(row["base_value"]),
            words.value(row["value"]),
            *(_people_change(m, row, level) for level in levels),
            words.number(row["objective_change"], 3),
        )
        for row in found
    )
    yield Table(words("t_sensitivity"), columns, rows)


def _people_change(m: Material, row: Row, level: str) -> str:
    change = (row["people_change_by_level"] or {}).get(level)
    return m.words("dash") if change is None else m.words.signed(change)


def assumptions(m: Material) -> Iterator[Part]:
    """Yield all that the data had to assume."""
    words = m.words
    if not m.found["assumptions"]:
        return
    yield Heading(words("h_assumptions"))
    yield Paragraph(words("assumptions_note"))
    yield Bullets(
        tuple(
            sentence(row["code"], row["value"], words.language, m.level_text)
            for row in m.found["assumptions"]
        )
    )


def sources(m: Material) -> Iterator[Part]:
    """Yield the files with their licences."""
    words = m.words
    yield Heading(words("h_sources"))
    columns = (
        Column(words("col_source"), 3.4),
        Column(words("col_rows"), 1.9, "right"),
        Column(words("col_date"), 1.8),
        Column(words("col_licence"), 3),
    )
    rows = tuple(
        (
            row["file_name"],
            words.number(row["row_count"]),
            str(row["data_date"] or words("dash")),
            row["licence"] or words("dash"),
        )
        for row in m.found["sources"]
    )
    yield Table(words("t_sources"), columns, rows)
    yield Bullets(tuple(row["attribution"] for row in m.found["attribution"]))
