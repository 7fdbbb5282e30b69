"""Loads a region: reads its sources, writes them in one transaction, rebuilds the views and checks them.

`python -m etl.load --region sample|waterloo|path/to/region.toml`
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from db import build, fingerprint, roles
from db.connection import CHECKOUT
from etl import read, store
from etl.region_file import RegionFile, read_region

SAMPLE_SCALE = 0.25
SAMPLE_SEED = 1
_LOCK = 7_291_846  # any number, the same for all loads


@dataclass(frozen=True)
class SourceSummary:
    """What one file gave."""

    source: str
    file_name: str
    row_count: int
    reject_count: int
    seconds: float = 0.0


@dataclass(frozen=True)
class LoadSummary:
    """What a load did; `is_new` is False when the current load holds the same content already."""

    load_id: int
    region: str
    title: str
    is_synthetic: bool
    is_new: bool
    metric_srid: int
    sources: list[SourceSummary] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)
    pruned_count: int = 0
    seconds: float = 0.0


def load_region(
    region: str,
    conn: psycopg.Connection[Any],
    *,
    scale: float = SAMPLE_SCALE,
    seed: int = SAMPLE_SEED,
    prune: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> LoadSummary:
    """Load a region by name or path of its file, in one transaction; a failure leaves everything as it was.

    `scale` and `seed` matter for the region `sample` alone; `prune` deletes former loads that no scenario
    refers to; `progress` is told each step before its turn.

    Raises:
        UsageError: the region file, a source or the loaded data cannot be used.
    """
    began = time.monotonic()
    region_file = open_region(region, scale=scale, seed=seed)
    progress("looking for files")
    found, content = read.find(region_file)
    with conn.transaction():
        conn.execute("select pg_advisory_xact_lock(%s)", (_LOCK,))
        row = conn.execute(
            "select load_id, metric_srid from raw.load where is_current and content_sha256 = %s", (content,)
        ).fetchone()
        if row:
            load_id, metric_srid, reading = int(row[0]), int(row[1]), None
        else:
            reading = read.read_all(region_file, found, progress)
            metric_srid = reading.metric_srid
            load_id = _write(conn, region_file, reading, content, progress)
        pruned_count = store.prune(conn) if prune else 0
    table = region_file.region.region
    files = reading.files if reading else []
    return LoadSummary(
        load_id,
        table.name,
        table.title,
        table.is_synthetic,
        reading is not None,
        metric_srid,
        [SourceSummary(f.kind, f.file_name, f.batch.row_count, f.batch.reject_count) for f in files],
        [sentence for _, sentence in reading.assumptions] if reading else [],
        pruned_count,
        time.monotonic() - began,
    )


def open_region(region: str, *, scale: float, seed: int) -> RegionFile:
    """Read a region file; the sample is generated first.

    Raises:
        UsageError: the file is missing or faulty, or the scale makes no town.
    """
    if region != "sample":
        return read_region(region)
    from etl.sample import write_sample  # noqa: PLC0415 - the real regions do without the generator

    folder: Path = CHECKOUT / "out" / "sample" / f"scale_{scale:g}_seed_{seed}"
    return read_region(write_sample(folder, scale=scale, seed=seed))


def _write(
    conn: psycopg.Connection[Any],
    region_file: RegionFile,
    reading: read.Reading,
    content: str,
    progress: Callable[[str], None],
) -> int:
    progress("writing")
    load_id = store.insert_load(conn, region_file, reading.metric_srid, content)
    for source_id, file in enumerate(reading.files, start=1):
        store.insert_file(conn, load_id, source_id, file)
    store.insert_assumptions(conn, load_id, reading.assumptions)
    store.switch_current(conn, load_id)
    build.create_views(conn, reading.metric_srid)
    _fill(conn, progress)
    fingerprint.record(conn)
    roles.grant(conn)
    return load_id


def _fill(conn: psycopg.Connection[Any], progress: Callable[[str], None]) -> None:
    names = {file.full_name for file in build.view_files()}
    first: list[str] = []
    if "core.site_key" in names:
        first = build.needed_by("core.site_key")
        build.refresh(conn, only=first, progress=progress)
        store.register_sites(conn)
    build.refresh(conn, skip=first, progress=progress)
