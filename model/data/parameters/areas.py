"""Planning areas of the region as a scenario may name them."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from db.common.errors import UsageError

Connection = psycopg.Connection[tuple[Any, ...]]
CHOICES_SHOWN = 8


@dataclass(frozen=True)
class Area:
    """A planning area: its key, the name that its source gives it, and the name that no other area has."""

    planning_area_id: int
    key: str
    given_name: str
    name: str

    def is_called(self, text: str) -> bool:
        """Tell whether a scenario may call it so."""
        return text in (self.key, self.given_name, self.name)


def planning_areas(conn: Connection) -> list[Area]:
    """Return the planning areas of the region."""
    query = "select planning_area_id, area_key, given_name, name from core.planning_area order by 1"
    return [Area(*row) for row in conn.execute(query).fetchall()]


def find_area(areas: list[Area], text: str, *, where: str) -> Area | None:
    """Return the area of that key or name; None when there is none.

    Raises:
        UsageError: several areas are called that.
    """
    found = [area for area in areas if area.is_called(text)]
    if len(found) > 1:
        raise UsageError(
            f"{where} names '{text}', the name of {len(found)} planning areas:"
            f" {', '.join(f'{a.given_name} with key {a.key}' for a in found)}.",
            f"write {' or '.join(repr(own_name(a, areas)) for a in found)}.",
        )
    return found[0] if found else None


def own_name(area: Area, areas: list[Area]) -> str:
    """Return what no other area is called: the key, else the name that has the key behind it."""
    return area.key if sum(a.is_called(area.key) for a in areas) == 1 else area.name


def choices(words: str, known: Sequence[str], name: str = "") -> str:
    """Say which names there are: all of them where they are few, else those nearest to a name."""
    if not known:
        return "it has none at all."
    if len(known) <= CHOICES_SHOWN:
        return f"{words} {', '.join(repr(n) for n in known)}."
    near = difflib.get_close_matches(name, known, n=CHOICES_SHOWN, cutoff=0.0)
    return f"the nearest known names are {', '.join(repr(n) for n in near)}."
