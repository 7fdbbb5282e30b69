"""A level and a charger type are rows of a scenario: no code of ours names one, but for what a source calls them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from model.data.scenario import FOLDER

ROOT = Path(__file__).resolve().parents[2]
BASE: dict[str, Any] = tomllib.loads((FOLDER / "base.toml").read_text(encoding="utf-8"))
CODE = {".sql", ".py", ".js", ".j2", ".css", ".toml"}
HOME = ("sql", "model", "report", "db", "etl", "desk")
OF_TESTS = ("hpc", "curbside")
"""Levels that tests add by scenario files alone."""

SOURCE = "what the source calls its own columns and values"
MADE_UP = "the made-up region writes files of sources, in the words of those sources"
PUBLISHED = "columns of a published plan that a region is compared with, as its file has them"
EXCEPTIONS = {
    "model/scenarios/": "scenarios are where levels and charger types stand",
    "db/common/parameter_note.toml": "the comments of a scenario, in French",
    "sql/1_staging/": "staging renames what sources call their columns",
    "etl/settings.toml": "settings of the levels that the readers of sources tell",
    "etl/regions/": "a region names the columns of its files",
    "etl/sample/": MADE_UP,
    "etl/region/sources.py": PUBLISHED,
    "etl/sources/afdc.py": SOURCE,
    "etl/sources/reference.py": PUBLISHED,
    "db/migrations/versions/1000_baseline/raw_reference.sql": PUBLISHED,
    "db/migrations/versions/1000_baseline/raw_station.sql": SOURCE,
    "model/analysis/built_columns.toml": SOURCE,
    "model/data/former_keys.py": "keys that named a level are refused with their new name",
}
"""Files and folders that may name a level or a charger type, with the reason."""


def words() -> Iterator[str]:
    """Yield a pattern for each name and title of a level or a charger type."""
    names = [*BASE["level"], *BASE["charger"], *OF_TESTS]
    yield from (rf"{re.escape(name)}(?![a-z0-9])" for name in names)
    for kind in ("level", "charger"):
        for row in BASE[kind].values():
            for title in row["title"].values():
                parts = re.sub(r" \(.*\)|,.*", "", title).split()
                yield r"\b" + r"x?s? ?".join(map(re.escape, parts)) + r"\b"
    yield r"\bDC fast\b"


WORDS = list(dict.fromkeys(words()))
INITIALS = "".join({word.removeprefix(r"\b")[0] for word in WORDS})
NAMED = re.compile(rf"(?<![a-z0-9])(?=[{INITIALS}])(?:{'|'.join(WORDS)})", re.IGNORECASE)


@cache
def lines() -> list[tuple[str, str]]:
    """Return each line of our code that names a level or a charger type, with its file and number."""
    found = []
    for path in sorted(p for room in HOME for p in (ROOT / room).rglob("*") if p.suffix in CODE):
        name, text = path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
        numbers = {text.count("\n", 0, at.start()) for at in NAMED.finditer(text)}
        found += [(name, f"{name}:{n + 1}: {text.splitlines()[n].strip()}") for n in sorted(numbers)]
    return found


def test_no_code_names_a_level_or_a_charger_type() -> None:
    assert [line for name, line in lines() if not name.startswith(tuple(EXCEPTIONS))] == []


def test_each_exception_is_needed() -> None:
    naming = {name for name, _ in lines()}
    assert [e for e in EXCEPTIONS if not any(name.startswith(e) for name in naming)] == []


@pytest.mark.parametrize(
    "line",
    [
        *(
            "where level = 'L3'",
            'levels = ("L2",)',
            "s.l2_port_count",
            "covered_population_l3",
            "m.l3_clique",
        ),
        *("Least distance between Level 3 stations", "stations de niveau 2", "Niveaux 2", "`ac_7`"),
        *("chargers = ['dc_150']", "DC fast ports", "hpc_state", "Level 2, 7 kW"),
    ],
)
def test_a_name_is_found_however_it_is_written(line: str) -> None:
    assert NAMED.search(line)


@pytest.mark.parametrize(
    "line", ["cql2-text", "level 21", "dc_1500", "html2", "the level of a charger", "ac_70"]
)
def test_other_words_are_none(line: str) -> None:
    assert not NAMED.search(line)
