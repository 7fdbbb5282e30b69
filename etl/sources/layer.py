"""Opens any vector layer that GDAL reads and gives its features in EPSG:4326."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import pyproj
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from shapely.errors import GEOSException
from shapely.geometry.base import BaseGeometry

from db.errors import UsageError
from etl.sources.base import Reject, Rejects
from etl.sources.guard import check_archive

_POLYGON_DIMENSION = 2
_UNREADABLE = (DataSourceError, DataLayerError, ValueError, RuntimeError, GEOSException)
_HEAD_BYTES = 4_096
_POINTERS = (b"<OGRVRT", b"<OGRWFS", b"<WFS_", b"<wfs:WFS_", b"<OGCAPI", b"<VRTDataset", b"<CSW_")


@dataclass(frozen=True)
class Feature:
    """A feature: its values as text, as a text file would have them, and its shape in EPSG:4326."""

    values: dict[str, str]
    shape: BaseGeometry


class Layer:
    """The features of a layer, as (record number from 1, feature); those without shape are rejects."""

    def __init__(
        self,
        path: Path,
        *,
        layer: str | None = None,
        crs: str | None = None,
        where: str | None = None,
        near: BaseGeometry | None = None,
    ) -> None:
        """Read the layer and reproject it; `crs` is for a file that does not say its own.

        `where` is a condition on columns, in the SQL of GDAL: the features that meet it are read, of these
        those in the box around `near` (EPSG:4326).

        Raises:
            UsageError: GDAL cannot read it, it has no features, or its CRS is unknown.
        """
        self.path = path
        self.rejects = Rejects()
        _refuse_pointers(path)
        try:
            box = None if near is None else _box(path, layer, crs, near)
            found = pyogrio.read_dataframe(
                path, layer=layer, force_2d=True, on_invalid="ignore", where=where, bbox=box
            )
        except _UNREADABLE as error:
            raise UsageError(
                f"{path.name} cannot be read as a vector layer: {error}.", "check the file and its layer."
            ) from None
        if not isinstance(found, gpd.GeoDataFrame) or found.empty:
            lacks = "has no features with a geometry" if near is None else "has no features in the region"
            raise UsageError(
                f"{path.name} {lacks}.",
                "check the file, or name its layer." if where is None else "check the file and `where`.",
            )
        self._features = _degrees(found, path, crs)
        self.columns = [name for name in self._features.columns if name != self._features.geometry.name]

    def need(self, *wanted: str | None) -> None:
        """Make sure that columns are there.

        Raises:
            UsageError: a column is missing, with the nearest one there is.
        """
        for name in wanted:
            if name is None or name in self.columns:
                continue
            near = difflib.get_close_matches(name, self.columns, n=1, cutoff=0.5)
            raise UsageError(
                f"{self.path.name} has no column '{name}'"
                + (f"; the nearest is '{near[0]}'." if near else "."),
                f"correct `columns` in the region file; it has {', '.join(self.columns)[:300]}.",
            )

    def values(self, name: str) -> list[str]:
        """Return a column of all features, those without a usable shape too."""
        return [_text(value) for value in self._features[name]]

    def __iter__(self) -> Iterator[tuple[int, Feature]]:
        """Give the features that have a usable shape."""
        shapes = self._features.geometry
        rows = self._features[self.columns].to_dict("records")
        for record, (values, shape) in enumerate(zip(rows, shapes, strict=True), start=1):
            reason = _shape_fault(shape)
            if reason:
                self.rejects.append(Reject(str(record), "geometry", reason))
                continue
            yield record, Feature({name: _text(value) for name, value in values.items()}, shape)


def keys_of(path: Path, key: str, *, layer: str | None = None, where: str | None = None) -> set[str]:
    """Return the values of a column in the whole layer, without its shapes."""
    found = pyogrio.read_dataframe(path, layer=layer, where=where, columns=[key], read_geometry=False)
    return {_text(value).strip() for value in found[key]}


def _box(
    path: Path, layer: str | None, crs: str | None, near: BaseGeometry
) -> tuple[float, float, float, float] | None:
    """Return the box around a shape in the CRS of a layer; None where that is not known."""
    own = pyogrio.read_info(path, layer=layer)["crs"] or crs
    if own is None:
        return None
    try:
        to_own = pyproj.Transformer.from_crs(4326, pyproj.CRS.from_user_input(own), always_xy=True)
    except pyproj.exceptions.CRSError:
        return None
    west, south, east, north = to_own.transform_bounds(*near.bounds)
    return west, south, east, north


def polygons(shape: BaseGeometry) -> BaseGeometry | None:
    """Return the polygons of a shape, mended where rings cross; None when it has none."""
    mended = shape if shape.is_valid else shapely.make_valid(shape)
    parts = [part for part in shapely.get_parts(mended) if shapely.get_dimensions(part) == _POLYGON_DIMENSION]
    flat = [part for part in parts if part.geom_type == "Polygon"] + [
        inner for part in parts if part.geom_type == "MultiPolygon" for inner in part.geoms
    ]
    if not flat:
        return None
    return flat[0] if len(flat) == 1 else shapely.MultiPolygon(flat)


def _refuse_pointers(path: Path) -> None:
    """Refuse files that only say where the data is: they would make GDAL open other files, or the network.

    Raises:
        UsageError: the file is one of them, or an archive that is not harmless.
    """
    if path.suffix.lower() in (".zip", ".kmz"):
        check_archive(path)
    with path.open("rb") as file:
        start = file.read(_HEAD_BYTES)
    if any(word in start for word in _POINTERS):
        raise UsageError(
            f"{path.name} holds no features but points to another source.", "give the layer's own file."
        )


def _degrees(found: gpd.GeoDataFrame, path: Path, crs: str | None) -> gpd.GeoDataFrame:
    if found.crs is None:
        if crs is None:
            raise UsageError(
                f"{path.name} does not say its coordinate reference system.",
                'name it in the region file, such as crs = "EPSG:4326".',
            )
        try:
            found = found.set_crs(pyproj.CRS.from_user_input(crs))
        except pyproj.exceptions.CRSError:
            raise UsageError(
                f"'{crs}' is no known coordinate reference system.", 'write it like "EPSG:4326".'
            ) from None
    return found.to_crs(4326)


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
    # GDAL gives whole numbers as floats where a column has gaps; a key must not become 35300002.0.
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
