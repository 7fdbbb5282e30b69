"""Loads a region: reads its sources, writes them in one transaction, rebuilds the views and checks them.

`python -m etl.load --region sample|waterloo|path/to/region.toml`
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Annotated, Any

import psycopg
import typer
from psycopg.pq import TransactionStatus

from db import environment
from db.command.app import run_app
from db.command.number_options import whole_number
from db.command.work_options import Scheduler, Workers
from db.common.assumption import Assumption
from db.common.day import last_day
from db.common.errors import UsageError
from db.schema import fingerprint, rebuild, upgrade
from db.schema.prune import delete_unused_loads
from db.session import connection
from db.session.turn import limited, turn
from db.work.pool import HERE, Pool, sharing
from etl import store
from etl.fetch.client import Client
from etl.loading import own_place, read, show
from etl.loading.again import load_again
from etl.loading.course import Course
from etl.loading.find import RegionFiles, find_files
from etl.loading.known import without_newer_records, without_unlisted_stations
from etl.loading.read import Progress
from etl.loading.refill import refill
from etl.loading.summary import LoadSummary, summarize
from etl.region.as_of import known_on
from etl.region.file import RegionFile, read_region

SAMPLE_SCALE, SAMPLE_SCALE_MIN, SAMPLE_SCALE_MAX = 0.25, 0.02, 50.0
SAMPLE_SEED = 1


def load_region(
    region: str,
    conn: psycopg.Connection[Any],
    *,
    scale: float = SAMPLE_SCALE,
    seed: int = SAMPLE_SEED,
    prune: bool = False,
    as_of: dt.date | None = None,
    progress: Progress = lambda _: None,
    expect: Callable[[int], None] = lambda _: None,
    client: Callable[[], Client] = Client,
    pool: Pool = HERE,
) -> LoadSummary:
    """Load a region by name or path of its file, in one transaction; a failure leaves everything as it was.

    Places that planners drew in it are among its candidates. The same content is the same load: if it was
    loaded before, that load becomes the current one again. Other sessions read the former load until the
    commit.

    `scale` and `seed` apply to the region `sample` alone; `prune` deletes former loads that no scenario
    refers to; with `as_of`, sources and records of stations and vehicles that are newer than that day are
    left out, and newer sources of other types are noted; `progress` is called with each step before it
    begins, and `expect` with the number of steps to come as soon as that is known; `client` is called if a
    file is to be fetched; `pool` shares out the search for distances.

    Raises:
        UsageError: the region file, a source or the data cannot be used, or another session is loading.
        FetchError: a source could not be fetched.
    """
    began = time.monotonic()
    progress = Course(progress, "opening the region")
    region_file = open_region(region, scale=scale, seed=seed)
    notes: list[Assumption] = []
    if as_of:
        region_file, notes = known_on(region_file, as_of)
    finding = find_files(region_file, client, progress)
    name, files_sha256 = region_file.region.region.name, finding.content_sha256
    is_own = conn.info.transaction_status == TransactionStatus.IDLE
    with conn.transaction(), limited(conn):
        places = _places_of(conn, name, as_of)
        is_known = store.find_load(conn, own_place.content_with(files_sha256, places)) is not None
    expect((0 if is_known else len(finding.files) + 1) + rebuild.step_count() + 1)
    reading = None if is_known else _read(region_file, finding, notes, as_of, progress)
    with conn.transaction(), turn(conn):
        current, lock_count = store.find_current_load(conn), 0
        places = _places_of(conn, name, as_of)
        content = own_place.content_with(files_sha256, places)
        load_id = store.find_load(conn, content)  # another session may have loaded or pruned it meanwhile
        is_new = load_id is None
        if load_id is None:
            reading = reading or _read(region_file, finding, notes, as_of, progress)
            if as_of:
                region_file, reading = without_unlisted_stations(region_file, reading, as_of)
            progress("writing to raw")
            load_id = store.insert_load(
                conn, region_file, reading.metric_srid, content_sha256=content, files_sha256=files_sha256
            )
            _write(conn, load_id, region_file, reading, places)
            store.switch_current(conn, load_id)
            lock_count = refill(conn, region_file.path.name, progress, pool, new_load_id=load_id)
            store.insert_steps(conn, load_id, progress.steps())
        elif load_id != current:
            store.switch_current(conn, load_id)
            lock_count = refill(conn, region_file.path.name, progress, pool)
        elif not fingerprint.is_current(conn):
            rebuild.rebuild(conn, progress, pool)
        summary = summarize(
            conn,
            load_id,
            is_new=is_new,
            is_switched=not is_new and load_id != current,
            lock_count=lock_count,
            pruned_count=delete_unused_loads(conn) if prune else 0,
            seconds=time.monotonic() - began,
        )
    if is_own:
        rebuild.finish(conn, progress)
    return summary


def _places_of(
    conn: psycopg.Connection[Any], region: str, as_of: dt.date | None
) -> own_place.OwnPlaces | None:
    """Return the places that planners drew; what was known at an earlier day has none."""
    return None if as_of else own_place.read_own_places(conn, region)


def _read(
    region_file: RegionFile,
    finding: RegionFiles,
    notes: list[Assumption],
    as_of: dt.date | None,
    progress: Progress,
) -> read.Reading:
    reading = read.read_all(region_file, finding, progress)
    reading = replace(reading, assumptions=[*reading.assumptions, *notes])
    return without_newer_records(reading, as_of) if as_of else reading


def open_region(region: str, *, scale: float, seed: int) -> RegionFile:
    """Read a region file; the sample region is generated first.

    Raises:
        UsageError: the file is missing or faulty, or the scale is out of range.
    """
    if region != "sample":
        return read_region(region)
    from etl.sample import write_sample  # noqa: PLC0415 - real regions do not need the generator

    folder = environment.CHECKOUT / "out" / "sample" / f"scale_{scale:g}_seed_{seed}"
    return read_region(write_sample(folder, scale=scale, seed=seed), is_generated=True)


def _write(
    conn: psycopg.Connection[Any],
    load_id: int,
    region_file: RegionFile,
    reading: read.Reading,
    places: own_place.OwnPlaces | None,
) -> None:
    for source_id, file in enumerate(reading.files, start=1):
        store.insert_file(conn, load_id, source_id, file)
        file.batch.tables.clear()  # what is in the database need not be held here while views are filled
    if places is not None:
        own_place.insert_own_places(conn, load_id, places)
    store.insert_settings(conn, load_id, region_file.settings)
    store.insert_stated_stations(conn, load_id, region_file)
    store.insert_assumptions(conn, load_id, reading.assumptions)
    store.insert_totals(conn, load_id, region_file, reading.files)
    store.analyze_tables(conn)


app = typer.Typer(add_completion=False)


@app.command()
def load(
    region: Annotated[
        str,
        typer.Option(help="sample, waterloo, or the path of a region file; default: REGION, else sample."),
    ] = "",
    scale: Annotated[
        float,
        typer.Option(
            min=SAMPLE_SCALE_MIN,
            max=SAMPLE_SCALE_MAX,
            help="Size of the sample region: 1 is one of 587,000 people, 25 a province of towns.",
        ),
    ] = SAMPLE_SCALE,
    seed: Annotated[int, whole_number(help="Seed of the sample region.")] = SAMPLE_SEED,
    *,
    own_places: Annotated[
        bool,
        typer.Option(
            "--own-places",
            help="Load what is loaded again with the places that planners drew since; no file is read.",
        ),
    ] = False,
    as_of: Annotated[
        str,
        typer.Option(
            "--as-of",
            help="A year, month or day: newer sources and records of stations and vehicles are left out.",
        ),
    ] = "",
    prune: Annotated[
        bool, typer.Option("--prune", help="Delete former loads that no scenario uses.")
    ] = False,
    refresh: Annotated[
        bool,
        typer.Option("--refresh", help="Request every file again, even if its copy in the cache is fresh."),
    ] = False,
    offline: Annotated[
        bool, typer.Option("--offline", help="Send no requests: use local files and the cache only.")
    ] = False,
    workers: Workers = 0,
    scheduler: Scheduler = "",
) -> None:
    """Load a region into the database, in one transaction."""
    if refresh and offline:
        raise UsageError("--refresh and --offline exclude each other.", "give one of them.")
    if own_places and (region or as_of or refresh or offline or (scale, seed) != (SAMPLE_SCALE, SAMPLE_SEED)):
        raise UsageError(
            "--own-places loads what is loaded, and reads no file.",
            "give no other option than --prune, --workers or --scheduler with it.",
        )
    day = last_day(as_of, "--as-of") if as_of else None
    upgrade.upgrade()
    with (
        show.show_steps() as steps,
        sharing(workers, scheduler, steps.note) as pool,
        connection.connect() as conn,
    ):
        if own_places:
            summary = load_again(conn, prune=prune, progress=steps, expect=steps.expect, pool=pool)
        else:
            summary = load_region(
                region or environment.setting("REGION", "sample") or "sample",
                conn,
                scale=scale,
                seed=seed,
                prune=prune,
                as_of=day,
                progress=steps,
                expect=steps.expect,
                client=partial(Client, is_offline=offline, is_refreshing=refresh, watch=steps.download),
                pool=pool,
            )
    show.print_summary(summary)


if __name__ == "__main__":
    run_app(app)
