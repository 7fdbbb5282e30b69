"""The levels and charger types that reports speak of: rows of the database, with what scenarios call them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import psycopg

from db.common.language import NO_BREAK, Language, Text, number

Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class Level:
    """A class of chargers that coverage speaks of; whether stations of today and the adopted plan have it."""

    key: str
    title: Text
    is_existing: bool
    is_adopted: bool = False


@dataclass(frozen=True)
class Charger:
    """A charger type."""

    key: str
    title: Text


@dataclass(frozen=True)
class Kinds:
    """Levels from the lowest rank to the highest, and charger types in their order."""

    levels: tuple[Level, ...]
    chargers: tuple[Charger, ...]

    def of(self, each: Literal["level", "existing_level"]) -> tuple[Level, ...]:
        """Return all levels, or those of the stations of today."""
        return self.levels if each == "level" else tuple(level for level in self.levels if level.is_existing)


def read_kinds(conn: Connection) -> Kinds:
    """Return the levels and charger types of published plans and of the stations of today."""
    levels = conn.execute(
        "select level, title_en, title_fr, is_existing, is_adopted from report.level order by level_id"
    ).fetchall()
    chargers = conn.execute(
        "select charger_type, title_en, title_fr from report.charger order by charger_id"
    ).fetchall()
    return Kinds(
        tuple(Level(key, Text(en=en, fr=fr), *flags) for key, en, fr, *flags in levels),
        tuple(Charger(key, Text(en=en, fr=fr)) for key, en, fr in chargers),
    )


def ports(counts: Iterable[tuple[int, Text]], language: Language) -> str:
    """Return ports by charger type as "2 \u00d7 ... + 1 \u00d7 ..."; a dash for none."""
    parts = [
        f"{number(count, language)}{NO_BREAK}\u00d7{NO_BREAK}{title.of(language)}"
        for count, title in counts
        if count
    ]
    return " + ".join(parts) or "\u2013"
