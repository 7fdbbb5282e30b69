"""Outlines of the region and its municipalities as polygons in metres."""

from __future__ import annotations

import numpy as np
import shapely

from etl.sample.calibration import MUNICIPALITIES, Floats
from etl.sample.land import Land, outline

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
    """Return the municipalities' outlines, metres, in the order of `Land.places`."""
    towns, per_town = land.towns, len(MUNICIPALITIES)
    region = shapely.Polygon(np.stack(land.unit(*outline(land)), axis=1))
    seats = np.array([(place.east_km, place.north_km) for place in land.places])
    shapes = []
    for town in range(towns.count):
        ground = _cell(region, towns.seat, towns.weight, town)
        own = slice(town * per_town, (town + 1) * per_town)
        for m in range(per_town):
            cell = shapely.segmentize(_cell(ground, seats[own], towns.place_weight[own], m), 0.25)
            bent = shapely.transform(cell, lambda points: _to_ground(land, points))
            shapes.append(max(shapely.get_parts(bent), key=lambda part: part.area))
    return shapes


def _cell(ground: shapely.Polygon, seats: Floats, weight: Floats, index: int) -> shapely.Polygon:
    """Return the part of the ground that a power diagram gives to one of the seats."""
    seat, cell = seats[index], ground
    for other, place in enumerate(seats):
        if other != index:
            gap = float(place @ place - seat @ seat - weight[other] + weight[index])
            cell = shapely.intersection(cell, _half_plane(2 * (place - seat), gap))
    return cell


def _to_ground(land: Land, unit_km: Floats) -> Floats:
    return np.stack(land.ground(*land.lattice(unit_km[:, 0], unit_km[:, 1]), straight=True), axis=1)
