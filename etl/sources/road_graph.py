"""Builds the road graph with OSMnx: its connected parts, the speed of each edge, the rows for `raw`."""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import networkx as nx
import shapely

from db.common.errors import UsageError
from etl.sources.base import Reject, Table, points_to_ewkb, to_ewkb
from etl.sources.osm_file import Place, Way
from etl.sources.road_access import CLASSES, FERRY
from etl.sources.road_speed import TYPICAL_KMH

NODE_COLUMNS = ("record_number", "node_id", "geom")
EDGE_COLUMNS = (
    "record_number", "from_node_id", "to_node_id", "osm_way_ids", "highway", "name", "length_m",
    "speed_kmh", "geom",
)  # fmt: skip
LEFT_OUT_COLUMNS = ("record_number", "part_number", "osm_way_id", "highway", "name", "length_m", "geom")
_RANK = (*CLASSES, FERRY)
_PARTS_LISTED = 20

Speeds = dict[int, tuple[float | None, float | None]]


@dataclass(frozen=True)
class LeftOutPiece:
    """A piece of a way in a part of the network that is not connected to the largest part."""

    piece: int
    part_number: int
    length_m: float


@dataclass(frozen=True)
class Network:
    """The simplified graph of the largest part, the pieces of the others, and assumptions about them."""

    graph: nx.MultiDiGraph
    left_out: list[LeftOutPiece]
    assumptions: list[str]
    rejects: list[Reject]


def build_network(xml: Path, pieces: list[Way], speeds: Speeds) -> Network:
    """Build the graph of a file of pieces; `speeds` are km/h along and against each way, None if not tagged.

    Raises:
        UsageError: the roads do not form a network.
    """
    import osmnx as ox  # noqa: PLC0415 - it imports Matplotlib: what is refused before needs neither

    try:
        whole = ox.graph_from_xml(xml, simplify=False, retain_all=True)
    except (ValueError, nx.NetworkXException) as error:
        raise UsageError(
            f"The roads do not form a network: {error}.", "check that the extract covers the region."
        ) from None
    assumptions = _add_times(whole, pieces, speeds)
    parts = sorted(nx.weakly_connected_components(whole), key=lambda nodes: (-len(nodes), min(nodes)))
    left_out, rejects = _left_out(whole, parts)
    # NetworkX's graphs refer to themselves: they hold their edges until these are cleared
    drawn = whole.subgraph(parts[0]).copy() if parts else nx.MultiDiGraph()
    whole.clear()
    graph = drawn
    if drawn.edges:
        # an edge is road or ferry, never both in one
        graph = ox.simplify_graph(drawn, edge_attrs_differ=["is_ferry"])
        drawn.clear()
    if not graph.edges:
        raise UsageError(
            "No road of the extract leads from one place to another.", "check that the extract is complete."
        )
    return Network(graph, left_out, assumptions, rejects)


def _add_times(graph: nx.MultiDiGraph, pieces: list[Way], speeds: Speeds) -> list[str]:
    """Set `travel_time` (minutes) and `is_ferry` of each edge; return the assumptions about speeds."""
    told: dict[str, list[tuple[float, float]]] = defaultdict(list)
    silent: set[str] = set()
    edges = list(graph.edges(data=True))
    for _, _, data in edges:
        piece = pieces[data["osmid"]]
        along, against = speeds[piece.way_id]
        # OSMnx reverses the nodes of a street that is one-way against its line
        is_turned = data["reversed"] != (piece.tags.get("oneway") == "-1")
        data["is_ferry"] = data["highway"] == FERRY
        data["kmh"] = against if is_turned else along
        if data["kmh"] is None:
            silent.add(data["highway"])
        else:
            told[data["highway"]].append((data["kmh"], data["length"]))
    usual = {highway: _mean(found) for highway, found in told.items()}
    for _, _, data in edges:
        kmh = data.pop("kmh") or usual.get(data["highway"]) or TYPICAL_KMH[data["highway"]]
        data["travel_time"] = data["length"] / (kmh * 1000 / 60)
    return _said(sorted(silent, key=_RANK.index), usual)


def _mean(found: list[tuple[float, float]]) -> float:
    """Return the mean speed by length."""
    length = sum(length for _, length in found)
    if length == 0:
        return sum(kmh for kmh, _ in found) / len(found)
    return sum(kmh * length for kmh, length in found) / length


def _said(silent: list[str], usual: dict[str, float]) -> list[str]:
    assumed = [highway for highway in silent if highway not in usual]
    if not assumed:
        return []
    if not usual.keys() - {FERRY}:
        return ["No road of the extract has a maxspeed; usual limits by road class are assumed."]
    listed = ", ".join(f"{highway} {TYPICAL_KMH[highway]:g}" for highway in assumed)
    return [f"No road of these classes has a maxspeed; usual limits in km/h are assumed: {listed}."]


def _left_out(graph: nx.MultiDiGraph, parts: list[set[int]]) -> tuple[list[LeftOutPiece], list[Reject]]:
    """Return the pieces of all parts but the first, and a reject for each large part and one for the rest."""
    part_of = {node: number for number, nodes in enumerate(parts[1:], start=2) for node in nodes}
    lengths: dict[tuple[int, int], float] = defaultdict(float)
    for u, _, data in graph.edges(data=True):
        if u in part_of and not data["reversed"]:
            lengths[part_of[u], data["osmid"]] += data["length"]
    left_out = [LeftOutPiece(piece, part, length) for (part, piece), length in sorted(lengths.items())]
    by_part = {
        part: list(found) for part, found in itertools.groupby(left_out, key=lambda item: item.part_number)
    }
    ranked = sorted(by_part, key=lambda part: (-_km(by_part[part]), part))
    rejects = [
        _reject(f"part {part}", by_part[part], "they are not connected to the network")
        for part in ranked[:_PARTS_LISTED]
    ]
    if rest := [item for part in ranked[_PARTS_LISTED:] for item in by_part[part]]:
        reason = f"{len(ranked) - _PARTS_LISTED:,} smaller parts are not connected to the network"
        rejects.append(_reject("several", rest, reason))
    return left_out, rejects


def _km(found: list[LeftOutPiece]) -> float:
    return sum(item.length_m for item in found) / 1000


def _reject(record: str, found: list[LeftOutPiece], reason: str) -> Reject:
    text = f"{len(found):,} roads of {_km(found):,.1f} km left out: {reason}"
    return Reject(record, "nodes", text, is_outside=True, count=len(found))


def make_edge_tables(roads: Network, pieces: list[Way]) -> list[Table]:
    """Return the rows of `raw.road_node` and `raw.road_edge`."""
    graph = roads.graph
    nodes = sorted(graph.nodes)
    place = {node: (graph.nodes[node]["x"], graph.nodes[node]["y"]) for node in nodes}
    node_rows = list(
        zip(range(1, len(nodes) + 1), nodes, points_to_ewkb([place[node] for node in nodes]), strict=True)
    )
    edge_rows: list[tuple[object, ...]] = []
    for record, (u, v, data) in enumerate(graph.edges(data=True), start=1):
        numbers = data["osmid"] if isinstance(data["osmid"], list) else [data["osmid"]]
        line = data.get("geometry") or shapely.LineString([place[u], place[v]])
        highway = min(_several(data["highway"]), key=_RANK.index)
        name = " / ".join(_several(data["name"])) if "name" in data else None
        ways = sorted({pieces[number].way_id for number in numbers})
        length_m, minutes = float(data["length"]), float(data["travel_time"])
        # a street of length 0 (two nodes at one place) takes no time, whatever its speed
        kmh = length_m / 1000 / (minutes / 60) if minutes > 0 else TYPICAL_KMH["road"]
        edge_rows.append((record, u, v, ways, highway, name, length_m, kmh, to_ewkb(line)))
    return [Table("road_node", NODE_COLUMNS, node_rows), Table("road_edge", EDGE_COLUMNS, edge_rows)]


def make_left_out_table(roads: Network, pieces: list[Way], places: dict[int, Place]) -> Table:
    """Return the rows of `raw.road_left_out`."""
    rows: list[tuple[object, ...]] = []
    for record, item in enumerate(roads.left_out, start=1):
        piece = pieces[item.piece]
        line = to_ewkb(shapely.LineString([places[ref] for ref in piece.refs]))
        tags = piece.tags
        rows.append(
            (record, item.part_number, piece.way_id, tags["highway"], tags.get("name"), item.length_m, line)
        )
    return Table("road_left_out", LEFT_OUT_COLUMNS, rows)


def _several(value: str | list[str]) -> list[str]:
    return sorted(set(value)) if isinstance(value, list) else [value]
