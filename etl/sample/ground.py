"""Rivers with their flood land, cemeteries, reserves, and three-phase lines."""

from __future__ import annotations

import numpy as np
import shapely

from etl.sample.barrier import rivers
from etl.sample.calibration import LABEL, Floats
from etl.sample.land import Land
from etl.sample.lattice import PRIMARY, SECONDARY
from etl.sample.network import Network
from etl.sample.places import Features, rectangle

RIVER_WIDTH_M = 40.0
# Flood land reaches this far from the middle of the river.
FLOOD_REACH_M = 120.0
# Lines stand on poles beside their street.
POLE_M = 8.0


def make_courses(land: Land) -> list[shapely.LineString]:
    """Return the parts of the rivers inside the region, in metres."""
    i = np.arange(0, land.size, 0.5)
    courses = []
    for river in rivers(land):
        j = river(land, i)
        inside = land.inside(i, j)
        ends = np.flatnonzero(np.diff(inside.astype(np.int8))) + 1
        parts = [part for part in np.split(np.arange(len(i)), ends) if inside[part[0]] and len(part) > 1]
        courses += [
            shapely.LineString(np.stack(land.ground(i[part], j[part], straight=True), axis=1))
            for part in parts
        ]
    return courses


def add_ground(land: Land, features: Features) -> None:
    """Add the rivers as outlines, and cemeteries and reserves beside parks and woods."""
    for course in make_courses(land):
        outline = shapely.simplify(course.buffer(RIVER_WIDTH_M / 2), 2.0)
        for part in shapely.get_parts(outline):
            ring = shapely.get_coordinates(part.exterior)
            features.ring.append((ring, {"natural": "water", "name": f"Sample River {LABEL}"}))
    for number, (outer, _, tags) in enumerate(list(features.holed)):
        if number % 3 == 0:
            features.ring.append(
                (_plot(outer), {"landuse": "cemetery", "name": f"Cemetery at {tags['name']}"})
            )
    woods = [n for n, (_, tags) in enumerate(features.ring) if tags.get("natural") == "wood"]
    for number in woods[::2]:
        ring, tags = features.ring[number]
        name = f"Reserve {number} {LABEL}"
        features.ring[number] = (ring, {**tags, "boundary": "protected_area", "name": name})


def _plot(park: Floats) -> Floats:
    """Return a plot at the edge of a park."""
    middle, corner = park[:-1].mean(axis=0), park[0]
    east, north = middle + (corner - middle) * 0.7
    return rectangle(east, north, 90.0, 60.0, 0.3)


def flood_land(land: Land) -> list[tuple[shapely.Geometry, dict[str, str]]]:
    """Return the flood land of each part of the rivers."""
    return [
        (
            shapely.simplify(course.buffer(FLOOD_REACH_M), 5.0),
            {"river": f"Sample River {LABEL}", "event": "regional"},
        )
        for course in make_courses(land)
    ]


def add_power_lines(land: Land, network: Network, features: Features) -> None:
    """Add three-phase lines along the main streets; of every fourth the map does not tell the phases."""
    straight = network.node_key >= land.size**2
    east, north = land.ground(network.place_i, network.place_j, straight=straight)
    for way, (begin, end) in enumerate(
        zip(network.first[:-1].tolist(), network.first[1:].tolist(), strict=True)
    ):
        if int(network.road_class[way]) not in (SECONDARY, PRIMARY):
            continue
        nodes = network.node[begin:end]
        points = np.stack([east[nodes] + POLE_M, north[nodes] + POLE_M], axis=1)
        tags = {"power": "minor_line"}
        if way % 4:
            tags |= {"cables": "3", "voltage": "27600"}
        features.line.append((points, tags))
