"""Toy Town in the rooms staging, core and analysis: the numbers of tests/support/toy_town/README.md."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from db.schema.checks import run_data_checks

PLACES = {200: "P1", 300: "P2", 250: "P3", 150: "P4", 100: "P5"}
DISTANCE_M = {
    ("P1", "ocm:1"): 0,
    ("P1", "ocm:2"): 1320,
    ("P1", "place:n102"): 2890,
    ("P1", "place:n103"): 440,
    ("P2", "ocm:1"): 1430,
    ("P2", "ocm:2"): 2750,
    ("P2", "place:n102"): 720,
    ("P2", "place:n103"): 1870,
    ("P3", "ocm:1"): 850,
    ("P3", "ocm:2"): 570,
    ("P3", "place:n102"): 2140,
    ("P3", "place:n103"): 490,
}
ACCESS_M = {"P1": 0, "P2": 30, "P3": 50, "ocm:1": 0, "ocm:2": 20, "place:n102": 40, "place:n103": 40}


def rows(conn: psycopg.Connection[Any], query: str) -> list[tuple[Any, ...]]:
    return conn.execute(query.encode()).fetchall()


def by_place(conn: psycopg.Connection[Any], column: str, relation: str) -> dict[str, float]:
    """Return a column of a view of cells by the names of the README; cells are told by their people."""
    found = rows(conn, f"select population, {column} from {relation} join core.demand_cell using (cell_id)")  # noqa: S608 - ours
    return {PLACES[round(people)]: value for people, value in found}


def test_people_stand_in_their_cells(toy_connection: psycopg.Connection[Any]) -> None:
    shares = by_place(toy_connection, "population_share", "analysis.cell_share")
    assert shares == pytest.approx({"P1": 0.20, "P2": 0.30, "P3": 0.25, "P4": 0.15, "P5": 0.10})
    found = rows(
        toy_connection,
        "select a.name, sum(c.population) from core.demand_cell as c "
        "join core.planning_area as a using (planning_area_id) group by 1 order by 1",
    )
    assert found == [("Farend", 250.0), ("Ringham", 750.0)]


def test_vehicles_follow_households_inside_the_region(toy_connection: psycopg.Connection[Any]) -> None:
    found = {
        PLACES[round(p)]: ev
        for p, ev in rows(toy_connection, "select population, ev_count from core.demand_cell")
    }
    assert found == pytest.approx({"P1": 26.67, "P2": 40, "P3": 33.33, "P4": 24, "P5": 16}, abs=0.02)


def test_feeds_become_stations_and_candidates(toy_connection: psycopg.Connection[Any]) -> None:
    found = rows(
        toy_connection,
        "select site_key, name, port_count, array(select distinct level from core.site_port as p"
        " where p.site_id = s.site_id), is_existing from core.site as s order by 1",
    )
    assert found == [
        ("ocm:1", "Town Hall", 3, ["L2"], True),
        ("ocm:2", "Third Street", 2, ["L3"], True),
        ("place:n102", "Ring Market parking", 0, [], False),
        ("place:n103", "Second Street Library", 0, [], False),
    ]
    merged = dict(rows(toy_connection, "select station_key, source_ids from core.charging_station"))
    assert merged == {
        "ocm:1": ["ocm:1", "afdc:11"],
        "ocm:2": ["ocm:2", "osm:n105"],
        "afdc:12": ["afdc:12"],
        "afdc:13": ["afdc:13"],
    }
    status = dict(rows(toy_connection, "select station_key, status from core.charging_station"))
    assert (status["afdc:12"], status["afdc:13"]) == ("planned", "out_of_service")


def test_a_candidate_stands_for_all_places_around_it(toy_connection: psycopg.Connection[Any]) -> None:
    found = rows(
        toy_connection, "select candidate_key, poi_count, parking_count from core.candidate_site order by 1"
    )
    assert found == [("place:n102", 1, 1), ("place:n103", 1, 0)]


def test_distances_are_those_of_the_drawing(toy_connection: psycopg.Connection[Any]) -> None:
    found = rows(
        toy_connection,
        "select c.population, s.site_key, d.distance_m, d.duration_min from analysis.road_distance as d "
        "join core.demand_cell as c using (cell_id) join core.site as s using (site_id)",
    )
    distance_m = {(PLACES[round(p)], key): metres for p, key, metres, _ in found}
    assert distance_m == pytest.approx(DISTANCE_M, abs=0.4)
    for people, key, metres, minutes in found:
        legs_m = ACCESS_M[PLACES[round(people)]] + ACCESS_M[key]
        assert minutes == pytest.approx((metres - legs_m) / 1000 + legs_m / 100, abs=0.01)


def test_what_is_off_the_network_or_too_far(toy_connection: psycopg.Connection[Any]) -> None:
    on_network = rows(
        toy_connection,
        "select c.population from analysis.access_point as a "
        "join core.demand_cell as c on c.cell_id = a.place_id where a.place_kind = 'cell'",
    )
    assert {PLACES[round(p)] for (p,) in on_network} == {"P1", "P2", "P3", "P4"}
    assert "P4" not in by_place(toy_connection, "distance_m", "analysis.nearest_station")


def test_a_place_at_a_junction_is_the_junction(toy_connection: psycopg.Connection[Any]) -> None:
    found = rows(
        toy_connection,
        """
        select a.vertex_id
        from analysis.access_point as a
        left join core.site as s on a.place_kind = 'site' and s.site_id = a.place_id
        left join core.demand_cell as c on a.place_kind = 'cell' and c.cell_id = a.place_id
        where s.site_key = 'ocm:1' or c.population = 200
        """,
    )
    assert found == [(2,), (2,)]


def test_nearest_stations_by_level(toy_connection: psycopg.Connection[Any]) -> None:
    found = rows(
        toy_connection,
        "select c.population, n.level, round(n.distance_m::numeric) from analysis.nearest_station as n "
        "join core.demand_cell as c using (cell_id)",
    )
    nearest = {(PLACES[round(p)], level): int(metres) for p, level, metres in found}
    assert nearest == {
        ("P1", "L2"): 0,
        ("P2", "L2"): 1430,
        ("P3", "L2"): 850,
        ("P1", "L3"): 1320,
        ("P2", "L3"): 2750,
        ("P3", "L3"): 570,
    }


def test_grid_areas_and_their_hosting_capacity(toy_connection: psycopg.Connection[Any]) -> None:
    found = rows(
        toy_connection,
        "select g.name, h.remaining_kw, h.is_assumed from core.grid_area as g "
        "join analysis.hosting_capacity as h using (grid_area_id) order by 1",
    )
    # 10 % of 2200 kW where the peak load is not known
    assert found == [
        ("East TS", 200.0, False),
        ("West TS", pytest.approx(220.0), True),
    ]
    unplaced = rows(toy_connection, "select name, remark from core.grid_station where geom is null")
    assert unplaced == [("Nowhere TS", "its place is not known, so it has no area")]


def test_transit_counts_by_nearness(toy_connection: psycopg.Connection[Any]) -> None:
    found = rows(
        toy_connection,
        "select c.population, t.stop_count, t.departure_per_h from analysis.transit_access as t "
        "join core.demand_cell as c on c.cell_id = t.place_id where t.place_kind = 'cell'",
    )
    access = {PLACES[round(p)]: (stops, per_h) for p, stops, per_h in found}
    # P1: 48 departures in 24 h, 60 m of 600 m away: 2 x 0.9; from the last stop, near P3, nobody departs
    assert access == {"P1": (1, pytest.approx(1.8, abs=0.01))}


def test_transit_access_of_sites(toy_connection: psycopg.Connection[Any]) -> None:
    """The library is 460.4 m from the first stop: 2 x (1 - 460.4 / 600); nobody departs from the one at its door."""
    found = rows(
        toy_connection,
        "select s.name, t.departure_per_h from core.site as s left join analysis.transit_access as t"
        " on t.place_kind = 'site' and t.place_id = s.site_id",
    )
    access = {str(name).split()[0]: per_h for name, per_h in found}
    away_m = (40**2 + 460**2) ** 0.5
    assert access["Second"] == pytest.approx(2 * (1 - away_m / 600), abs=0.01)
    assert access["Town"] == pytest.approx(1.8, abs=0.01)
    assert access["Third"] is access["Ring"] is None


def test_infrastructure_quality_and_age(toy_connection: psycopg.Connection[Any]) -> None:
    """P1 to P3, 750 people, share 3 L2 ports and 2 L3 ports that serve in 42 minutes what L2 serves in 180.

    Town Hall opened on 2014-07-15, and the last day that a feed speaks of is 2022-01-11.
    """
    quality = by_place(toy_connection, "port_per_person", "analysis.station_access")
    for place in ("P1", "P2", "P3"):
        assert quality[place] == pytest.approx((3 + 2 * 180 / 42) / 750)
    assert quality["P4"] == quality["P5"] == 0
    age = by_place(toy_connection, "station_age_year", "analysis.station_access")
    assert age["P1"] == age["P2"] == pytest.approx(2737 / 365.25)
    # nearest to P3 is Third Street, whose opening day is not known: the median stands in
    assumed = by_place(toy_connection, "is_age_assumed::int", "analysis.station_access")
    assert (assumed["P1"], assumed["P2"], assumed["P3"], assumed["P4"]) == (0, 0, 1, 1)
    need = by_place(toy_connection, "infrastructure_quality_share", "analysis.cell_share")
    mean = 3 * quality["P1"] / 5
    served, open_ = 1 / (1 + quality["P1"] / mean), 1.0
    weight = {
        "P1": 200 * served,
        "P2": 300 * served,
        "P3": 250 * served,
        "P4": 150 * open_,
        "P5": 100 * open_,
    }
    assert need == pytest.approx({place: w / sum(weight.values()) for place, w in weight.items()})


def test_land_use_and_score_of_candidates(toy_connection: psycopg.Connection[Any]) -> None:
    """A car park fits wholly, a library 0.85; residential streets show 0.3; no map of land use lies beneath.

    Grid: 296.8 m from West TS is 0.970, 1202 m is 0.880. Transit: full for what nine tenths do not reach.
    """
    found = rows(
        toy_connection,
        "select c.name, k.land_use_score, k.transit_score, k.road_score::float, k.grid_score, k.score"
        " from analysis.candidate_score as k join core.site as c using (site_id) order by 1",
    )
    car_park, library = found
    grid = 1 - (250**2 + 160**2) ** 0.5 / 10_000
    assert car_park[1:] == pytest.approx((1.0, 0.0, 0.3, grid, 0.4 + 0.06 + 0.2 * grid), abs=1e-3)
    grid = 1 - (1040**2 + 600**2) ** 0.5 / 10_000
    assert library[1:] == pytest.approx((0.85, 1.0, 0.3, grid, 0.34 + 0.2 + 0.06 + 0.2 * grid), abs=1e-3)
    existing = rows(toy_connection, "select suitability_share from analysis.land_use order by site_id")
    # Town Hall stands by a cafe (0.6); nothing is known around Third Street
    assert [share for (share,) in existing][:2] == [0.6, 0.5]


def test_shares_lean_towards_the_badly_served(toy_connection: psycopg.Connection[Any]) -> None:
    need = by_place(toy_connection, "infrastructure_quality_share / population_share", "analysis.cell_share")
    assert need["P4"] == pytest.approx(need["P5"])
    assert need["P4"] > need["P1"]


def test_all_data_checks_hold(toy_connection: psycopg.Connection[Any]) -> None:
    results = run_data_checks(toy_connection)
    assert results
    assert [(r.name, r.detail) for r in results if not r.is_ok] == []
