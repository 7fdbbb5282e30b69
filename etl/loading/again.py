"""Loads again what is loaded, with the places that planners draw as they are now: no file is read."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import psycopg
from psycopg import sql
from psycopg.pq import TransactionStatus

from db.common.errors import UsageError
from db.schema import fingerprint, rebuild
from db.schema.prune import delete_unused_loads
from db.session.turn import turn
from db.work.pool import HERE, Pool
from etl import store
from etl.loading import own_place
from etl.loading.course import Course
from etl.loading.read import Progress
from etl.loading.refill import refill
from etl.loading.summary import LoadSummary, summarize

Connection = psycopg.Connection[Any]
_CURRENT = "select load_id, region, region_file, files_sha256 from raw.load where is_current"
# sources come first, as records refer to them; what each step of the load took is its own
_TABLES = """
    select c.relname::text, array_agg(a.attname::text order by a.attnum)
    from pg_class as c
    join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        and a.attidentity = '' and a.attgenerated = '' and a.attname <> 'load_id'
    where c.relnamespace = 'raw'::regnamespace and c.relkind = 'r' and c.relname not in ('load', 'load_step')
        and exists (select from pg_attribute as l where l.attrelid = c.oid and l.attname = 'load_id')
    group by c.relname
    order by c.relname <> 'load_source', c.relname
"""
_LOAD = """
    insert into raw.load (
        region, title, is_synthetic, metric_srid, region_file, region_sha256, content_sha256, files_sha256,
        loader_version, currency, is_current
    )
    select region, title, is_synthetic, metric_srid, region_file, region_sha256, %(content)s, files_sha256,
        loader_version, currency, false
    from raw.load
    where load_id = %(load_id)s
    returning load_id
"""
_OWN_SOURCES = "select source_id from raw.load_source where load_id = %s and loader = %s"


def load_again(
    conn: Connection,
    *,
    prune: bool = False,
    progress: Progress = lambda _: None,
    expect: Callable[[int], None] = lambda _: None,
    pool: Pool = HERE,
) -> LoadSummary:
    """Load again what is loaded, in one transaction, with the places that planners draw as they are now.

    The rows of the current load are copied under a number of their own. It comes to the same load as reading
    the files again: one that has the same content, the current one or a former one, becomes the current one.
    A failure leaves everything as it was. Arguments are those of `load_region`.

    Raises:
        UsageError: nothing is loaded, a check of the data fails, or another session is loading.
    """
    began = time.monotonic()
    progress = Course(progress, "opening the load")
    is_own = conn.info.transaction_status == TransactionStatus.IDLE
    expect(rebuild.step_count() + 2)
    with conn.transaction(), turn(conn):
        row = conn.execute(_CURRENT).fetchone()
        if row is None:
            raise UsageError("No region is loaded.", "run `make load` first.")
        current, region, region_file, files_sha256 = row
        places = own_place.read_own_places(conn, region)
        content = own_place.content_with(files_sha256, places)
        known, lock_count = store.find_load(conn, content), 0
        load_id = known or _copy(conn, current, content, places, progress)
        if load_id != current:
            store.switch_current(conn, load_id)
        if load_id != current or not fingerprint.is_current(conn):
            lock_count = refill(conn, region_file, progress, pool)
        if known is None:
            store.insert_steps(conn, load_id, progress.steps())
        summary = summarize(
            conn,
            load_id,
            is_new=known is None,
            is_switched=known not in (None, current),
            lock_count=lock_count,
            pruned_count=delete_unused_loads(conn) if prune else 0,
            seconds=time.monotonic() - began,
        )
    if is_own:
        rebuild.finish(conn, progress)
    return summary


def _copy(
    conn: Connection, current: int, content: str, places: own_place.OwnPlaces | None, progress: Progress
) -> int:
    """Copy the rows of a load, but for its own places, add these as they are now, and return its number."""
    progress("copying what is loaded")
    row = conn.execute(_LOAD, {"load_id": current, "content": content}).fetchone()
    assert row is not None  # noqa: S101 - the current load is there
    load_id = int(row[0])
    own = [number for (number,) in conn.execute(_OWN_SOURCES, (current, own_place.LOADER)).fetchall()]
    for table, columns in conn.execute(_TABLES).fetchall():
        is_of_source = sql.SQL("")
        if "source_id" in columns:
            is_of_source = sql.SQL("and (source_id <> all(%(own)s) or source_id is null)")
        query = sql.SQL(
            "insert into {table} (load_id, {columns}) select %(new)s, {columns} from {table}"
            " where load_id = %(current)s {is_of_source}"
        ).format(
            table=sql.Identifier("raw", table),
            columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
            is_of_source=is_of_source,
        )
        conn.execute(query, {"new": load_id, "current": current, "own": own})
    if places is not None:
        own_place.insert_own_places(conn, load_id, places)
    store.analyze_tables(conn)
    return load_id
