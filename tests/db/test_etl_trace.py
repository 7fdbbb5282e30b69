"""Tracing: every row of core leads back to its records; loads are snapshots; sources are named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from db.common.errors import UsageError
from etl.checksum import compute_checksums
from etl.load import load_region
from etl.report import read_report
from etl.trace import trace
from tests.support.processes import run
from tests.support.toy_town.build import write_sources

Connection = psycopg.Connection[Any]
# What else stands in core carries source_id and record_number itself, is a step to an entity, or was judged, not measured.
ENTITIES = {
    "address": "address_id",
    "candidate_site": "candidate_key",
    "census_area": "census_area_id",
    "charging_session": "session_id",
    "charging_station": "station_key",
    "demand_cell": "cell_id",
    "grid_area": "grid_area_id",
    "grid_feeder": "grid_feeder_id",
    "grid_station": "grid_station_id",
    "job_area": "job_area_id",
    "land_use_area": "land_use_area_id",
    "place": "place_key",
    "planning_area": "planning_area_id",
    "postal_area": "postal_area_key",
    "reference_demand_point": "reference_demand_point_id",
    "reference_plan_station": "reference_plan_station_id",
    "region": "region",
    "road_edge": "edge_id",
    "road_node": "node_id",
    "site": "site_id",
    "three_phase_supply": "supply_key",
    "excluded_area": "excluded_area_id",
    "grant_area": "grant_area_id",
}
STEPS = {
    "address_claim", "cell_ev", "cell_people", "cell_postal_area", "census_area_address", "census_area_unplaced",
    "gap_junction", "openchargemap_plug", "osm_plug", "point_port", "afdc_port", "osm_station_port", "feed_port", "station_port", "offered_port",
    "site_port", "reference_plan_port", "place_best", "place_cluster", "place_kind", "place_member", "setting", "level",
    "openchargemap_remark", "population_point", "region_outline", "site_key", "source_remark", "source_total", "station_member",
    "station_source", "transit_stop", "origin", "measured_utilisation", "cell_income", "given_candidate", "site_address", "road_left_out", "ev_count_year",
    "osm_station", "osm_station_hub", "record_use", "site_place", "site_supply", "site_fact", "site_exclusion", "site_profile", "exclusion_kind", "grid_feeder_part", "grid_supply",
    "session_station", "session_window", "grid_node", "site_grid_node", "census_year", "ev_count", "postal_area_count", "municipal_name", "station_detail",
    "municipal_facility", "congregation_name", "host_land_use", "host", "place_host", "candidate_rank", "candidate_place", "last_resort_place", "lone_place", "named_municipality", "owned_outline", "place_owner",
    "station_record", "station_unlisted", "station_status", "station_remark", "grid_place", "address_in_area", "free_address", "census_group", "osm_charger",
    "projection", "projection_record", "job_point", "site_grant_area", "source_table",
}  # fmt: skip


def rows(conn: Connection, query: str) -> list[tuple[Any, ...]]:
    return conn.execute(query.encode()).fetchall()


def untraced(conn: Connection, entity: str, key: str) -> list[tuple[Any, ...]]:
    """Return rows of an entity without a record in a table of raw of the current load."""
    query = sql.SQL(
        "select {key} from {view} as v where not exists ("
        " select from report.lineage as l join raw.load_source as s using (load_id, source_id)"
        " where l.entity = {entity} and l.row_key = v.{key}::text and l.sha256 = s.sha256)"
    ).format(key=sql.Identifier(key), view=sql.Identifier("core", entity), entity=sql.Literal(entity))
    return conn.execute(query).fetchall()


def test_every_row_of_core_leads_to_a_record(toy_connection: Connection) -> None:
    assert [entity for entity, key in ENTITIES.items() if untraced(toy_connection, entity, key)] == []
    assert (
        rows(
            toy_connection,
            "select s.stop_id from core.transit_stop as s where not exists (select from core.origin as o"
            " where o.entity = 'transit_stop' and o.row_key = s.source_id || ' ' || s.stop_id)",
        )
        == []
    )


def test_no_entity_of_core_is_forgotten(toy_connection: Connection) -> None:
    found = rows(
        toy_connection,
        "select relname from pg_class where relnamespace = 'core'::regnamespace and relkind in ('v', 'm')"
        " and relname not like '%\\_origin'",
    )
    assert {name for (name,) in found} == ENTITIES.keys() | STEPS


@pytest.mark.parametrize("without", [("boundary", "planning_areas", "grid", "openchargemap", "afdc")])
def test_what_stands_in_leads_to_records_too(
    connection: Connection, tmp_path: Path, without: tuple[str, ...]
) -> None:
    load_region(str(write_sources(tmp_path, settings={"candidate_gap_m": 1000}, without=without)), connection)
    assert [entity for entity, key in ENTITIES.items() if untraced(connection, entity, key)] == []
    junctions = rows(
        connection,
        "select record_key from core.origin where entity = 'candidate_site' and row_key like 'junction:%'",
    )
    assert junctions
    assert all(key.startswith("n") for (key,) in junctions)


def test_a_station_of_two_feeds_has_two_records(toy_connection: Connection) -> None:
    found = trace(toy_connection, "charging_station", "ocm:1")
    assert [(row["record_key"], row["record_table"], row["file_name"]) for row in found] == [
        ("ocm:1", "openchargemap_poi", "openchargemap.json"),
        ("afdc:11", "afdc_station", "afdc.csv"),
    ]
    (town_hall,) = rows(toy_connection, "select site_id from core.site where site_key = 'ocm:1'")
    assert [row["record_key"] for row in trace(toy_connection, "site", str(town_hall[0]))] == [
        "ocm:1",
        "afdc:11",
    ]


def test_a_cell_leads_to_its_people_and_vehicles(toy_connection: Connection) -> None:
    ((cell,),) = rows(toy_connection, "select cell_id from core.demand_cell where population = 150")
    found = trace(toy_connection, "demand_cell", str(cell))
    assert {(row["record_table"], row["record_key"]) for row in found} == {
        ("census_area", "P4"), ("postal_area", "T1B"), ("ev_count", "T1B"),
    }  # fmt: skip


def test_a_two_way_street_has_a_record_for_each_direction(toy_connection: Connection) -> None:
    found = rows(
        toy_connection,
        "select e.backward_min is not null, count(*), min(o.record_key) from core.road_edge as e"
        " join core.road_edge_origin as o using (edge_id) where e.name in ('First Street', 'Second Street')"
        " group by e.edge_id, 1 order by 1",
    )
    assert found == [(False, 1, "way 1"), (True, 2, "way 2")]


def test_what_is_not_there_is_said(toy_connection: Connection) -> None:
    with pytest.raises(UsageError, match=r"core\.site has no row '999999'"):
        trace(toy_connection, "site", "999999")
    with pytest.raises(UsageError, match="no entity 'sites'"):
        trace(toy_connection, "sites", "1")


@pytest.mark.usefixtures("toy_database")
def test_the_commands() -> None:
    shown = run("etl.trace", "--station", "afdc:11")
    assert "charging_station ocm:1: 2 record(s)" in shown.stdout, shown.stderr
    assert "drawn for tests, data of 2024-11-23, sha256 " in shown.stdout
    assert {row["file_name"] for row in json.loads(run("etl.trace", "--edge", "1", "--json").stdout)} == {
        "town.osm.pbf"
    }
    unknown = run("etl.trace", "--station", "ocm:77")
    assert (unknown.returncode, "Traceback" in unknown.stderr) == (2, False)
    assert "next: " in unknown.stderr
    printed = run("etl.report")
    assert printed.returncode == 0
    assert "Toy Town (synthetic: made up)" in printed.stdout
    assert "assumed" in printed.stdout


def test_two_loads_are_compared_and_a_run_keeps_its_own(connection: Connection, tmp_path: Path) -> None:
    region = write_sources(tmp_path)
    load_region(str(region), connection)
    connection.commit()
    before = compute_checksums(connection)
    assert run("model.solve", "--scenario", "phase1").returncode == 0
    people = tmp_path / "people.csv"
    people.write_text(people.read_text().replace("250,125,125", "260,125,125"))
    region.write_text(region.read_text().replace('title = "Toy Town"', 'title = "Toy Town later"'))
    load_region(str(region), connection)
    connection.commit()
    changed = rows(
        connection,
        "select change, array_agg(distinct file_name order by file_name) from report.load_difference"
        " where from_load_id = 1 and to_load_id = 2 group by 1 order by 1",
    )
    assert changed[0] == ("changed", ["people.csv", "toy_town.toml"])
    assert changed[1][0] == "same"
    assert {name for name, digest in compute_checksums(connection).items() if digest != before[name]} >= {
        "census_area", "demand_cell", "region",
    }  # fmt: skip
    used = rows(connection, "select distinct run_id, load_id, is_current_load from report.run_source")
    assert used == [(1, 1, False)]
    asked = run("report.summary", "--run", "1")
    assert asked.returncode == 2
    assert "Run 1 used load 1 of " in asked.stderr
    assert rows(connection, "select load_id, is_current, run_count from report.load order by 1") == [
        (1, False, 1), (2, True, 0),
    ]  # fmt: skip


def test_loading_again_gives_the_same_checksums(templates: Any, tmp_path: Path) -> None:
    """Two databases, one region: nothing depends on the order in which rows were written or joined."""
    region = write_sources(tmp_path)
    found = []
    for _ in range(2):
        with templates.clone(templates.empty()) as address, psycopg.connect(address) as conn:
            load_region(str(region), conn)
            found.append(compute_checksums(conn))
    assert found[0] == found[1]
    assert {"demand_cell", "site", "road_edge", "charging_station"} <= found[0].keys()


def test_attributions_are_those_of_what_was_loaded(connection: Connection, tmp_path: Path) -> None:
    region = write_sources(tmp_path)
    text = region.read_text().replace(
        "[sources.roads]", '[sources.roads]\nattribution = "(c) <b>mappers</b>; drop table raw.load"'
    )
    region.write_text(text)
    load_region(str(region), connection)
    lines = read_report(connection)["attributions"]
    assert ["places", "roads"] in [line["sources"] for line in lines]
    assert "(c) <b>mappers</b>; drop table raw.load" in [line["attribution"] for line in lines]
    named = {source for line in lines for source in line["sources"]}
    assert named == {source for (source,) in rows(connection, "select source from raw.load_source")}
