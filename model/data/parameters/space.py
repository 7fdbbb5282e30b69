"""Parameters of the rules on where stations stand and how many are worked on."""

from __future__ import annotations

from typing import Literal

from model.data.parameters import Count, CountLimit, LevelName, NonNegative, Parameters, Positive, Share

GroupKind = Literal["municipality", "settlement", "apartment", "charger_distance", "income"]


class SpacingParameters(Parameters):
    """How near to each other and how far apart L3 stations may be."""

    l3_distance_min_m: NonNegative
    l3_gap_max_m: Positive
    corridor_road_classes: list[Literal["motorway", "trunk", "primary"]]
    corridor_gap_max_m: Positive
    corridor_detour_m: NonNegative
    overlap_station_count_max: Count


class AreaOverride(Parameters):
    """Limits of one planning area, by its name or key; what is left out is as for all areas."""

    name: str
    station_count_min: Count | None = None
    station_count_max: CountLimit | None = None
    l3_station_count_min: Count | None = None


class AreaParameters(Parameters):
    """How many stations a planning area must and may have."""

    station_count_min: Count
    station_count_max: CountLimit
    l3_station_count_min: Count
    override: list[AreaOverride]


class ProjectParameters(Parameters):
    """How many sites may be worked on in a phase."""

    project_count_max: Count
    area_project_count_max: Count


class EquityFloor(Parameters):
    """A floor of one group at one level, where it differs; its ratio to everybody, where that does too."""

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
