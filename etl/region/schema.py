"""The schema of a region file, `etl/regions/*.toml`; `etl.region.schema.file` reads one."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from etl.region.sources import (
    AddressSource,
    AfdcSource,
    BoundarySource,
    CandidateSource,
    EvCountSource,
    GridAreaSource,
    GridSource,
    OpenChargeMapSource,
    OsmSource,
    PlanningAreaSource,
    PopulationSource,
    PostalAreaSource,
    ReferenceDemandSource,
    ReferencePlanSource,
    RoadSource,
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


class Settings(Table):
    """`[settings]`: lengths, shares and tolerances, which SQL reads from `raw.load.settings`."""

    hexagon_edge_m: float = Field(default=250, ge=20, le=10_000)
    station_merge_m: float = Field(default=60, ge=0, le=1_000)
    candidate_cluster_m: float = Field(default=150, ge=1, le=5_000)
    candidate_gap_m: float = Field(default=1_000, ge=1, le=50_000)
    road_distance_max_m: float = Field(default=5_000, ge=100, le=100_000)
    access_speed_kmh: float = Field(default=20, ge=1, le=100)
    access_max_m: float = Field(default=2_000, ge=1, le=50_000)
    transit_walk_m: float = Field(default=600, ge=0, le=5_000)
    hosting_capacity_assumed_share: float = Field(default=0.10, ge=0, le=1)
    grid_peak_assumed_kw_per_person: float = Field(default=1.6, gt=0, le=100)
    coordinate_margin_m: float = Field(default=5_000, ge=0, le=200_000)
    reject_share_max: float = Field(default=0.1, ge=0, le=1)
    data_age_max_year: float = Field(default=6, gt=0, le=200)


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
    postal_areas: tuple[PostalAreaSource, ...] = ()
    ev_counts: tuple[EvCountSource, ...] = ()
    openchargemap: tuple[OpenChargeMapSource, ...] = ()
    afdc: tuple[AfdcSource, ...] = ()
    utilisation: tuple[UtilisationSource, ...] = ()
    candidates: tuple[CandidateSource, ...] = ()
    transit: tuple[TransitSource, ...] = ()
    grid: tuple[GridSource, ...] = ()
    grid_areas: tuple[GridAreaSource, ...] = ()
    reference_demand: tuple[ReferenceDemandSource, ...] = ()
    reference_plan: tuple[ReferencePlanSource, ...] = ()


class Region(Table):
    """A region file."""

    region: RegionTable
    settings: Settings = Settings()
    totals: Totals = Totals()
    sources: Sources
