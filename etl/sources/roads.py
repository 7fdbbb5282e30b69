"""Reads the drive network of OpenStreetMap as OSMnx does.

Inputs: an OSM file of any format. Results: `raw.road_node`, `raw.road_edge`: the simplified graph of the
largest weakly connected part, a two-way street as two rows; `raw.road_left_out`: the streets of all other
parts. A way is split at nodes that are missing from a clipped extract or lie beyond the region's margin.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from xml.sax.saxutils import quoteattr

import numpy as np
import shapely

from db.common.errors import UsageError
from etl.region.sources import RoadSource
from etl.sources.base import Batch, Frame, Reject
from etl.sources.ferry import FERRY_KMH, compute_crossing_kmh, find_ferries
from etl.sources.osm_file import OsmFile, Place, Way, open_osm_file
from etl.sources.road_access import FERRY, find_oneway, find_road_class, is_open
from etl.sources.road_graph import build_network, make_edge_tables, make_left_out_table
from etl.sources.road_speed import read_speeds_kmh

_KEPT_TAGS = ("highway", "name", "junction", "oneway")


@dataclass
class DriveNetwork:
    """The ways that cars may use, with speeds in both directions, and counts of what was left out."""

    ways: list[Way]
    speeds: dict[int, tuple[float | None, float | None]]
    closed_count: int = 0
    bad_speed_count: int = 0
    ferry_count: int = 0
    slow_ferry_count: int = 0


def read_roads(path: Path, source: RoadSource, frame: Frame) -> Batch:
    """Read the network: lengths in metres along great circles, km/h from the tags or of the class.

    Raises:
        UsageError: the file cannot be read, or none of its roads is open to cars.
    """
    with open_osm_file(path) as osm:
        found = _drive_ways(osm)
        ferries = find_ferries(osm)
        ways = found.ways + ferries
        places = osm.node_places({ref for way in ways for ref in way.refs})
        double_count = osm.double_count
    for way in ways:
        places = way.places | places if way.places else places
    kept = _within(places, frame)
    near = [way for way in ferries if any(ref in kept for ref in way.refs)]
    if source.ferries:
        _add_ferries(found, near, places)
    pieces, missing, outside = _pieces(found.ways, places, kept)
    if not pieces:
        raise _no_road(path, found.ways, places)
    with tempfile.TemporaryDirectory() as folder:
        xml = Path(folder) / "drive.osm"
        with xml.open("w", encoding="utf-8") as file:
            file.writelines(_xml(pieces, kept))
        roads = build_network(xml, pieces, found.speeds)
    batch = Batch([*make_edge_tables(roads, pieces), make_left_out_table(roads, pieces, kept)])
    roads.graph.clear()
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


def _no_road(path: Path, ways: list[Way], places: dict[int, Place]) -> UsageError:
    if ways and not places:
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
    found = DriveNetwork([], {})
    for way in osm.ways("highway"):
        highway = find_road_class(way.tags)
        if highway is None:
            continue
        if not is_open(way.tags):
            found.closed_count += 1
            continue
        along, against, is_bad = read_speeds_kmh(way.tags, highway)
        found.bad_speed_count += is_bad
        found.speeds[way.way_id] = (along, against)
        found.ways.append(replace(way, tags=_kept(way, highway)))
    return found


def _kept(way: Way, highway: str) -> dict[str, str]:
    tags = {key: way.tags[key] for key in _KEPT_TAGS if key in way.tags} | {"highway": highway}
    if direction := find_oneway(way.tags):
        tags["oneway"] = direction
    return tags


def _add_ferries(found: DriveNetwork, ferries: list[Way], places: dict[int, Place]) -> None:
    for way in ferries:
        kmh = compute_crossing_kmh(way.tags, way.refs, places)
        found.slow_ferry_count += kmh is None
        found.ferry_count += 1
        found.speeds[way.way_id] = (kmh or FERRY_KMH, kmh or FERRY_KMH)
        found.ways.append(replace(way, tags=_kept(way, FERRY)))


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


def _within(places: dict[int, Place], frame: Frame) -> dict[int, Place]:
    """Return the places in the region; the fallback for a boundary does not cut roads."""
    if not frame.is_boundary or frame.outline is None or not places:
        return places
    xy = np.array(list(places.values()))
    inside = shapely.intersects_xy(frame.outline, xy[:, 0], xy[:, 1])
    return {node: place for (node, place), is_inside in zip(places.items(), inside, strict=True) if is_inside}


def _pieces(ways: list[Way], places: dict[int, Place], kept: dict[int, Place]) -> tuple[list[Way], int, int]:
    """Cut the ways at nodes that are missing or outside; also count these node references."""
    pieces: list[Way] = []
    counts: Counter[str] = Counter()
    for way in ways:
        piece: list[int] = []
        for ref in [*way.refs, None]:
            if ref in kept:
                piece.append(ref)
                continue
            if len(piece) > 1:
                pieces.append(replace(way, refs=piece))
            piece = []
            if ref is not None:
                counts["outside" if ref in places else "missing"] += 1
    return pieces, counts["missing"], counts["outside"]


def _xml(pieces: list[Way], places: dict[int, Place]) -> Iterator[str]:
    """Write the pieces for OSMnx; as a way may be cut into several, the number of a piece is its id."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6">\n'
    for node in sorted({ref for piece in pieces for ref in piece.refs}):
        lon, lat = places[node]
        yield f'<node id="{node}" lat="{lat!r}" lon="{lon!r}"/>\n'
    for number, piece in enumerate(pieces):
        yield f'<way id="{number}">'
        yield from (f'<nd ref="{ref}"/>' for ref in piece.refs)
        yield from (
            f"<tag k={quoteattr(key)} v={quoteattr(_printable(v))}/>" for key, v in piece.tags.items()
        )
        yield "</way>\n"
    yield "</osm>\n"


def _printable(text: str) -> str:
    """Return text without the control characters that XML forbids."""
    return "".join(sign for sign in text if sign.isprintable())
