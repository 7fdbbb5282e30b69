"""The shortest routes to the sites of a tile, on the streets around it: arrays alone, on any machine.

SciPy's search gives what pgRouting gives, digit by digit: costs are whole numbers, which add up exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from db.distance.binary import Rows, sent_form

Ids = NDArray[np.int64]
LENGTH_UNIT = 2**22
"""A cost is millimetres times this plus centiseconds (`sql/3_analysis/road_network.sql`)."""
PIECE = {
    "from_vertex_id": "i8",
    "to_vertex_id": "i8",
    "forward_cost": "f8",
    "backward_cost": "f8",
    "is_from_open": "?",
    "is_to_open": "?",
}
ROUTE = np.dtype(
    [
        ("tile_id", "i4"),
        ("from_vertex_id", "i8"),
        ("to_vertex_id", "i8"),
        ("distance_m", "f8"),
        ("duration_min", "f8"),
    ]
)


@dataclass(frozen=True)
class Tile:
    """Sites that are searched from together, and the streets around them.

    `site_vertex_ids` are the vertices of the sites; `pieces` has the fields of `PIECE`, and at an open end
    there may be more streets than are here; `vertex_ids` are where places meet streets, sorted.
    """

    tile_id: int
    site_vertex_ids: Ids
    pieces: Rows
    vertex_ids: Ids
    distance_max_m: float


def routes(tile: Tile) -> bytes | None:
    """Return the shortest route from each vertex to each site's within the distance.

    They are rows of `ROUTE` as COPY takes them; None where the streets that are here may not be all that
    matter: a search came to where they are cut.
    """
    pieces = tile.pieces
    ends = np.concatenate([pieces["from_vertex_id"], pieces["to_vertex_id"], tile.site_vertex_ids])
    known, number = np.unique(ends, return_inverse=True)
    starts, targets, sites = np.split(number, [len(pieces), 2 * len(pieces)])
    # people drive to the charger, so the graph is turned round and searched from the sites
    graph = _graph(
        np.concatenate([targets, starts]),
        np.concatenate([starts, targets]),
        np.concatenate([pieces["forward_cost"], pieces["backward_cost"]]),
        len(known),
    )
    limit = (tile.distance_max_m * 1000 + 1) * LENGTH_UNIT
    cost = dijkstra(graph, indices=sites, limit=limit).reshape(len(sites), len(known))
    cut = np.concatenate([starts[pieces["is_from_open"]], targets[pieces["is_to_open"]]])
    if np.isfinite(cost[:, cut]).any():
        return None
    places = np.flatnonzero(np.isin(known, tile.vertex_ids, assume_unique=True))
    cost = cost[:, places]
    site, place = np.nonzero(np.isfinite(cost))
    length_mm, time_cs = np.divmod(cost[site, place], LENGTH_UNIT)
    found = np.empty(len(site), ROUTE)
    found["tile_id"] = tile.tile_id
    found["from_vertex_id"] = known[places[place]]
    found["to_vertex_id"] = tile.site_vertex_ids[site]
    found["distance_m"] = length_mm / 1000
    found["duration_min"] = time_cs / 6000
    return sent_form(found)


def _graph(row: Ids, column: Ids, cost: NDArray[np.float64], count: int) -> csr_array:
    """Return the graph with the cheapest arc from each vertex to another; a negative cost closes one."""
    is_open = cost >= 0
    row, column, cost = row[is_open], column[is_open], cost[is_open]
    order = np.lexsort((cost, column, row))
    row, column, cost = row[order], column[order], cost[order]
    is_first = np.ones(len(row), dtype=bool)
    is_first[1:] = (row[1:] != row[:-1]) | (column[1:] != column[:-1])
    return csr_array((cost[is_first], (row[is_first], column[is_first])), shape=(count, count))
