"""The schema of `[sources.*]` in a region file, one class per source type."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    StringConstraints,
    model_validator,
)

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Column = Text
GRANT_AREA_TYPE = r"^[a-z][a-z0-9_]{0,29}$"


def _known(encoding: str) -> str:
    try:
        "".encode(encoding)
    except (LookupError, ValueError):  # ValueError: a NUL character, or the encoding named `undefined`
        raise ValueError('it is not a known encoding, such as "cp1252" or "utf-8"') from None
    return encoding


Encoding = Annotated[Text, AfterValidator(_known)]
ColumnSum = Text | Annotated[list[Text], Field(min_length=1)]


Service = Literal["file", "overpass", "extract", "openchargemap", "afdc", "arcgis", "ckan"]


class Table(BaseModel):
    """A table of a region file; unknown keys and values of a wrong type are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Located(Table):
    """Where a file is: its `path`, used if it exists, else its address `url`.

    Several addresses in `url` are tried in order. `tls_security_level` is that of OpenSSL for the hosts of
    `url`: 1 accepts the short keys of an old server, whose certificate is still verified.
    """

    path: Text | None = None
    url: Text | Annotated[list[Text], Field(min_length=1)] | None = None
    tls_security_level: Literal[1, 2] | None = None

    @property
    def urls(self) -> tuple[str, ...]:
        """Return the addresses in the order they are tried."""
        if self.url is None:
            return ()
        return (self.url,) if isinstance(self.url, str) else tuple(dict.fromkeys(self.url))


class Source(Located):
    """The keys of every `[sources.*]`: where the file is, its licence and its dates.

    `service` is what answers at `url`: a file, or a service with a protocol of its own. `live` sources are
    used, all together, if `path` is not found; `fallback` sources are tried, one after the other, if all of
    these fail. Both have columns, licence and dates of their own. A source that `is_optional` may be missing,
    and may fail at every address.
    """

    service: Service = "file"
    live: tuple[Self, ...] = ()
    fallback: tuple[Self, ...] = ()
    is_optional: bool = False
    licence: Text = "not stated"
    data_date: Text | dt.date = "not stated"
    attribution: Text | None = None
    retrieved_on: dt.date | None = None

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if not (self.path or self.url or self.live):
            raise ValueError("give a path, a url, or both.")
        if self.service != "file" and not self.url:
            raise ValueError(f"service {self.service} needs its url.")
        if self.tls_security_level and self.service == "overpass":
            raise ValueError("tls_security_level does not go with service overpass; name a mirror in url.")
        return self


def source_date(source: Source) -> str:
    """Return the date of the data as text."""
    return source.data_date if isinstance(source.data_date, str) else source.data_date.isoformat()


class VectorSource(Source):
    """A layer that GDAL reads; `where` selects features.

    `crs` and `encoding` are for files that do not state their own.
    """

    loader: Literal["vector"] = "vector"
    layer: Text | None = None
    crs: Text | None = None
    where: Text | None = None
    encoding: Encoding | None = None


class TextSource(Source):
    """A text file with a header line, plain or .gz."""

    loader: Literal["csv"] = "csv"
    encoding: Encoding = "utf-8"


class BoundaryColumns(Table):
    """Columns of the outline; `name` names its parts in messages."""

    name: Column | None = None


class BoundarySource(VectorSource):
    """`boundary`: the outline of the region."""

    columns: BoundaryColumns = BoundaryColumns()


class PlanningAreaColumns(Table):
    """Columns of the municipalities or districts; without `key` the name is the key."""

    key: Column | None = None
    name: Column = "name"


class PlanningAreaSource(VectorSource):
    """`planning_areas`: municipalities or districts."""

    columns: PlanningAreaColumns = PlanningAreaColumns()


class OsmSource(Source):
    """`places`: an OpenStreetMap file."""

    loader: Literal["osm_pbf"] = "osm_pbf"


class RoadSource(OsmSource):
    """`roads`: an OpenStreetMap file; with `ferries`, car ferries are part of the network.

    `is_approximate` says that it was drawn from other sources and not surveyed: the load states it as an
    assumption, and whoever shows a plan says it first.
    """

    ferries: bool = False
    is_approximate: bool = False


class PlacedColumns(Table):
    """Columns that tell where a record is: `lon` and `lat`, or an `id` that polygons have as their key."""

    id: Column | None = None
    lon: Column | None = None
    lat: Column | None = None


class PopulationColumns(PlacedColumns):
    """Columns of areas with their population; a list of columns is summed."""

    population: ColumnSum
    dwellings: ColumnSum | None = None
    households: ColumnSum | None = None
    apartments: ColumnSum | None = None
    planning_area: Column | None = None
    income: Column | None = None


class AreaGeometry(Located):
    """Polygons that a population table is joined to by key."""

    key: Column
    layer: Text | None = None
    crs: Text | None = None
    where: Text | None = None
    encoding: Encoding | None = None

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if not (self.path or self.url):
            raise ValueError("give a path or a url.")
        return self


class PlacedSource(Source):
    """Figures of places: a table of points (or of keys into polygons), or any layer that GDAL reads.

    `rows` selects the records of a larger table by what their columns begin with.
    """

    loader: Literal["points_csv", "vector", "statcan_profile"]
    columns: PlacedColumns
    geometry: AreaGeometry | None = None
    layer: Text | None = None
    crs: Text | None = None
    where: Text | None = None
    rows: dict[Text, Text] = {}
    encoding: Encoding = "utf-8"

    @model_validator(mode="after")
    def _place(self) -> Self:
        c = self.columns
        if (c.lon is None) != (c.lat is None):
            raise ValueError("columns names one of lon and lat; name both.")
        if self.loader == "points_csv" and c.lon is None and self.geometry is None:
            raise ValueError("points_csv needs columns lon and lat, or a geometry to join.")
        if self.loader == "statcan_profile" and (self.geometry is None or c.id is None):
            raise ValueError("statcan_profile needs a column id, and a geometry to join.")
        if self.geometry is not None and (self.loader == "vector" or c.id is None):
            raise ValueError("geometry goes with tables, not with the loader vector, and with a column id.")
        if self.rows and self.loader == "vector":
            raise ValueError("rows goes with tables; a layer has `where`.")
        return self


class PopulationSource(PlacedSource):
    """`population`: where people live.

    In a `statcan_profile` the columns are characteristics, by name or number.
    """

    columns: PopulationColumns


class JobColumns(PlacedColumns):
    """Columns of places of work with their jobs; a list of columns is summed."""

    jobs: ColumnSum


class JobSource(PlacedSource):
    """`jobs`: where people work."""

    loader: Literal["points_csv", "vector"]
    columns: JobColumns


class AddressColumns(Table):
    """Columns of the civic addresses."""

    lon: Column = "lon"
    lat: Column = "lat"
    street_number: Column | None = None
    street: Column | None = None
    city: Column | None = None


class AddressSource(TextSource):
    """`addresses`: civic addresses as points."""

    columns: AddressColumns = AddressColumns()


class EvColumns(Table):
    """Columns of the vehicle counts; the defaults are those of the Ontario file."""

    postal_area: Column = "FSA"
    bev: Column | None = "BEV"
    phev: Column | None = "PHEV"
    total: Column | None = "Total EV"
    date: Column | None = None


class EvCountSource(TextSource):
    """`ev_counts`: electric vehicles registered by postal area.

    A `long` table has a record for each area, or for each area and date if `columns` names a `date`. A `wide`
    one has a column for each date, named after its quarter, month or day: `2026-Q1`, `2026-03`, `2026-03-31`.
    """

    layout: Literal["long", "wide"] = "long"
    columns: EvColumns = EvColumns()


class PostalAreaColumns(Table):
    """Columns of the postal areas."""

    key: Column


class PostalAreaSource(VectorSource):
    """`postal_areas`: the outlines that `ev_counts` refers to."""

    columns: PostalAreaColumns


class OpenChargeMapSource(Source):
    """`openchargemap`: the answer of OpenChargeMap's /v3/poi."""

    loader: Literal["ocm_json"] = "ocm_json"


class AfdcColumns(Table):
    """Columns of a list of stations that has others than the export; a field that is not named is unknown."""

    id: Column = "ID"
    lon: Column = "Longitude"
    lat: Column = "Latitude"
    fuel: Column | None = None
    status: Column | None = None
    name: Column | None = None
    address: Column | None = None
    city: Column | None = None
    network: Column | None = None
    access: Column | None = None
    access_hours: Column | None = None
    is_restricted: Column | None = None
    owner_type: Column | None = None
    owner_name: Column | None = None
    facility: Column | None = None
    pricing: Column | None = None
    connectors: Column | None = None
    level1_ports: Column | None = None
    level2_ports: Column | None = None
    dc_fast_ports: Column | None = None
    opened_on: Column | None = None
    confirmed_on: Column | None = None

    @model_validator(mode="after")
    def _some_ports(self) -> Self:
        if not (self.level1_ports or self.level2_ports or self.dc_fast_ports):
            raise ValueError("columns names none of level1_ports, level2_ports and dc_fast_ports.")
        return self


def _covered(value: Any) -> str | tuple[float, float, float, float]:
    """Return the path of a layer, or a box as (west, south, east, north) in degrees.

    Raises:
        ValueError: it is neither.
    """
    if isinstance(value, str) and value.strip():
        return value.strip()
    remedy = "give [west, south, east, north] in degrees, or the path of a layer of polygons"
    if not isinstance(value, list | tuple):
        raise ValueError(f"it is no box and no path; {remedy}")  # noqa: TRY004 - pydantic collects these
    if len(value) != 4 or not all(type(one) in (int, float) for one in value):  # noqa: PLR2004 - four sides
        raise ValueError(f"it is no box, which has four numbers; {remedy}")
    west, south, east, north = map(float, value)
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):  # noqa: PLR2004 - degrees
        raise ValueError(f"it is no box, as west and south come before east and north; {remedy}")
    return west, south, east, north


Covers = Annotated[str | tuple[float, float, float, float], PlainValidator(_covered)]


class AfdcSource(TextSource):
    """`afdc`: a list of stations of NRCan and the Alternative Fuels Data Center.

    Without `columns` it is the export. `fuel` and `status` are those of all records of a list that has no
    column for them, such as `status = "E"`. `covers` is the area that the list speaks of, a box or a layer of
    polygons; without it, the whole region. Where there are several lists, the newest by `data_date` counts.
    """

    columns: AfdcColumns | None = None
    fuel: Text | None = None
    status: Literal["E", "P", "T"] | None = None
    covers: Covers | None = None

    @model_validator(mode="after")
    def _column_or_word(self) -> Self:
        for key in ("fuel", "status"):
            if getattr(self, key) and self.columns and getattr(self.columns, key):
                raise ValueError(f"{key} is that of all records; leave out columns.{key}.")
        return self


class ProjectionColumns(Table):
    """Columns of a projection of the population; `planning_area` has the key or the name of one.

    Without it the figures are of the whole region.
    """

    planning_area: Column | None = None
    year: Column = "year"
    population: Column = "population"


class ProjectionSource(TextSource):
    """`projections`: people expected in later years, by planning area or for the whole region."""

    columns: ProjectionColumns = ProjectionColumns()


class UtilisationColumns(Table):
    """Columns of measurements: the station as its feed names it, and the share of time it is in use."""

    station_id: Column = "station_id"
    utilisation_share: Column = "utilisation_share"
    measured_from: Column | None = None
    measured_to: Column | None = None


class UtilisationSource(TextSource):
    """`utilisation`: measured utilisation of stations."""

    columns: UtilisationColumns = UtilisationColumns()


class SessionColumns(Table):
    """Columns of session records; several columns are joined by a blank, as a day and its time of day.

    `port` names what serves one vehicle at a time: without it a station counts as busy as its records add up
    to. `time_zone` names a zone, a city of the tz database or an offset; `end_time_zone` that of the end.
    """

    session_id: Column | None = None
    station: ColumnSum = "station"
    port: ColumnSum | None = None
    start: ColumnSum = "start"
    end: ColumnSum | None = None
    time_zone: Column | None = None
    end_time_zone: Column | None = None
    duration: Column | None = None
    charging: Column | None = None
    energy: Column | None = None
    level: Column | None = None
    lon: Column | None = None
    lat: Column | None = None


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        raise ValueError('it is not a time zone, such as "America/Toronto" or "UTC"') from None
    return name


class SessionSource(TextSource):
    """`sessions`: records of charging sessions of any network.

    `offset` is "ignored" where times are local though marked with an offset from UTC. `day_order` is for
    files in which each day could be a month. `level` is that of all records, `levels` says what the words of
    the column mean; `stations` gives the id in a feed (`ocm:900001`) of stations as the records name them,
    `ports` the name that counts of ports that the records call by several. A name in these tables that no
    record has is refused.
    """

    columns: SessionColumns = SessionColumns()
    time_zone: Annotated[Text, AfterValidator(_zone)] | None = None
    offset: Literal["counts", "ignored"] = "counts"
    day_order: Literal["dm", "md"] | None = None
    energy_unit: Literal["kWh", "Wh", "MWh"] = "kWh"
    duration_unit: Literal["s", "min", "h"] = "min"
    level: Text | None = None
    levels: dict[Text, Text] = {}
    stations: dict[Text, Annotated[Text, StringConstraints(pattern=r"^(ocm|afdc|osm):\S+$")]] = {}
    ports: dict[Text, Text] = {}

    @model_validator(mode="after")
    def _lasting(self) -> Self:
        c = self.columns
        if c.end is None and c.duration is None:
            raise ValueError("columns names neither end nor duration; name one of them.")
        if (c.lon is None) != (c.lat is None):
            raise ValueError("columns names one of lon and lat; name both.")
        if self.level and (c.level or self.levels):
            raise ValueError("level is that of all records; leave out columns.level and levels.")
        for key, column in (("ports", c.port), ("levels", c.level)):
            if getattr(self, key) and not column:
                raise ValueError(f"{key} has names of a column; say which as columns.{key[:-1]}.")
        return self


class CandidateColumns(Table):
    """Columns of places where stations could be built; only `lon` and `lat` are needed, and not in a layer.

    `suitability_share` says how suitable the place is, from 0 to 1.
    """

    id: Column | None = None
    name: Column | None = None
    address: Column | None = None
    suitability_share: Column | None = None
    lon: Column = "lon"
    lat: Column = "lat"


class CandidateSource(Source):
    """`candidates`: the region's own list of places, as a table of points or any layer that GDAL reads."""

    loader: Literal["csv", "vector"] = "csv"
    columns: CandidateColumns = CandidateColumns()
    layer: Text | None = None
    crs: Text | None = None
    where: Text | None = None
    encoding: Encoding = "utf-8"


class ExclusionColumns(Table):
    """Columns of a layer of ground that is not for chargers; `name` says of an area what it is."""

    name: Column | None = None


class ExclusionSource(VectorSource):
    """`exclusions`: ground that is not for chargers, any layer of polygons.

    Nothing is built on a `hard` one; a `soft` one lowers the score of the candidates on it. `ground` says
    what it is: with a layer of `flood` land, what floods is known.
    """

    ground: Literal["water", "flood", "protected", "cemetery", "other"]
    effect: Literal["hard", "soft"] = "hard"
    columns: ExclusionColumns = ExclusionColumns()


class GrantAreaColumns(Table):
    """Columns of a layer of areas that grant programs speak of; without `area_type` all are of one type."""

    area_type: Column | None = None
    name: Column | None = None


class GrantAreaSource(VectorSource):
    """`grant_areas`: areas that grant programs speak of, such as corridors, any layer of polygons.

    A type is a word that programs of scenarios name, as `grant_areas_in` or `grant_areas_out`.
    """

    area_type: Annotated[Text, StringConstraints(pattern=GRANT_AREA_TYPE)] | None = None
    columns: GrantAreaColumns = GrantAreaColumns()

    @model_validator(mode="after")
    def _of_a_type(self) -> Self:
        if (self.area_type is None) == (self.columns.area_type is None):
            raise ValueError(
                "name either area_type, that of all areas, or columns.area_type, the column that has it."
            )
        return self


class TransitSource(Source):
    """`transit`: a GTFS feed; `encoding` is for one that is not UTF-8."""

    loader: Literal["gtfs"] = "gtfs"
    encoding: Encoding | None = None


class GridColumns(Table):
    """Columns of the transformer stations; without `key` the name is the key."""

    name: Column = "name"
    lon: Column = "lon"
    lat: Column = "lat"
    voltage_kv: Column | None = None
    summer_limit_mw: Column | None = None
    winter_limit_mw: Column | None = None
    peak_load_mw: Column | None = None
    is_verified: Column | None = None
    area_name: Column | None = None
    source_note: Column | None = None
    limit_basis: Column | None = None
    key: Column | None = None
    supply: Column | None = None
    supply_limit_mw: Column | None = None
    supply_peak_load_mw: Column | None = None


class GridSource(TextSource):
    """`grid`: transformer stations and substations; `supply` is the key of what feeds several of them."""

    columns: GridColumns = GridColumns()


class GridAreaColumns(Table):
    """Columns of the service areas of transformer stations; without `key` the name is the key."""

    name: Column = "name"
    limit_mw: Column | None = None
    peak_load_mw: Column | None = None
    key: Column | None = None
    supply: Column | None = None
    supply_limit_mw: Column | None = None
    supply_peak_load_mw: Column | None = None


class GridAreaSource(VectorSource):
    """`grid_areas`: service areas published by a utility."""

    columns: GridAreaColumns = GridAreaColumns()


class FeederColumns(Table):
    """Columns of the feeders, or of parts of them; one of `capacity` and `capacity_range` is needed.

    Records with the same `distributor` and `id` are one feeder. Without `id`, records that touch are one if
    they have the same distributor, voltage, configuration and capacity. `capacity_range` is a text such as
    `1.1 - 3.0` or `10.0 +`, whose lower end counts where there is no capacity. `station` is the key of the
    station that feeds it, as `grid` or `grid_areas` have it.
    """

    id: Column | None = None
    distributor: Column | None = None
    voltage_kv: Column | None = None
    configuration: Column | None = None
    capacity: Column | None = None
    capacity_range: Column | None = None
    updated_on: Column | None = None
    station: Column | None = None

    @model_validator(mode="after")
    def _some_capacity(self) -> FeederColumns:
        if self.capacity is None and self.capacity_range is None:
            raise ValueError("columns names neither capacity nor capacity_range.")
        return self


class FeederSource(VectorSource):
    """`feeders`: what each feeder of a utility can still take, as polygons or lines.

    `capacity_unit` is that of the capacity left, and of its range; A is amperes at the feeder's voltage.
    """

    columns: FeederColumns
    capacity_unit: Literal["MVA", "MW", "kVA", "kW", "A"] = "MVA"

    @model_validator(mode="after")
    def _voltage_of_amperes(self) -> FeederSource:
        if self.capacity_unit == "A" and self.columns.voltage_kv is None:
            raise ValueError("capacity_unit A needs a column voltage_kv.")
        return self


class ReferenceDemandColumns(Table):
    """Columns of a published study's weighted points."""

    lon: Column = "lon"
    lat: Column = "lat"
    weight: Column = "weight"


class ReferenceDemandSource(TextSource):
    """`reference_demand`: weighted points of a published study, to compare plans with it."""

    columns: ReferenceDemandColumns = ReferenceDemandColumns()


class ReferencePlanColumns(Table):
    """Columns of a published plan: ports per level, before and after."""

    lon: Column = "lon"
    lat: Column = "lat"
    name: Column | None = None
    status: Column | None = None
    l2_before: Column = "l2_initial"
    l2_after: Column = "l2_final"
    l3_before: Column = "l3_initial"
    l3_after: Column = "l3_final"


class ReferencePlanSource(TextSource):
    """`reference_plan`: the stations of a published plan."""

    columns: ReferencePlanColumns = ReferencePlanColumns()
