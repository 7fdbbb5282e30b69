"""Reads outlines: the boundary, planning areas, postal areas and service areas of the grid.

Inputs: any polygon layer that GDAL reads. Results: `raw.boundary`, `raw.planning_area`, `raw.postal_area`, `raw.grid_area`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from shapely.geometry.base import BaseGeometry

from db.errors import UsageError
from etl.region import BoundarySource, GridAreaSource, PlanningAreaSource, PostalAreaSource, VectorSource
from etl.sources.base import OUTSIDE, Batch, Frame, Reject, Table, ewkb
from etl.sources.layer import Layer, polygons
from etl.sources.values import FieldFault, clean, number


def read_boundary(path: Path, source: BoundarySource, _: Frame) -> Batch:
    """Read the outline of the region, in parts.

    Raises:
        UsageError: the layer cannot be read or holds no polygon.
    """
    layer, rejects = _open(path, source, source.columns.name), list[Reject]()
    rows = [(record, ewkb(shape)) for record, _values, shape in _polygons(layer, rejects)]
    if not rows:
        raise UsageError(f"{path.name} holds no polygon that could be the boundary.", "give a polygon layer.")
    return Batch([Table("boundary", ("record_number", "geom"), rows)], layer.rejects + rejects)


def read_planning_areas(path: Path, source: PlanningAreaSource, frame: Frame) -> Batch:
    """Read municipalities or districts."""
    columns, rejects, seen = source.columns, list[Reject](), set[str]()
    layer, rows = _open(path, source, columns.key, columns.name), []
    for record, values, shape in _polygons(layer, rejects):
        name = clean(values[columns.name])
        key = clean(values[columns.key]) if columns.key else name
        if not name or not key:
            rejects.append(Reject(str(record), columns.key if name else columns.name, "it is empty"))
        elif not frame.touches(shape):
            rejects.append(Reject(f"{record} ({name})", "geometry", OUTSIDE, is_outside=True))
        elif key in seen:
            rejects.append(Reject(str(record), columns.key or columns.name, f"'{key}' is there before"))
        else:
            seen.add(key)
            rows.append((record, key, name, ewkb(shape)))
    return Batch(
        [Table("planning_area", ("record_number", "area_key", "name", "geom"), rows)], layer.rejects + rejects
    )


def read_postal_areas(path: Path, source: PostalAreaSource, frame: Frame) -> Batch:
    """Read postal areas that reach into the region; one key may have several polygons."""
    layer, rejects, rows = _open(path, source, source.columns.key), list[Reject](), []
    for record, values, shape in _polygons(layer, rejects):
        key = clean(values[source.columns.key])
        if not key:
            rejects.append(Reject(str(record), source.columns.key, "it is empty"))
        elif not frame.touches(shape):
            rejects.append(Reject(f"{record} ({key})", "geometry", OUTSIDE, is_outside=True))
        else:
            rows.append((record, key.upper(), ewkb(shape)))
    return Batch(
        [Table("postal_area", ("record_number", "postal_area_key", "geom"), rows)], layer.rejects + rejects
    )


def read_grid_areas(path: Path, source: GridAreaSource, frame: Frame) -> Batch:
    """Read service areas of transformer stations, with limit and peak load in MW where the layer has them."""
    columns, rejects, rows = source.columns, list[Reject](), []
    layer = _open(path, source, columns.name, columns.limit_mw, columns.peak_load_mw)
    for record, values, shape in _polygons(layer, rejects):
        name = clean(values[columns.name])
        try:
            if not name:
                raise FieldFault(columns.name, "it is empty")
            megawatts = [
                number(values[column], column, high=100_000) if column else None
                for column in (columns.limit_mw, columns.peak_load_mw)
            ]
        except FieldFault as fault:
            rejects.append(Reject(str(record), fault.field, fault.reason))
            continue
        if frame.touches(shape):
            rows.append((record, name, *megawatts, ewkb(shape)))
        else:
            rejects.append(Reject(f"{record} ({name})", "geometry", OUTSIDE, is_outside=True))
    table = Table("grid_area", ("record_number", "name", "limit_mw", "peak_load_mw", "geom"), rows)
    return Batch([table], layer.rejects + rejects)


def _open(path: Path, source: VectorSource, *columns: str | None) -> Layer:
    layer = Layer(path, layer=source.layer, crs=source.crs)
    layer.need(*columns)
    return layer


def _polygons(layer: Layer, rejects: list[Reject]) -> Iterator[tuple[int, dict[str, str], BaseGeometry]]:
    for record, values, shape in layer:
        outline = polygons(shape)
        if outline is None:
            rejects.append(Reject(str(record), "geometry", f"a {shape.geom_type} is no outline"))
        else:
            yield record, values, outline
