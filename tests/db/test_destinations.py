"""Where drivers work, shop, spend leisure and change trains: worlds drawn by a test, each share checked by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg
import pytest

from etl.load import load_region
from etl.trace import trace
from tests.support.assumptions import assumed
from tests.support.drawn_core import SRID, DrawnCore
from tests.support.toy_town.build import lon_lat, write_sources

POINT, AREA = "geometry(Point, :metric_srid)", "geometry(Geometry, :metric_srid)"
TABLES = {
    "staging.job_area": f"source_id integer, record_number integer, area_key text, job_count float, geom {AREA}",
    "core.region": f"hexagon_edge_m float, geom {AREA}",
    "core.address": f"address_id integer, geom {POINT}",
    "core.place": f"candidate_kind text, geom {POINT}",
    "core.transit_stop": f"departure_count integer, geom {POINT}",
    "core.demand_cell": f"cell_id bigint, ev_count float, population float, dwelling_count float, apartment_count float, point_geom {POINT}",
    "model.session_scenario": "scenario_id bigint",
    "plan.scenario_growth": "scenario_id bigint, ev_per_person_assumed float",
    "plan.scenario_session": "scenario_id bigint, kwh_per_ev_day float, peak_hour_share float, public_share_home float, "
    "public_share_no_home float, house_no_home_share float, apartment_no_home_share float, apartment_assumed_share float, destination_share float",
    "plan.scenario_destination": "scenario_id bigint, kind text, share float",
}
VIEWS = [
    "core.job_area", "core.job_point", "analysis.destination_kind", "analysis.cell_destination", "analysis.destination_assumption", "model.cell_charging",
]  # fmt: skip
# The region is 4 km wide and 2 km high; cells 1, 2 and 3 have their people in the west, the middle and the east.
CELLS = [(1, 60.0, 600.0, None, None), (2, 30.0, 300.0, None, None), (3, 10.0, 100.0, None, None)]
AT = (500, 2000, 3500)
# All charge in public, a tenth of 10 kWh in the busiest hour: a kilowatt hour for each vehicle, four tenths of it where they go.
SESSION = (1, 10.0, 0.1, 1.0, 1.0, 0.0, 0.0, 0.0, 0.4)
SHARES = {"work": 0.5, "shopping": 0.25, "leisure": 0.125, "transit": 0.125}


def point(east: float, north: float = 1000) -> str:
    return f"SRID={SRID};POINT({east} {north})"


def box(west: float, south: float, east: float, north: float) -> str:
    return (
        f"SRID={SRID};POLYGON(({west} {south},{east} {south},{east} {north},{west} {north},{west} {south}))"
    )


@pytest.fixture(scope="module")
def drawn(templates: Any) -> Iterator[DrawnCore]:
    with templates.clone(templates.empty()) as address, psycopg.connect(address) as conn:
        conn.execute("drop schema plan cascade")
        conn.execute("create schema plan")
        yield DrawnCore(conn, tables=TABLES, views=VIEWS)


def fill(drawn: DrawnCore, **rows: Sequence[Sequence[Any]]) -> None:
    """Draw the three cells, a scenario, and whatever else is given, by the name of its table without schema."""
    given = {name: rows.get(name.partition(".")[2], ()) for name in TABLES}
    drawn.fill(
        given
        | {
            "core.region": [(100.0, box(0, 0, 4000, 2000))],
            "core.demand_cell": [(*cell, point(east)) for cell, east in zip(CELLS, AT, strict=True)],
            "model.session_scenario": [(1,)],
            "plan.scenario_growth": [(1, 0.01)],
            "plan.scenario_session": [SESSION],
            "plan.scenario_destination": [(1, kind, share) for kind, share in SHARES.items()],
        }
    )


def shares(drawn: DrawnCore, kind: str) -> dict[int, float]:
    """Return the share of each cell of a kind of destination."""
    found = drawn.rows(
        f"select cell_id, share from analysis.cell_destination where kind = '{kind}'"  # noqa: S608 - a word of the test
    )
    return dict(found)


def charged(drawn: DrawnCore) -> dict[int, tuple[float, float]]:
    """Return what is charged near homes and at destinations of each cell, kWh in the busiest hour."""
    found = drawn.rows("select cell_id, home_kw, destination_kw from model.cell_charging_definition")
    return {cell: (home, there) for cell, home, there in found}


def codes(drawn: DrawnCore) -> list[str]:
    return [code for (code,) in drawn.rows("select code from analysis.destination_assumption")]


PLACES = [
    ("office", point(480)), ("education", point(520)), ("public", point(2100)), ("office", point(3400)),
    ("shopping", point(450)), ("food", point(3450)), ("parking", point(500)),
    ("leisure", point(2050)),
]  # fmt: skip
STOPS = [(30, point(600)), (10, point(3600)), (0, point(2000))]


def test_shares_of_each_kind_and_of_all_by_hand(drawn: DrawnCore) -> None:
    """Work: two places, one and one of four; shopping: one and one of two; leisure: all in the middle; 30 and 10 departures.

    100 vehicles charge 100 kWh, 60 near home and 40 where they go: 20 at work, 10 shopping, 5 at leisure, 5 on a trip.
    """
    fill(drawn, place=PLACES, transit_stop=STOPS)
    assert shares(drawn, "work") == {1: 0.5, 2: 0.25, 3: 0.25}
    assert shares(drawn, "shopping") == {1: 0.5, 3: 0.5}
    assert shares(drawn, "leisure") == {2: 1.0}
    assert shares(drawn, "transit") == {1: 0.75, 3: 0.25}
    assert charged(drawn) == {
        1: (pytest.approx(36), pytest.approx(10 + 5 + 3.75)),
        2: (pytest.approx(18), pytest.approx(5 + 5)),
        3: (pytest.approx(6), pytest.approx(5 + 5 + 1.25)),
    }
    assert codes(drawn) == ["work_by_places"]


def test_where_there_are_jobs_they_are_the_weights_of_work(drawn: DrawnCore) -> None:
    """70 in the west and 30 in the east, whatever offices stand where; one beyond the border is no job of the region."""
    spots = [(1, 1, "a", 70.0, point(300)), (1, 2, "b", 30.0, point(3900)), (1, 3, "c", 500.0, point(4500))]
    fill(drawn, place=PLACES, transit_stop=STOPS, job_area=spots)
    assert shares(drawn, "work") == {1: pytest.approx(0.7), 3: pytest.approx(0.3)}
    assert shares(drawn, "shopping") == {1: 0.5, 3: 0.5}
    assert charged(drawn)[1][1] == pytest.approx(14 + 5 + 3.75)
    assert charged(drawn)[2][1] == pytest.approx(5)
    assert charged(drawn)[3][1] == pytest.approx(6 + 5 + 1.25)
    assert codes(drawn) == []


def test_jobs_of_a_polygon_are_at_its_addresses_else_spread_over_it(drawn: DrawnCore) -> None:
    """40 jobs at three addresses in the west and one in the middle; 100 jobs of a polygon, half of it beyond the border."""
    areas = [
        (1, 1, "west", 40.0, box(0, 0, 2500, 2000)),
        (1, 2, "east", 100.0, box(3000, 0, 5000, 2000)),
        (1, 3, "away", 900.0, box(4000, 0, 5000, 2000)),
    ]
    homes = [(1, point(100)), (2, point(200)), (3, point(300)), (4, point(2400))]
    fill(drawn, job_area=areas, address=homes)
    assert drawn.rows("select area_key, job_count from core.job_area order by 1") == [
        ("east", pytest.approx(50)),
        ("west", 40.0),
    ]
    found = drawn.rows("select sum(job_count), count(*) from core.job_point where job_area_id = 2")
    assert found == [(pytest.approx(40), 4)]
    assert shares(drawn, "work") == {
        1: pytest.approx(30 / 90),
        2: pytest.approx(10 / 90),
        3: pytest.approx(50 / 90),
    }


def test_jobs_of_a_polygon_without_addresses_are_spread_by_surface(drawn: DrawnCore) -> None:
    """From 750 to 2750 m: what is nearer to 500 than to 2000, west of 1250, is a quarter; all else is the middle's."""
    fill(drawn, job_area=[(1, 1, "a", 10.0, box(750, 0, 2750, 2000))])
    assert shares(drawn, "work") == {1: pytest.approx(0.25, abs=0.02), 2: pytest.approx(0.75, abs=0.02)}
    assert drawn.rows("select sum(job_count) from core.job_point") == [(pytest.approx(10),)]


def test_a_kind_without_any_place_leaves_its_share_to_the_others(drawn: DrawnCore) -> None:
    """Without work and transit, shopping has 0.25 of 0.375 and leisure the rest: 26.67 and 13.33 kWh."""
    fill(drawn, place=[row for row in PLACES if row[0] in ("shopping", "food", "leisure")])
    assert charged(drawn) == {
        1: (pytest.approx(36), pytest.approx(40 / 3)),
        2: (pytest.approx(18), pytest.approx(40 / 3)),
        3: (pytest.approx(6), pytest.approx(40 / 3)),
    }
    assert codes(drawn) == ["work_unknown"]


@pytest.mark.parametrize("jobs", [[], [(1, 1, "a", 0.0, point(500))]])
def test_without_any_destination_all_is_charged_near_homes(
    drawn: DrawnCore, jobs: list[tuple[Any, ...]]
) -> None:
    fill(drawn, job_area=jobs, place=[("parking", point(500))])
    assert charged(drawn) == {1: (60.0, 0.0), 2: (30.0, 0.0), 3: (10.0, 0.0)}
    assert codes(drawn) == ["destination_unknown"]


def test_a_region_file_with_jobs_is_loaded_and_traced(
    connection: psycopg.Connection[Any], tmp_path: Path
) -> None:
    """60 jobs by the Library, nearest to the people of P1 at junction B, and 20 by P2; a third record has a negative number."""
    path = write_sources(tmp_path, settings={"reject_share_max": 0.1})
    spots = [
        ("mill", 60, (1000, 100)),
        ("farm", 20, (0, 400)),
        *((f"yard {n}", 0, (0, 400)) for n in range(9)),
    ]
    lines = ["key,jobs,lon,lat", *("{},{},{},{}".format(key, jobs, *lon_lat(*at)) for key, jobs, at in spots)]
    lines.append("bad,-5,{},{}".format(*lon_lat(0, 400)))
    (tmp_path / "jobs.csv").write_text("\n".join(lines), encoding="utf-8")
    source = 'loader = "points_csv"\npath = "jobs.csv"\ncolumns = { id = "key", jobs = "jobs", lon = "lon", lat = "lat" }\n'
    path.write_text(f"{path.read_text(encoding='utf-8')}\n[sources.jobs]\n{source}", encoding="utf-8")
    load_region(str(path), connection)
    shares = connection.execute(
        "select round(population), share from analysis.cell_destination join core.demand_cell using (cell_id) where kind = 'work' order by 1"
    ).fetchall()
    assert shares == [(200, 0.75), (300, 0.25)]
    rejects = connection.execute(
        "select record, field, reason from raw.reject where source = 'jobs'"
    ).fetchall()
    assert rejects == [("12 (bad)", "jobs", "-5 is not between 0 and 50,000,000")]
    assert not any("place" in said and "jobs" in said for said in assumed(connection))
    traced = trace(connection, "job_area", number_of_mill(connection))
    assert [(row["record_key"], row["record_table"], row["file_name"]) for row in traced] == [
        ("mill", "job_area", "jobs.csv")
    ]


def number_of_mill(conn: psycopg.Connection[Any]) -> str:
    """Return the number of the mill."""
    row = conn.execute("select job_area_id from core.job_area where area_key = 'mill'").fetchone()
    assert row is not None
    return str(row[0])


def test_the_load_says_that_places_stand_for_jobs(toy: psycopg.Connection[Any]) -> None:
    """Toy Town has a library, which is a place of work, and no source of jobs."""
    assert [s for s in assumed(toy) if "jobs" in s] == [
        "No source tells of jobs: places of work are counted by places in place of jobs, each alike."
    ]
