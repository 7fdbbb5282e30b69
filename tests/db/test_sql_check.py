"""Each data check finds what it claims to find: Toy Town is spoilt on purpose, one fault at a time."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from psycopg import sql

from db.schema.checks import DATA_CHECKS, run_data_checks

# check: (the relation to spoil, what stands in its place)
FAULTS = {
    "cell_has_areas": (
        "core.demand_cell",
        "select cell_id, null::int as planning_area_id, grid_area_id from {}",
    ),
    "demand_share_sums_to_one": (
        "analysis.cell_share",
        "select cell_id, population_share * 1.01 as population_share, ev_share, transit_share,"
        " infrastructure_quality_share, infrastructure_age_share from {}",
    ),
    "equity_groups_hold_all_people": (
        "analysis.equity_group",
        "select cell_id, group_kind, group_name from {} where group_kind <> 'settlement'",
    ),
    "hosting_capacity_known": (
        "analysis.hosting_capacity",
        "select grid_area_id, -remaining_kw as remaining_kw, basis from {}",
    ),
    "infrastructure_access_adds_up": (
        "analysis.station_access",
        "select cell_id, port_per_person * 1.01 as port_per_person, station_age_year, is_age_assumed from {}",
    ),
    "infrastructure_age_plausible": (
        "analysis.station_access",
        "select cell_id, port_per_person, station_age_year, not is_age_assumed as is_age_assumed from {}",
    ),
    "land_use_suitability_known": (
        "analysis.land_use",
        "select site_id, land_use, land_use_suitability_share, place_suitability_share, exclusion_share,"
        " suitability_share + 0.1 as suitability_share from {}",
    ),
    "level_setting_known": ("core.station_port", "select station_key, 'L9' as level from {}"),
    "people_are_kept": ("core.demand_cell", "select * from {} where population <> 100"),
    "people_live_by_streets": ("analysis.access_point", "select * from {} where place_kind = 'site'"),
    "port_count_kept": (
        "core.site_port",
        "select site_id, level, port_kw, port_count + 1 as port_count from {}",
    ),
    "published_total_met": (
        "core.source_total",
        "select 'people' as measure, 2.0 as published_value, 1.0 as found_value, 0.1 as tolerance_share,"
        " false as is_within from (select count(*) from {}) as t",
    ),
    "region_setting_known": ("core.region", "select region, null::float as transit_walk_m from {}"),
    "road_distance_plausible": (
        "analysis.road_distance",
        "select cell_id, site_id, distance_m / 2 as distance_m, duration_min from {}",
    ),
    "route_confirmed": ("analysis.route", "select * from {} where from_vertex_id = to_vertex_id"),
    "road_length_kept": ("analysis.road_network", "select * from {} where piece_id <> 2"),
    "road_network_connected": ("core.road_edge", "select * from {} where name <> 'Far Road'"),
    "site_distance_plausible": (
        "analysis.site_distance",
        "select site_id, other_site_id, distance_m / 2 as distance_m from {}",
    ),
    "region_has_people": ("core.site", "select * from {} where false"),
    "session_station_known": (
        "staging.session",
        "select 'Hall'::text as station, 'afdc:999'::text as station_id",
    ),
    "stated_station_known": (
        "staging.stated_station",
        "select 'afdc:999'::text as source_key, 'in_service'::text as status, 'seen'::text as reason, null::date as since",
    ),
    "station_has_site": ("core.site", "select * from {} where site_key <> 'ocm:1'"),
    "transit_access_plausible": (
        "analysis.transit_access",
        "select place_kind, place_id, stop_count, departure_per_h * 2 as departure_per_h from {}",
    ),
    "vehicles_are_kept": ("core.demand_cell", "select * from {} where population <> 100"),
}


def test_every_check_has_its_fault() -> None:
    assert {path.stem for path in DATA_CHECKS.glob("*.sql")} == FAULTS.keys()


@pytest.mark.parametrize("name", FAULTS)
def test_a_check_finds_its_fault(name: str, toy_connection: psycopg.Connection[Any]) -> None:
    relation, query = FAULTS[name]
    schema, table = relation.split(".")
    view = sql.Identifier(schema, table)
    toy_connection.execute(sql.SQL("create temp table spoilt on commit drop as " + query).format(view))
    # a stand-in of the same name, as materialized views cannot be written to
    toy_connection.execute(sql.SQL("alter schema {} rename to sound").format(sql.Identifier(schema)))
    toy_connection.execute(sql.SQL("create schema {}").format(sql.Identifier(schema)))
    names = toy_connection.execute(
        "select relname from pg_class where relnamespace = 'sound'::regnamespace and relkind in ('v', 'm', 'p')"
    ).fetchall()
    for (other,) in names:
        source = sql.Identifier("spoilt") if other == table else sql.Identifier("sound", other)
        kind = sql.SQL("table" if other == table else "view")
        statement = sql.SQL("create {} {} as table {}")
        toy_connection.execute(statement.format(kind, sql.Identifier(schema, other), source))
    result = next(r for r in run_data_checks(toy_connection) if r.name == name)
    assert not result.is_ok
    assert "offending row(s)" in result.detail
    assert result.hint
