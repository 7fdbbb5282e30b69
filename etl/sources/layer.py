"""Reads the features of any vector layer that GDAL opens, in EPSG:4326."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import geopandas as gpd
import numpy as np
import shapely
from pandas.api.types import is_string_dtype
from shapely.geometry.base import BaseGeometry

from db.common.errors import UsageError
from etl.region.sources import AreaGeometry, CandidateSource, PlacedSource, VectorSource
from etl.sources.base import Reject, Rejects
from etl.sources.dataset import UNREADABLE, Dataset, find_dataset
from etl.sources.degrees import convert_to_degrees, transform_box
from etl.sources.notation import detect_notation

NAME_COLUMNS = "correct `columns` in the region file"
_POLYGON_DIMENSION = 2


@dataclass(frozen=True)
class Feature:
    """A feature: its values as text, as in a text file, and its shape in EPSG:4326."""

    values: dict[str, str]
    shape: BaseGeometry


class Layer:
    """The features of a layer, as (record number from 1, feature); those without shape are rejects."""

    def __init__(
        self,
        path: Path,
        source: VectorSource | PlacedSource | CandidateSource | AreaGeometry,
        columns: Iterable[str | None] = (),
        *,
        near: BaseGeometry | None = None,
        remedy: str = NAME_COLUMNS,
        is_of_areas: bool = True,
    ) -> None:
        """Read the layer and reproject it; `crs` of the source is for a file that does not state its own.

        `where` is a condition on columns in the SQL of GDAL: features that meet it and lie in the box around
        `near` (EPSG:4326) are read. If one of `columns` is missing, `remedy` is the next step. Of several
        layers, with `is_of_areas`, the one of areas is read.

        Raises:
            UsageError: GDAL cannot read it, it has no features or lacks a column, or its CRS is unknown.
        """
        self.path = path
        self.rejects = Rejects()
        wanted = [name for name in columns if name is not None]
        dataset = choose_dataset(path, source, wanted, is_of_areas=is_of_areas)
        self.notes = [dataset.note] if dataset.note else []
        try:
            box = None
            if near is not None:
                info = dataset.read_info(force_total_bounds=True)
                box = transform_box(info["crs"], source.crs, info["total_bounds"], near)
            found = dataset.read(where=source.where, bbox=box)
        except UNREADABLE as error:
            raise UsageError(
                f"{path.name} cannot be read as a vector layer: {error}.",
                "fetch the file again; it is damaged."
                if source.where is None
                else "correct `where` in the region file.",
            ) from None
        if not isinstance(found, gpd.GeoDataFrame) or found.empty:
            _refuse_empty(path, source, found, is_near=near is not None)
        self._features = convert_to_degrees(found, path, source.crs)
        self.columns = [name for name in self._features.columns if name != self._features.geometry.name]
        self._remedy = remedy
        self.require_columns(*wanted)

    def require_columns(self, *wanted: str | None) -> None:
        """Check that the layer has some columns.

        Raises:
            UsageError: a column is missing; the message names the nearest one.
        """
        for name in wanted:
            if name is None or name in self.columns:
                continue
            near = difflib.get_close_matches(name, self.columns, n=1, cutoff=0.5)
            raise UsageError(
                f"{self.path.name} has no column '{name}'"
                + (f"; the nearest is '{near[0]}'." if near else "."),
                f"{self._remedy}; it has {', '.join(self.columns)[:300]}.",
            )

    def normalize_numbers(self, numbers: Iterable[str | None]) -> None:
        """Convert the numbers of text columns to `1234.5` from now on, however they are written."""
        texts = [name for name in numbers if name and self._is_text(name)]
        if not texts:
            return
        rows = [
            dict(zip(texts, map(_text, row), strict=True))
            for row in self._features[texts].itertuples(index=False)
        ]
        found = detect_notation(rows, texts, [], [], separator=",")
        for name in texts:
            self._features[name] = [found.number(row[name]) for row in rows]

    def _is_text(self, name: str) -> bool:
        return name in self.columns and is_string_dtype(self._features[name])

    def values(self, name: str) -> list[str]:
        """Return a column of all features, including those without a usable shape."""
        return [_text(value) for value in self._features[name]]

    def __iter__(self) -> Iterator[tuple[int, Feature]]:
        """Yield the features that have a usable shape."""
        shapes = self._features.geometry
        rows = self._features[self.columns].to_dict("records")
        for record, (values, shape) in enumerate(zip(rows, shapes, strict=True), start=1):
            reason = _shape_fault(shape)
            if reason:
                self.rejects.append(Reject(str(record), "geometry", reason))
                continue
            yield record, Feature({name: _text(value) for name, value in values.items()}, shape)


def choose_dataset(
    path: Path,
    source: VectorSource | PlacedSource | CandidateSource | AreaGeometry,
    columns: Sequence[str] = (),
    *,
    is_of_areas: bool = True,
) -> Dataset:
    """Return the layer of a source's file.

    Raises:
        UsageError: the file cannot be read, or has several layers that fit.
    """
    named = source.encoding if "encoding" in source.model_fields_set else None
    return find_dataset(path, source.layer, columns=columns, encoding=named, is_of_areas=is_of_areas)


def read_keys(path: Path, source: AreaGeometry) -> set[str]:
    """Return the keys of the whole layer, without its shapes."""
    dataset = choose_dataset(path, source, [source.key])
    found = dataset.read(where=source.where, columns=[source.key], read_geometry=False)
    return {_text(value).strip() for value in found[source.key]}


def _refuse_empty(path: Path, source: Any, found: Any, *, is_near: bool) -> NoReturn:
    """Raise the error for a layer without features.

    Raises:
        UsageError: always.
    """
    if not isinstance(found, gpd.GeoDataFrame) and not found.empty:
        raise UsageError(
            f"{path.name} is a table without shapes.",
            "give a layer of polygons, or shapes as WKT in a column named wkt.",
        )
    lacks = "has no features in the region" if is_near else "has no features with a geometry"
    raise UsageError(
        f"{path.name} {lacks}.",
        "give a file of the region, with its CRS."
        if source.where is None
        else "correct `where` in the region file.",
    )


def extract_polygons(shape: BaseGeometry) -> BaseGeometry | None:
    """Return the polygons of a shape, repaired where rings cross; None if it has none."""
    mended = shape if shape.is_valid else shapely.make_valid(shape)
    parts = [part for part in shapely.get_parts(mended) if shapely.get_dimensions(part) == _POLYGON_DIMENSION]
    flat = [part for part in parts if part.geom_type == "Polygon"] + [
        inner for part in parts if part.geom_type == "MultiPolygon" for inner in part.geoms
    ]
    if not flat:
        return None
    return flat[0] if len(flat) == 1 else shapely.MultiPolygon(flat)


def _shape_fault(shape: BaseGeometry | None) -> str | None:
    if shape is None or shape.is_empty:
        return "it has no geometry, or a ring that does not close"
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        return "a coordinate is not finite"
    west, south, east, north = shape.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:  # noqa: PLR2004 - degrees
        return "a coordinate lies beyond 180 or 90 degrees"
    return None


def _text(value: Any) -> str:
    if value is None or value != value:  # noqa: PLR0124 - only NaN and NaT differ from themselves
        return ""
    # GDAL returns whole numbers as floats if a column has gaps; a key must not become 35300002.0.
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
