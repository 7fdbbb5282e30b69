"""Writes streets and places as an OSM PBF file: nodes, ways, relations, each sorted by id."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import osmium
from osmium.osm import mutable

from etl.sample.calibration import Floats
from etl.sample.files import degrees
from etl.sample.land import Land
from etl.sample.lattice import MOTORWAY, MOTORWAY_LINK, PRIMARY, SECONDARY, UNCLASSIFIED
from etl.sample.network import HIGHWAY, MAXSPEED, Network
from etl.sample.places import Features

# Beyond 32 bits, as ids of today's map are; far from the ids that the map has given out.
NODE_BASE, WAY_BASE, RELATION_BASE = 90_000_000_000, 60_000_000_000, 50_000_000_000
PLACE_BASE = NODE_BASE + 1_000_000_000
MARK = {"source": "synthetic"}
STAMP = "2024-11-23T00:00:00Z"


class Writer:
    """Writes nodes first, remembers ways and relations, and writes them on closing."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        header = osmium.io.Header()
        header.set("generator", "EV charging planner, synthetic sample region")
        self._out = osmium.SimpleWriter(str(path), 4 << 20, header, overwrite=True)
        self._next = PLACE_BASE
        self._ways: list[tuple[list[int], dict[str, str]]] = []
        self._relations: list[tuple[list[tuple[str, int, str]], dict[str, str]]] = []

    def node(self, number: int, lon: float, lat: float, tags: dict[str, str] | None = None) -> None:
        """Write one node."""
        self._out.add_node(
            mutable.Node(id=number, location=(lon, lat), tags=tags or {}, version=1, timestamp=STAMP)
        )

    def place(self, lon: float, lat: float, tags: dict[str, str] | None = None) -> int:
        """Write one node beside the streets; returns its id."""
        self._next += 1
        self.node(self._next, lon, lat, {**tags, **MARK} if tags else None)
        return self._next

    def way(self, nodes: list[int], tags: dict[str, str]) -> int:
        """Keep a way for later; returns its id."""
        self._ways.append((nodes, tags))
        return WAY_BASE + len(self._ways)

    def ring(self, points: Floats, tags: dict[str, str]) -> int:
        """Write the nodes of a closed ring (metres, last point as the first) and keep its way."""
        nodes = self.line(points[:-1])
        return self.way([*nodes, nodes[0]], {**tags, **MARK} if tags else {})

    def line(self, points: Floats) -> list[int]:
        """Write the nodes of a line (metres); returns their ids."""
        lon, lat = degrees(points[:, 0], points[:, 1])
        return [self.place(x, y) for x, y in zip(lon.tolist(), lat.tolist(), strict=True)]

    def multipolygon(self, outer: Floats, inner: Floats, tags: dict[str, str]) -> None:
        """Keep an area with a hole, as a relation."""
        members = [
            ("w", self.ring(outer, {}), "outer"),
            ("w", self.ring(inner, {"natural": "water"}), "inner"),
        ]
        self._relations.append((members, {"type": "multipolygon", **tags, **MARK}))

    def close(self) -> None:
        """Write ways and relations and close the file."""
        for number, (nodes, tags) in enumerate(self._ways, start=WAY_BASE + 1):
            self._out.add_way(mutable.Way(id=number, nodes=nodes, tags=tags, version=1, timestamp=STAMP))
        for number, (members, tags) in enumerate(self._relations, start=RELATION_BASE + 1):
            self._out.add_relation(
                mutable.Relation(id=number, members=members, tags=tags, version=1, timestamp=STAMP)
            )
        self._out.close()


def _street_tags(network: Network, way: int, name: str) -> tuple[dict[str, str], bool]:
    """Return the tags of a street, and whether its nodes are written against the direction of travel."""
    road_class = int(network.road_class[way])
    tags = {"highway": HIGHWAY[road_class], **MARK}
    if name:
        tags["name"] = name
    if network.has_speed[way]:
        tags["maxspeed"] = MAXSPEED[road_class]
    if road_class == MOTORWAY:
        tags |= {"lanes": "3", "ref": f"S{network.motorway_number[way]}"}
    elif road_class in (SECONDARY, PRIMARY):
        tags["lanes"] = "4" if road_class == PRIMARY else "2"
    elif road_class == UNCLASSIFIED and way % 3 == 0:
        tags["surface"] = "gravel"
    if not network.is_oneway[way]:
        return tags, False
    # A few one-way streets are drawn against their traffic, as the tag allows.
    against = road_class < MOTORWAY_LINK and way % 9 == 0
    tags["oneway"] = "-1" if against else "yes"
    return tags, against


def write_osm(path: Path, land: Land, network: Network, names: list[str], features: Features) -> None:
    """Write the map of the region."""
    writer = Writer(path)
    straight = network.node_key >= land.size**2
    lon, lat = degrees(*land.ground(network.place_i, network.place_j, straight=straight))
    ids = network.node_key + NODE_BASE
    for number, x, y in zip(ids.tolist(), lon.tolist(), lat.tolist(), strict=True):
        writer.node(number, x, y)
    for way, (begin, end) in enumerate(
        zip(network.first[:-1].tolist(), network.first[1:].tolist(), strict=True)
    ):
        tags, against = _street_tags(network, way, names[way])
        nodes = ids[network.node[begin:end]].tolist()
        writer.way(nodes[::-1] if against else nodes, tags)
    east = np.array([point[0] for point in features.point])
    north = np.array([point[1] for point in features.point])
    lon, lat = degrees(east, north)
    for (_, _, tags), x, y in zip(features.point, lon.tolist(), lat.tolist(), strict=True):
        writer.place(x, y, tags)
    for points, tags in features.line:
        writer.way(writer.line(points), {**tags, **MARK})
    for points, tags in features.ring:
        writer.ring(points, tags)
    for outer, inner, tags in features.holed:
        writer.multipolygon(outer, inner, tags)
    writer.close()
