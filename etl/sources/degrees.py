"""Converts a layer to degrees, EPSG:4326, from its own CRS or the one that the region file names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from db.common.errors import UsageError


def convert_to_degrees(found: gpd.GeoDataFrame, path: Path, crs: str | None) -> gpd.GeoDataFrame:
    """Return the features in EPSG:4326; `crs` is that of a file that does not state its own.

    GeoJSON without a CRS is in degrees; if most of its coordinates cannot be degrees, it is treated as a file
    that does not state its CRS.

    Raises:
        UsageError: the CRS is not stated, is unknown, or does not fit the coordinates.
    """
    boxes = found.geometry[~(found.geometry.is_empty | found.geometry.isna())].bounds.to_numpy()
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    beyond = np.array([is_beyond(box) for box in boxes], dtype=bool)
    are_degrees = 2 * int(beyond.sum()) <= len(beyond)
    if found.crs is not None and (are_degrees or not found.crs.is_geographic):
        return found.to_crs(4326)
    x, y = boxes[beyond != are_degrees][0][:2] if len(boxes) else (0.0, 0.0)
    such = f"coordinates such as {x:.10g}, {y:.10g}"
    example = "EPSG:4326" if are_degrees else "EPSG:26917"
    if crs is None:
        fault = "does not state its coordinate reference system"
        raise UsageError(
            f"{path.name} {fault}; it has {such}.", f'name it in the region file, such as crs = "{example}".'
        )
    correct = f'correct it in the region file, such as crs = "{example}".'
    try:
        named = pyproj.CRS.from_user_input(crs)
    except pyproj.exceptions.CRSError:
        message = f"{path.name}: '{crs}' is not a known coordinate reference system."
        raise UsageError(message, correct) from None
    if len(boxes) and named.is_geographic != are_degrees:
        unit = "in degrees" if named.is_geographic else "not in degrees"
        raise UsageError(f"{path.name}: {crs} is {unit}, which does not fit {such}.", correct)
    return found.set_crs(named, allow_override=True).to_crs(4326)


def is_beyond(bounds: Sequence[float]) -> bool:
    """Return whether a box (west, south, east, north) exceeds the range of degrees."""
    west, south, east, north = bounds
    return bool(west < -360 or east > 360 or south < -90 or north > 90)  # noqa: PLR2004 - degrees


def transform_box(
    crs: str | None, named: str | None, total_bounds: Sequence[float] | None, near: shapely.Geometry
) -> tuple[float, float, float, float] | None:
    """Return the box around a shape of EPSG:4326 in the CRS of a layer; None if the CRS is not known.

    `crs` is that of the layer, `named` the one that the region file names.
    """
    own = crs or named
    if own is None:
        return None
    try:
        known = pyproj.CRS.from_user_input(own)
        if named is not None and known.is_geographic and total_bounds and is_beyond(total_bounds):
            known = pyproj.CRS.from_user_input(named)
        to_own = pyproj.Transformer.from_crs(4326, known, always_xy=True)
    except pyproj.exceptions.CRSError:
        return None
    west, south, east, north = to_own.transform_bounds(*near.bounds)
    return west, south, east, north
