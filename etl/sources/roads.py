"""Reads the drive network of OpenStreetMap as OSMnx does.

Inputs: an OSM file of any format. Results: `raw.road_node`, `raw.road_edge`: the simplified graph of the
largest weakly connected part, a two-way street as two rows; `raw.road_left_out`: the streets of all other
parts. A way is split at nodes that are missing from a clipped extract or lie beyond the region's margin.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from db.common.errors import UsageError
from etl.region.sources import RoadSource
from etl.sources.base import Batch, Frame, Reject
from etl.sources.ferry import FERRY_KMH, compute_crossing_kmh, find_ferries
from etl.sources.osm_file import OsmFile, Place, Way, open_osm_file
from etl.sources.road_access import FERRY, find_oneway, find_road_class, is_open
from etl.sources.road_graph import build_network
from etl.sources.road_rows import make_edge_tables, make_left_out_table
from etl.sources.road_speed import read_speeds_kmh
from etl.sources.road_ways import DriveWay, NodePlaces, all_refs, cut_ways


@dataclass
class DriveNetwork:
    """The ways that cars may use, places that they have themselves, and counts of what was left out."""

    ways: list[DriveWay] = field(default_factory=list)
    own_places: dict[int, Place] = field(default_factory=dict)
    closed_count: int = 0
    bad_speed_count: int = 0
    ferry_count: int = 0
    slow_ferry_count: int = 0

    def add(self, way: Way, highway: str, kmh: tuple[float | None, float | None]) -> None:
        """Add a way with the class of its road, and km/h along and against its line."""
        direction = find_oneway(way.tags)
        # as OSMnx has it: a roundabout is one-way even without a tag
        is_oneway = direction in ("yes", "-1") or _printable(way.tags.get("junction", "")) == "roundabout"
        name = way.tags.get("name")
        refs = array("q", way.refs)
        self.ways.append(DriveWay(way.way_id, highway, name, is_oneway, direction == "-1", kmh, refs))
        self.note_places(way)

    def note_places(self, way: Way) -> None:
        """Take the coordinates that a way has itself; those of the first way count."""
        for node, place in way.places.items():
            self.own_places.setdefault(node, place)


def read_roads(path: Path, source: RoadSource, frame: Frame) -> Batch:
    """Read the network: lengths in metres along great circles, km/h from the tags or of the class.

    Raises:
        UsageError: the file cannot be read, or none of its roads is open to cars.
    """
    with open_osm_file(path) as osm:
        found = _drive_ways(osm)
        ferries = find_ferries(osm)
        for way in ferries:
            found.note_places(way)
        places = _places(osm, found, ferries)
        double_count = osm.double_count
    places.cut(frame)
    near = [way for way in ferries if places.are_kept(places.find(way.refs)).any()]
    if source.ferries:
        _add_ferries(found, near, places)
    pieces, missing, outside = cut_ways(found.ways, places)
    if not pieces:
        raise _no_road(path, found.ways, places)
    found.ways.clear()
    roads = build_network(pieces, places)
    batch = Batch([*make_edge_tables(roads, pieces), make_left_out_table(roads, pieces, places)])
    batch.assumptions = [*roads.assumptions, *_assumptions(found, near, has_ferries=source.ferries)]
    for count, reason in (
        (missing, "node references are missing from the extract; their roads end there"),
        (outside, "road nodes lie outside the region and its margin"),
    ):
        if count:
            text = f"{count:,} {reason}"
            batch.rejects.append(Reject("several", "nodes", text, is_outside=True, count=count))
    if double_count:
        text = f"{double_count:,} objects are duplicates; the newest of each is used"
        batch.rejects.append(Reject("several", "id", text, is_double=True, count=double_count))
    batch.rejects.extend(roads.rejects)
    if found.closed_count:
        text = f"{found.closed_count:,} roads are closed to cars of the public by their tags"
        batch.rejects.append(Reject("several", "access", text, is_outside=True, count=found.closed_count))
    return batch


def _no_road(path: Path, ways: list[DriveWay], places: NodePlaces) -> UsageError:
    if ways and not len(places):
        return UsageError(
            f"{path.name} has {len(ways):,} roads, but none of their nodes, so no road has a place.",
            "query the nodes as well, as in (way[highway];>;); out body; or extract complete ways.",
        )
    return UsageError(
        f"{path.name} has no road in the region that is open to cars.",
        "check that the extract covers the region.",
    )


def _drive_ways(osm: OsmFile) -> DriveNetwork:
    """Return the ways of the drive network with the tags that are used."""
    found = DriveNetwork()
    for way in osm.ways("highway"):
        highway = find_road_class(way.tags)
        if highway is None:
            continue
        if not is_open(way.tags):
            found.closed_count += 1
            continue
        along, against, is_bad = read_speeds_kmh(way.tags, highway)
        found.bad_speed_count += is_bad
        found.add(way, highway, (along, against))
    return found


def _places(osm: OsmFile, found: DriveNetwork, ferries: Iterable[Way]) -> NodePlaces:
    """Return the places of all nodes of ways and ferries."""
    of_ferries = np.array([ref for way in ferries for ref in way.refs], dtype=np.int64)
    wanted = np.unique(np.concatenate((all_refs(found.ways), of_ferries)))
    return NodePlaces(*osm.node_xy(wanted), found.own_places)


def _add_ferries(found: DriveNetwork, ferries: list[Way], places: NodePlaces) -> None:
    for way in ferries:
        kmh = compute_crossing_kmh(way.tags, way.refs, places.of(way.refs))
        found.slow_ferry_count += kmh is None
        found.ferry_count += 1
        found.add(way, FERRY, (kmh or FERRY_KMH, kmh or FERRY_KMH))


def _assumptions(found: DriveNetwork, ferries: list[Way], *, has_ferries: bool) -> list[str]:
    said = []
    if found.bad_speed_count:
        said.append(
            f"{found.bad_speed_count:,} roads have a maxspeed that is not a speed; "
            "that of their class is used."
        )
    if has_ferries and found.ferry_count:
        said.append(
            f"Ferries that carry cars are part of the road network, without waiting: {found.ferry_count:,}. "
            f"Of them {found.slow_ferry_count:,} have no duration; {FERRY_KMH:g} km/h is assumed."
        )
    elif ferries:
        said.append(
            f"Ferries that carry cars are not part of the road network: {len(ferries):,}; "
            "set `ferries = true` under [sources.roads] to include them."
        )
    return said


def _printable(text: str) -> str:
    """Return text without control characters."""
    return "".join(sign for sign in text if sign.isprintable())
