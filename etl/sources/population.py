"""Reads areas with their population.

Inputs: a text file with points, or with keys of polygons in a layer beside it; or any layer that GDAL reads.
Results: `raw.census_area`. Rows without a place are kept: the views place their people or list them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Set
from pathlib import Path
from typing import Annotated

import shapely
from pydantic import Field
from shapely.geometry.base import BaseGeometry

from db.common.errors import UsageError
from etl.region.sources import AreaGeometry, PopulationColumns, PopulationSource
from etl.sources.base import Batch, Frame, Reject, Rejects, Remarks, Table
from etl.sources.collect import Item, Place, Rows, collect_rows
from etl.sources.delimited import Records
from etl.sources.layer import Feature, Layer, extract_polygons, read_keys
from etl.sources.schema import Odd, Record, Text, check_leniently
from etl.sources.values import (
    PEOPLE_MAX,
    FieldError,
    WithheldError,
    clean_text,
    is_rounded,
    is_withheld,
    parse_figure,
    parse_place,
)

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
_FLOAT_KEY = re.compile(r"^([0-9]+)\.0+$")
_OPTIONAL = ("dwellings", "households", "apartments", "income")
_Count = Annotated[float, Field(ge=0, le=PEOPLE_MAX)] | None


class _Area(Record):
    """An area with its population; a figure is None if the source has none or withholds it."""

    population: Annotated[float, Field(ge=0, le=PEOPLE_MAX)]
    dwellings: _Count = None
    households: _Count = None
    apartments: _Count = None
    planning_area: Text = None
    income: Annotated[float, Field(ge=0, le=_INCOME_MAX)] | None = None


def read_points(path: Path, source: PopulationSource, frame: Frame, polygon_path: Path | None) -> Batch:
    """Read a population table, by coordinates or joined to the polygons at `polygon_path`.

    Raises:
        UsageError: a file cannot be used as a whole, or its population is 0.
    """
    columns = source.columns
    records = Records(path, encoding=source.encoding)
    records.require_columns(*list_columns(columns), columns.lon, columns.lat)
    records.normalize_values(_figures(columns), places=(columns.lon, columns.lat))
    shapes: dict[str, BaseGeometry] = {}
    elsewhere: set[str] = set()
    if source.geometry and polygon_path:
        shapes, elsewhere = read_outlines(source.geometry, polygon_path, frame)

    def parse(record: int, values: dict[str, str]) -> Item:
        outline = shapes.get(normalize_key(values[columns.id])) if columns.id else None

        def where() -> Place:
            if outline is not None or columns.lon is None or columns.lat is None:
                return outline
            return parse_place(values[columns.lon], values[columns.lat], fields=(columns.lon, columns.lat))

        return parse_area(record, values, columns, where)

    if shapes and columns.lon is None:
        _check_joined(path, source, shapes.keys() | elsewhere)
    remarks = Remarks()
    table = collect_rows(
        INTO, _chosen(records, source, elsewhere), parse, frame, records.rejects, remarks=remarks
    )
    check_people(path, table, records.rejects)
    return Batch([table], records.rejects, [*_unplaced(table), *withheld(records.rejects)], remarks)


def _check_joined(path: Path, source: PopulationSource, keys: Set[str]) -> None:
    """Check that ids of the table are keys of the outlines.

    Raises:
        UsageError: none is.
    """
    column = str(source.columns.id)
    ids = {normalize_key(row[column]) for _, row in Records(path, encoding=source.encoding)}
    if ids and not ids & keys:
        raise UsageError(
            f"{path.name}: no {column} ('{min(ids)[:40]}') is a key of the outlines ('{min(keys)[:40]}').",
            "correct `columns.id` or `geometry.key` in the region file; spreadsheets cut leading zeros.",
        )


def _chosen(
    records: Records, source: PopulationSource, elsewhere: set[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the records that `rows` selects and that are not known to lie outside the region.

    The others, most of a country, are one reject with their number.
    """
    rows, key = source.rows, source.columns.id
    records.require_columns(*rows, remedy="correct `rows` in the region file")
    other_count = 0
    for record, values in records:
        is_meant = all(values[column].strip().startswith(start) for column, start in rows.items())
        if is_meant and not (key and normalize_key(values[key]) in elsewhere):
            yield record, values
        else:
            other_count += 1
    if other_count:
        reason = f"{other_count:,} records are of areas outside the region"
        records.rejects.append(Reject("several", None, reason, is_outside=True, count=other_count))


def read_layer(path: Path, source: PopulationSource, frame: Frame) -> Batch:
    """Read the population from a layer of points or polygons.

    Raises:
        UsageError: the file cannot be used as a whole, or its population is 0.
    """
    layer = Layer(path, source, list_columns(source.columns), is_of_areas=False)
    layer.normalize_numbers(_figures(source.columns))

    def parse(record: int, feature: Feature) -> Item:
        return parse_area(record, feature.values, source.columns, lambda: _shape(feature))

    remarks = Remarks()
    table = collect_rows(INTO, layer, parse, frame, layer.rejects, remarks=remarks)
    check_people(path, table, layer.rejects)
    return Batch([table], layer.rejects, [*layer.notes, *withheld(layer.rejects)], remarks)


def parse_area(
    record: int, values: dict[str, str], columns: PopulationColumns, where: Callable[[], Place]
) -> Item:
    """Return an area with its population and place; other figures that cannot be used are left out.

    Raises:
        FieldError: its population or its place cannot be used.
    """
    odd: Odd = []
    key = clean_text(normalize_key(values[columns.id])) if columns.id else None
    if key and columns.id and is_rounded(key):
        odd.append(
            (columns.id, f"a spreadsheet has rounded it to {key[:40]}; the record's number is used instead")
        )
        key = None
    key = key or f"record {record}"
    population: float | None = None
    try:
        population = _needed_total(values, columns.population)
        area = _area(values, columns, population, odd)
        at = where()
    except FieldError as error:
        error.label, error.population = key, population
        raise
    counts = (area.dwellings, area.households, area.apartments)
    row = (key, area.planning_area, area.population, *counts, area.income)
    return Item(row, at, key=key, key_field=columns.id, population=population, odd=tuple(odd))


def _area(values: dict[str, str], columns: PopulationColumns, population: float, odd: Odd) -> _Area:
    content: dict[str, str | float | None] = {"population": population}
    for name in _OPTIONAL:
        try:
            high = _INCOME_MAX if name == "income" else PEOPLE_MAX
            content[name] = _total(values, getattr(columns, name), high)
        except FieldError as error:
            odd.append((error.field or name, f"{error.reason}; it counts as unknown"))
    if columns.planning_area:
        content["planning_area"] = values[columns.planning_area]
    area, _, left_out = check_leniently(_Area, content)
    for name, remark in left_out:
        column = getattr(columns, name, None)
        odd.append((column if isinstance(column, str) else name, remark))
    return area


def normalize_key(text: str) -> str:
    """Return a key in one spelling for table and outlines: without blanks, `35300001` for `35300001.0`."""
    return _FLOAT_KEY.sub(r"\1", text.strip())


def _shape(feature: Feature) -> BaseGeometry:
    if feature.shape.geom_type == "Point":
        return feature.shape
    outline = extract_polygons(feature.shape)
    if outline is None:
        raise FieldError("geometry", f"a {feature.shape.geom_type} is neither point nor polygon")
    return outline


def check_people(path: Path, table: Table, rejects: Rejects) -> None:
    """Check that the file has a population.

    Raises:
        UsageError: the population adds up to 0, or is withheld for all areas.
    """
    if not table.rows and rejects and all(reject.is_withheld for reject in rejects):
        raise UsageError(
            f"{path.name} has no population for any area: {rejects[0].reason}.",
            "correct `columns.population` in the region file: it probably names the wrong column.",
        )
    if table.rows and not any(row[3] for row in table.rows):
        raise UsageError(
            f"The population of {path.name} adds up to 0.",
            "correct `columns.population` in the region file: it probably names the wrong column.",
        )


def _unplaced(table: Table) -> list[str]:
    people = [row[3] for row in table.rows if row[-1] is None]
    if not people:
        return []
    return [
        f"{len(people)} areas with {sum(people):,.0f} people have no place in the source; they are placed in "
        "their municipality where that is possible, and listed as rejects where it is not."
    ]


def _total(values: dict[str, str], column: str | list[str] | None, high: float) -> float | None:
    """Return a column, or the sum of several; None if all of them are empty or withheld."""
    names = [column] if isinstance(column, str) else column or []
    found = [parse_figure(values[name], name, high=high) for name in names]
    given = [value for value in found if value is not None]
    return sum(given) if given else None


def _needed_total(values: dict[str, str], column: str | list[str]) -> float:
    names = [column] if isinstance(column, str) else column
    found = _total(values, column, PEOPLE_MAX)
    if found is None:
        told = next((values[name].strip() for name in names if is_withheld(values[name])), None)
        if told is not None:
            raise WithheldError(names[0], f"'{told}': the population is not published")
        raise FieldError(names[0], "it is empty")
    return found


def withheld(rejects: Rejects) -> list[str]:
    """Return a sentence on the areas whose population is withheld."""
    count = sum(reject.count for reject in rejects if reject.is_withheld)
    return [f"{count} areas whose population is withheld are left out."] if count else []


def _figures(columns: PopulationColumns) -> list[str]:
    """Return the names of all columns of numbers."""
    texts = (columns.id, columns.planning_area)
    return [name for name in list_columns(columns) if name not in texts]


def list_columns(columns: PopulationColumns) -> list[str]:
    """Return the names of all columns to read, except those of the place."""
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


def read_outlines(
    geometry: AreaGeometry, path: Path, frame: Frame
) -> tuple[dict[str, BaseGeometry], set[str]]:
    """Return the outlines of areas near the region by key, and the keys of all others.

    Raises:
        UsageError: the layer cannot be read.
    """
    layer = Layer(
        path, geometry, [geometry.key], near=frame.outline, remedy="correct `geometry.key` in the region file"
    )
    found: dict[str, list[BaseGeometry]] = {}
    for _, feature in layer:
        outline = extract_polygons(feature.shape)
        if outline is not None:
            found.setdefault(normalize_key(feature.values[geometry.key]), []).append(outline)
    shapes = {key: parts[0] if len(parts) == 1 else shapely.union_all(parts) for key, parts in found.items()}
    if frame.outline is None:
        return shapes, set()
    near = {key for key, shape in shapes.items() if frame.touches(shape)}
    # an area whose outline cannot be built is not elsewhere: its population has no place
    undrawn = {normalize_key(text) for text in layer.values(geometry.key)} - shapes.keys()
    everything = {normalize_key(text) for text in read_keys(path, geometry)}
    return {key: shapes[key] for key in near}, everything - near - undrawn
