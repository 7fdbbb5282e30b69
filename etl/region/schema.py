"""The schema of a region file, `etl/regions/*.toml`; `etl.region.schema.file` reads one."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from db.common.day import newest_day
from etl.region.sources import (
    AddressSource,
    AfdcSource,
    BoundarySource,
    CandidateSource,
    EvCountSource,
    ExclusionSource,
    FeederSource,
    GrantAreaSource,
    GridAreaSource,
    GridSource,
    JobSource,
    OpenChargeMapSource,
    OsmSource,
    PlanningAreaSource,
    PopulationSource,
    PostalAreaSource,
    ProjectionSource,
    ReferenceDemandSource,
    ReferencePlanSource,
    RoadSource,
    SessionSource,
    Table,
    Text,
    TransitSource,
    UtilisationSource,
    source_date,
)

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+$", max_length=63)]


def _currency(code: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", code):
        raise ValueError('write three capitals (ISO 4217), such as "CAD" or "CHF"')
    return code


Currency = Annotated[str, AfterValidator(_currency)]


class RegionTable(Table):
    """`[region]`: its name, its metric CRS, and the currency (ISO 4217) of all sums."""

    name: Name
    title: Text
    is_synthetic: bool = False
    metric_crs: Text | None = None
    currency: Currency = "CAD"
    data_dir: Text | None = None


class Total(Table):
    """`[totals.*]`: a published total, and by what share of it the loaded total may differ.

    With `data_date` it applies to data of that date alone: newer data, as of a live source, is not compared.
    """

    value: float = Field(gt=0)
    tolerance_share: float = Field(default=0.01, ge=0, le=1)
    published_by: Text | None = None
    data_date: Text | None = None


class Totals(Table):
    """`[totals]`: the totals within the region that `core.source_total` compares."""

    population: Total | None = None
    dwelling_count: Total | None = None
    household_count: Total | None = None
    area_km2: Total | None = None
    planning_area_km2: Total | None = None
    road_km: Total | None = None
    ev_count: Total | None = None
    charging_station_count: Total | None = None
    transit_stop_count: Total | None = None


class Sources(Table):
    """`[sources]`: one table or several for each type; only `roads` and `population` are required."""

    boundary: tuple[BoundarySource, ...] = ()
    planning_areas: tuple[PlanningAreaSource, ...] = ()
    population: tuple[PopulationSource, ...] = Field(min_length=1)
    roads: tuple[RoadSource, ...] = Field(min_length=1)
    places: tuple[OsmSource, ...] = ()
    addresses: tuple[AddressSource, ...] = ()
    jobs: tuple[JobSource, ...] = ()
    postal_areas: tuple[PostalAreaSource, ...] = ()
    ev_counts: tuple[EvCountSource, ...] = ()
    openchargemap: tuple[OpenChargeMapSource, ...] = ()
    afdc: tuple[AfdcSource, ...] = ()
    projections: tuple[ProjectionSource, ...] = ()
    utilisation: tuple[UtilisationSource, ...] = ()
    sessions: tuple[SessionSource, ...] = ()
    candidates: tuple[CandidateSource, ...] = ()
    exclusions: tuple[ExclusionSource, ...] = ()
    grant_areas: tuple[GrantAreaSource, ...] = ()
    transit: tuple[TransitSource, ...] = ()
    grid: tuple[GridSource, ...] = ()
    grid_areas: tuple[GridAreaSource, ...] = ()
    feeders: tuple[FeederSource, ...] = ()
    reference_demand: tuple[ReferenceDemandSource, ...] = ()
    reference_plan: tuple[ReferencePlanSource, ...] = ()

    @model_validator(mode="after")
    def _dated_lists(self) -> Self:
        undated = [one for one in self.afdc if one.path and newest_day(source_date(one)) is None]
        if undated and len(self.afdc) > 1:
            raise ValueError(
                f"there are {len(self.afdc)} lists of afdc, and {undated[0].path} has no data_date with a "
                "year: which one is newer cannot be known."
            )
        return self


class StatedStation(Table):
    """`[[stations.kept]]`, `[[stations.closed]]`: a station by its id in a feed, and why it is so.

    `since` is the day from which on it is: a load as of an earlier day does not know it.
    """

    key: Annotated[Text, StringConstraints(pattern=r"^(ocm|afdc|osm):\S+$")]
    reason: Text
    since: dt.date | None = None


class StatedStations(Table):
    """`[stations]`: stations that are in service, or are not, whatever the feeds say."""

    kept: tuple[StatedStation, ...] = ()
    closed: tuple[StatedStation, ...] = ()

    @model_validator(mode="after")
    def _once(self) -> Self:
        keys = [one.key for one in (*self.kept, *self.closed)]
        for key in keys:
            if keys.count(key) > 1:
                raise ValueError(f"{key} is there {keys.count(key)} times; say once which it is.")
        return self


class Region(Table):
    """A region file; `etl.region.settings` reads its `[settings]`."""

    region: RegionTable
    settings: dict[str, Any] = Field(default_factory=dict)
    totals: Totals = Totals()
    stations: StatedStations = StatedStations()
    sources: Sources
