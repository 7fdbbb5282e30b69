"""Shapes drawn around points of any kind, on a real server that must stay alive: GEOS has calls that end it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg
import pytest
import shapely
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from etl.load import load_region
from etl.region.settings import default_settings
from tests.support.drawn_core import SRID, DrawnCore

POINT, AREA = "geometry(Point, :metric_srid)", "geometry(MultiPolygon, :metric_srid)"
OUTLINE = {
    "staging.boundary": f"geom {AREA}",
    "staging.census_area": "geom geometry(Geometry, :metric_srid)",
    "staging.road_edge": "geom geometry(LineString, :metric_srid)",
    "core.setting": "setting text, value float",
}
GRID = {
    "staging.grid_area": "source_id integer, record_number integer, name text, limit_kw float, peak_load_kw float, "
    f"station_key text, supply_key text, geom {AREA}",
    "core.grid_station": "grid_station_id integer, name text, limit_kw float, peak_load_kw float, "
    f"station_key text, supply_key text, geom {POINT}",
    "core.cell_people": f"population float, point_geom {POINT}",
    "core.planning_area": f"planning_area_id integer, name text, geom {AREA}",
    "core.region": f"coordinate_margin_m float, geom {AREA}",
}
# ends PostgreSQL 15 with GEOS 3.11.1 when given to ST_ConcaveHull
NEARLY_IN_LINE = [(-5500.0, 5.0), (0.0, 5.0), (5500.0, 5.0), (-6000.0, 0.0), (6000.0, 0.0)]
BEYOND = 1e8

tiny = st.sampled_from([0.0, 1e-9, 1e-6, 1e-3, 0.4, 0.6, 1.0, 5.0])
coordinate = st.one_of(
    st.integers(-6000, 6000).map(float),
    st.floats(-6000, 6000, allow_nan=False),
    st.sampled_from([1e5, -1e6, 9e6, 1e30, -1e300, math.inf, math.nan]),
)


@st.composite
def point_sets(draw: st.DrawFn) -> list[tuple[float, float]]:
    """Draw points in line, nearly in line, given twice, nearly twice, on a lattice, far away, or anywhere."""
    kind = draw(st.sampled_from(["line", "nearly", "twice", "lattice", "any"]))
    if kind in ("line", "nearly"):
        slope = draw(st.sampled_from([0.0, 1.0, 0.3333]))
        along = draw(st.lists(st.integers(-6000, 6000), min_size=1, max_size=12))
        shift = tiny if kind == "nearly" else st.just(0.0)
        return [(float(a), slope * a + draw(shift)) for a in along]
    if kind == "twice":
        base = draw(
            st.lists(st.tuples(st.floats(-6000, 6000), st.floats(-6000, 6000)), min_size=1, max_size=3)
        )
        return [(x + draw(tiny), y + draw(tiny)) for x, y in base for _ in range(draw(st.integers(1, 4)))]
    if kind == "lattice":
        step = st.integers(0, 3).map(lambda n: n * 100.0)
        return draw(st.lists(st.tuples(step, step), min_size=1, max_size=12))
    return draw(st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=12))


def ewkb(shape: shapely.Geometry) -> str:
    return str(shapely.to_wkb(shapely.set_srid(shape, SRID), hex=True, include_srid=True))


def place(x: float, y: float) -> str:
    return ewkb(shapely.Point(500_000 + x, 4_800_000 + y))


def street(start: tuple[float, float], end: tuple[float, float]) -> str:
    return ewkb(shapely.LineString([(500_000 + x, 4_800_000 + y) for x, y in (start, end)]))


def on_earth(x: float, y: float) -> bool:
    return abs(500_000 + x) < BEYOND and abs(4_800_000 + y) < BEYOND


@pytest.fixture(scope="module")
def outline(templates: Any) -> Iterator[DrawnCore]:
    with templates.clone(templates.empty()) as address, psycopg.connect(address) as conn:
        yield DrawnCore(conn, tables=OUTLINE, views=["core.hexagon_index", "core.region_outline"])


@pytest.fixture(scope="module")
def grid(templates: Any) -> Iterator[DrawnCore]:
    with templates.clone(templates.empty()) as address, psycopg.connect(address) as conn:
        yield DrawnCore(conn, tables=GRID, views=["core.grid_place", "core.grid_area"])


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=point_sets(), junctions=point_sets())
@example(people=NEARLY_IN_LINE, junctions=NEARLY_IN_LINE)
@example(people=[(0.0, 0.0)], junctions=[(0.0, 0.0)])
@example(people=[(0.0, 0.0)], junctions=[(0.0, 0.0), (1e-9, 1e-9)])
def test_an_outline_holds_all_people_and_streets_whatever_their_places(
    outline: DrawnCore, people: list[tuple[float, float]], junctions: list[tuple[float, float]]
) -> None:
    streets = list(pairwise(p for p in junctions if all(map(math.isfinite, p))))
    outline.fill(
        {
            "staging.census_area": [(place(*p),) for p in people],
            "staging.road_edge": [(street(*ends),) for ends in streets],
            "core.setting": [(row.setting, row.value) for row in default_settings().rows],
        }
    )
    inside = [p for p in people if on_earth(*p)]
    lines = [ends for ends in streets if on_earth(*ends[0]) and on_earth(*ends[1])]
    inside += [
        ((1 - n / 7) * x0 + n / 7 * x1, (1 - n / 7) * y0 + n / 7 * y1)
        for (x0, y0), (x1, y1) in lines
        for n in range(8)
    ]
    found = outline.rows("select is_stand_in, st_isvalid(geom), st_asbinary(geom) from core.region_outline")
    if not inside:
        assert found == []
        return
    ((is_stand_in, is_valid, wkb),) = found
    assert (is_stand_in, is_valid) == (True, True)
    shape = shapely.from_wkb(bytes(wkb))
    points = shapely.points([(500_000 + x, 4_800_000 + y) for x, y in inside])
    # the margin is 500 m, less what a circle of 32 corners lacks
    assert shapely.contains(shape, shapely.buffer(points, 470)).all()
    # fine enough a circle that no corner of the margin, wherever it points, lies beyond its chords: they lack 0.15 m
    beyond = shapely.buffer(shapely.convex_hull(shapely.union_all(points)), 501, quad_segs=64)
    assert shapely.within(shape, beyond)


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stations=point_sets())
@example(stations=NEARLY_IN_LINE)
@example(stations=[(0.0, 0.0), (1e-9, 0.0), (0.0, 1e-9), (3.0, 4.0), (3.0, 4.0)])
def test_what_lies_nearest_to_each_station_is_its_area_whatever_their_places(
    grid: DrawnCore, stations: list[tuple[float, float]]
) -> None:
    region = shapely.MultiPolygon([shapely.box(493_000, 4_793_000, 507_000, 4_807_000)])
    grid.fill(
        {
            "core.region": [(5000.0, ewkb(region))],
            "core.grid_station": [
                (n, f"Station {n}", 1.0, None, None, None, place(*p)) for n, p in enumerate(stations)
            ],
        }
    )
    found = grid.rows(
        "select grid_station_ids, st_asbinary(geom) from core.grid_area where basis = 'nearest_station'"
    )
    areas = {tuple(ids): shapely.from_wkb(bytes(wkb)) for ids, wkb in found}
    here = {
        n: shapely.Point(500_000 + x, 4_800_000 + y) for n, (x, y) in enumerate(stations) if on_earth(x, y)
    }
    if not here:
        assert areas == {}
        return
    assert sum(area.area for area in areas.values()) == pytest.approx(region.area, rel=1e-9)
    for x in range(493_500, 507_000, 1000):
        for y in range(4_793_500, 4_807_000, 1000):
            point = shapely.Point(x, y)
            nearest_m = min(station.distance(point) for station in here.values())
            holding = [ids for ids, area in areas.items() if area.distance(point) < 0.01]
            assert holding
            # places are taken to the metre
            assert min(here[n].distance(point) for ids in holding for n in ids) == pytest.approx(
                nearest_m, abs=3
            )


def test_a_village_along_a_straight_road_has_an_outline(shared: Path, database: str) -> None:
    """The load of the case ended the server."""
    with psycopg.connect(database) as conn:
        load_region(str(shared / "cases" / "geos_segfault_outline" / "region.toml"), conn)
        ((count, area_km2),) = conn.execute(
            "select count(*), sum(st_area(geom)) / 1e6 from core.region_outline"
        )
    assert (count, area_km2) == (1, pytest.approx(12.8, abs=0.1))
