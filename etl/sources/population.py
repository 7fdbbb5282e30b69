"""Reads areas with their population.

Inputs: a text file with points, or with keys of polygons in a layer beside it; or any layer that GDAL reads.
Results: `raw.census_area`. Rows without a place are kept: the views place their people or list them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from pydantic import Field

from db.common.assumption import Remark
from db.common.errors import UsageError
from db.common.language import Language, number
from etl.region.sources import PopulationColumns, PopulationSource
from etl.sources.base import Batch, Frame, Rejects, Remarks, Table
from etl.sources.collect import Item, Place, Rows, collect_rows
from etl.sources.layer import Feature, Layer
from etl.sources.placed import PlacedTable, sum_figures, sum_required, take_key, take_shape
from etl.sources.schema import Odd, Record, Text, check_leniently
from etl.sources.values import PEOPLE_MAX, FieldError

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
    records = PlacedTable(
        path, source, frame, polygon_path, columns=list_columns(columns), numbers=_figures(columns)
    )

    def parse(record: int, values: dict[str, str]) -> Item:
        return parse_area(record, values, columns, lambda: records.place(values))

    remarks, rejects = Remarks(), records.records.rejects
    table = collect_rows(INTO, records, parse, frame, rejects, remarks=remarks)
    check_people(path, table, rejects)
    return Batch([table], rejects, [*_unplaced(table), *withheld(rejects)], remarks)


def read_layer(path: Path, source: PopulationSource, frame: Frame) -> Batch:
    """Read the population from a layer of points or polygons.

    Raises:
        UsageError: the file cannot be used as a whole, or its population is 0.
    """
    layer = Layer(path, source, list_columns(source.columns), is_of_areas=False)
    layer.normalize_numbers(_figures(source.columns))

    def parse(record: int, feature: Feature) -> Item:
        return parse_area(record, feature.values, source.columns, lambda: take_shape(feature))

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
    key = take_key(record, values, columns.id, odd)
    population: float | None = None
    try:
        population = sum_required(values, columns.population, "population")
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
            content[name] = sum_figures(values, getattr(columns, name), high)
        except FieldError as error:
            odd.append((error.field or name, f"{error.reason}; it counts as unknown"))
    if columns.planning_area:
        content["planning_area"] = values[columns.planning_area]
    area, _, left_out = check_leniently(_Area, content)
    for name, remark in left_out:
        column = getattr(columns, name, None)
        odd.append((column if isinstance(column, str) else name, remark))
    return area


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
        Remark(
            f"{len(people)} areas with {sum(people):,.0f} people have no place in the source; they are placed"
            " in their municipality where that is possible, and listed as rejects where it is not.",
            f"{number(len(people), Language.FR)} secteurs de {number(sum(people), Language.FR, 0)} habitants"
            " n'ont pas de lieu dans la source ; ils sont placés dans leur municipalité si c'est possible,"
            " sinon comptés parmi les enregistrements rejetés.",
        )
    ]


def withheld(rejects: Rejects) -> list[str]:
    """Return a sentence on the areas whose population is withheld."""
    count = sum(reject.count for reject in rejects if reject.is_withheld)
    if not count:
        return []
    return [
        Remark(
            f"{count} areas whose population is withheld are left out.",
            f"{count} secteurs dont la population n'est pas publiée sont laissés de côté.",
        )
    ]


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
