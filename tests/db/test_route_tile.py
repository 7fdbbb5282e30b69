"""Routes that are found tile by tile are those of one search over everything."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import networkx as nx
import psycopg
import pytest

from tests.db.test_road_junction import TABLES, VIEWS
from tests.support.drawn_core import SRID, DrawnCore

STEP_M, SIDE = 100.0, 24
LIMIT_M = 700.0
Streets = list[tuple[int, int, float, bool]]


@pytest.fixture(scope="module")
def drawn(templates: Any) -> Iterator[DrawnCore]:
    """Yield the views of routes over tables that a test fills."""
    with templates.clone(templates.empty()) as address, psycopg.connect(address) as conn:
        yield DrawnCore(conn, tables=TABLES, views=[*VIEWS, "analysis.confirmed_route"])


def place(junction: int) -> tuple[float, float]:
    return 500_000 + STEP_M * (junction % SIDE), 4_800_000 + STEP_M * (junction // SIDE)


def lattice(seed: int) -> Streets:
    """Return streets of a town: from, to, length in metres, whether one-way; some are closed, some wind."""
    rng = random.Random(seed)  # noqa: S311 - a drawn town
    pairs = [(n, n + 1) for n in range(SIDE * SIDE) if (n + 1) % SIDE]
    pairs += [(n, n + SIDE) for n in range(SIDE * (SIDE - 1))]
    kept = [pair for pair in pairs if rng.random() < 0.85]
    return [(*pair, STEP_M * rng.choice((1, 1, 1.2, 1.731)), rng.random() < 0.2) for pair in kept]


def fill(drawn: DrawnCore, streets: Streets, sites: list[int], cells: list[int]) -> None:
    def point(junction: int) -> str:
        x, y = place(junction)
        return f"SRID={SRID};POINT({x} {y})"

    def edge(number: int, street: tuple[int, int, float, bool]) -> tuple[Any, ...]:
        u, v, length_m, is_one_way = street
        (x1, y1), (x2, y2) = place(u), place(v)
        line = f"SRID={SRID};LINESTRING({x1} {y1}, {x2} {y2})"
        minutes = length_m / 500
        return number, u, v, length_m, minutes, None if is_one_way else minutes, "residential", line

    drawn.fill(
        {
            "core.region": [(LIMIT_M, 5.0, 30.0)],
            "core.road_node": [(n, point(n)) for n in range(SIDE * SIDE)],
            "core.road_edge": [edge(n, street) for n, street in enumerate(streets)],
            "core.demand_cell": [(n, point(n)) for n in cells],
            "core.site": [(n, point(n)) for n in sites],
        }
    )


def everywhere(streets: Streets, sites: list[int], places: set[int]) -> dict[tuple[int, int], float]:
    """Return the distances of one search over all streets, by networkx."""
    graph = nx.DiGraph()
    graph.add_nodes_from(places)
    for u, v, length_m, is_one_way in streets:
        for a, b in ((u, v),) if is_one_way else ((u, v), (v, u)):
            graph.add_edge(b, a, length=round(length_m * 1000))  # turned round, whole millimetres
    return {
        (start, site): length_mm / 1000
        for site in sites
        for start, length_mm in nx.single_source_dijkstra_path_length(
            graph, site, cutoff=LIMIT_M * 1000 + 1, weight="length"
        ).items()
        if start in places
    }


def found(drawn: DrawnCore) -> dict[tuple[int, int], float]:
    rows = drawn.rows("select from_vertex_id, to_vertex_id, distance_m from analysis.route")
    assert len({row[:2] for row in rows}) == len(rows)
    return {(start, site): distance_m for start, site, distance_m in rows}


@pytest.mark.parametrize("seed", range(4))
def test_many_tiles_find_what_one_search_over_everything_finds(drawn: DrawnCore, seed: int) -> None:
    rng = random.Random(100 + seed)  # noqa: S311 - places of a drawn town
    streets = lattice(seed)
    met = sorted({junction for u, v, *_ in streets for junction in (u, v)})
    sites, cells = sorted(rng.sample(met, 450)), sorted(rng.sample(met, 300))
    fill(drawn, streets, sites, cells)
    tiles = drawn.rows("select tile_id, count(*) from analysis.site_vertex group by tile_id")
    assert len(tiles) >= 4
    assert max(count for _, count in tiles) <= 200
    assert found(drawn) == everywhere(streets, sites, {*sites, *cells})


def test_a_street_shorter_than_the_straight_line_is_followed_out_of_the_box(drawn: DrawnCore) -> None:
    """A faulty length lets a route leave the box and come back: the box is made wider until none does."""
    far = SIDE - 1  # the corner, 2,300 m from the site
    streets: Streets = [(n, n + 1, 20.0, False) for n in range(far)]
    fill(drawn, streets, [0], [far, 5])
    assert found(drawn) == {(far, 0): 460.0, (5, 0): 100.0, (0, 0): 0.0}


def test_of_two_streets_between_the_same_junctions_the_shorter_counts(drawn: DrawnCore) -> None:
    streets: Streets = [(0, 1, 173.1, False), (0, 1, 100.0, False), (1, 2, 100.0, True), (1, 2, 120.0, False)]
    fill(drawn, streets, [0, 2], [1])
    want = {(0, 0): 0.0, (1, 0): 100.0, (2, 0): 220.0, (2, 2): 0.0, (1, 2): 100.0, (0, 2): 200.0}
    assert found(drawn) == want  # from 2 to 1 there is the longer street alone


def test_pgrouting_confirms_routes_to_sites_all_over(drawn: DrawnCore) -> None:
    streets = lattice(9)
    met = sorted({junction for u, v, *_ in streets for junction in (u, v)})
    fill(drawn, streets, met, met[::3])
    (count,) = drawn.rows("select count(distinct to_vertex_id) from analysis.confirmed_route")[0]
    assert count == 8
    kept = "select from_vertex_id, to_vertex_id, distance_m, duration_min from analysis.route"
    difference = drawn.rows(f"table analysis.confirmed_route except {kept}")
    assert difference == []
