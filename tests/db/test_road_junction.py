"""Places at junctions, and millimetres from them: random towns against networkx on the same streets."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any

import networkx as nx
import psycopg
import pytest
import shapely
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.support.drawn_core import SRID, DrawnCore

POINT = "geometry(Point, :metric_srid)"
TABLES = {
    "core.region": "road_distance_max_m float, access_max_m float, access_speed_kmh float",
    "core.road_node": f"node_id bigint, geom {POINT}",
    "core.road_edge": "edge_id integer, from_node_id bigint, to_node_id bigint, length_m float, "
    "forward_min float, backward_min float, highway text, geom geometry(LineString, :metric_srid)",
    "core.demand_cell": f"cell_id bigint, point_geom {POINT}",
    "core.site": f"site_id integer, geom {POINT}",
}
NAMES = (
    "access_point",
    "road_network",
    "site_vertex",
    "tile_network",
    "route",
    "road_distance",
    "site_distance",
)
VIEWS = [f"analysis.{name}" for name in NAMES]
ACCESS_MAX_M, LIMIT_M = 200.0, 100_000.0
SNAP_M = 0.05  # half of the decimetre to which positions are known
TOLERANCE_M = 0.25  # two positions to the decimetre, and lengths to the millimetre


@dataclass(frozen=True)
class Town:
    """Junctions (metres), streets (from, to, one-way) and places (metres)."""

    junctions: tuple[tuple[float, float], ...]
    streets: tuple[tuple[int, int, bool], ...]
    places: tuple[tuple[float, float], ...]

    def line(self, street: int) -> shapely.LineString:
        u, v, _ = self.streets[street]
        return shapely.LineString([self.junctions[u], self.junctions[v]])


@st.composite
def towns(draw: st.DrawFn) -> Town:
    """Draw a connected town; places at junctions, millimetres from them, along streets, beside streets."""
    count = draw(st.integers(3, 6))
    offset = st.floats(0, 40, allow_nan=False, width=32)
    junctions = tuple(
        (500_000 + 100.0 * (n % 3) + draw(offset), 4_800_000 + 100.0 * (n // 3) + draw(offset))
        for n in range(count)
    )
    pairs = {(n, n + 1) for n in range(count - 1)}
    pairs |= set(draw(st.lists(st.sampled_from(list(combinations(range(count), 2))), max_size=4)))
    streets = tuple(
        (v, u, one_way) if draw(st.booleans()) else (u, v, one_way)
        for u, v in sorted(pairs)
        for one_way in (draw(st.booleans()),)
    )
    town = Town(junctions, streets, ())
    places = []
    for _ in range(draw(st.integers(2, 6))):
        line = town.line(draw(st.integers(0, len(streets) - 1)))
        way = draw(st.sampled_from(["at", "near", "near", "along"]))
        side_m = draw(st.sampled_from([0.0, 0.0, 0.003, 7.0]))
        if way == "along":
            along_m = draw(st.floats(1, 9, width=32)) / 10 * line.length
        else:
            off_m = 0.0 if way == "at" else draw(st.integers(1, 9)) / 1000
            along_m = off_m if draw(st.booleans()) else line.length - off_m
        point = line.interpolate(along_m)
        (x0, y0), (x1, y1) = line.coords
        places.append(
            (
                point.x - side_m * (y1 - y0) / line.length,
                point.y + side_m * (x1 - x0) / line.length,
            )
        )
    return Town(junctions, streets, tuple(places))


class Search:
    """Shortest ways of a town, found by networkx with a node where each place meets its street."""

    def __init__(self, town: Town) -> None:
        self.graph = nx.DiGraph()
        self.graph.add_nodes_from(range(len(town.junctions)))
        self.node: dict[int, Any] = {}
        self.leg_m: dict[int, float] = {}
        lines = [town.line(n) for n in range(len(town.streets))]
        stops: dict[int, dict[float, Any]] = {
            n: {0.0: u, lines[n].length: v} for n, (u, v, _) in enumerate(town.streets)
        }
        for number, place in enumerate(town.places):
            point = shapely.Point(place)
            self.leg_m[number] = min(line.distance(point) for line in lines)
            street = next(n for n, line in enumerate(lines) if line.distance(point) == self.leg_m[number])
            line, (u, v, _) = lines[street], town.streets[street]
            along_m = line.project(point)
            if along_m <= SNAP_M:
                self.node[number] = u
            elif line.length - along_m <= SNAP_M:
                self.node[number] = v
            else:
                along_m = round(along_m, 1)
                self.node[number] = stops[street].setdefault(along_m, ("stop", street, along_m))
        for street, (_, _, is_one_way) in enumerate(town.streets):
            ordered = sorted(stops[street].items())
            for (a_m, a), (b_m, b) in pairwise(ordered):
                self._join(a, b, b_m - a_m)
                if not is_one_way:
                    self._join(b, a, b_m - a_m)

    def _join(self, a: Any, b: Any, length_m: float) -> None:
        known_m = self.graph.get_edge_data(a, b, {"length": math.inf})["length"]
        self.graph.add_edge(a, b, length=min(length_m, known_m))

    def distance_m(self, start: int, end: int) -> float | None:
        """Return the way from one place to another, legs included; None where there is none."""
        try:
            length_m = nx.dijkstra_path_length(self.graph, self.node[start], self.node[end], weight="length")
        except nx.NetworkXNoPath:
            return None
        return float(length_m) + self.leg_m[start] + self.leg_m[end]


@pytest.fixture(scope="module")
def drawn(templates: Any) -> Iterator[DrawnCore]:
    """Yield the views of routes over tables that a test fills."""
    with templates.clone(templates.empty()) as address, psycopg.connect(address) as conn:
        yield DrawnCore(conn, tables=TABLES, views=VIEWS)


def fill(drawn: DrawnCore, town: Town) -> None:
    """Put the town in the tables; every place is a cell and a site."""

    def wkt(shape: shapely.Geometry) -> str:
        return f"SRID={SRID};{shapely.to_wkt(shape, rounding_precision=-1)}"

    places = [(n, wkt(shapely.Point(place))) for n, place in enumerate(town.places)]
    edges = []
    for n, (u, v, is_one_way) in enumerate(town.streets):
        line = town.line(n)
        minutes = line.length / 500
        edges.append(
            (n, u, v, line.length, minutes, None if is_one_way else minutes, "residential", wkt(line))
        )
    drawn.fill(
        {
            "core.region": [(LIMIT_M, ACCESS_MAX_M, 30.0)],
            "core.road_node": [(n, wkt(shapely.Point(j))) for n, j in enumerate(town.junctions)],
            "core.road_edge": edges,
            "core.demand_cell": places,
            "core.site": places,
        }
    )


def compare(drawn: DrawnCore, town: Town) -> None:
    """Hold every pair of places against the search, and sites against the shorter of the two ways."""
    fill(drawn, town)
    search = Search(town)
    numbers = range(len(town.places))
    want = {
        (a, b): distance_m
        for a in numbers
        for b in numbers
        if (distance_m := search.distance_m(a, b)) is not None
    }
    got = {
        (a, b): m for a, b, m in drawn.rows("select cell_id, site_id, distance_m from analysis.road_distance")
    }
    assert got == pytest.approx(want, abs=TOLERANCE_M)
    apart = {
        (a, b): min(m for m in (want.get((a, b)), want.get((b, a))) if m is not None)
        for a, b in combinations(numbers, 2)
        if (a, b) in want or (b, a) in want
    }
    got = {
        (a, b): m
        for a, b, m in drawn.rows("select site_id, other_site_id, distance_m from analysis.site_distance")
    }
    assert got == pytest.approx(apart, abs=TOLERANCE_M)


def triangle(*, short_m: float, place_m: float) -> Town:
    """Draw three one-way streets; one place at the end of the first, another `place_m` before it."""
    junctions = ((500_000.0, 4_800_000.0), (500_000 + short_m, 4_800_000.0), (500_000.0, 4_800_600.0))
    places = ((500_000 + short_m - place_m, 4_800_000.0), (500_000 + short_m, 4_800_000.0))
    return Town(junctions, ((0, 1, True), (1, 2, True), (2, 0, True)), places)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(town=towns())
@example(town=triangle(short_m=145.05, place_m=0.003))
@example(town=triangle(short_m=145.04, place_m=0.0))
@example(town=triangle(short_m=0.04, place_m=0.001))
def test_places_at_junctions_are_as_far_as_networkx_finds(drawn: DrawnCore, town: Town) -> None:
    compare(drawn, town)


@pytest.mark.parametrize("short_m", [145.0, 145.04, 145.05, 145.06, 145.0999])
@pytest.mark.parametrize("place_m", [0.0, 0.001, 0.02, 0.049])
def test_a_place_some_millimetres_before_the_end_of_a_one_way_street_is_at_its_end(
    drawn: DrawnCore, short_m: float, place_m: float
) -> None:
    fill(drawn, triangle(short_m=short_m, place_m=place_m))
    found = drawn.rows("select distance_m from analysis.road_distance")
    assert [m for (m,) in found] == [0, 0, 0, 0]
