"""A small region for tests of readers: a square of about 8 km around -80.5, 43.4."""

from __future__ import annotations

from pathlib import Path

import shapely

from etl.sources.base import Batch, Frame, Reject

FRAME = Frame(shapely.box(-80.55, 43.36, -80.45, 43.44), is_boundary=True)
INSIDE = (-80.5, 43.4)
OUTSIDE = (-79.4, 43.7)


def write(folder: Path, name: str, text: str) -> Path:
    """Write a file and return its path."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def rows(batch: Batch, table: str) -> list[dict[str, object]]:
    """Return a table's rows as {column: value}."""
    (found,) = [part for part in batch.tables if part.name == table]
    return [dict(zip(found.columns, row, strict=True)) for row in found.rows]


def contents(batch: Batch) -> list[tuple[str, tuple[str, ...], list[tuple[object, ...]]]]:
    """Return all tables as (name, columns, rows)."""
    return [(table.name, table.columns, list(table.rows)) for table in batch.tables]


def place(row: dict[str, object]) -> tuple[float, float]:
    """Return the place of a row whose geometry is a point."""
    point = shapely.from_wkb(str(row["geom"]))
    assert shapely.get_srid(point) == 4326
    return float(point.x), float(point.y)


def faults(batch: Batch) -> list[tuple[str, str | None]]:
    """Return record and field of the rejects that are faults."""
    return [(reject.record, reject.field) for reject in batch.rejects if not reject.is_outside]


def outside(batch: Batch) -> list[Reject]:
    """Return the rejects that are no faults, as they lie outside the region."""
    return [reject for reject in batch.rejects if reject.is_outside]
