"""Reads transformer stations and substations.

Inputs: a text file; limits and loads in MW, voltage in kV. Results: `raw.grid_station`; rows without a place are kept.
"""

from __future__ import annotations

from pathlib import Path

import shapely

from etl.region import GridColumns, GridSource
from etl.sources.base import OUTSIDE, Batch, Frame, Reject, Table, ewkb
from etl.sources.delimited import Records
from etl.sources.values import FieldFault, clean, flag, number, place

COLUMNS = (
    "record_number", "name", "voltage_kv", "summer_limit_mw", "winter_limit_mw", "peak_load_mw", "is_verified", "area_name",
    "source_note", "limit_basis", "geom",
)  # fmt: skip
_FIGURE_MAX = 100_000


def read_grid(path: Path, source: GridSource, frame: Frame) -> Batch:
    """Read the stations.

    Raises:
        UsageError: the file cannot be used as a whole.
    """
    columns, rejects, rows = source.columns, list[Reject](), []
    records = Records(path, encoding=source.encoding)
    records.need(*columns.model_dump().values())
    for record, values in records:
        label = f"{record} ({values[columns.name].strip()})"
        try:
            row = _row(values, columns)
            at = place(values[columns.lon], values[columns.lat], fields=(columns.lon, columns.lat))
        except FieldFault as fault:
            rejects.append(Reject(label, fault.field, fault.reason))
            continue
        if at is None or frame.has(*at):
            rows.append((record, *row, None if at is None else ewkb(shapely.Point(at))))
        else:
            rejects.append(Reject(label, columns.lat, OUTSIDE, is_outside=True))
    return Batch([Table("grid_station", COLUMNS, rows)], records.rejects + rejects)


def _row(values: dict[str, str], columns: GridColumns) -> tuple[object, ...]:
    name = clean(values[columns.name])
    if name is None:
        raise FieldFault(columns.name, "it is empty")
    figures = [
        number(values[column], column, high=_FIGURE_MAX) if column else None
        for column in (
            columns.voltage_kv,
            columns.summer_limit_mw,
            columns.winter_limit_mw,
            columns.peak_load_mw,
        )
    ]
    is_verified = flag(values[columns.is_verified], columns.is_verified) if columns.is_verified else None
    texts = (columns.area_name, columns.source_note, columns.limit_basis)
    return (name, *figures, is_verified, *(clean(values[column]) if column else None for column in texts))
