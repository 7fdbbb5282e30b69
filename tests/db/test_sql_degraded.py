"""Regions with little data: streets and people are enough, and what is assumed is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest

from db.schema import build
from db.schema.checks import run_data_checks
from etl.load import load_region
from tests.support.toy_town.build import write_sources

OPTIONAL = (
    "boundary",
    "planning_areas",
    "ev_counts",
    "postal_areas",
    "openchargemap",
    "afdc",
    "transit",
    "grid",
)


@pytest.fixture
def bare(connection: psycopg.Connection[Any], tmp_path: Path) -> psycopg.Connection[Any]:
    """Return a connection to Toy Town: map and people alone, candidates wanted every kilometre."""
    region = write_sources(tmp_path, settings={"candidate_gap_m": 1000}, without=OPTIONAL)
    load_region(str(region), connection)
    return connection


def rows(conn: psycopg.Connection[Any], query: str) -> list[tuple[Any, ...]]:
    return conn.execute(query.encode()).fetchall()


def test_all_checks_hold_without_optional_sources(bare: psycopg.Connection[Any]) -> None:
    assert [(r.name, r.detail) for r in run_data_checks(bare) if not r.is_ok] == []


def test_the_outline_is_drawn_around_people_and_streets(bare: psycopg.Connection[Any]) -> None:
    found = rows(
        bare,
        "select r.is_stand_in, bool_and(st_within(c.point_geom, r.geom)) from core.region as r "
        "cross join core.demand_cell as c group by 1",
    )
    assert found == [(True, True)]
    assert rows(bare, "select sum(population) from core.demand_cell") == [(1000.0,)]


def test_unknown_parts_of_demand_are_shared_like_people(bare: psycopg.Connection[Any]) -> None:
    found = rows(
        bare,
        "select population_share, ev_share, transit_share, infrastructure_age_share from analysis.cell_share",
    )
    assert len(found) == 5
    assert all(shares == pytest.approx([shares[0]] * 4) for shares in map(list, found))
    topics = {topic for (topic,) in rows(bare, "select topic from analysis.assumption")}
    assert topics >= {"boundary", "ev_counts", "transit", "stations", "grid"}


def test_the_region_is_one_planning_area_and_one_grid_area(bare: psycopg.Connection[Any]) -> None:
    assert rows(bare, "select name from core.planning_area") == [("Toy Town",)]
    # 10 % of 1.6 kW for each of 1000 people
    found = rows(bare, "select remaining_kw, is_assumed from analysis.hosting_capacity")
    assert found == [(pytest.approx(160), True)]


def test_people_far_from_any_place_get_a_junction(bare: psycopg.Connection[Any]) -> None:
    found = rows(bare, "select site_key, name from core.site where site_key like 'junction:%'")
    # P4 lives at E (node 5); P5 is off the network and gets none
    assert found == [("junction:5", "Junction on Far Road")]
    reach = rows(
        bare,
        "select c.population, d.distance_m from analysis.road_distance as d "
        "join core.site as s using (site_id) join core.demand_cell as c using (cell_id) where "
        "s.site_key = 'junction:5'",
    )
    assert reach == [(150.0, pytest.approx(0, abs=0.01))]


def test_places_are_not_needed(bare: psycopg.Connection[Any]) -> None:
    bare.execute("delete from raw.osm_feature")
    build.refresh(bare, only=[*build.needed_by("core.candidate_site"), "core.candidate_site"])
    keys = {key for (key,) in rows(bare, "select candidate_key from core.candidate_site")}
    assert len(keys) > 1
    assert all(key.startswith("junction:") for key in keys)
