"""Derives the metric CRS of a region, and the outline with margin in which its records may lie."""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from db.common.errors import UsageError
from etl.sources.base import Batch


def collect_shapes(batches: Iterable[Batch], table: str) -> list[BaseGeometry]:
    """Return the shapes that were read for a table; rows without a place are left out."""
    rows = [row for batch in batches for part in batch.tables if part.name == table for row in part.rows]
    return [shapely.from_wkb(row[-1]) for row in rows if row[-1] is not None]


def parse_metric_crs(text: str, file_name: str) -> pyproj.CRS:
    """Return the metric CRS that a region file names.

    Raises:
        UsageError: it is unknown, not projected, not in metres, or has no EPSG code.
    """
    hint = 'give the EPSG code of a projected CRS in metres, such as "EPSG:26917", or leave metric_crs out.'
    try:
        crs = pyproj.CRS.from_user_input(text)
    except pyproj.exceptions.CRSError:
        raise UsageError(
            f"{file_name}: metric_crs '{text}' is not a known coordinate reference system.", hint
        ) from None
    if not crs.is_projected or any(axis.unit_name != "metre" for axis in crs.axis_info[:2]):
        raise UsageError(f"{file_name}: metric_crs '{text}' ({crs.name}) does not measure in metres.", hint)
    if crs.to_epsg() is None:
        raise UsageError(f"{file_name}: metric_crs '{text}' has no EPSG code.", hint)
    return crs


def estimate_crs(places: list[BaseGeometry]) -> pyproj.CRS:
    """Return the UTM zone of the centre of some shapes."""
    return pyproj.CRS(gpd.GeoSeries(places, crs=4326).estimate_utm_crs())


def widen_outline(places: list[BaseGeometry], crs: pyproj.CRS, margin_m: float) -> BaseGeometry:
    """Return the union of some outlines, widened by a margin in metres, in EPSG:4326."""
    wide = gpd.GeoSeries(places, crs=4326).to_crs(crs).union_all().buffer(margin_m)
    outline = gpd.GeoSeries([wide], crs=crs).to_crs(4326).iloc[0]
    shapely.prepare(outline)
    return outline


def draw_hull(places: list[BaseGeometry]) -> BaseGeometry:
    """Return the convex hull of some shapes, the fallback for a boundary."""
    return shapely.convex_hull(shapely.GeometryCollection(places))
