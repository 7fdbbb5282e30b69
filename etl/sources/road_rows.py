"""Makes the rows for `raw` of a road network."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from etl.sources.base import Table, points_to_ewkb
from etl.sources.road_graph import RANK, Network, Streets
from etl.sources.road_speed import TYPICAL_KMH
from etl.sources.road_ways import Degrees, DriveWay, NodePlaces, Numbers
from etl.sources.stored import ROWS_AT_A_TIME, Row, store_rows

_NODES = ("record_number", "node_id", "geom")
_EDGES = (
    "record_number", "from_node_id", "to_node_id", "osm_way_ids", "highway", "name", "length_m",
    "speed_kmh", "geom",
)  # fmt: skip
_LEFT_OUT = ("record_number", "part_number", "osm_way_id", "highway", "name", "length_m", "geom")


def make_edge_tables(roads: Network, pieces: list[DriveWay]) -> list[Table]:
    """Return the rows of `raw.road_node` and `raw.road_edge`."""
    return [
        Table("road_node", _NODES, store_rows(_node_rows(roads))),
        Table("road_edge", _EDGES, store_rows(_edge_rows(roads, pieces))),
    ]


def make_left_out_table(roads: Network, pieces: list[DriveWay], places: NodePlaces) -> Table:
    """Return the rows of `raw.road_left_out`."""

    def rows() -> Iterator[Row]:
        for record, item in enumerate(roads.left_out, start=1):
            piece = pieces[item.piece]
            corners = places.xy[places.find(piece.refs)]
            (line,) = _lines_to_ewkb(corners, np.zeros(len(corners), dtype=np.int64))
            named = (piece.highway, piece.name)
            yield record, item.part_number, piece.way_id, *named, item.length_m, line

    return Table("road_left_out", _LEFT_OUT, store_rows(rows()))


def _node_rows(roads: Network) -> Iterator[Row]:
    for start in range(0, len(roads.ends), ROWS_AT_A_TIME):
        some = roads.ends[start : start + ROWS_AT_A_TIME]
        geoms = points_to_ewkb(list(map(tuple, roads.node_xy[some].tolist())))
        records = range(start + 1, start + len(some) + 1)
        yield from zip(records, roads.node_ids[some].tolist(), geoms, strict=True)


def _edge_rows(roads: Network, pieces: list[DriveWay]) -> Iterator[Row]:
    streets = _joined(roads.streets)
    order = _order(streets)
    kmh = np.full(len(order), TYPICAL_KMH["road"])
    # a street of length 0 (two nodes at one place) takes no time, whatever its speed
    np.divide(streets.length_m / 1000, streets.minutes / 60, out=kmh, where=streets.minutes > 0)
    for start in range(0, len(order), ROWS_AT_A_TIME):
        some = order[start : start + ROWS_AT_A_TIME]
        ends = (roads.node_ids[streets.u[some]].tolist(), roads.node_ids[streets.v[some]].tolist())
        measured = (streets.length_m[some].tolist(), kmh[some].tolist())
        made_of = [
            [pieces[number] for number in streets.pieces[first:last].tolist()]
            for first, last in _spans(streets.piece_end, some)
        ]
        spans = _spans(streets.corner_end, some)
        corners = np.concatenate([streets.corners[first:last] for first, last in spans])
        geoms = _lines_to_ewkb(corners, np.repeat(np.arange(len(some)), [b - a for a, b in spans]))
        columns = zip(*ends, made_of, *measured, geoms, strict=True)
        for record, (u, v, ways, length_m, speed_kmh, geom) in enumerate(columns, start=start + 1):
            ids = sorted({way.way_id for way in ways})
            highway = min((way.highway for way in ways), key=RANK.index)
            yield record, u, v, ids, highway, _name(ways), length_m, speed_kmh, geom


def _name(ways: list[DriveWay]) -> str | None:
    """Return the names of a street; without signs that cannot be printed, which some tags have."""
    names = {"".join(filter(str.isprintable, way.name)) for way in ways if way.name is not None}
    return " / ".join(sorted(names)) if names else None


def _spans(ends: Numbers, some: Numbers) -> list[tuple[int, int]]:
    first = np.where(some > 0, ends[some - 1], 0)
    return list(zip(first.tolist(), ends[some].tolist(), strict=True))


def _lines_to_ewkb(corners: Degrees, line_of: Numbers) -> list[str]:
    lines = shapely.set_srid(shapely.linestrings(corners, indices=line_of), 4326)
    return list(shapely.to_wkb(lines, hex=True, include_srid=True))


def _joined(streets: list[Streets]) -> Streets:
    """Return all streets as one; the list is empty afterwards."""
    some = streets.copy()
    streets.clear()
    columns = {name: [getattr(each, name) for each in some] for name in vars(some[0])}
    for of, ends in (("pieces", "piece_end"), ("corners", "corner_end")):
        before = np.cumsum([0, *(len(found) for found in columns[of])])
        columns[ends] = [found + start for found, start in zip(columns[ends], before[:-1], strict=True)]
    return Streets(**{name: np.concatenate(found) for name, found in columns.items()})


def _order(streets: Streets) -> Numbers:
    """Return the order of the edges of OSMnx's simplified graph.

    It adds the merged ones to the others: by the node that they leave, then by the neighbour that they lead
    to, those with an unmerged edge first, each as it came; to one neighbour the unmerged ones first.
    """
    count = int(max(streets.u.max(), streets.v.max())) + 1
    _, pair = np.unique(streets.u * count + streets.v, return_inverse=True)
    pair_count = int(pair.max()) + 1
    first_of = {}
    for is_merged in (False, True):
        first = np.full(pair_count, np.iinfo(np.int64).max)
        chosen = streets.is_merged == is_merged
        np.minimum.at(first, pair[chosen], streets.first_edge[chosen])
        first_of[is_merged] = first[pair]
    is_new = first_of[False] == np.iinfo(np.int64).max
    neighbour = np.where(is_new, first_of[True], first_of[False])
    return np.lexsort((streets.first_edge, streets.is_merged, neighbour, is_new, streets.u))
