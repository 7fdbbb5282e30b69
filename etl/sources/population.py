"""Reads areas with people.

Inputs: a text file with points, or with keys of polygons in a layer beside it; or any layer that GDAL reads.
Results: `raw.census_area`. Rows without a place are kept: the views place their people or list them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import shapely
from pydantic import Field
from shapely.geometry.base import BaseGeometry

from db.errors import UsageError
from etl.region_source import AreaGeometry, PopulationColumns, PopulationSource
from etl.sources.base import Batch, Frame, Reject, Table
from etl.sources.collect import Item, Place, Rows, collect
from etl.sources.delimited import Records
from etl.sources.layer import Feature, Layer, keys_of, polygons
from etl.sources.schema import Number, Record, Text, check
from etl.sources.values import PEOPLE_MAX, FieldError, clean, number, place

INTO = Rows(
    "census_area",
    (
        "record_number",
        "area_key",
        "planning_area_key",
        "population",
        "dwelling_count",
        "household_count",
        "apartment_count",
        "median_income_cad",
        "geom",
    ),
)
_INCOME_MAX = 1e9
_Count = Annotated[float, Field(ge=0, le=PEOPLE_MAX)] | None


class _Area(Record):
    """An area with its people; a count is None where the source is silent."""

    population: Annotated[float, Field(ge=0, le=PEOPLE_MAX)]
    dwellings: _Count = None
    households: _Count = None
    apartments: _Count = None
    planning_area: Text = None
    income: Annotated[Annotated[float, Field(ge=0, le=_INCOME_MAX)] | None, Number] = None


def read_points(path: Path, source: PopulationSource, frame: Frame, polygon_path: Path | None) -> Batch:
    """Read a text file of people, by coordinates or joined to the polygons at `polygon_path`.

    Raises:
        UsageError: a file cannot be used as a whole, or nobody lives in it.
    """
    columns = source.columns
    records = Records(path, encoding=source.encoding)
    records.need(*wanted(columns), columns.lon, columns.lat)
    shapes: dict[str, BaseGeometry] = {}
    elsewhere: set[str] = set()
    if source.geometry and polygon_path:
        shapes, elsewhere = outlines(source.geometry, polygon_path, frame)

    def parse(record: int, values: dict[str, str]) -> Item:
        outline = shapes.get(values[columns.id].strip()) if columns.id else None

        def where() -> Place:
            if outline is not None or columns.lon is None or columns.lat is None:
                return outline
            return place(values[columns.lon], values[columns.lat], fields=(columns.lon, columns.lat))

        return area_item(record, values, columns, where)

    table = collect(INTO, _chosen(records, source, elsewhere), parse, frame, records.rejects)
    check_people(path, table)
    return Batch([table], records.rejects, _unplaced(table))


def _chosen(
    records: Records, source: PopulationSource, elsewhere: set[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Give the records whose columns begin as `rows` says and that do not lie elsewhere.

    The others, most of a country, are one reject with their number.
    """
    rows, key = source.rows, source.columns.id
    records.need(*rows)
    other_count = 0
    for record, values in records:
        is_meant = all(values[column].strip().startswith(start) for column, start in rows.items())
        if is_meant and not (key and values[key].strip() in elsewhere):
            yield record, values
        else:
            other_count += 1
    if other_count:
        reason = f"{other_count:,} records are of areas outside the region"
        records.rejects.append(Reject("several", None, reason, is_outside=True, count=other_count))


def read_layer(path: Path, source: PopulationSource, frame: Frame) -> Batch:
    """Read people from a layer of points or polygons.

    Raises:
        UsageError: the file cannot be used as a whole, or nobody lives in it.
    """
    layer = Layer(path, layer=source.layer, crs=source.crs, where=source.where)
    layer.need(*wanted(source.columns))

    def parse(record: int, feature: Feature) -> Item:
        return area_item(record, feature.values, source.columns, lambda: _shape(feature))

    table = collect(INTO, layer, parse, frame, layer.rejects)
    check_people(path, table)
    return Batch([table], layer.rejects)


def area_item(
    record: int, values: dict[str, str], columns: PopulationColumns, where: Callable[[], Place]
) -> Item:
    """Return an area with its people and place.

    Raises:
        FieldError: a value cannot be used.
    """
    key = (clean(values[columns.id]) if columns.id else None) or f"record {record}"
    population: float | None = None
    try:
        population = _needed_total(values, columns.population)
        area = _area(values, columns)
        at = where()
    except FieldError as error:
        error.label, error.population = key, population
        raise
    counts = (area.dwellings, area.households, area.apartments)
    row = (key, area.planning_area, area.population, *counts, area.income)
    return Item(row, at, key=key, key_field=columns.id, population=population)


def _area(values: dict[str, str], columns: PopulationColumns) -> _Area:
    sums = {
        name: _total(values, getattr(columns, name))
        for name in ("population", "dwellings", "households", "apartments")
    }
    texts = {
        name: values[column] for name in ("planning_area", "income") if (column := getattr(columns, name))
    }
    try:
        return check(_Area, sums | texts)
    except FieldError as error:
        named = getattr(columns, error.field or "", None)
        error.field = named if isinstance(named, str) else error.field
        raise


def _shape(feature: Feature) -> BaseGeometry:
    if feature.shape.geom_type == "Point":
        return feature.shape
    outline = polygons(feature.shape)
    if outline is None:
        raise FieldError("geometry", f"a {feature.shape.geom_type} is neither point nor polygon")
    return outline


def check_people(path: Path, table: Table) -> None:
    """Make sure that somebody lives there.

    Raises:
        UsageError: nobody does.
    """
    if table.rows and not any(row[3] for row in table.rows):
        raise UsageError(
            f"Nobody lives in {path.name}: its population adds up to 0.",
            "check the column that holds the population.",
        )


def _unplaced(table: Table) -> list[str]:
    people = [row[3] for row in table.rows if row[-1] is None]
    if not people:
        return []
    return [
        f"{len(people)} areas with {sum(people):,.0f} people have no place in the source; they are placed in "
        "their municipality where that is possible, and listed as rejects where it is not."
    ]


def _total(values: dict[str, str], column: str | list[str] | None) -> float | None:
    """Return a column, or the sum of several; None when all of them are empty."""
    names = [column] if isinstance(column, str) else column or []
    found = [number(values[name], name, high=PEOPLE_MAX) for name in names]
    given = [value for value in found if value is not None]
    return sum(given) if given else None


def _needed_total(values: dict[str, str], column: str | list[str]) -> float:
    found = _total(values, column)
    if found is None:
        raise FieldError(column if isinstance(column, str) else column[0], "it is empty")
    return found


def wanted(columns: PopulationColumns) -> list[str]:
    """Return the names of all columns that are to be read, but for the place."""
    found: list[str] = []
    for column in (
        columns.id,
        columns.population,
        columns.dwellings,
        columns.households,
        columns.apartments,
        columns.planning_area,
        columns.income,
    ):
        found += [column] if isinstance(column, str) else column or []
    return found


def outlines(geometry: AreaGeometry, path: Path, frame: Frame) -> tuple[dict[str, BaseGeometry], set[str]]:
    """Return the outlines of areas near the region by key, and the keys of all others.

    Raises:
        UsageError: the layer cannot be read.
    """
    layer = Layer(path, layer=geometry.layer, crs=geometry.crs, where=geometry.where, near=frame.outline)
    layer.need(geometry.key)
    found: dict[str, list[BaseGeometry]] = {}
    for _, feature in layer:
        outline = polygons(feature.shape)
        if outline is not None:
            found.setdefault(feature.values[geometry.key].strip(), []).append(outline)
    shapes = {key: parts[0] if len(parts) == 1 else shapely.union_all(parts) for key, parts in found.items()}
    if frame.outline is None:
        return shapes, set()
    near = {key for key, shape in shapes.items() if frame.touches(shape)}
    # an outline that cannot be drawn is not elsewhere: its people have no place
    undrawn = {feature.strip() for feature in layer.values(geometry.key)} - shapes.keys()
    everything = keys_of(path, geometry.key, layer=geometry.layer, where=geometry.where)
    return {key: shapes[key] for key in near}, everything - near - undrawn
