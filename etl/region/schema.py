"""The schema of a region file, `etl/regions/*.toml`; `etl.region.schema.file` reads one."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from etl.region.sources import (
    AddressSource,
    AfdcSource,
    BoundarySource,
    CandidateSource,
    EvCountSource,
    ExclusionSource,
    FeederSource,
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
)

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+$", max_length=63)]

Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


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
    transit: tuple[TransitSource, ...] = ()
    grid: tuple[GridSource, ...] = ()
    grid_areas: tuple[GridAreaSource, ...] = ()
    feeders: tuple[FeederSource, ...] = ()
    reference_demand: tuple[ReferenceDemandSource, ...] = ()
    reference_plan: tuple[ReferencePlanSource, ...] = ()


class Region(Table):
    """A region file; `etl.region.settings` reads its `[settings]`."""

    region: RegionTable
    settings: dict[str, Any] = Field(default_factory=dict)
    totals: Totals = Totals()
    sources: Sources
