"""Boxes in degrees, as shapes that can be put into the CRS of a collection."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import pyproj
import shapely
import shapely.affinity
from shapely.geometry.base import BaseGeometry

_SIZES = (4, 6)
_WGS84 = 4326
_AROUND_DEG = 10.0  # a projected CRS still holds so far beyond its area of use
_STEP_DEG = 0.0025  # an edge along a parallel bends in a projected CRS: 1 mm between corners so far apart
_STEPS_MAX = 400
_TURN = 360.0
_SLACK_DEG = 1e-8  # answers give nine digits: a box that takes them up finds what it has them from


def read_box(bounds: list[Any]) -> tuple[float, float, float, float]:
    """Return west, south, east and north of four numbers, or of six with heights, which are left out.

    A box without area is a point or a line; one whose west is east of its east crosses 180 degrees.

    Raises:
        ValueError: they are no box on earth.
    """
    numbers = [float(bound) for bound in bounds if not isinstance(bound, bool)]
    if len(numbers) != len(bounds) or len(numbers) not in _SIZES or not all(map(math.isfinite, numbers)):
        raise ValueError("A box is four numbers: west, south, east, north.")
    half = len(numbers) // 2
    (west, south), (east, north) = numbers[:2], numbers[half : half + 2]
    are_degrees = max(abs(west), abs(east)) <= 180 and -90 <= south <= north <= 90  # noqa: PLR2004
    if not are_degrees:
        raise ValueError("A box is west, south, east, north, in degrees, south first.")
    return west, south, east, north


def shape_of_box(box: tuple[float, float, float, float], srid: int | None) -> BaseGeometry:
    """Return a box (degrees) as a shape; what lies far from where a CRS holds is cut off, maybe all of it.

    Its edges belong to it, so that a box without area still finds what lies there. It has corners along
    them, so that it stays the same area in the CRS `srid`.
    """
    west, south, east, north = box
    if west > east:
        east += _TURN
    whole = shapely.box(west - _SLACK_DEG, south - _SLACK_DEG, east + _SLACK_DEG, north + _SLACK_DEG)
    if srid is None or srid == _WGS84:
        room: BaseGeometry | None = shapely.box(-180, -90, 180, 90)
    else:
        room = _room(srid)
    moved = [shapely.affinity.translate(whole, turn) for turn in (-_TURN, 0.0, _TURN)]
    parts = [shapely.intersection(part, room) for part in moved] if room else [whole]
    found = shapely.unary_union([part for part in parts if not part.is_empty])
    span = (
        max(found.bounds[2] - found.bounds[0], found.bounds[3] - found.bounds[1]) if not found.is_empty else 0
    )
    return shapely.segmentize(found, max(_STEP_DEG, span / _STEPS_MAX))


@lru_cache
def _room(srid: int) -> BaseGeometry | None:
    """Return where a CRS holds, in degrees; None where it holds everywhere, or that is not known."""
    area = pyproj.CRS.from_epsg(srid).area_of_use
    if area is None:
        return None
    east = area.east + _TURN if area.east < area.west else area.east
    return shapely.box(
        area.west - _AROUND_DEG,
        max(-90, area.south - _AROUND_DEG),
        east + _AROUND_DEG,
        min(90, area.north + _AROUND_DEG),
    )
