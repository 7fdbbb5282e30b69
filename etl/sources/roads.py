"""Reads the drive network of OpenStreetMap as OSMnx does.

Inputs: an OSM file (.osm.pbf or any that osmium reads). Results: `raw.road_node`, `raw.road_edge`: the
simplified graph of the largest weakly connected part, a two-way street as two rows. Where a node of a way is
missing from a clipped extract, or lies beyond the margin of the region, the way ends there and begins again
behind it.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.sax.saxutils import quoteattr

import networkx as nx
import numpy as np
import osmnx as ox
import shapely

from db.errors import UsageError
from etl.region_source import OsmSource
from etl.sources.base import Batch, Frame, Reject, Table, ewkb, ewkb_points
from etl.sources.osm_file import Way, node_places, reading, ways

NODE_COLUMNS = ("record_number", "node_id", "geom")
EDGE_COLUMNS = (
    "record_number", "from_node_id", "to_node_id", "osm_way_ids", "highway", "name", "length_m",
    "speed_kmh", "geom",
)  # fmt: skip

# OSMnx 2.1 `network_type="drive"`: a way is left out when the tag's value contains one of these words.
_LEFT_OUT = {
    "area": re.compile("yes"),
    "access": re.compile("private"),
    "highway": re.compile(
        "abandoned|bridleway|bus_guideway|construction|corridor|cycleway|elevator|escalator|footway|no|path|pedestrian|planned|"
        "platform|proposed|raceway|razed|rest_area|service|services|steps|track"
    ),
    "motor_vehicle": re.compile("no"),
    "motorcar": re.compile("no"),
    "service": re.compile("alley|driveway|emergency_access|parking|parking_aisle|private"),
}
_KEPT_TAGS = ("highway", "maxspeed", "name", "oneway", "junction")
_RANK = (
    "motorway", "trunk", "primary", "secondary", "tertiary", "motorway_link", "trunk_link",
    "primary_link", "secondary_link", "tertiary_link", "unclassified", "residential", "living_street",
    "road",
)  # fmt: skip

# Where no road of the extract has a maxspeed: usual limits by class, km/h (assumed; recorded as such).
TYPICAL_KMH = {
    "motorway": 100.0, "trunk": 80.0, "primary": 60.0, "secondary": 50.0, "tertiary": 50.0,
    "motorway_link": 60.0, "trunk_link": 50.0, "primary_link": 50.0, "secondary_link": 50.0,
    "tertiary_link": 50.0, "unclassified": 50.0, "residential": 40.0, "living_street": 20.0, "road":
    40.0,
}  # fmt: skip
_SPEED_KMH = (5.0, 160.0)
_SPEED = re.compile(r"(\d+(?:\.\d+)?) ?(km/h|kmh|kph|mph)?", re.ASCII)
_KM_PER_MILE = 1.609344


def read_roads(path: Path, _: OsmSource, frame: Frame) -> Batch:
    """Read the network: lengths in metres along great circles, km/h from maxspeed or the mean of the class.

    Raises:
        UsageError: the file cannot be read, or no road of it can be driven.
    """
    with reading(path):
        found, bad_speed_count = _drive_ways(path)
        places = node_places(path, {ref for way in found for ref in way.refs})
    kept = _within(places, frame)
    pieces, missing, outside = _pieces(found, places, kept)
    if not pieces:
        raise UsageError(
            f"{path.name} has no road in the region that can be driven.",
            "check that the extract covers the region.",
        )
    graph, assumptions = _graph(pieces, kept)
    batch = _rows(graph, [piece.way_id for piece in pieces])
    batch.assumptions = assumptions
    if bad_speed_count:
        batch.assumptions.append(
            f"{bad_speed_count} roads have a maxspeed that is no speed; the mean of their class is used."
        )
    if missing:
        reason = f"{missing:,} node references are missing from the extract; their roads end there"
        batch.rejects.append(Reject("several", "nodes", reason, is_outside=True, count=missing))
    if outside:
        reason = f"{outside:,} road nodes lie outside the region and its margin"
        batch.rejects.append(Reject("several", "nodes", reason, is_outside=True, count=outside))
    return batch


def _drive_ways(path: Path) -> tuple[list[Way], int]:
    """Return the ways of the drive network with the tags that matter; also count unreadable speeds."""
    found, bad_speed_count = [], 0
    for way in ways(path, "highway"):
        if any(key in way.tags and pattern.search(way.tags[key]) for key, pattern in _LEFT_OUT.items()):
            continue
        tags = {key: way.tags[key] for key in _KEPT_TAGS if key in way.tags}
        if "maxspeed" in tags and not _is_sane(tags["maxspeed"]):
            del tags["maxspeed"]
            bad_speed_count += 1
        found.append(replace(way, tags=tags))
    return found, bad_speed_count


def _is_sane(maxspeed: str) -> bool:
    """Return False for a number that is no speed; words (`DE:urban`, `none`) are left to OSMnx."""
    for text in maxspeed.split("|"):
        match = _SPEED.fullmatch(text.strip())
        kmh = float(match[1]) * (_KM_PER_MILE if match[2] == "mph" else 1.0) if match else _SPEED_KMH[0]
        if not _SPEED_KMH[0] <= kmh <= _SPEED_KMH[1]:
            return False
    return True


def _within(places: dict[int, tuple[float, float]], frame: Frame) -> dict[int, tuple[float, float]]:
    """Return the places in the region; a stand-in for the boundary cuts no roads."""
    if not frame.is_boundary or frame.outline is None or not places:
        return places
    xy = np.array(list(places.values()))
    inside = shapely.intersects_xy(frame.outline, xy[:, 0], xy[:, 1])
    return {node: place for (node, place), is_inside in zip(places.items(), inside, strict=True) if is_inside}


def _pieces(
    found: list[Way], places: dict[int, tuple[float, float]], kept: dict[int, tuple[float, float]]
) -> tuple[list[Way], int, int]:
    """Cut the ways where a node is missing or outside; also count those node references."""
    pieces, missing, outside = [], 0, 0
    for way in found:
        piece: list[int] = []
        for ref in [*way.refs, None]:
            if ref in kept:
                piece.append(ref)
                continue
            if len(piece) > 1:
                pieces.append(replace(way, refs=piece))
            piece = []
            if ref is not None:
                missing, outside = (missing, outside + 1) if ref in places else (missing + 1, outside)
    return pieces, missing, outside


def _graph(pieces: list[Way], places: dict[int, tuple[float, float]]) -> tuple[nx.MultiDiGraph, list[str]]:
    """Build OSMnx's graph; a piece's number stands for its way, as one way may be cut in several."""
    with tempfile.TemporaryDirectory() as folder:
        xml = Path(folder) / "drive.osm"
        with xml.open("w", encoding="utf-8") as file:
            file.writelines(_xml(pieces, places))
        try:
            graph = ox.graph_from_xml(xml)
        except (ValueError, nx.NetworkXException) as error:
            raise UsageError(
                f"The roads make no network: {error}.", "check that the extract covers the region."
            ) from None
    if not graph.edges:
        raise UsageError(
            "No road of the extract leads from one place to another.", "check that the extract is whole."
        )
    try:
        return ox.add_edge_speeds(graph), []
    except ValueError:  # no road has a speed that OSMnx understands
        note = "No road of the extract has a maxspeed; usual limits by road class are assumed."
        return ox.add_edge_speeds(graph, hwy_speeds=TYPICAL_KMH, fallback=TYPICAL_KMH["road"]), [note]


def _xml(pieces: list[Way], places: dict[int, tuple[float, float]]) -> Iterator[str]:
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


def _rows(graph: nx.MultiDiGraph, way_ids: list[int]) -> Batch:
    nodes = sorted(graph.nodes)
    place = {node: (graph.nodes[node]["x"], graph.nodes[node]["y"]) for node in nodes}
    node_rows = list(
        zip(range(1, len(nodes) + 1), nodes, ewkb_points([place[node] for node in nodes]), strict=True)
    )
    edge_rows: list[tuple[object, ...]] = []
    for record, (u, v, data) in enumerate(graph.edges(data=True), start=1):
        numbers = data["osmid"] if isinstance(data["osmid"], list) else [data["osmid"]]
        line = data.get("geometry") or shapely.LineString([place[u], place[v]])
        highway = min(
            _several(data["highway"]), key=lambda kind: _RANK.index(kind) if kind in _RANK else len(_RANK)
        )
        name = " / ".join(_several(data["name"])) if "name" in data else None
        ways = sorted({way_ids[number] for number in numbers})
        edge_rows.append(
            (record, u, v, ways, highway, name, float(data["length"]), float(data["speed_kph"]), ewkb(line))
        )
    return Batch([Table("road_node", NODE_COLUMNS, node_rows), Table("road_edge", EDGE_COLUMNS, edge_rows)])


def _several(value: str | list[str]) -> list[str]:
    return sorted(set(value)) if isinstance(value, list) else [value]
