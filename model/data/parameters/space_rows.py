"""Resolves what a scenario says of space and people against the data, as rows of `plan`."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import Any

import psycopg

from db.common.errors import UsageError
from model.data.parameters import null_if_no_limit
from model.data.parameters.areas import choices, find_area, planning_areas
from model.data.parameters.space import AreaParameters, EquityFloor, EquityGroupName, EquityParameters
from model.data.scenario import Scenario

Connection = psycopg.Connection[tuple[Any, ...]]
Rows = list[dict[str, Any]]


def tables(conn: Connection, scenario: Scenario) -> dict[str, Rows]:
    """Return the rows of each table, without their scenario_id.

    Raises:
        UsageError: the user's scenario names a planning area, a group of people or a road class that the data
            does not have. What a default names, and the region does not have, binds nothing.

    """
    if "corridor.road_classes" in scenario.written:
        _refuse_unknown_roads(conn, scenario.corridor.road_classes)
    limit = {
        **{f"corridor_{key}": value for key, value in scenario.corridor.model_dump().items()},
        **scenario.projects.model_dump(),
        "equity_ratio_min": scenario.equity.ratio_min,
        "is_equity_in_every_phase": scenario.equity.is_every_phase,
    }
    return {
        "scenario_limit": [limit],
        **_areas(conn, scenario.area),
        "scenario_equity": _groups(conn, scenario.equity, scenario.written),
    }


def _areas(conn: Connection, parameters: AreaParameters) -> dict[str, Rows]:
    known = planning_areas(conn)
    by_level = {"level_station_count_min"}
    given = parameters.model_dump(exclude={"override", *by_level})
    rows = {a.planning_area_id: {"planning_area_id": a.planning_area_id, **given} for a in known}
    least = {a.planning_area_id: dict(parameters.level_station_count_min) for a in known}
    named: dict[int, str] = {}
    for override in parameters.override:
        area = find_area(known, override.name, where="area.override")
        if area is None:
            raise UsageError(
                f"area.override names '{override.name}', which is not a planning area of the region.",
                choices("its planning areas are", [a.name for a in known], override.name),
            )
        if area.planning_area_id in named:
            raise UsageError(
                f"area.override names one planning area twice: as '{named[area.planning_area_id]}' and as"
                f" '{override.name}'.",
                "put its limits in one [[area.override]].",
            )
        named[area.planning_area_id] = override.name
        rows[area.planning_area_id] |= override.model_dump(exclude={"name", *by_level}, exclude_none=True)
        least[area.planning_area_id] |= override.level_station_count_min
    return {
        "scenario_area_limit": [
            {**row, "station_count_max": null_if_no_limit(row["station_count_max"])} for row in rows.values()
        ],
        "scenario_area_level_limit": [
            {"planning_area_id": area_id, "level": level, "station_count_min": count}
            for area_id, counts in least.items()
            for level, count in counts.items()
        ],
    }


def _refuse_unknown_roads(conn: Connection, classes: Sequence[str]) -> None:
    found = conn.execute("select distinct highway from analysis.corridor_point order by 1").fetchall()
    known = [name for (name,) in found]
    for name in classes:
        if name not in known:
            raise UsageError(
                f"corridor.road_classes names '{name}', and the region has no such road.",
                choices("its main roads are", known),
            )


def _groups(conn: Connection, parameters: EquityParameters, written: Set[str]) -> Rows:
    known = conn.execute(
        "select distinct group_kind, group_name from analysis.equity_group order by 1, 2"
    ).fetchall()
    areas = planning_areas(conn)

    def own(group: EquityFloor | EquityGroupName) -> tuple[str, str]:
        """Return kind and name of a group; a municipality may be given by its key."""
        area = None
        if group.group_kind == "municipality":
            area = find_area(areas, group.group_name, where="equity")
        return group.group_kind, area.name if area else group.group_name

    floors: dict[tuple[str, str, str], float] = {}
    ratios: dict[tuple[str, str, str], float | None] = {}
    for floor in parameters.floor:
        key = (*own(floor), floor.level)
        if key in floors:
            raise UsageError(
                f"equity.floor names {key[1]} ({key[0]}) at {key[2]} twice.", "leave one of them out."
            )
        floors[key] = floor.share
        ratios[key] = floor.ratio_min
    protected = {own(g) for g in parameters.protected}
    asked = {(kind, name) for kind, name, _ in floors} if "equity.floor" in written else set()
    asked |= protected if "equity.protected" in written else set()
    for kind, name in sorted(asked):
        names = [n for k, n in known if k == kind]
        if name not in names:
            raise UsageError(
                f"equity names '{name}', which is not a group of kind {kind} of the region.",
                choices(f"its groups of kind {kind} are", names, name)
                if names
                else choices("it knows groups of these kinds:", sorted({k for k, _ in known})),
            )
    return [
        {
            "group_kind": kind,
            "group_name": name,
            "level": level,
            "floor_share": floors.get((kind, name, level), share if kind in parameters.group_kinds else None),
            "ratio_min": ratios.get((kind, name, level)),
            "is_protected": (kind, name) in protected,
        }
        for kind, name in known
        for level, share in parameters.floor_share.items()
    ]
