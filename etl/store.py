"""Writes a load to `raw`: its provenance, its rows through COPY, its rejects and assumptions."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from db.common.assumption import Assumption, Remark, told
from db.common.day import newest_day
from db.common.language import Language, number
from etl.region.file import RegionFile
from etl.region.settings import SettingRow, Settings
from etl.region.sources import Source, source_date
from etl.sources.base import LOADER_VERSION, Batch, Table

_MEASURED_BY = {
    "population": "population",
    "dwelling_count": "population",
    "household_count": "population",
    "area_km2": "boundary",
    "planning_area_km2": "planning_areas",
    "road_km": "roads",
    "ev_count": "ev_counts",
    "charging_station_count": "openchargemap",
    "transit_stop_count": "transit",
}


@dataclass
class FileRead:
    """A file that was read: its source, path and checksum, its rows, and where it was fetched from."""

    source_type: str
    loader: str
    source: Source
    path: Path
    file_name: str
    sha256: str
    batch: Batch
    url: str | None = None
    fetched_at: dt.datetime | None = None


@dataclass(frozen=True)
class Step:
    """A step that is over: how long it took, and how much of that this process worked, seconds."""

    step: str
    elapsed_s: float
    loader_s: float


def content_sha256(region_file: RegionFile, files: Iterable[tuple[str, str]]) -> str:
    """Return the SHA-256 of region file, settings, loader version and files: (source type, SHA-256)."""
    parts = [
        region_file.sha256,
        region_file.settings.sha256(),
        LOADER_VERSION,
        *(f"{source_type}:{digest}" for source_type, digest in files),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def find_current_load(conn: psycopg.Connection[Any]) -> int | None:
    """Return the number of the current load, if there is one."""
    row = conn.execute("select load_id from raw.load where is_current").fetchone()
    return int(row[0]) if row else None


def find_load(conn: psycopg.Connection[Any], content: str) -> int | None:
    """Return the number of the load that holds this content: the current one, else the latest."""
    row = conn.execute(
        """
        select load_id
        from raw.load
        where content_sha256 = %s
        order by is_current desc, load_id desc
        limit 1
        """,
        (content,),
    ).fetchone()
    return int(row[0]) if row else None


def insert_load(
    conn: psycopg.Connection[Any],
    region_file: RegionFile,
    metric_srid: int,
    *,
    content_sha256: str,
    files_sha256: str,
) -> int:
    """Insert the load, not current yet, and return its number."""
    region = region_file.region
    row = conn.execute(
        """
        insert into raw.load (
            region, title, is_synthetic, metric_srid, region_file, region_sha256,
            content_sha256, files_sha256, loader_version, currency, is_current
        )
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, false)
        returning load_id
        """,
        (
            region.region.name,
            region.region.title,
            region.region.is_synthetic,
            metric_srid,
            region_file.path.name,
            region_file.sha256,
            content_sha256,
            files_sha256,
            LOADER_VERSION,
            region.region.currency,
        ),
    ).fetchone()
    assert row is not None  # noqa: S101 - `returning` gives a row
    return int(row[0])


def insert_file(conn: psycopg.Connection[Any], load_id: int, source_id: int, file: FileRead) -> None:
    """Insert a file's provenance, its rows and its rejects."""
    source, batch = file.source, file.batch
    conn.execute(
        """
        insert into raw.load_source (
            load_id, source_id, source, loader, file_name, sha256, size_bytes, row_count, reject_count,
            licence, attribution, data_date, data_until, retrieved_on, url, fetched_at, loader_version, covers
        )
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            load_id,
            source_id,
            file.source_type,
            file.loader,
            file.file_name,
            file.sha256,
            file.path.stat().st_size,
            batch.row_count,
            batch.reject_count,
            source.licence,
            source.attribution,
            source_date(source),
            newest_day(source_date(source)),
            source.retrieved_on,
            file.url,
            file.fetched_at,
            LOADER_VERSION,
            batch.covers,
        ),
    )
    for table in batch.tables:
        copy_rows(conn, load_id, source_id, table)
    columns = (
        "load_id", "source_id", "source", "file_name",
        "record", "field", "reason", "population", "is_outside", "record_count",
    )  # fmt: skip
    with conn.cursor().copy(_copy_statement("reject", columns)) as copy:
        for reject in batch.rejects:
            texts = (_holdable(reject.record), _holdable(reject.field), _holdable(reject.reason))
            counts = (reject.population, reject.is_outside, reject.count)
            copy.write_row((load_id, source_id, file.source_type, file.file_name, *texts, *counts))
    remarked = ("load_id", "source_id", "record_number", "record", "field", "remark")
    with conn.cursor().copy(_copy_statement("record_remark", remarked)) as copy:
        for remark in batch.remarks:
            words = (_holdable(remark.record), _holdable(remark.field), _holdable(remark.remark))
            copy.write_row((load_id, source_id, remark.record_number, *words))


def copy_rows(conn: psycopg.Connection[Any], load_id: int, source_id: int, table: Table) -> None:
    """Send a table's rows to the database through COPY, as they are stored."""
    with conn.cursor().copy(_copy_statement(table.name, ("load_id", "source_id", *table.columns))) as copy:
        for block in table.rows.blocks((load_id, source_id)):
            copy.write(block)


def _copy_statement(table: str, columns: Iterable[str]) -> sql.Composed:
    return sql.SQL("copy {} ({}) from stdin (encoding 'utf8')").format(
        sql.Identifier("raw", table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )


def _holdable(text: str | None) -> str | None:
    return (
        None if text is None else text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")[:1000]
    )


def insert_stated_stations(conn: psycopg.Connection[Any], load_id: int, region_file: RegionFile) -> None:
    """Insert the stations that the region file states to be in service, or closed."""
    stations = region_file.region.stations
    rows = [
        (load_id, one.key, status, one.reason, one.since)
        for status, given in (("in_service", stations.kept), ("out_of_service", stations.closed))
        for one in given
    ]
    columns = ("load_id", "source_key", "status", "reason", "since")
    with conn.cursor().copy(_copy_statement("stated_station", columns)) as copy:
        for row in rows:
            copy.write_row(row)


def insert_settings(conn: psycopg.Connection[Any], load_id: int, settings: Settings) -> None:
    """Insert the settings that the load was made with."""
    columns = ("load_id", *(field.name for field in fields(SettingRow)))
    with conn.cursor().copy(_copy_statement("setting", columns)) as copy:
        for row in settings.rows:
            copy.write_row((load_id, *astuple(row)))


def insert_assumptions(
    conn: psycopg.Connection[Any], load_id: int, assumptions: Iterable[Assumption]
) -> None:
    """Insert assumptions."""
    with conn.cursor() as cursor:
        cursor.executemany(
            "insert into raw.load_assumption (load_id, source, code, value) values (%s, %s, %s, %s)",
            [(load_id, a.source, a.code, Jsonb(dict(a.value))) for a in assumptions],
        )


def insert_steps(conn: psycopg.Connection[Any], load_id: int, steps: Iterable[Step]) -> None:
    """Insert what each step of a load took."""
    columns = ("load_id", "step_number", *(field.name for field in fields(Step)))
    with conn.cursor().copy(_copy_statement("load_step", columns)) as copy:
        for number, step in enumerate(steps, start=1):
            copy.write_row((load_id, number, *astuple(step)))


def insert_totals(
    conn: psycopg.Connection[Any], load_id: int, region_file: RegionFile, files: Iterable[FileRead]
) -> None:
    """Insert the published totals of the region file, except those of another date than the data."""
    dates: dict[str, set[str]] = {}
    for file in files:
        dates.setdefault(file.source_type, set()).add(source_date(file.source))
    totals = {
        name: total
        for name, total in region_file.region.totals
        if total is not None and (total.data_date or "") in ("", *dates.get(_MEASURED_BY[name], ()))
    }
    with conn.cursor() as cursor:
        cursor.executemany(
            """
            insert into raw.load_total
                (load_id, measure, published_value, tolerance_share, published_by, data_date)
            values (%s, %s, %s, %s, %s, %s)
            """,
            [
                (load_id, name, t.value, t.tolerance_share, t.published_by, t.data_date)
                for name, t in totals.items()
            ],
        )


def switch_current(conn: psycopg.Connection[Any], load_id: int) -> None:
    """Make a load the one that the views show."""
    conn.execute("update raw.load set is_current = false where is_current")
    conn.execute("update raw.load set is_current = true where load_id = %s", (load_id,))


def insert_unplaced(conn: psycopg.Connection[Any], load_id: int) -> None:
    """Add areas that the views could not place to the rejects, and their population to the assumptions."""
    lost = conn.execute(
        """
        with lost as (
            insert into raw.reject (
                load_id, source_id, source, file_name, record, field, reason, population, is_outside
            )
            select %(load_id)s, s.source_id, 'population', s.file_name, u.area_key, 'geometry', u.reason,
                u.population, u.is_outside
            from core.census_area_unplaced as u
            cross join lateral (
                select f.source_id, f.file_name
                from raw.census_area as a
                join raw.load_source as f using (load_id, source_id)
                where a.load_id = %(load_id)s and a.area_key = u.area_key
                order by a.source_id, a.record_number
                limit 1
            ) as s
            returning population
        )
        select count(*), sum(population) from lost
        """,
        {"load_id": load_id},
    ).fetchone()
    if lost and lost[0]:
        note = Remark(
            f"{lost[1]:,.0f} people of {lost[0]} areas are in no demand cell; raw.reject gives the reasons.",
            f"{number(lost[1], Language.FR, 0)} habitants de {lost[0]} secteurs ne sont dans aucune cellule "
            "de demande ; raw.reject en donne les raisons.",
        )
        insert_assumptions(conn, load_id, [told("population", note)])


def analyze_tables(conn: psycopg.Connection[Any]) -> None:
    """Update the statistics of all tables of `raw`, so that queries are planned for the new rows."""
    names = conn.execute("select tablename from pg_tables where schemaname = 'raw' order by 1").fetchall()
    for (name,) in names:
        conn.execute(sql.SQL("analyze {}").format(sql.Identifier("raw", name)))
