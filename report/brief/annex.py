"""The annex of the council report: every parameter that the plan was made with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from db.common.language import Words
from db.common.parameter_note import note_of, unit_of
from report.brief.parts import Column, Heading, PageBreak, Paragraph, Part, Table
from report.run import Row


def parameters(found: list[Row], words: Words) -> Iterator[Part]:
    """Yield the parameters of a scenario (key, value) with unit, range and basis, a table for each group."""
    if not found:
        return
    yield PageBreak()
    yield Heading(words("h_parameters"))
    yield Paragraph(words("parameters_note"), "note")
    columns = (
        Column(words("col_name"), 4.4),
        Column(words("col_value"), 2, "right"),
        Column(words("col_unit"), 1.8),
        Column(words("col_range"), 1.5),
        Column(words("col_basis_of"), 2.2),
    )
    groups: dict[str, list[tuple[str, ...]]] = {}
    for row in found:
        groups.setdefault(row["key"].partition(".")[0], []).append(_row(row["key"], row["value"], words))
    for group, lines in groups.items():
        yield Table(words("t_parameters", group=group), columns, tuple(lines))


def _row(key: str, value: Any, words: Words) -> tuple[str, ...]:
    note, unit = note_of(key), unit_of(key)
    usual = note.range(words.language)
    return (
        key.partition(".")[2] or key,
        _shown(key, value, words),
        words(f"parameter_unit_{unit}") if unit and value is not None else "",
        "\u2013".join(usual) if usual else "",
        words("basis_assumed" if note.is_assumption else "basis_sourced"),
    )


def _shown(key: str, value: Any, words: Words) -> str:
    if value is None:
        return words("parameter_none")
    if isinstance(value, bool):
        return words("parameter_on" if value else "parameter_off")
    if isinstance(value, int | float):
        return str(value) if unit_of(key) == "year" else words.number(value)
    if isinstance(value, dict):
        return ", ".join(f"{name} {_shown(name, part, words)}" for name, part in value.items())
    if isinstance(value, list):
        return words.between(";").join(_shown(key, part, words) for part in value) or words("none")
    return str(value) or words("none")
