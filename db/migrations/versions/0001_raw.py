"""Tables of `raw`: what was brought in, record by record, beside where it came from.

Revision: 0001, the first.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SCHEMA = "raw"


def _column(name: str, kind: Any, comment: str, *, required: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=not required, comment=comment)


def _geometry(comment: str, *, kind: str = "GEOMETRY", required: bool = True) -> sa.Column[Any]:
    # Alembic would create the index that geoalchemy2 creates by itself once more.
    return _column("geom", Geometry(kind, srid=4326, spatial_index=False), comment, required=required)


def _source_table(
    name: str, comment: str, *columns: sa.Column[Any], key: tuple[str, ...] = ("record_number",)
) -> None:
    """Create a table that holds one kind of record; every row names its load and its place in the file."""
    op.create_table(
        name,
        sa.Column(
            "load_id",
            sa.BigInteger,
            sa.ForeignKey("raw.load.load_id", ondelete="CASCADE"),
            nullable=False,
            comment="The load that brought this record.",
        ),
        _column("source_id", sa.Integer, "The file it came from: raw.load_source.source_id.", required=True),
        _column(
            "record_number", sa.BigInteger, "Place of the record in its file, counted from 1.", required=True
        ),
        *columns,
        sa.PrimaryKeyConstraint("load_id", "source_id", *key, name=f"{name}_pkey"),
        sa.ForeignKeyConstraint(
            ["load_id", "source_id"],
            ["raw.load_source.load_id", "raw.load_source.source_id"],
            ondelete="CASCADE",
            name=f"{name}_source_fkey",
        ),
        schema=SCHEMA,
        comment=comment,
    )


def _provenance() -> None:
    op.create_table(
        "load",
        sa.Column(
            "load_id",
            sa.BigInteger,
            sa.Identity(always=True),
            primary_key=True,
            comment="Number of the load.",
        ),
        _column("region", sa.Text, "Name of the region, from its file.", required=True),
        _column("title", sa.Text, "Name of the region for people.", required=True),
        _column(
            "is_synthetic",
            sa.Boolean,
            "True when the region is made up and must be labelled so.",
            required=True,
        ),
        _column("metric_srid", sa.Integer, "EPSG code of the region's metric CRS.", required=True),
        _column("settings", JSONB, "Settings of the region (lengths in metres), as resolved.", required=True),
        _column("region_file", sa.Text, "Name of the region file.", required=True),
        _column("region_sha256", sa.Text, "SHA-256 of the region file.", required=True),
        _column(
            "content_sha256",
            sa.Text,
            "SHA-256 over the region file and all sources: equal means nothing new.",
            required=True,
        ),
        _column("loader_version", sa.Text, "Version of the loader.", required=True),
        sa.Column(
            "loaded_at",
            sa.TIMESTAMP(timezone=True),
            nullable=False,
            server_default=sa.func.now(),
            comment="When it was loaded.",
        ),
        _column("is_current", sa.Boolean, "True for the one load that the views show.", required=True),
        schema=SCHEMA,
        comment="One row per load of a region; the views show the current one.",
    )
    op.create_index(
        "load_is_current_key",
        "load",
        ["is_current"],
        unique=True,
        schema=SCHEMA,
        postgresql_where=sa.text("is_current"),
    )
    op.create_table(
        "load_source",
        sa.Column(
            "load_id",
            sa.BigInteger,
            sa.ForeignKey("raw.load.load_id", ondelete="CASCADE"),
            nullable=False,
            comment="The load.",
        ),
        _column("source_id", sa.Integer, "Number of the source within the load.", required=True),
        _column(
            "source",
            sa.Text,
            "Kind of the source as the region file names it, such as roads or afdc.",
            required=True,
        ),
        _column("loader", sa.Text, "The loader that read it.", required=True),
        _column("file_name", sa.Text, "File, relative to the data directory.", required=True),
        _column("sha256", sa.Text, "SHA-256 of the file.", required=True),
        _column("size_bytes", sa.BigInteger, "Size of the file.", required=True),
        _column("row_count", sa.BigInteger, "Records kept.", required=True),
        _column("reject_count", sa.BigInteger, "Records rejected; see raw.reject.", required=True),
        _column("licence", sa.Text, "Licence of the data.", required=True),
        _column("attribution", sa.Text, "Line to show wherever the data is shown."),
        _column("data_date", sa.Text, "Date of the data, as precise as it is known.", required=True),
        _column("retrieved_on", sa.Date, "Day the file was retrieved, where known."),
        _column("loader_version", sa.Text, "Version of the loader.", required=True),
        sa.PrimaryKeyConstraint("load_id", "source_id", name="load_source_pkey"),
        schema=SCHEMA,
        comment="Where each record came from: file, checksum, licence, dates.",
    )
    op.create_table(
        "load_assumption",
        sa.Column(
            "assumption_id",
            sa.BigInteger,
            sa.Identity(always=True),
            primary_key=True,
            comment="Number of the assumption.",
        ),
        sa.Column(
            "load_id",
            sa.BigInteger,
            sa.ForeignKey("raw.load.load_id", ondelete="CASCADE"),
            nullable=False,
            comment="The load.",
        ),
        _column("source", sa.Text, "Kind of source that is missing or incomplete.", required=True),
        _column("assumption", sa.Text, "What is assumed instead, in one sentence.", required=True),
        schema=SCHEMA,
        comment="What a load had to assume; shown wherever results are shown.",
    )
    op.create_table(
        "reject",
        sa.Column(
            "reject_id",
            sa.BigInteger,
            sa.Identity(always=True),
            primary_key=True,
            comment="Number of the reject.",
        ),
        sa.Column(
            "load_id",
            sa.BigInteger,
            sa.ForeignKey("raw.load.load_id", ondelete="CASCADE"),
            nullable=False,
            comment="The load.",
        ),
        _column("source", sa.Text, "Kind of source.", required=True),
        _column("file_name", sa.Text, "File of the record.", required=True),
        _column("record", sa.Text, "Record number or key in the file.", required=True),
        _column("field", sa.Text, "The field at fault."),
        _column("reason", sa.Text, "Why the record was not used.", required=True),
        _column("population", sa.Numeric, "People lost with the record, where it stood for people."),
        schema=SCHEMA,
        comment="Records that were not used, and why; nothing is dropped silently.",
    )
    op.create_table(
        "site_registry",
        sa.Column(
            "site_id",
            sa.Integer,
            sa.Identity(always=True),
            primary_key=True,
            comment="Number of the site, for good.",
        ),
        _column("region", sa.Text, "Name of the region.", required=True),
        _column("site_key", sa.Text, "Key of the station or candidate, stable between loads.", required=True),
        sa.UniqueConstraint("region", "site_key", name="site_registry_key"),
        schema=SCHEMA,
        comment="Gives each site a number that stays the same when data is loaded again.",
    )


def _geography() -> None:
    _source_table("boundary", "Outline of the region, in parts.", _geometry("Outline, polygon."))
    _source_table(
        "planning_area",
        "Municipalities or districts.",
        _column("area_key", sa.Text, "Key of the area, such as a census subdivision code.", required=True),
        _column("name", sa.Text, "Name of the area.", required=True),
        _geometry("Outline, polygon."),
    )
    _source_table(
        "road_node",
        "Junctions and ends of the simplified drive graph (osmnx conventions).",
        _column("node_id", sa.BigInteger, "OSM node id.", required=True),
        _geometry("Place of the node.", kind="POINT"),
    )
    _source_table(
        "road_edge",
        "Directed edges of the simplified drive graph: a two-way street is two rows.",
        _column("from_node_id", sa.BigInteger, "OSM node where travel begins.", required=True),
        _column("to_node_id", sa.BigInteger, "OSM node where travel ends.", required=True),
        _column("osm_way_ids", ARRAY(sa.BigInteger), "OSM ways the edge is made of.", required=True),
        _column("highway", sa.Text, "Road class, the highest of its ways.", required=True),
        _column("name", sa.Text, "Street name."),
        _column("length_m", sa.Double, "Length along the great circle of each piece, metres.", required=True),
        _column(
            "speed_kmh", sa.Double, "Free-flow speed: maxspeed, else the mean of its class.", required=True
        ),
        _geometry("Line in the direction of travel.", kind="LINESTRING"),
    )
    _source_table(
        "osm_feature",
        "Places of OpenStreetMap: points of interest, parking, land use, substations, charging stations.",
        _column("osm_type", sa.Text, "node, way or relation.", required=True),
        _column("osm_id", sa.BigInteger, "OSM id.", required=True),
        _column(
            "feature_kind", sa.Text, "poi, parking, land_use, substation or charging_station.", required=True
        ),
        _column("name", sa.Text, "Name, untrusted text."),
        _column("tags", JSONB, "All tags.", required=True),
        _geometry("Point or polygon."),
    )


def _people() -> None:
    _source_table(
        "census_area",
        "Areas with people: census areas, or any points or polygons with a population.",
        _column("area_key", sa.Text, "Key of the area.", required=True),
        _column(
            "planning_area_key", sa.Text, "Key of the municipality it lies in, where the source says so."
        ),
        _column("population", sa.Double, "People.", required=True),
        _column("dwelling_count", sa.Double, "Private dwellings."),
        _column("household_count", sa.Double, "Occupied private dwellings."),
        _column("apartment_count", sa.Double, "Dwellings in apartment buildings."),
        _column("median_income_cad", sa.Double, "Median household income per year."),
        _geometry("Point or polygon; null when the source has none.", required=False),
    )
    _source_table(
        "address",
        "Civic addresses.",
        _column("street_number", sa.Text, "Number in the street."),
        _column("street", sa.Text, "Street."),
        _column("city", sa.Text, "Municipality as the source spells it."),
        _geometry("Place of the address.", kind="POINT"),
    )
    _source_table(
        "ev_count",
        "Electric vehicles registered by postal area.",
        _column("postal_area_key", sa.Text, "Forward sortation area or other postal area.", required=True),
        _column("bev_count", sa.Double, "Battery electric vehicles; null when the source is silent."),
        _column("phev_count", sa.Double, "Plug-in hybrids; null when the source is silent."),
        _column("ev_count", sa.Double, "Battery electric and plug-in hybrid vehicles.", required=True),
    )
    _source_table(
        "postal_area",
        "Outlines of postal areas.",
        _column("postal_area_key", sa.Text, "Forward sortation area or other postal area.", required=True),
        _geometry("Outline, polygon."),
    )


def _stations() -> None:
    _source_table(
        "openchargemap_poi",
        "OpenChargeMap v3 records, as delivered.",
        _column("ocm_id", sa.BigInteger, "OpenChargeMap ID.", required=True),
        _column("record", JSONB, "The record: AddressInfo, Connections, NumberOfPoints, ...", required=True),
        _geometry("Place of the station.", kind="POINT"),
    )
    _source_table(
        "afdc_station",
        "NRCan / AFDC stations of all fuels and statuses.",
        _column("afdc_id", sa.BigInteger, "AFDC station ID.", required=True),
        _column("fuel_type_code", sa.Text, "ELEC, LPG, CNG, ...", required=True),
        _column(
            "status_code", sa.Text, "E available, P planned, T temporarily out of service.", required=True
        ),
        _column("name", sa.Text, "Name, untrusted text."),
        _column("street_address", sa.Text, "Address, untrusted text."),
        _column("city", sa.Text, "City."),
        _column("network", sa.Text, "Charging network (operator)."),
        _column("access_code", sa.Text, "public or private."),
        _column("facility_type", sa.Text, "Kind of place."),
        _column("level1_port_count", sa.Integer, "Level 1 ports."),
        _column("level2_port_count", sa.Integer, "Level 2 ports."),
        _column("dc_fast_port_count", sa.Integer, "DC fast ports."),
        _column("opened_on", sa.Date, "Day it opened."),
        _column("confirmed_on", sa.Date, "Day the record was last confirmed."),
        _geometry("Place of the station.", kind="POINT"),
    )


def _transit() -> None:
    _source_table(
        "gtfs_stop",
        "Stops of a GTFS feed.",
        _column("stop_id", sa.Text, "stop_id of the feed.", required=True),
        _column("name", sa.Text, "Name of the stop, untrusted text."),
        _column("location_type", sa.Integer, "0 stop, 1 station, ...", required=True),
        _column("parent_stop_id", sa.Text, "Station it belongs to."),
        _geometry("Place of the stop.", kind="POINT"),
    )
    _source_table(
        "gtfs_stop_departure",
        "Departures by stop and route on the feed's busiest weekday, frequencies.txt expanded.",
        _column("stop_id", sa.Text, "stop_id of the feed.", required=True),
        _column("route_id", sa.Text, "route_id of the feed.", required=True),
        _column("route_name", sa.Text, "Short or long name of the route, untrusted text."),
        _column("route_type", sa.Integer, "GTFS route type: 0 light rail, 3 bus, ...", required=True),
        _column("service_date", sa.Date, "The day counted.", required=True),
        _column("departure_count", sa.Integer, "Departures on that day.", required=True),
    )


def _grid() -> None:
    _source_table(
        "grid_station",
        "Transformer stations and substations.",
        _column("name", sa.Text, "Name of the station.", required=True),
        _column("voltage_kv", sa.Double, "Highest voltage."),
        _column("summer_limit_mw", sa.Double, "Limited time rating in summer."),
        _column("winter_limit_mw", sa.Double, "Limited time rating in winter."),
        _column("peak_load_mw", sa.Double, "Highest load so far."),
        _column("is_verified", sa.Boolean, "False when the figures are second-hand."),
        _column("area_name", sa.Text, "Municipality it serves, as the source says."),
        _column("source_note", sa.Text, "Where the row comes from, as the source says."),
        _column("limit_basis", sa.Text, "How the limit was found, as the source says."),
        _geometry("Place; null when the source has none.", kind="POINT", required=False),
    )
    _source_table(
        "grid_area",
        "Service areas of transformer stations, where a utility gives them.",
        _column("name", sa.Text, "Name of the area.", required=True),
        _column("limit_mw", sa.Double, "Limit of the area."),
        _column("peak_load_mw", sa.Double, "Highest load so far."),
        _geometry("Outline, polygon."),
    )


def _reference() -> None:
    _source_table(
        "reference_demand_point",
        "Weighted points of a published study, to score plans alike.",
        _column("weight", sa.Double, "Weight of the point, in the study's own unit.", required=True),
        _geometry("Place of the point.", kind="POINT"),
    )
    _source_table(
        "reference_plan_station",
        "Stations of a published plan, before and after.",
        _column("name", sa.Text, "Name, untrusted text."),
        _column("status", sa.Text, "What the study decided for it."),
        _column("l2_port_count_before", sa.Integer, "Level 2 ports before.", required=True),
        _column("l2_port_count_after", sa.Integer, "Level 2 ports after.", required=True),
        _column("l3_port_count_before", sa.Integer, "Level 3 ports before.", required=True),
        _column("l3_port_count_after", sa.Integer, "Level 3 ports after.", required=True),
        _geometry("Place of the station.", kind="POINT"),
    )


TABLES = (
    "boundary",
    "planning_area",
    "road_node",
    "road_edge",
    "osm_feature",
    "census_area",
    "address",
    "ev_count",
    "postal_area",
    "openchargemap_poi",
    "afdc_station",
    "gtfs_stop",
    "gtfs_stop_departure",
    "grid_station",
    "grid_area",
    "reference_demand_point",
    "reference_plan_station",
    "site_registry",
    "reject",
    "load_assumption",
    "load_source",
    "load",
)


def upgrade() -> None:
    """Create the schema `raw`."""
    op.execute(sa.schema.CreateSchema(SCHEMA, if_not_exists=True))
    op.execute("comment on schema raw is 'What was brought in, record by record; written by etl alone.'")
    _provenance()
    _geography()
    _people()
    _stations()
    _transit()
    _grid()
    _reference()


def downgrade() -> None:
    """Remove what `upgrade` made."""
    for table in TABLES:
        op.drop_table(table, schema=SCHEMA)
    op.execute(sa.schema.DropSchema(SCHEMA))
