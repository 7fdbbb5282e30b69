"""Reads outlines: the boundary, planning areas, postal areas and service areas of the grid.

Inputs: any polygon layer that GDAL reads. Results: `raw.boundary`, `raw.planning_area`, `raw.postal_area`,
`raw.grid_area`.
"""

from __future__ import annotations

from pathlib import Path

from shapely.geometry.base import BaseGeometry

from db.common.errors import UsageError
from etl.region.sources import (
    BoundarySource,
    GridAreaSource,
    PlanningAreaSource,
    PostalAreaSource,
    VectorSource,
)
from etl.sources.base import Batch, Frame, Remarks
from etl.sources.collect import Item, Rows, collect_rows
from etl.sources.layer import Feature, Layer, extract_polygons
from etl.sources.schema import MEGAWATT, NeededText, Odd, Record, Text, take
from etl.sources.values import FieldError, clean_text

_BOUNDARY = Rows("boundary", ("record_number", "geom"))
_PLANNING_AREA = Rows("planning_area", ("record_number", "area_key", "name", "geom"))
_POSTAL_AREA = Rows(
    "postal_area", ("record_number", "postal_area_key", "geom"), entities="areas", is_bulk=True
)
_GRID_AREA = Rows(
    "grid_area",
    (
        "record_number",
        "name",
        "limit_mw",
        "peak_load_mw",
        "area_key",
        "supply_key",
        "supply_limit_mw",
        "supply_peak_load_mw",
        "geom",
    ),
)


class _PlanningArea(Record):
    key: Text = None
    name: NeededText


class _PostalArea(Record):
    key: NeededText


class _GridArea(Record):
    name: NeededText
    limit_mw: MEGAWATT = None
    peak_load_mw: MEGAWATT = None
    key: Text = None
    supply: Text = None
    supply_limit_mw: MEGAWATT = None
    supply_peak_load_mw: MEGAWATT = None


def read_boundary(path: Path, source: BoundarySource, frame: Frame) -> Batch:
    """Read the outline of the region, in parts.

    Raises:
        UsageError: the layer cannot be read or holds no polygon.
    """
    name = source.columns.name
    layer = _open(path, source, name)

    def parse(_: int, feature: Feature) -> Item:
        return Item((), _outline(feature, clean_text(feature.values[name]) if name else None))

    table = collect_rows(_BOUNDARY, layer, parse, frame, layer.rejects)
    if not table.rows:
        raise UsageError(f"{path.name} has no polygon that could be the boundary.", "give a polygon layer.")
    return Batch([table], layer.rejects, layer.notes)


def read_planning_areas(path: Path, source: PlanningAreaSource, frame: Frame) -> Batch:
    """Read municipalities or districts; one key may have several polygons.

    Raises:
        UsageError: the layer cannot be read.
    """
    columns = source.columns
    layer = _open(path, source, columns.key, columns.name)

    def parse(_: int, feature: Feature) -> Item:
        area = take(_PlanningArea, feature.values, columns.model_dump())
        if columns.key and area.key is None:
            raise FieldError(columns.key, "it is empty", area.name)
        return Item((area.key or area.name, area.name), _outline(feature, area.name), label=area.name)

    return Batch(
        [collect_rows(_PLANNING_AREA, layer, parse, frame, layer.rejects)], layer.rejects, layer.notes
    )


def read_postal_areas(path: Path, source: PostalAreaSource, frame: Frame) -> Batch:
    """Read postal areas that reach into the region; one key may have several polygons.

    Raises:
        UsageError: the layer cannot be read.
    """
    column = source.columns.key
    layer = _open(path, source, column)

    def parse(_: int, feature: Feature) -> Item:
        key = take(_PostalArea, feature.values, {"key": column}).key.upper()
        return Item((key,), _outline(feature, key), label=key)

    return Batch([collect_rows(_POSTAL_AREA, layer, parse, frame, layer.rejects)], layer.rejects, layer.notes)


def read_grid_areas(path: Path, source: GridAreaSource, frame: Frame) -> Batch:
    """Read service areas of transformer stations, with limit and peak load in MW where the layer has them.

    Raises:
        UsageError: the layer cannot be read.
    """
    columns = source.columns
    layer = _open(path, source, *columns.model_dump().values())
    figures = (columns.limit_mw, columns.peak_load_mw, columns.supply_limit_mw, columns.supply_peak_load_mw)
    layer.normalize_numbers(figures)

    remarks = Remarks()

    def parse(_: int, feature: Feature) -> Item:
        odd: Odd = []
        area = take(_GridArea, feature.values, columns.model_dump(), odd)
        row = tuple(area.model_dump().values())
        return Item(row, _outline(feature, area.name), label=area.name, odd=tuple(odd))

    table = collect_rows(_GRID_AREA, layer, parse, frame, layer.rejects, remarks=remarks)
    return Batch([table], layer.rejects, layer.notes, remarks)


def _open(path: Path, source: VectorSource, *columns: str | None) -> Layer:
    return Layer(path, source, columns)


def _outline(feature: Feature, label: str | None) -> BaseGeometry:
    outline = extract_polygons(feature.shape)
    if outline is None:
        raise FieldError("geometry", f"a {feature.shape.geom_type} is not an outline", label)
    return outline
