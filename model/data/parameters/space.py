"""Parameters of the rules on where stations stand and how many are worked on."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from model.data.parameters import Count, CountLimit, LevelName, NonNegative, Parameters, Positive, Share

GroupKind = Literal["municipality", "settlement", "apartment", "charger_distance", "income"]


class CorridorParameters(Parameters):
    """Which roads must have stations all along, how far from each other, and of which levels."""

    road_classes: list[Literal["motorway", "trunk", "primary"]]
    gap_max_m: Positive
    detour_m: NonNegative
    levels: list[LevelName]


class AreaOverride(Parameters):
    """Limits of one planning area, by its name or key; what is left out is as for all areas."""

    name: str
    station_count_min: Count | None = None
    station_count_max: CountLimit | None = None
    level_station_count_min: dict[LevelName, Count] = Field(default_factory=dict)


class AreaParameters(Parameters):
    """How many stations a planning area must and may have."""

    station_count_min: Count
    station_count_max: CountLimit
    level_station_count_min: dict[LevelName, Count]
    override: list[AreaOverride]


class ProjectParameters(Parameters):
    """How many sites may be worked on in a phase."""

    project_count_max: Count
    area_project_count_max: Count


class EquityFloor(Parameters):
    """A floor of one group at one level, where it differs; so its ratio to all people, where that differs."""

    group_kind: GroupKind
    group_name: str
    level: LevelName
    share: Share
    ratio_min: Share | None = None


class EquityGroupName(Parameters):
    """A group of people: analysis.equity_group."""

    group_kind: GroupKind
    group_name: str


class EquityParameters(Parameters):
    """What groups of people are owed."""

    group_kinds: list[GroupKind]
    ratio_min: Share
    is_every_phase: bool
    floor_share: dict[LevelName, Share]
    floor: list[EquityFloor]
    protected: list[EquityGroupName]
