"""Corridors along the motorways, as areas that a grant program may speak of."""

from __future__ import annotations

import numpy as np
import shapely

from etl.sample.areas import region_shape
from etl.sample.calibration import LABEL
from etl.sample.land import Land
from etl.sample.lattice import MOTORWAY, PRIMARY
from etl.sample.network import Network

# Made up: within a drive of a few minutes from the road.
CORRIDOR_REACH_M = 1000.0
_SMOOTH_M = 25.0


def corridor_areas(land: Land, network: Network) -> list[tuple[shapely.Geometry, dict[str, str]]]:
    """Return the land near motorways, or near main streets in a region too small for motorways."""
    straight = network.node_key >= land.size**2
    east, north = land.ground(network.place_i, network.place_j, straight=straight)
    along = MOTORWAY if (network.road_class == MOTORWAY).any() else PRIMARY
    ways = zip(network.first[:-1].tolist(), network.first[1:].tolist(), network.road_class, strict=True)
    roads = [
        shapely.LineString(np.stack([east[network.node[a:b]], north[network.node[a:b]]], axis=1))
        for a, b, road_class in ways
        if road_class == along
    ]
    near = shapely.union_all([shapely.buffer(road, CORRIDOR_REACH_M) for road in roads])
    inside = shapely.intersection(shapely.simplify(near, _SMOOTH_M), region_shape(land))
    parts = [part for part in shapely.get_parts(inside) if part.geom_type == "Polygon"]
    return [
        (part, {"corridor": f"Corridor {number} {LABEL}", "source": "invented"})
        for number, part in enumerate(parts, start=1)
    ]
