"""Reads how many people a planning area, or the whole region, is expected to have in later years.

Inputs: a text file. Results: `raw.projection`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from etl.region.sources import ProjectionSource
from etl.sources.base import Batch, Frame, Remarks
from etl.sources.collect import Item, Rows, collect_rows
from etl.sources.delimited import Records
from etl.sources.schema import Number, Record, Text, list_columns_by_type, take
from etl.sources.values import PEOPLE_MAX, FieldError

_INTO = Rows("projection", ("record_number", "planning_area_key", "year", "population"))


class _Projection(Record):
    planning_area: Text = None
    year: Annotated[float, Number, Field(ge=1900, le=2200)]
    population: Annotated[float, Number, Field(ge=0, le=PEOPLE_MAX)]


def read_projections(path: Path, source: ProjectionSource, frame: Frame) -> Batch:
    """Read one population for each planning area and year; a second one is a reject.

    Without a column for the planning area, or where it is empty, the record is of the whole region.

    Raises:
        UsageError: the file cannot be used as a whole.
    """
    columns = source.columns
    records = Records(path, encoding=source.encoding)
    records.require_columns(columns.planning_area, columns.year, columns.population)
    numbers, _ = list_columns_by_type(_Projection, columns.model_dump())
    records.normalize_values(numbers)
    remarks = Remarks()

    def parse(_: int, values: dict[str, str]) -> Item:
        area = values[columns.planning_area].strip()[:40] if columns.planning_area else ""
        try:
            found = take(_Projection, values, columns.model_dump())
        except FieldError as error:
            error.label = area or None
            raise
        if not found.year.is_integer():
            raise FieldError(columns.year, f"{found.year:g} is not a year", area or None)
        year = int(found.year)
        return Item(
            (found.planning_area, year, found.population),
            key=f"{found.planning_area or 'region'} {year}",
            key_field=columns.year,
        )

    table = collect_rows(_INTO, records, parse, frame, records.rejects, remarks=remarks)
    return Batch([table], records.rejects, remarks=remarks)
