"""Reads areas with people.

Inputs: a text file with points, or with keys of polygons in a layer beside it; or any layer that GDAL reads.
Results: `raw.census_area`. Rows without a place are kept: the views place their people or list them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from db.errors import UsageError
from etl.region import AreaGeometry, PopulationSource
from etl.sources.base import OUTSIDE, Batch, Frame, Reject, Table, ewkb
from etl.sources.delimited import Records
from etl.sources.layer import Layer, polygons
from etl.sources.values import PEOPLE_MAX, FieldFault, clean, needed, number, place

COLUMNS = (
    "record_number", "area_key", "planning_area_key", "population", "dwelling_count", "household_count", "apartment_count",
    "median_income_cad", "geom",
)  # fmt: skip
_Place = Callable[[int, dict[str, str]], BaseGeometry | None]


def read_points(path: Path, source: PopulationSource, frame: Frame, polygon_path: Path | None) -> Batch:
    """Read a text file of people, by coordinates or joined to the polygons of `source.geometry` at `polygon_path`.

    Raises:
        UsageError: the file cannot be used as a whole, or nobody lives in it.
    """
    columns = source.columns
    records = Records(path, encoding=source.encoding)
    records.need(*_wanted(source), columns.lon, columns.lat)
    shapes = _shapes(source.geometry, polygon_path) if source.geometry and polygon_path else {}

    def where(_: int, values: dict[str, str]) -> BaseGeometry | None:
        outline = shapes.get(values[columns.id].strip()) if columns.id and shapes else None
        if outline is not None or columns.lon is None or columns.lat is None:
            return outline
        at = place(values[columns.lon], values[columns.lat], fields=(columns.lon, columns.lat))
        return None if at is None else shapely.Point(at)

    batch = _read(records, source, frame, where, path)
    batch.rejects[:0] = records.rejects
    unmatched = sum(row[-1] is None for row in batch.tables[0].rows)
    if unmatched:
        people = sum(row[3] for row in batch.tables[0].rows if row[-1] is None)
        batch.assumptions.append(
            f"{unmatched} areas with {people:,.0f} people have no place in the source; they are placed in their municipality "
            "where that is possible, and listed as rejects where it is not."
        )
    return batch


def read_layer(path: Path, source: PopulationSource, frame: Frame) -> Batch:
    """Read people from a layer of points or polygons.

    Raises:
        UsageError: the file cannot be used as a whole, or nobody lives in it.
    """
    layer = Layer(path, layer=source.layer, crs=source.crs)
    layer.need(*_wanted(source))
    features = list(layer)
    shapes = {record: shape for record, _, shape in features}

    def where(record: int, _: dict[str, str]) -> BaseGeometry | None:
        shape = shapes[record]
        if shape.geom_type == "Point":
            return shape
        outline = polygons(shape)
        if outline is None:
            raise FieldFault("geometry", f"a {shape.geom_type} is neither point nor polygon")
        return outline

    batch = _read([(record, values) for record, values, _ in features], source, frame, where, path)
    batch.rejects[:0] = layer.rejects
    return batch


def _read(
    records: Iterable[tuple[int, dict[str, str]]],
    source: PopulationSource,
    frame: Frame,
    where: _Place,
    path: Path,
) -> Batch:
    rows: list[tuple[object, ...]] = []
    rejects: list[Reject] = []
    seen: set[str] = set()
    for record, values in records:
        key = _key(record, values, source)
        label = f"{record} ({key})"
        population: float | None = None
        try:
            population = _total(values, source.columns.population, needed_value=True)
            if key in seen:
                raise FieldFault(source.columns.id or "id", f"'{key}' is there before")
            row = _row(record, key, values, source, population, where(record, values))
        except FieldFault as fault:
            rejects.append(Reject(label, fault.field, fault.reason, population=population))
            continue
        seen.add(key)
        shape = row[-1]
        if isinstance(shape, BaseGeometry) and not frame.touches(shape):
            rejects.append(Reject(label, "geometry", OUTSIDE, population=population, is_outside=True))
        else:
            rows.append((*row[:-1], ewkb(shape if isinstance(shape, BaseGeometry) else None)))
    if rows and not any(row[3] for row in rows):
        raise UsageError(
            f"Nobody lives in {path.name}: its population adds up to 0.",
            "check the column that holds the population.",
        )
    return Batch([Table("census_area", COLUMNS, rows)], rejects)


def _row(
    record: int,
    key: str,
    values: dict[str, str],
    source: PopulationSource,
    population: float | None,
    shape: BaseGeometry | None,
) -> tuple[object, ...]:
    columns = source.columns
    counts = [
        _total(values, column) for column in (columns.dwellings, columns.households, columns.apartments)
    ]
    income = number(values[columns.income], columns.income, high=1e9) if columns.income else None
    planning_area = clean(values[columns.planning_area]) if columns.planning_area else None
    return (record, key, planning_area, population, *counts, income, shape)


def _key(record: int, values: dict[str, str], source: PopulationSource) -> str:
    return (clean(values[source.columns.id]) if source.columns.id else None) or f"record {record}"


def _total(
    values: dict[str, str], column: str | list[str] | None, *, needed_value: bool = False
) -> float | None:
    """Return a column, or the sum of several; None when all of them are empty."""
    names = [column] if isinstance(column, str) else column or []
    if needed_value and len(names) == 1:
        return needed(values[names[0]], names[0], high=PEOPLE_MAX)
    found = [number(values[name], name, high=PEOPLE_MAX) for name in names]
    given = [value for value in found if value is not None]
    if needed_value and not given:
        raise FieldFault(names[0], "it is empty")
    return sum(given) if given else None


def _wanted(source: PopulationSource) -> list[str]:
    columns = source.columns
    found: list[str] = []
    for column in (columns.id, columns.population, columns.dwellings, columns.households, columns.apartments):
        found += [column] if isinstance(column, str) else column or []
    return found + [column for column in (columns.planning_area, columns.income) if column]


def _shapes(geometry: AreaGeometry, path: Path) -> dict[str, BaseGeometry]:
    layer = Layer(path, layer=geometry.layer, crs=geometry.crs)
    layer.need(geometry.key)
    found: dict[str, list[BaseGeometry]] = {}
    for _, values, shape in layer:
        outline = polygons(shape)
        if outline is not None:
            found.setdefault(values[geometry.key].strip(), []).append(outline)
    return {key: parts[0] if len(parts) == 1 else shapely.union_all(parts) for key, parts in found.items()}
