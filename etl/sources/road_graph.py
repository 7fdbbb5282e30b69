"""Builds the road graph: its connected parts, the speed of each edge, and the streets that OSMnx makes of it.

The graph is held in arrays. OSMnx simplifies it bit by bit: what it merges into one street is a chain of
nodes between two ends (junctions, dead ends), and no chain depends on another. The order of nodes and edges
is that of the graph that OSMnx builds of the same ways, so that the result is the same as of all at once.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import networkx as nx
import numpy as np
import shapely
from scipy import sparse
from scipy.sparse import csgraph

from db.common.assumption import Remark
from db.common.errors import UsageError
from etl.sources.base import Reject
from etl.sources.road_access import CLASSES, FERRY
from etl.sources.road_speed import TYPICAL_KMH
from etl.sources.road_ways import Degrees, DriveWay, Flags, NodePlaces, Numbers, all_refs

RANK = (*CLASSES, FERRY)
_PARTS_LISTED = 20
# Edges in one of OSMnx's graphs at a time, of about a kilobyte each.
_EDGES_AT_A_TIME = 50_000
# A node between two others, of a one-way or a two-way street.
_PASSED_DEGREES = (2, 4)


@dataclass(frozen=True)
class LeftOutPiece:
    """A piece of a way in a part of the network that is not connected to the largest part."""

    piece: int
    part_number: int
    length_m: float


@dataclass(frozen=True)
class Edges:
    """The straight edges between neighbouring nodes, by columns, in the order of OSMnx's graph.

    `u` and `v` are positions of nodes in order of their ids, `piece` of pieces of ways.
    """

    u: Numbers
    v: Numbers
    piece: Numbers
    is_reversed: Flags
    length_m: Degrees
    minutes: Degrees

    def __len__(self) -> int:
        return len(self.u)

    def take(self, which: Numbers | Flags) -> Edges:
        """Return some of the edges."""
        return Edges(*(column[which] for column in vars(self).values()))


@dataclass(frozen=True)
class Streets:
    """The simplified edges by columns: ends, lengths, times, pieces and corners (lon, lat) of their lines.

    Street `n` is made of `pieces` from `piece_end[n - 1]` up to `piece_end[n]`, and its corners likewise.
    `first_edge` is the number of the first straight edge; `is_merged` is False for one that is nothing else.
    """

    u: Numbers
    v: Numbers
    first_edge: Numbers
    is_merged: Flags
    length_m: Degrees
    minutes: Degrees
    pieces: Numbers
    piece_end: Numbers
    corners: Degrees
    corner_end: Numbers


@dataclass(frozen=True)
class Network:
    """The streets of the largest part, the pieces of the others, and assumptions about them.

    `node_ids` and `node_xy` are those of all nodes by position; `ends` has the positions of those in use.
    """

    node_ids: Numbers
    node_xy: Degrees
    ends: Numbers
    streets: list[Streets]
    left_out: list[LeftOutPiece]
    assumptions: list[str]
    rejects: list[Reject]


def build_network(pieces: list[DriveWay], places: NodePlaces) -> Network:
    """Build the network of some pieces of ways, whose nodes all have places.

    Raises:
        UsageError: no road leads from one place to another.
    """
    node_ids = np.unique(all_refs(pieces))
    xy = places.xy[places.find(node_ids)]
    edges, assumptions = _add_times(_straight_edges(pieces, node_ids, xy), pieces)
    part_of = _number_parts(edges, len(node_ids))
    left_out, rejects = _left_out(edges, part_of)
    edges = edges.take(part_of[edges.u] == 0)
    is_end = _find_ends(edges, _is_ferry(pieces), len(node_ids))
    if not is_end.any():  # no edges, or a single ring, which leads nowhere
        raise UsageError(
            "No road of the extract leads from one place to another.", "check that the extract is complete."
        )
    streets = [_unmerged(edges, is_end, xy), *_merged(edges, is_end, pieces, xy)]
    ends = np.unique(np.concatenate([column for some in streets for column in (some.u, some.v)]))
    return Network(node_ids, xy, ends, streets, left_out, assumptions, rejects)


def _straight_edges(pieces: list[DriveWay], node_ids: Numbers, xy: Degrees) -> Edges:
    """Return the edges between neighbouring nodes of each piece, without times, as OSMnx's graph has them."""
    import osmnx as ox  # noqa: PLC0415 - it imports Matplotlib: what is refused before needs neither

    counts = np.array([len(piece.refs) for piece in pieces])
    nodes = np.searchsorted(node_ids, all_refs(pieces))
    piece_of = np.repeat(np.arange(len(pieces)), counts)
    is_oneway = np.array([piece.is_oneway for piece in pieces])[piece_of]
    is_turned = np.array([piece.is_turned and piece.is_oneway for piece in pieces])[piece_of]
    is_edge = (piece_of[:-1] == piece_of[1:]) & (nodes[:-1] != nodes[1:])
    at = np.flatnonzero(is_edge)
    # a street that is one-way against its line is drawn from its end
    start, end = np.where(is_turned[at], at + 1, at), np.where(is_turned[at], at, at + 1)
    place = np.where(is_turned[at], -at, at)
    back = np.flatnonzero(~is_oneway[at])
    u, v = np.concatenate((nodes[start], nodes[end[back]])), np.concatenate((nodes[end], nodes[start[back]]))
    piece = np.concatenate((piece_of[at], piece_of[at[back]]))
    is_reversed = np.repeat((False, True), (len(at), len(back)))
    # in the order in which OSMnx adds them: by piece, along its line, then back
    added = np.lexsort((np.concatenate((place, place[back])), is_reversed, piece))
    u, v, piece, is_reversed = u[added], v[added], piece[added], is_reversed[added]
    # NetworkX goes through nodes, then neighbours as they came, then the edges to each
    _, first, pair = np.unique(u * len(node_ids) + v, return_index=True, return_inverse=True)
    order = np.lexsort((np.arange(len(u)), first[pair], u))
    u, v, piece, is_reversed = u[order], v[order], piece[order], is_reversed[order]
    length_m = ox.distance.great_circle(xy[u, 1], xy[u, 0], xy[v, 1], xy[v, 0])
    return Edges(u, v, piece, is_reversed, np.nan_to_num(length_m), np.zeros(len(u)))


def _add_times(edges: Edges, pieces: list[DriveWay]) -> tuple[Edges, list[str]]:
    """Return the edges with the time that each takes, and the assumptions about speeds."""
    kmh_of = np.array([[np.nan if kmh is None else kmh for kmh in piece.kmh] for piece in pieces])
    class_of = np.array([RANK.index(piece.highway) for piece in pieces])[edges.piece]
    is_turned = np.array([piece.is_turned for piece in pieces])[edges.piece] != edges.is_reversed
    kmh = kmh_of[edges.piece, is_turned.astype(int)]
    is_told = ~np.isnan(kmh)
    usual, silent = {}, []
    for number, highway in enumerate(RANK):
        of_class = class_of == number
        if (told := of_class & is_told).any():
            usual[highway] = _mean(kmh[told], edges.length_m[told])
        if (untold := of_class & ~is_told).any():
            silent.append(highway)
            kmh[untold] = usual.get(highway) or TYPICAL_KMH[highway]
    minutes = edges.length_m / (kmh * 1000 / 60)
    columns = (edges.u, edges.v, edges.piece, edges.is_reversed, edges.length_m, minutes)
    return Edges(*columns), _said(silent, usual)


def _mean(kmh: Degrees, length_m: Degrees) -> float:
    """Return the mean speed by length, added up in the order of the edges."""
    length = np.cumsum(length_m)[-1]
    return float(np.cumsum(kmh)[-1] / len(kmh) if length == 0 else np.cumsum(kmh * length_m)[-1] / length)


def _said(silent: list[str], usual: dict[str, float]) -> list[str]:
    assumed = [highway for highway in silent if highway not in usual]
    if not assumed:
        return []
    if not usual.keys() - {FERRY}:
        return [
            Remark(
                "No road of the extract has a maxspeed; usual limits by road class are assumed.",
                "Aucune rue de l'extrait n'a de maxspeed ; celles usuelles de chaque classe sont supposées.",
            )
        ]
    listed = ", ".join(f"{highway} {TYPICAL_KMH[highway]:g}" for highway in assumed)
    return [
        Remark(
            f"No road of these classes has a maxspeed; usual limits in km/h are assumed: {listed}.",
            f"Aucune rue de ces classes n'a de maxspeed ; limites usuelles supposées, en km/h : {listed}.",
        )
    ]


def _number_parts(edges: Edges, node_count: int) -> Numbers:
    """Return the number of the connected part of each node: 0 for the largest, and so on."""
    _, label = _components(edges.u, edges.v, node_count)
    _, first, size = np.unique(label, return_index=True, return_counts=True)
    number = np.empty(len(size), dtype=np.int64)
    number[np.lexsort((first, -size))] = np.arange(len(size))
    return number[label]


def _components(u: Numbers, v: Numbers, node_count: int) -> tuple[int, Numbers]:
    links = sparse.coo_array((np.ones(len(u), dtype=np.int8), (u, v)), shape=(node_count, node_count))
    count, label = csgraph.connected_components(links.tocsr(), directed=False)
    return int(count), label.astype(np.int64)


def _left_out(edges: Edges, part_of: Numbers) -> tuple[list[LeftOutPiece], list[Reject]]:
    """Return the pieces of all parts but the first, and a reject for each large part and one for the rest."""
    lengths: dict[tuple[int, int], float] = defaultdict(float)
    of_others = edges.take((part_of[edges.u] > 0) & ~edges.is_reversed)
    parts = part_of[of_others.u] + 1
    columns = (parts.tolist(), of_others.piece.tolist(), of_others.length_m.tolist())
    for part, piece, length_m in zip(*columns, strict=True):
        lengths[part, piece] += length_m
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


def _is_ferry(pieces: list[DriveWay]) -> Flags:
    return np.array([piece.highway == FERRY for piece in pieces], dtype=bool)


def _find_ends(edges: Edges, is_ferry: Flags, node_count: int) -> Flags:
    """Return which nodes end a street, by the rules of `osmnx.simplification`; at all others it goes on.

    A street ends at a node of a loop, one that is only left or only reached, one that does not have two
    neighbours and two or four edges, and one between road and ferry.
    """
    left = np.bincount(edges.u, minlength=node_count)
    reached = np.bincount(edges.v, minlength=node_count)
    both = np.unique(np.concatenate((edges.u * node_count + edges.v, edges.v * node_count + edges.u)))
    neighbours = np.bincount(both // node_count, minlength=node_count)
    passes = (left > 0) & (reached > 0) & (neighbours == 2) & np.isin(left + reached, _PASSED_DEGREES)  # noqa: PLR2004
    passes[edges.u[edges.u == edges.v]] = False
    afloat = edges.take(is_ferry[edges.piece])
    ferries = np.bincount(np.concatenate((afloat.u, afloat.v)), minlength=node_count)
    passes &= (ferries == 0) | (ferries == left + reached)
    is_end: Flags = ~passes
    is_end[left + reached == 0] = False  # a node of another part
    return is_end


def _unmerged(edges: Edges, is_end: Flags, xy: Degrees) -> Streets:
    """Return the edges that are streets as they are."""
    numbers = np.flatnonzero(is_end[edges.u] & is_end[edges.v])
    some = edges.take(numbers)
    corners = np.stack((xy[some.u], xy[some.v]), axis=1).reshape(-1, 2)
    count = np.arange(1, len(numbers) + 1)
    merged = np.zeros(len(numbers), dtype=bool)
    lengths = (some.length_m, some.minutes)
    return Streets(some.u, some.v, numbers, merged, *lengths, some.piece, count, corners, 2 * count)


def _merged(edges: Edges, is_end: Flags, pieces: list[DriveWay], xy: Degrees) -> Iterator[Streets]:
    """Yield the streets that OSMnx makes of chains of edges, some thousands of edges at a time."""
    passed = ~is_end
    within = passed[edges.u] & passed[edges.v]
    _, label = _components(edges.u[within], edges.v[within], len(is_end))
    numbers = np.flatnonzero(passed[edges.u] | passed[edges.v])
    chain = label[np.where(passed[edges.u[numbers]], edges.u[numbers], edges.v[numbers])]
    order = np.argsort(chain, kind="stable")
    numbers, chain = numbers[order], chain[order]
    start = 0
    while start < len(numbers):
        last = chain[min(start + _EDGES_AT_A_TIME, len(numbers)) - 1]
        end = int(np.searchsorted(chain, last, side="right"))
        yield _simplify(edges, np.sort(numbers[start:end]), is_end, pieces, xy)
        start = end


def _simplify(edges: Edges, numbers: Numbers, is_end: Flags, pieces: list[DriveWay], xy: Degrees) -> Streets:
    """Let OSMnx make streets of some chains of edges."""
    import osmnx as ox  # noqa: PLC0415 - see `_straight_edges`

    some = edges.take(numbers)
    nodes = np.unique(np.concatenate((some.u, some.v)))
    graph = nx.MultiDiGraph(crs="epsg:4326")
    for node, (x, y), is_last in zip(nodes.tolist(), xy[nodes].tolist(), is_end[nodes].tolist(), strict=True):
        graph.add_node(node, x=x, y=y, **({"is_end": True} if is_last else {}))
    columns = (some.u, some.v, numbers, some.piece, some.length_m, some.minutes)
    for u, v, number, piece, length_m, minutes in zip(*(c.tolist() for c in columns), strict=True):
        is_ferry = pieces[piece].highway == FERRY
        graph.add_edge(
            u, v, first=number, osmid=piece, length=length_m, travel_time=minutes, is_ferry=is_ferry
        )
    added_up = {"first": itemgetter(0), "length": sum, "travel_time": sum}
    simple = ox.simplify_graph(
        graph, node_attrs_include=["is_end"], edge_attrs_differ=["is_ferry"], edge_attr_aggs=added_up
    )
    graph.clear()  # NetworkX's graphs refer to themselves: they hold their edges until these are cleared
    streets = _by_columns(list(simple.edges(data=True)), xy)
    simple.clear()
    return streets


def _by_columns(found: list[tuple[int, int, dict[str, Any]]], xy: Degrees) -> Streets:
    lines = [data.get("geometry") or shapely.LineString(xy[[u, v]]) for u, v, data in found]
    corners, street_of = shapely.get_coordinates(lines, return_index=True)
    osmids = [data["osmid"] if isinstance(data["osmid"], list) else [data["osmid"]] for _, _, data in found]
    count = len(found)
    return Streets(
        np.array([u for u, _, _ in found], dtype=np.int64),
        np.array([v for _, v, _ in found], dtype=np.int64),
        np.array([data["first"] for _, _, data in found], dtype=np.int64),
        np.array(["geometry" in data for _, _, data in found], dtype=bool),
        np.array([data["length"] for _, _, data in found], dtype=np.float64),
        np.array([data["travel_time"] for _, _, data in found], dtype=np.float64),
        np.array(list(itertools.chain.from_iterable(osmids)), dtype=np.int64),
        np.cumsum([len(ids) for ids in osmids], dtype=np.int64),
        corners,
        np.cumsum(np.bincount(street_of, minlength=count), dtype=np.int64),
    )
