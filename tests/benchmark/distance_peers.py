"""Other engines on the streets of a region: each finds the lengths of the shortest routes to some sites."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Lengths = NDArray[np.float64]
_CHUNK = 200
"""Sites that SciPy searches from at once: all at once would not fit in memory."""


@dataclass(frozen=True)
class Streets:
    """A directed graph, each arc once with the least cost, and the places between which routes are wanted.

    Vertices are numbered from 0: `tails`, `heads`, `costs` (millimetres times `unit` plus centiseconds) and
    `lengths_mm` are by arc, `x_m` and `y_m` by vertex; `sites` and `places` are vertices. Routes lead from places
    to sites and are at most `limit_mm` long.
    """

    tails: Numbers
    heads: Numbers
    costs: Lengths
    lengths_mm: Numbers
    unit: int
    x_m: Lengths
    y_m: Lengths
    sites: Numbers
    places: Numbers
    limit_mm: int

    @property
    def vertex_count(self) -> int:
        """Number of vertices."""
        return len(self.x_m)


@dataclass(frozen=True)
class Found:
    """Seconds to make the graph ready and to search; lengths, mm: a row per site, a column per place.

    Infinite where no route is short enough. Of the sites the first rows are there, as many as were searched.
    """

    ready_s: float
    search_s: float
    lengths_mm: Lengths


Engine = Callable[[Streets, int, psycopg.Connection[Any]], Found]
"""Searches the streets to the first so many sites."""


def _near(lengths_mm: Lengths, streets: Streets) -> Lengths:
    return np.where(lengths_mm <= streets.limit_mm, lengths_mm, np.inf)


def scipy(streets: Streets, site_count: int, _conn: psycopg.Connection[Any]) -> Found:
    """SciPy's Dijkstra on the whole graph, turned round."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    began = time.perf_counter()
    shape = (streets.vertex_count, streets.vertex_count)
    graph = csr_array((streets.costs, (streets.heads, streets.tails)), shape=shape)
    ready = time.perf_counter()
    limit = float((streets.limit_mm + 1) * streets.unit)
    rows = [
        dijkstra(graph, indices=streets.sites[first : min(first + _CHUNK, site_count)], limit=limit)[
            :, streets.places
        ]
        for first in range(0, site_count, _CHUNK)
    ]
    end = time.perf_counter()
    lengths_mm = np.floor(np.concatenate(rows) / streets.unit)
    return Found(ready - began, end - ready, _near(lengths_mm, streets))


def networkx(streets: Streets, site_count: int, _conn: psycopg.Connection[Any]) -> Found:
    """NetworkX's Dijkstra from each site on the graph turned round."""
    import networkx as nx

    began = time.perf_counter()
    graph = nx.DiGraph()
    graph.add_weighted_edges_from(
        zip(streets.heads.tolist(), streets.tails.tolist(), streets.lengths_mm.tolist(), strict=True)
    )
    ready = time.perf_counter()
    found = [
        nx.single_source_dijkstra_path_length(graph, site, cutoff=streets.limit_mm)
        for site in streets.sites[:site_count].tolist()
    ]
    end = time.perf_counter()
    places = streets.places.tolist()
    lengths_mm = np.array([[reached.get(place, np.inf) for place in places] for reached in found])
    return Found(ready - began, end - ready, lengths_mm)


def igraph(streets: Streets, site_count: int, _conn: psycopg.Connection[Any]) -> Found:
    """Dijkstra of igraph from each site against the arcs; it has no limit and comes to every place."""
    import igraph as ig

    began = time.perf_counter()
    arcs = np.column_stack([streets.tails, streets.heads]).tolist()
    graph = ig.Graph(streets.vertex_count, arcs, directed=True)
    weights = streets.lengths_mm.astype(float).tolist()
    ready = time.perf_counter()
    lengths_mm = np.array(
        graph.distances(
            streets.sites[:site_count].tolist(), streets.places.tolist(), weights=weights, mode="in"
        )
    )
    end = time.perf_counter()
    return Found(ready - began, end - ready, _near(lengths_mm, streets))


def pandana(streets: Streets, site_count: int, _conn: psycopg.Connection[Any]) -> Found:
    """Pandana's contraction hierarchy, asked for every pair of place and site; it cuts each street to whole mm anew."""
    import pandas as pd
    from pandana import Network

    began = time.perf_counter()
    network = Network(
        pd.Series(streets.x_m),
        pd.Series(streets.y_m),
        pd.Series(streets.tails),
        pd.Series(streets.heads),
        pd.DataFrame({"length_m": streets.lengths_mm / 1000}),
        twoway=False,
    )
    ready = time.perf_counter()
    sites = np.repeat(streets.sites[:site_count], len(streets.places))
    lengths_m = network.shortest_path_lengths(np.tile(streets.places, site_count), sites)
    end = time.perf_counter()
    lengths_mm = np.round(np.asarray(lengths_m, dtype=float) * 1000).reshape(site_count, -1)
    return Found(ready - began, end - ready, _near(lengths_mm, streets))


def routingkit(streets: Streets, site_count: int, _conn: psycopg.Connection[Any]) -> Found:
    """RoutingKit's customizable contraction hierarchy, with the places pinned."""
    from routingkit_cch import CCH, CCHManyToOne, CCHMetric, compute_order_inertial

    began = time.perf_counter()
    tails, heads = streets.tails.tolist(), streets.heads.tolist()
    order = compute_order_inertial(
        streets.vertex_count, tails, heads, streets.y_m.tolist(), streets.x_m.tolist()
    )
    hierarchy = CCH(order, tails, heads, filter_always_inf_arcs=False)
    query = CCHManyToOne(CCHMetric(hierarchy, streets.lengths_mm.tolist()), streets.places.tolist())
    ready = time.perf_counter()
    found = [query.distances_to(site) for site in streets.sites[:site_count].tolist()]
    lengths_mm = np.array(found, dtype=float)  # None becomes nan
    end = time.perf_counter()
    return Found(ready - began, end - ready, _near(np.nan_to_num(lengths_mm, nan=np.inf), streets))


_DRIVING = """
    select %(number)s::bigint, node, floor(agg_cost / %(unit)s)
    from pgr_drivingdistance(
        'select piece_id as id, to_number as source, from_number as target,
            forward_cost as cost, backward_cost as reverse_cost from bench_street',
        %(site)s::bigint, %(limit)s::double precision
    )
"""


def pgrouting(streets: Streets, site_count: int, conn: psycopg.Connection[Any]) -> Found:
    """Search by pgr_drivingDistance of pgRouting from each site on all streets turned round, as a client reads it."""
    began = time.perf_counter()
    with conn.cursor() as cursor:
        cursor.execute(
            "create temp table bench_street (piece_id bigint, from_number bigint, to_number bigint,"
            " forward_cost double precision, backward_cost double precision)"
        )
        with cursor.copy("copy bench_street from stdin") as copy:
            arcs = zip(streets.tails.tolist(), streets.heads.tolist(), streets.costs.tolist(), strict=True)
            for number, (tail, head, cost) in enumerate(arcs):
                copy.write_row((number, tail, head, cost, -1))
        cursor.execute("analyze bench_street")
    ready = time.perf_counter()
    column = np.full(streets.vertex_count, -1, dtype=np.int64)
    column[streets.places] = np.arange(len(streets.places))
    lengths_mm = np.full((site_count, len(streets.places)), np.inf)
    limit = float((streets.limit_mm + 1) * streets.unit)
    for number, site in enumerate(streets.sites[:site_count].tolist()):
        values = {"number": number, "unit": streets.unit, "site": site, "limit": limit}
        for _, node, length_mm in conn.execute(_DRIVING, values):
            if column[node] >= 0:
                lengths_mm[number, column[node]] = length_mm
        if column[site] >= 0:  # some releases leave out the start
            lengths_mm[number, column[site]] = 0
    end = time.perf_counter()
    conn.execute("drop table bench_street")
    return Found(ready - began, end - ready, _near(lengths_mm, streets))


ENGINES: dict[str, tuple[Engine, int | None]] = {
    "SciPy alone": (scipy, None),
    "NetworkX": (networkx, 40),
    "igraph": (igraph, 200),
    "Pandana": (pandana, 20),
    "RoutingKit (CCH)": (routingkit, None),
    "pgRouting": (pgrouting, 20),
}
"""Engines, and from how many sites the slow ones search; None: from all."""
