"""Reads where people work: places or areas with the number of their jobs.

Inputs: a text file with points, or with keys of polygons in a layer beside it; or any layer that GDAL reads.
Results: `raw.job_area`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from db.common.assumption import Remark
from db.common.errors import UsageError
from etl.region.sources import JobColumns, JobSource
from etl.sources.base import Batch, Frame, Rejects, Remarks, Table
from etl.sources.collect import Item, Place, Rows, collect_rows
from etl.sources.layer import Feature, Layer
from etl.sources.placed import PlacedTable, sum_required, take_key, take_shape
from etl.sources.schema import Odd
from etl.sources.values import FieldError

_INTO = Rows("job_area", ("record_number", "area_key", "job_count", "geom"))


def read_job_table(path: Path, source: JobSource, frame: Frame, polygon_path: Path | None) -> Batch:
    """Read a table of jobs, by coordinates or joined to the polygons at `polygon_path`.

    Raises:
        UsageError: a file cannot be used as a whole, or its jobs add up to 0.
    """
    records = PlacedTable(
        path, source, frame, polygon_path, columns=_columns(source.columns), numbers=_jobs(source.columns)
    )

    def parse(record: int, values: dict[str, str]) -> Item:
        return _item(record, values, source.columns, lambda: records.place(values))

    remarks, rejects = Remarks(), records.records.rejects
    table = collect_rows(_INTO, records, parse, frame, rejects, remarks=remarks)
    return Batch([_checked(path, table)], rejects, _withheld(rejects), remarks)


def read_job_layer(path: Path, source: JobSource, frame: Frame) -> Batch:
    """Read the jobs of a layer of points or polygons.

    Raises:
        UsageError: the file cannot be used as a whole, or its jobs add up to 0.
    """
    layer = Layer(path, source, _columns(source.columns), is_of_areas=False)
    layer.normalize_numbers(_jobs(source.columns))

    def parse(record: int, feature: Feature) -> Item:
        return _item(record, feature.values, source.columns, lambda: take_shape(feature))

    remarks = Remarks()
    table = collect_rows(_INTO, layer, parse, frame, layer.rejects, remarks=remarks)
    return Batch([_checked(path, table)], layer.rejects, [*layer.notes, *_withheld(layer.rejects)], remarks)


def _item(record: int, values: dict[str, str], columns: JobColumns, where: Callable[[], Place]) -> Item:
    """Return a place of work with its jobs.

    Raises:
        FieldError: its jobs or its place cannot be used.
    """
    odd: Odd = []
    key = take_key(record, values, columns.id, odd)
    try:
        jobs = sum_required(values, columns.jobs, "number of jobs")
        at = where()
        if at is None:
            reason = "it is empty" if columns.lon else "no polygon has this key"
            raise FieldError(columns.lon or columns.id, reason)  # noqa: TRY301 - named below, as every fault
    except FieldError as error:
        error.label = key
        raise
    return Item((key, jobs), at, key=key, key_field=columns.id, odd=tuple(odd))


def _checked(path: Path, table: Table) -> Table:
    """Return the table.

    Raises:
        UsageError: its jobs add up to 0.
    """
    if table.rows and not any(row[2] for row in table.rows):
        raise UsageError(
            f"The jobs of {path.name} add up to 0.",
            "correct `columns.jobs` in the region file: it probably names the wrong column.",
        )
    return table


def _withheld(rejects: Rejects) -> list[str]:
    """Return a sentence on the places whose number of jobs is withheld."""
    count = sum(reject.count for reject in rejects if reject.is_withheld)
    remark = Remark(
        f"{count} areas whose number of jobs is withheld are left out.",
        f"Secteurs omis parce que leur nombre d'emplois est confidentiel : {count}.",
    )
    return [remark] if count else []


def _jobs(columns: JobColumns) -> list[str]:
    return [columns.jobs] if isinstance(columns.jobs, str) else columns.jobs


def _columns(columns: JobColumns) -> list[str]:
    """Return the names of all columns to read, except those of the place."""
    return [*([columns.id] if columns.id else []), *_jobs(columns)]
