"""Floors: the least values that a scenario asks for, which of them only the shipped files set, and others.

A floor is a least share of coverage or of sessions served at the end of a phase, a least number of stations
in a planning area, or the least coverage of a group of people. What a plan may not do is no floor.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import psycopg

from model.data.inputs import AreaLimit, EquityGroup, Inputs
from model.data.parameters.areas import Area, own_name, planning_areas
from model.data.parameters.space import AreaOverride, EquityFloor
from model.data.scenario import Scenario

Connection = psycopg.Connection[tuple[Any, ...]]
Tree = dict[str, Any]
STATION_FLOOR, LEVEL_STATION_FLOOR = "station_count_min", "level_station_count_min"
"""Keys that ask for stations in a planning area: of any level, and a table with those of each."""


@dataclass(frozen=True)
class Floor:
    """A least value: its key in a scenario, the key that sets it, and the rows of its rule that hold it.

    `subject` names the planning area or the group of people and its level, where the key speaks of several.
    """

    rule: str
    rows: tuple[Any, ...]
    key: str
    set_by: str
    asked: float
    subject: str = ""

    @property
    def is_ratio(self) -> bool:
        """True where the floor is a ratio of the coverage of a group to that of all people."""
        return self.key == "equity.ratio_min"

    @property
    def is_count(self) -> bool:
        """True where stations are counted; all others are shares."""
        return self.rule == "area_station_limits"

    def words(self, value: float) -> str:
        """Say that it has another value than was asked for."""
        name = f"{self.key} ({self.subject})" if self.subject else self.key
        now, before = (f"{v:.0f}" if self.is_count else f"{v:.2%}" for v in (value, self.asked))
        return f"{name} is {now} instead of {before}"


def shipped_floors(conn: Connection, parameters: Scenario, inputs: Inputs) -> tuple[Floor, ...]:
    """Return the floors under rules that are on which no file of the user's own sets.

    In the order in which they are kept where not all can be: phases, planning areas, groups of people, and
    their ratios to all people.
    """
    areas = planning_areas(conn)
    found = [
        *_of_phases(inputs),
        *_of_areas(parameters, inputs, areas),
        *_of_groups(parameters, inputs, areas),
    ]
    return tuple(sorted((f for f in found if f.set_by not in parameters.written), key=lambda f: f.is_ratio))


def _of_phases(inputs: Inputs) -> Iterator[Floor]:
    served = inputs.service.min_share if inputs.service else {}
    for rule, name, asked in (
        ("min_coverage", "coverage_min_share", inputs.target),
        ("min_served", "served_min_share", served),
    ):
        for (phase, level), share in sorted(asked.items() if rule in inputs.rules else ()):
            key = f"phase.{phase}.{name}.{level}"
            yield Floor(rule, ((phase, level),), key, key, share)


def _of_areas(parameters: Scenario, inputs: Inputs, areas: Sequence[Area]) -> Iterator[Floor]:
    for limit in inputs.space.areas if "area_station_limits" in inputs.rules else ():
        area = _area_of(limit, areas)
        overrides = [o for o in parameters.area.override if area.is_called(o.name)]
        for level, asked in limit.fewest.items():
            key = f"area.{LEVEL_STATION_FLOOR}.{level}" if level else f"area.{STATION_FLOOR}"
            is_own = any(
                level in o.level_station_count_min if level else o.station_count_min is not None
                for o in overrides
            )
            row = (limit.planning_area_id, "fewest", level, inputs.phase_numbers[-1])
            set_by = "area.override" if is_own else key
            yield Floor("area_station_limits", (row,), key, set_by, asked, area.name)


def _of_groups(parameters: Scenario, inputs: Inputs, areas: Sequence[Area]) -> Iterator[Floor]:
    fairness = inputs.fairness
    phases = inputs.phase_numbers if fairness.is_in_every_phase else inputs.phase_numbers[-1:]
    for number, group in enumerate(fairness.groups if "equity" in inputs.rules else ()):
        own = [f for f in parameters.equity.floor if _is_of(f, group, areas)]
        has_ratio = any(f.ratio_min is not None for f in own)
        for kind, key, asked, is_own in (
            ("floor", f"equity.floor_share.{group.level}", group.floor_share, bool(own)),
            ("ratio", "equity.ratio_min", fairness.ratio_of(group), has_ratio),
        ):
            if asked:
                rows = tuple((number, kind, phase) for phase in phases)
                subject = f"{group.group_kind} {group.group_name}, {group.level}"
                yield Floor("equity", rows, key, "equity.floor" if is_own else key, asked, subject)


def _area_of(limit: AreaLimit, areas: Sequence[Area]) -> Area:
    return next(area for area in areas if area.planning_area_id == limit.planning_area_id)


def _is_of(floor: EquityFloor, group: EquityGroup, areas: Sequence[Area]) -> bool:
    """Tell whether [[equity.floor]] speaks of a group; a municipality may be given by its key."""
    is_named = floor.group_name == group.group_name or (
        group.group_kind == "municipality"
        and any(a.name == group.group_name and a.is_called(floor.group_name) for a in areas)
    )
    return is_named and (floor.group_kind, floor.level) == (group.group_kind, group.level)


def scenario_with(
    conn: Connection, values: Mapping[Floor, float], parameters: Scenario, inputs: Inputs
) -> Scenario:
    """Return a scenario with other values for these floors, and all else as it is.

    What one planning area or group of people is asked for is set for it alone.
    """
    areas = planning_areas(conn)
    tree = parameters.model_dump()
    for floor, value in values.items():
        if floor.rule == "equity":
            group = inputs.fairness.groups[floor.rows[0][0]]
            entry = _equity_entry(tree, group, areas)
            entry["ratio_min" if floor.is_ratio else "share"] = value
        elif floor.is_count:
            area_id, _, level, _ = floor.rows[0]
            entry = _area_entry(tree, next(a for a in areas if a.planning_area_id == area_id), areas)
            if level:
                entry.setdefault(LEVEL_STATION_FLOOR, {})[level] = int(value)
            else:
                entry[STATION_FLOOR] = int(value)
        else:
            _, phase, name, level = floor.key.split(".")
            tree["phase"][int(phase)][name][level] = value
    return Scenario.model_validate(tree)


def without(floors: Collection[Floor], inputs: Inputs) -> Inputs:
    """Return inputs in which these floors ask for nothing."""
    dropped = {(floor.rule, row) for floor in floors for row in floor.rows}
    last, service = inputs.phase_numbers[-1], inputs.service
    if service is not None:
        kept = {key: v for key, v in service.min_share.items() if ("min_served", key) not in dropped}
        service = replace(service, min_share=kept)

    def area_without(area: AreaLimit) -> AreaLimit:
        kept = {
            level: count
            for level, count in area.fewest.items()
            if ("area_station_limits", (area.planning_area_id, "fewest", level, last)) not in dropped
        }
        return replace(area, station_count_min=kept.pop("", 0), level_station_count_min=kept)

    def group_without(number: int, group: EquityGroup) -> EquityGroup:
        floor_share = 0.0 if ("equity", (number, "floor", last)) in dropped else group.floor_share
        ratio_min = 0.0 if ("equity", (number, "ratio", last)) in dropped else group.ratio_min
        return replace(group, floor_share=floor_share, ratio_min=ratio_min)

    groups = tuple(group_without(n, group) for n, group in enumerate(inputs.fairness.groups))
    return replace(
        inputs,
        target={key: v for key, v in inputs.target.items() if ("min_coverage", key) not in dropped},
        service=service,
        space=replace(inputs.space, areas=tuple(map(area_without, inputs.space.areas))),
        fairness=replace(inputs.fairness, groups=groups),
    )


def _equity_entry(tree: Tree, group: EquityGroup, areas: Sequence[Area]) -> Tree:
    """Return what [[equity.floor]] says of a group: its entry, or a new one that changes nothing."""
    entries: list[Tree] = tree["equity"]["floor"]
    for entry in entries:
        if _is_of(EquityFloor.model_validate(entry), group, areas):
            return entry
    area = next((a for a in areas if group.group_kind == "municipality" and a.name == group.group_name), None)
    entries.append(
        {
            "group_kind": group.group_kind,
            "group_name": own_name(area, list(areas)) if area else group.group_name,
            "level": group.level,
            "share": group.floor_share,
        }
    )
    return entries[-1]


def _area_entry(tree: Tree, area: Area, areas: Sequence[Area]) -> Tree:
    """Return what [[area.override]] says of a planning area: its entry, or a new one that changes nothing."""
    entries: list[Tree] = tree["area"]["override"]
    for entry in entries:
        if area.is_called(AreaOverride.model_validate(entry).name):
            return entry
    entries.append({"name": own_name(area, list(areas))})
    return entries[-1]
