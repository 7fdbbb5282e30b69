"""What is published: views of schema `report` that hold published plans, and what they rest on."""

from __future__ import annotations

import datetime as dt
from typing import Any

import asyncpg
from fastapi import FastAPI
from tipg.collections import Catalog, pg_get_collection_index
from tipg.settings import DatabaseSettings

PUBLISHED = (
    "assumption",
    "candidate_site",
    "coverage_summary",
    "decision",
    "demand_cell",
    "demand_coverage",
    "equity_coverage",
    "existing_station",
    "grid_load",
    "load_source",
    "phase_budget",
    "planning_area",
    "published_run",
    "road",
    "service_area",
    "site_reason",
    "station_plan",
)

_SETTINGS = DatabaseSettings(
    schemas=["report"],
    tables=[f"report.{name}" for name in PUBLISHED],
    functions=[],
    exclude_function_schemas=["report", "pg_temp"],
    only_spatial_tables=False,
    datetime_extent=False,
)
_ABOUT = """
    select c.relname::text as name, a.attname::text as key,
        coalesce(obj_description(c.oid), '') as description
    from pg_class as c
    join pg_attribute as a on a.attrelid = c.oid and a.attnum = 1
    where c.relnamespace = 'report'::regnamespace
"""


async def find_collections(connection: asyncpg.Connection[Any]) -> Catalog:
    """Return the published views as tipg knows them, with their key (the first column) and their comment."""
    found = await pg_get_collection_index(connection, settings=_SETTINGS)
    about = {row["name"]: row for row in await connection.fetch(_ABOUT)}
    known = {}
    for collection in found:
        row = about.get(collection.table)
        if collection.type != "Table" or collection.table not in PUBLISHED or row is None:
            continue
        key = next(column for column in collection.table_columns if column.name == row["key"])
        known[collection.id] = collection.model_copy(
            update={"id_column": key, "title": collection.table, "description": row["description"]}
        )
    return Catalog(collections=known, last_updated=dt.datetime.now(tz=dt.UTC).replace(tzinfo=None))


async def register(app: FastAPI, **_: object) -> None:
    """Read the list of collections into the application; tipg asks for it again now and then."""
    async with app.state.pool.acquire() as connection:
        app.state.collection_catalog = await find_collections(connection)
