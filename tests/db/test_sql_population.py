"""People, households and vehicles go into cells whole: nobody is lost, nobody counted twice."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.schema import build
from tests.support.toy_town.build import lon_lat

VIEWS = (
    "core.address",
    "core.census_area",
    "core.address_in_area",
    "core.address_claim",
    "core.free_address",
    "core.census_group",
    "core.population_point",
    "core.cell_people",
    "core.postal_area",
    "core.cell_postal_area",
    "core.cell_ev",
    "core.demand_cell",
)


@dataclass(frozen=True)
class Area:
    """A census area: people and dwellings; a point, a square (edge in metres) or no place; municipality."""

    population: float
    dwellings: float | None = None
    place: tuple[float, float] | None = None
    edge_m: float | None = None
    planning_area: str | None = None

    def wkt(self) -> str | None:
        """Return its place in EPSG:4326."""
        if self.place is None:
            return None
        east, north = self.place
        if self.edge_m is None:
            return "POINT({} {})".format(*lon_lat(east, north))
        corners = ((0, 0), (self.edge_m, 0), (self.edge_m, self.edge_m), (0, self.edge_m), (0, 0))
        return (
            "POLYGON((" + ", ".join("{} {}".format(*lon_lat(east + x, north + y)) for x, y in corners) + "))"
        )


def replace(
    conn: psycopg.Connection[Any], areas: Sequence[Area], addresses: Sequence[tuple[float, float]]
) -> None:
    """Put other census areas and addresses in place of Toy Town's and fill the views that follow."""
    row = conn.execute("select load_id, source_id from raw.census_area limit 1").fetchone()
    assert row
    conn.execute("delete from raw.census_area")
    conn.execute("delete from raw.address")
    with conn.cursor() as cursor:
        cursor.executemany(
            """
            insert into raw.census_area (
                load_id, source_id, record_number, area_key, planning_area_key, population,
                dwelling_count, household_count, geom
            ) values (%s, %s, %s, %s, %s, %s, %s, %s, st_geomfromtext(%s, 4326))
            """,
            [
                (*row, n, str(n), a.planning_area, a.population, a.dwellings, a.dwellings, a.wkt())
                for n, a in enumerate(areas, start=1)
            ],
        )
        cursor.executemany(
            "insert into raw.address (load_id, source_id, record_number, geom) values "
            "(%s, %s, %s, st_setsrid(st_makepoint(%s, %s), 4326))",
            [(*row, n, *lon_lat(*place)) for n, place in enumerate(addresses, start=1)],
        )
    build.refresh(conn, only=VIEWS)


def total(conn: psycopg.Connection[Any], query: str) -> float:
    row = conn.execute(query.encode()).fetchone()
    assert row
    return float(row[0] or 0)


places = st.tuples(st.floats(-900, 5900), st.floats(-900, 3400))
people = st.floats(0, 5000).map(lambda x: round(x, 1))
areas = st.one_of(
    st.builds(Area, people, st.none() | st.integers(0, 40), places),
    st.builds(Area, people, st.integers(0, 40), places, st.floats(100, 3000)),
    st.builds(Area, people, st.integers(0, 40), planning_area=st.sampled_from(("1", "2", "9", None))),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(areas, min_size=1, max_size=8), st.lists(places, max_size=60))
def test_nobody_is_lost(
    toy_connection: psycopg.Connection[Any], some: list[Area], addresses: list[tuple[float, float]]
) -> None:
    replace(toy_connection, some, addresses)
    given_people = sum(a.population for a in some)
    in_cells = total(toy_connection, "select sum(population) from core.demand_cell")
    unplaced = total(toy_connection, "select sum(population) from core.census_area_unplaced")
    assert in_cells + unplaced == pytest.approx(given_people, abs=1e-6)
    if in_cells:
        vehicles = total(toy_connection, "select sum(ev_count) from core.demand_cell")
        inside = total(toy_connection, "select sum(ev_count * inside_share) from core.postal_area")
        assert vehicles == pytest.approx(inside)
    in_hexagon = "select count(*) from core.demand_cell where st_distance(geom, point_geom) > 0.001"
    assert total(toy_connection, in_hexagon) == 0
    toy_connection.rollback()


def addresses_of(conn: psycopg.Connection[Any]) -> dict[str, int]:
    """Return how many addresses each census area claims."""
    found = conn.execute(
        "select area_key, count(*) from core.census_area_address "
        "join core.census_area using (census_area_id) group by 1"
    )
    return dict(found.fetchall())


def test_addresses_go_to_the_nearest_point_or_the_polygon_around_them(
    toy_connection: psycopg.Connection[Any],
) -> None:
    some = [Area(100, 9, (0, 0)), Area(200, 9, (1000, 0)), Area(300, 9, (2000, 0), edge_m=500)]
    replace(toy_connection, some, [(100, 0), (400, 0), (900, 0), (1800, 100), (2200, 100), (2300, 100)])
    assert addresses_of(toy_connection) == {"1": 2, "2": 2, "3": 2}


def test_a_place_claims_no_more_addresses_than_dwellings_where_others_have_no_place(
    toy_connection: psycopg.Connection[Any],
) -> None:
    addresses = [(50.0 * n, 0.0) for n in range(10)]
    replace(toy_connection, [Area(100, 3, (0, 0))], addresses)
    assert addresses_of(toy_connection) == {"1": 10}
    replace(toy_connection, [Area(100, 3, (0, 0)), Area(70, 7, planning_area="1")], addresses)
    assert addresses_of(toy_connection) == {"1": 3, "2": 7}
    # the three nearest are the first area's, so its people live within 100 m of it
    west = total(
        toy_connection,
        "select sum(population) from core.population_point where st_x(geom) < 500000 + 125",
    )
    assert west == pytest.approx(100)


def test_people_without_place_and_without_free_addresses_are_listed(
    toy_connection: psycopg.Connection[Any],
) -> None:
    replace(
        toy_connection, [Area(100, 3, (0, 0)), Area(70, 7, planning_area="2"), Area(5)], [(0, 0), (50, 0)]
    )
    found = toy_connection.execute(
        "select area_key, population from core.census_area_unplaced order by 1"
    ).fetchall()
    assert found == [("2", 70.0), ("3", 5.0)]


def test_a_polygon_without_addresses_is_spread_by_surface(toy_connection: psycopg.Connection[Any]) -> None:
    replace(toy_connection, [Area(1000, 10, (0, 1000), edge_m=1000)], [])
    density = toy_connection.execute(
        "select c.population / st_area(st_intersection(c.geom, a.geom)) * st_area(a.geom) "
        "from core.demand_cell as c cross join core.census_area as a where "
        "st_area(st_intersection(c.geom, a.geom)) > 1"
    ).fetchall()
    assert len(density) >= 6
    assert [d for (d,) in density] == pytest.approx([1000] * len(density))


def test_a_polygon_across_the_boundary_brings_its_inside_share(
    toy_connection: psycopg.Connection[Any],
) -> None:
    replace(toy_connection, [Area(1000, 10, (5500, 0), edge_m=1000)], [])
    assert total(toy_connection, "select sum(population) from core.demand_cell") == pytest.approx(
        500, rel=0.01
    )
    row = toy_connection.execute("select population, reason from core.census_area_unplaced").fetchone()
    assert row == (pytest.approx(500, rel=0.01), "this share of its people lies outside the region")


def test_hexagons_are_those_of_postgis(connection: psycopg.Connection[Any]) -> None:
    draw = random.Random(11)  # noqa: S311 - a sample, no secret
    points = [(draw.uniform(-9e6, 9e6), draw.uniform(-9e6, 9e6), draw.uniform(50, 2000)) for _ in range(500)]
    with connection.cursor() as cursor:
        cursor.execute("create temp table p (x float8, y float8, edge_m float8)")
        cursor.executemany("insert into p values (%s, %s, %s)", points)
    outside = total(
        connection,
        "select count(*) from p cross join lateral core.hexagon_index(st_makepoint(x, y), edge_m) as h "
        "where st_distance(st_hexagon(edge_m, h.i, h.j), st_makepoint(x, y)) > 0.001",
    )
    assert outside == 0
