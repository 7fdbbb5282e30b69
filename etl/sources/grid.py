"""Reads transformer stations and substations.

Inputs: a text file; limits and loads in MW, voltage in kV. Results: `raw.grid_station`; rows without a place
are kept.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from etl.region.sources import GridSource
from etl.sources.base import Batch, Frame, Remarks
from etl.sources.collect import Item, Rows, collect_rows
from etl.sources.delimited import Records
from etl.sources.schema import (
    MEGAWATT,
    Flag,
    NeededText,
    Number,
    Odd,
    Record,
    Text,
    list_columns_by_type,
    take,
)
from etl.sources.values import FieldError, parse_place


class _Station(Record):
    """A station as published by a utility; empty means unknown."""

    name: NeededText
    voltage_kv: Annotated[Annotated[float, Field(ge=0, le=1_200)] | None, Number] = None
    summer_limit_mw: MEGAWATT = None
    winter_limit_mw: MEGAWATT = None
    peak_load_mw: MEGAWATT = None
    is_verified: Flag = None
    area_name: Text = None
    source_note: Text = None
    limit_basis: Text = None
    key: Text = None
    supply: Text = None
    supply_limit_mw: MEGAWATT = None
    supply_peak_load_mw: MEGAWATT = None


_COLUMNS = {"key": "station_key", "supply": "supply_key"}
_INTO = Rows(
    "grid_station",
    ("record_number", *(_COLUMNS.get(name, name) for name in _Station.model_fields), "geom"),
)


def read_grid(path: Path, source: GridSource, frame: Frame) -> Batch:
    """Read the stations.

    Raises:
        UsageError: the file cannot be used as a whole.
    """
    columns = source.columns
    records = Records(path, encoding=source.encoding)
    records.require_columns(*columns.model_dump().values())
    fields = {name: getattr(columns, name) for name in _Station.model_fields}
    numbers, _ = list_columns_by_type(_Station, fields)
    records.normalize_values(numbers, places=(columns.lon, columns.lat))
    remarks = Remarks()

    def parse(_: int, values: dict[str, str]) -> Item:
        odd: Odd = []
        try:
            row = tuple(take(_Station, values, fields, odd).model_dump().values())
            at = parse_place(values[columns.lon], values[columns.lat], fields=(columns.lon, columns.lat))
        except FieldError as error:
            error.label = values[columns.name].strip()[:40] or None
            raise
        return Item(row, at, label=str(row[0]), odd=tuple(odd))

    table = collect_rows(_INTO, records, parse, frame, records.rejects, remarks=remarks)
    return Batch([table], records.rejects, remarks=remarks)
