"""Resolves what a scenario says of space and people against the data, as rows of `plan`."""

from __future__ import annotations

import difflib
import math
from typing import Any

import psycopg

from db.errors import UsageError
from model.knobs.space import AreaKnobs, EquityKnobs
from model.scenario import Scenario

Connection = psycopg.Connection[tuple[Any, ...]]
Rows = list[dict[str, Any]]


def tables(conn: Connection, scenario: Scenario) -> dict[str, Rows]:
    """Return the rows of each table, without their scenario_id.

    Raises:
        UsageError: the scenario names a planning area or a group of people that the data does not have.

    """
    limit = {
        **scenario.spacing.model_dump(),
        **{f"works_{key}": count for key, count in scenario.works.model_dump().items()},
        "equity_ratio_min": scenario.equity.ratio_min,
        "is_equity_in_every_phase": scenario.equity.is_every_phase,
    }
    return {
        "scenario_limit": [limit],
        "scenario_area_limit": _areas(conn, scenario.area),
        "scenario_equity": _groups(conn, scenario.equity),
    }


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


def _groups(conn: Connection, knobs: EquityKnobs) -> Rows:
    known = conn.execute(
        "select distinct group_kind, group_name from analysis.equity_group order by 1, 2"
    ).fetchall()
    floors = {(f.group_kind, f.group_name, f.level): f.share for f in knobs.floor}
    protected = {(g.group_kind, g.group_name) for g in knobs.protected}
    for kind, name in sorted({*protected, *((kind, name) for kind, name, _ in floors)}):
        names = [n for k, n in known if k == kind]
        if names and name not in names:
            raise UsageError(
                f"equity names '{name}', which is no group of kind {kind} of the region.",
                nearest(name, names),
            )
    return [
        {
            "group_kind": kind,
            "group_name": name,
            "level": level,
            "floor_share": floors.get((kind, name, level), share if kind in knobs.group_kinds else None),
            "is_protected": (kind, name) in protected,
        }
        for kind, name in known
        for level, share in knobs.floor_share.items()
    ]


def nearest(name: str, known: list[str]) -> str:
    """Say which known name is nearest."""
    found = difflib.get_close_matches(name, known, n=1, cutoff=0.0)
    return f"the nearest known name is '{found[0]}'." if found else "there is none at all."


def _limit(value: float) -> int | None:
    return None if math.isinf(value) else int(value)
