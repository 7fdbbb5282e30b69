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
BLOCK_M = 20_000.0
"""Longitude and latitude are quadratic in metres, to a centimetre or so, in squares of this size."""
BLOCK_DIGITS = 7
BLOCK_POWERS = ((0, 0), (1, 0), (0, 1), (2, 0), (1, 1), (0, 2))

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

    def merged_lines(self, wkb: Sequence[bytes], *, tolerance_m: float) -> list[list[int]]:
        """Return lines, joined end to end, then simplified.

        Each line is longitude and latitude of its first corner, then how far each corner is from the one
        before, in units of the last of `DEGREE_DIGITS`.
        """
        whole = shapely.line_merge(shapely.multilinestrings(shapely.from_wkb(list(wkb))))
        lines = shapely.simplify(shapely.get_parts(whole), tolerance_m)
        points, number = shapely.get_coordinates(lines, return_index=True)
        whole_units = np.rint(self._degrees(points) * 10**DEGREE_DIGITS).astype(np.int64)
        begins = np.flatnonzero(np.diff(number, prepend=-1))
        moves = np.diff(whole_units, axis=0, prepend=0)
        moves[begins] = whole_units[begins]
        return [part.ravel().tolist() for part in np.split(moves, begins[1:])] if len(moves) else []

    def points(self, wkb: Sequence[bytes]) -> list[list[float]]:
        """Return longitude and latitude of points."""
        found: list[list[float]] = self._degrees(
            shapely.get_coordinates(shapely.from_wkb(list(wkb)))
        ).tolist()
        return found

    def blocks(self, corners: np.ndarray[Any, Any]) -> dict[str, Any]:
        """Return how longitude and latitude follow from metres wherever there are corners.

        The plane is cut into squares of `block_m` metres. In each, u and v run from -1 to 1 eastwards and
        northwards; longitude, and after it latitude, is the sum of its six numbers times 1, u, v, u^2, uv and
        v^2, in units of the last of `BLOCK_DIGITS`. Fitted by least squares to the projection itself.
        """
        squares = np.unique(np.floor(corners / BLOCK_M).astype(np.int64), axis=0)
        side = np.linspace(-1, 1, 5)
        u, v = (axis.ravel() for axis in np.meshgrid(side, side))
        fit = np.linalg.pinv(np.column_stack([u**a * v**b for a, b in BLOCK_POWERS]))
        at = (squares[:, None, :] + 0.5 + 0.5 * np.column_stack([u, v])[None, :, :]) * BLOCK_M
        longitude, latitude = self._to_degrees.transform(at[..., 0], at[..., 1])
        factors = np.concatenate([longitude @ fit.T, latitude @ fit.T], axis=1)
        return {
            "block_m": BLOCK_M,
            "digits": BLOCK_DIGITS,
            "squares": squares.tolist(),
            "factors": np.rint(factors * 10**BLOCK_DIGITS).astype(np.int64).tolist(),
        }

    def _degrees(self, points: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        longitude, latitude = self._to_degrees.transform(points[:, 0], points[:, 1])
        return np.round(np.column_stack([longitude, latitude]), DEGREE_DIGITS)


def hexagon_corners(
    edge_m: float, i: np.ndarray[Any, Any], j: np.ndarray[Any, Any]
) -> np.ndarray[tuple[int, int], Any]:
    """Return the corners of the hexagons (i, j) of ST_HexagonGrid, metres; six rows of x and y for each."""
    height = np.sqrt(3.0) * edge_m
    centre = np.column_stack([1.5 * edge_m * i, height * (j + 0.5 * (i % 2))])
    around = np.array([[-1, 0], [-0.5, -1], [0.5, -1], [1, 0], [0.5, 1], [-0.5, 1]]) * [edge_m, height / 2]
    found: np.ndarray[tuple[int, int], Any] = (centre[:, None, :] + around[None, :, :]).reshape(-1, 2)
    return found
