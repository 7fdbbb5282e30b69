"""Outlines of the region and its municipalities as polygons in metres."""

from __future__ import annotations

import numpy as np
import shapely

from etl.sample.calibration import MUNICIPALITIES, Floats
from etl.sample.land import STEP_M, Land, outline

WIDE_KM = 100.0


def region_shape(land: Land) -> shapely.Polygon:
    """Return the outline of the region, metres."""
    return shapely.Polygon(np.stack(land.ground(*outline(land), straight=True), axis=1))


def _half_plane(normal: Floats, offset: float) -> shapely.Polygon:
    """Return the part of a wide square where normal . p <= offset."""
    length = float(np.hypot(*normal))
    n = normal / length
    on, along = n * offset / length, np.array([-n[1], n[0]]) * WIDE_KM
    back = n * -WIDE_KM * 2
    return shapely.Polygon([on + along, on - along, on - along + back, on + along + back])


def municipality_shapes(land: Land) -> list[shapely.Polygon]:
    """Return the municipalities' outlines, metres, in the order of `MUNICIPALITIES` (a power diagram)."""
    region = shapely.Polygon(np.stack(land.unit(*outline(land)), axis=1))
    seats = np.array([(place.east_km, place.north_km) for place in MUNICIPALITIES])
    shapes = []
    for m, seat in enumerate(seats):
        cell = region
        for other, place in enumerate(seats):
            if other != m:
                gap = float(place @ place - seat @ seat - land.seat_weight[other] + land.seat_weight[m])
                cell = shapely.intersection(cell, _half_plane(2 * (place - seat), gap))
        bent = shapely.transform(shapely.segmentize(cell, 0.25), lambda points: _to_ground(land, points))
        shapes.append(max(shapely.get_parts(bent), key=lambda part: part.area))
    return shapes


def _to_ground(land: Land, unit_km: Floats) -> Floats:
    f = 1000 / STEP_M * land.k
    i, j = unit_km[:, 0] * f + land.half, unit_km[:, 1] * f + land.half
    return np.stack(land.ground(i, j, straight=True), axis=1)
