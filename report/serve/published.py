"""What is published: views of schema `report` that hold published plans, and what they rest on."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable
from typing import Any

import asyncpg
from fastapi import FastAPI
from tipg.collections import Catalog, pg_get_collection_index
from tipg.settings import DatabaseSettings

from report.catalogue import catalogue

log = logging.getLogger(__name__)
PUBLISHED = tuple(sorted(catalogue().published("serve")))

LISTS_RUNS = "published_run"
NO_RUN = 0
"""Number of no run: with nothing adopted nothing is shown."""


def is_of_a_run(view: str, columns: Iterable[Any]) -> bool:
    """Tell whether the rows of a view belong to a plan, so that it shows one at a time."""
    return view != LISTS_RUNS and any(column.name == "run_id" for column in columns)


_SETTINGS = DatabaseSettings(
    schemas=["report"],
    tables=[f"report.{name}" for name in PUBLISHED],
    functions=[],
    exclude_function_schemas=["report", "pg_temp"],
    only_spatial_tables=False,
    datetime_extent=False,
)
_TIME = "finished_at"
"""The time of a run, where a view has several: tipg takes the first by name, which is when it was adopted."""
_ABOUT = """
    select c.relname::text as name, a.attname::text as key,
        coalesce(obj_description(c.oid), '') as description
    from pg_class as c
    join pg_attribute as a on a.attrelid = c.oid and a.attnum = 1
    where c.relnamespace = 'report'::regnamespace
"""


_ADOPTED = "select run_id, scenario_name from report.published_run where is_adopted"


async def adopted_run(connection: asyncpg.Connection[Any]) -> tuple[int, str] | None:
    """Return number and scenario of the adopted run; None where there is none."""
    row = await connection.fetchrow(_ADOPTED)
    return (row["run_id"], row["scenario_name"]) if row else None


def _shown(adopted: tuple[int, str] | None) -> str:
    which = f"run {adopted[0]} of scenario {adopted[1]}" if adopted else "none yet"
    return f" Unless a request names run_id or ids, it shows the adopted plan: {which}."


async def find_collections(
    connection: asyncpg.Connection[Any], adopted: tuple[int, str] | None = None
) -> Catalog:
    """Return the published views as tipg knows them, with their key (the first column) and their comment."""
    found = await pg_get_collection_index(connection, settings=_SETTINGS)
    about = {row["name"]: row for row in await connection.fetch(_ABOUT)}
    known = {}
    for collection in found:
        row = about.get(collection.table)
        if collection.type != "Table" or collection.table not in PUBLISHED or row is None:
            continue
        key = next(column for column in collection.table_columns if column.name == row["key"])
        shown = _shown(adopted) if is_of_a_run(collection.table, collection.table_columns) else ""
        about_it = {"title": collection.table, "description": row["description"] + shown}
        when = collection.get_datetime_column(_TIME) or collection.datetime_column
        known[collection.id] = collection.model_copy(
            update={"id_column": key, "datetime_column": when, **about_it}
        )
    return Catalog(collections=known, last_updated=dt.datetime.now(tz=dt.UTC).replace(tzinfo=None))


async def register(app: FastAPI, **_: object) -> None:
    """Read the list of collections into the application."""
    async with app.state.pool.acquire() as connection:
        adopted = await adopted_run(connection)
        app.state.collection_catalog = await find_collections(connection, adopted)
        app.state.adopted_run_id = adopted[0] if adopted else NO_RUN


async def register_again(app: FastAPI, **_: object) -> None:
    """Read the list again, as tipg asks for now and then; where the database does not answer it stays."""
    try:
        await register(app)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        log.warning("the list of collections could not be read again: %s", error or type(error).__name__)
