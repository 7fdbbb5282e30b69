"""Geometry for a map in a browser: WGS 84, GeoJSON, no more digits and corners than a screen shows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pyproj
import shapely

DEGREE_DIGITS = 5
"""About one metre: finer than a hexagon's edge or a station's place is known."""

Feature = dict[str, Any]


class ToBrowser:
    """Turns geometries of the region's metric CRS into GeoJSON."""

    def __init__(self, metric_srid: int) -> None:
        crs = pyproj.CRS.from_epsg(metric_srid)
        self._to_degrees = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)

    def geometries(self, wkb: Sequence[bytes], *, tolerance_m: float = 0.0) -> list[dict[str, Any]]:
        """Return GeoJSON geometries; lines and areas lose corners that lie within `tolerance_m` of them.

        Args:
            wkb: geometries in the metric CRS, as PostGIS writes them.
            tolerance_m: how far, in metres, a line may move.

        """
        shapes = shapely.from_wkb(list(wkb))
        if tolerance_m:
            shapes = shapely.simplify(shapes, tolerance_m)
        shapes = shapely.transform(shapes, self._degrees)
        return [json.loads(text) for text in shapely.to_geojson(shapes)]

    def features(self, rows: Iterable[dict[str, Any]], *, tolerance_m: float = 0.0) -> list[Feature]:
        """Return a GeoJSON feature per row: `geom` is its geometry, the rest are its properties."""
        found = list(rows)
        shapes = self.geometries([row.pop("geom") for row in found], tolerance_m=tolerance_m)
        return [
            {"type": "Feature", "geometry": shape, "properties": row}
            for shape, row in zip(shapes, found, strict=True)
        ]

    def merged_lines(self, wkb: Sequence[bytes], *, tolerance_m: float) -> dict[str, Any]:
        """Return one GeoJSON MultiLineString: pieces joined end to end, then simplified."""
        whole = shapely.line_merge(shapely.multilinestrings(shapely.from_wkb(list(wkb))))
        lines = shapely.multilinestrings(shapely.get_parts(whole))
        return self.geometries([shapely.to_wkb(lines)], tolerance_m=tolerance_m)[0]

    def _degrees(self, points: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        longitude, latitude = self._to_degrees.transform(points[:, 0], points[:, 1])
        return np.round(np.column_stack([longitude, latitude]), DEGREE_DIGITS)
