"""Resolves what a scenario says of space and people against the data, as rows of `plan`."""

from __future__ import annotations

import difflib
import math
from typing import Any

import psycopg

from db.errors import UsageError
from model.scenario import Scenario
from model.space_knobs import AreaKnobs

Connection = psycopg.Connection[tuple[Any, ...]]
Rows = list[dict[str, Any]]


def tables(conn: Connection, scenario: Scenario) -> dict[str, Rows]:
    """Return the rows of each table, without their scenario_id.

    Raises:
        UsageError: the scenario names a planning area that the data does not have.

    """
    limit = {
        **scenario.spacing.model_dump(),
        **{f"works_{key}": count for key, count in scenario.works.model_dump().items()},
        "equity_ratio_min": 0.0,
        "is_equity_in_every_phase": False,
    }
    return {"scenario_limit": [limit], "scenario_area_limit": _areas(conn, scenario.area)}


def _areas(conn: Connection, knobs: AreaKnobs) -> Rows:
    known = conn.execute(
        "select planning_area_id, area_key, name from core.planning_area order by planning_area_id"
    ).fetchall()
    given = knobs.model_dump(exclude={"override"})
    rows = {area_id: {"planning_area_id": area_id, **given} for area_id, _, _ in known}
    ids = {key: area_id for area_id, key, _ in known} | {name: area_id for area_id, _, name in known}
    for override in knobs.override:
        if override.name not in ids:
            raise UsageError(
                f"area.override names '{override.name}', which is no planning area of the region.",
                nearest(override.name, [name for _, _, name in known]),
            )
        rows[ids[override.name]] |= override.model_dump(exclude={"name"}, exclude_none=True)
    return [{**row, "station_count_max": _limit(row["station_count_max"])} for row in rows.values()]


def nearest(name: str, known: list[str]) -> str:
    """Say which known name is nearest."""
    found = difflib.get_close_matches(name, known, n=1, cutoff=0.0)
    return f"the nearest known name is '{found[0]}'." if found else "there is none at all."


def _limit(value: float) -> int | None:
    return None if math.isinf(value) else int(value)
