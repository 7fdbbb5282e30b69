"""Reads transformer stations and substations.

Inputs: a text file; limits and loads in MW, voltage in kV. Results: `raw.grid_station`; rows without a place
are kept.
"""

from __future__ import annotations

from pathlib import Path

from etl.region_source import GridSource
from etl.sources.base import Batch, Frame
from etl.sources.collect import Item, Rows, collect
from etl.sources.delimited import Records
from etl.sources.values import clean, flag, needed_text, number, place

_FIGURES = ("voltage_kv", "summer_limit_mw", "winter_limit_mw", "peak_load_mw")
_TEXTS = ("area_name", "source_note", "limit_basis")
_INTO = Rows("grid_station", ("record_number", "name", *_FIGURES, "is_verified", *_TEXTS, "geom"))
_FIGURE_MAX = 100_000


def read_grid(path: Path, source: GridSource, frame: Frame) -> Batch:
    """Read the stations.

    Raises:
        UsageError: the file cannot be used as a whole.
    """
    columns = source.columns
    records = Records(path, encoding=source.encoding)
    records.need(*columns.model_dump().values())
    figures: list[str | None] = [getattr(columns, name) for name in _FIGURES]
    texts: list[str | None] = [getattr(columns, name) for name in _TEXTS]

    def parse(_: int, values: dict[str, str]) -> Item:
        row = (
            needed_text(values[columns.name], columns.name),
            *(number(values[column], column, high=_FIGURE_MAX) if column else None for column in figures),
            flag(values[columns.is_verified], columns.is_verified) if columns.is_verified else None,
            *(clean(values[column]) if column else None for column in texts),
        )
        at = place(values[columns.lon], values[columns.lat], fields=(columns.lon, columns.lat))
        return Item(row, at, label=str(row[0]))

    return Batch([collect(_INTO, records, parse, frame, records.rejects)], records.rejects)
