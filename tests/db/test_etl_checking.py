"""Checking: units, totals, age, tolerances; what fails is in raw.reject, and the former load stays."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest

from db.common.errors import UsageError
from etl.load import load_region
from tests.support.assumptions import assumed
from tests.support.toy_town.build import openchargemap_record, write_sources

Connection = psycopg.Connection[Any]


def rows(conn: Connection, query: str) -> list[tuple[Any, ...]]:
    return conn.execute(query.encode()).fetchall()


def total(region: Path, measure: str, value: float, tolerance: float) -> None:
    """Name a published total in a region file."""
    added = (
        f"\n[totals.{measure}]\nvalue = {value}\ntolerance_share = {tolerance}\npublished_by = 'a census'\n"
    )
    region.write_text(region.read_text() + added)


def test_totals_are_compared_with_what_was_published(connection: Connection, tmp_path: Path) -> None:
    region = write_sources(tmp_path)
    for measure, value in (("population", 1005), ("area_km2", 31.5), ("ev_count", 180)):
        total(region, measure, value, 0.01)
    load_region(str(region), connection)
    found = rows(
        connection,
        "select measure, is_within, published_by, abs(difference_share) <= 0.005 from core.source_total order by measure",
    )
    assert found == [
        ("area_km2", True, "a census", True), ("ev_count", True, "a census", True),
        ("population", True, "a census", True),
    ]  # fmt: skip


def test_a_load_that_is_far_off_stops_and_the_former_stays(connection: Connection, tmp_path: Path) -> None:
    region = write_sources(tmp_path)
    load_region(str(region), connection)
    connection.commit()
    total(region, "population", 1100, 0.05)
    with pytest.raises(UsageError, match=r"published totals.*population, published_value 1100.*1000"):
        load_region(str(region), connection)
    connection.rollback()
    assert rows(connection, "select load_id, is_current from raw.load") == [(1, True)]
    assert rows(connection, "select round(sum(population)) from core.demand_cell") == [(1000,)]


def test_too_many_faults_stop_a_load_and_few_are_rejects(connection: Connection, tmp_path: Path) -> None:
    region = write_sources(tmp_path, settings={"reject_share_max": 0.2})
    people = tmp_path / "people.csv"
    good = people.read_text().rstrip("\n")
    people.write_text(f"{good}\nP9,-81,43.5,-7,1,1\n")
    load_region(str(region), connection)
    assert rows(
        connection,
        "select r.source, s.file_name, record, field, reason, is_outside, record_count"
        " from raw.reject as r join raw.load_source as s using (load_id, source_id)",
    ) == [("population", "people.csv", "6 (P9)", "people", "-7 is not between 0 and 50,000,000", False, 1)]
    connection.commit()
    people.write_text(f"{good}\nP9,-81,43.5,-7,1,1\nP8,-81,1e999,7,1,1\n")
    with pytest.raises(
        UsageError,
        match=r"people\.csv: 29% of the records are faulty \(20% are allowed\): record 6 \(P9\), people",
    ):
        load_region(str(region), connection)


def test_power_decides_where_the_level_contradicts_it(connection: Connection, tmp_path: Path) -> None:
    region = write_sources(tmp_path)
    chademo = {"LevelID": 2, "PowerKW": 50, "ConnectionTypeID": 2, "Quantity": 1}
    records = [
        openchargemap_record(1, 1000, 0, chademo),
        openchargemap_record(2, 500, 820, {"LevelID": 1, "PowerKW": 22, "Quantity": 2}),
        openchargemap_record(3, 0, 0, {"LevelID": 2, "PowerKW": 7.2, "Quantity": 2}),
        openchargemap_record(4, 1000, 790, {"LevelID": 2, "Quantity": 4}, NumberOfPoints=2),
    ]
    (tmp_path / "openchargemap.json").write_text(json.dumps(records))
    load_region(str(region), connection)
    ports = rows(
        connection,
        "select source_key, level, port_count from core.station_source join core.feed_port using (feed, source_id, record_number)"
        " where feed = 'ocm' order by 1",
    )
    assert ports == [("ocm:1", "L3", 1), ("ocm:2", "L2", 2), ("ocm:3", "L2", 2), ("ocm:4", "L2", 2)]
    assert rows(connection, "select record_key, field, remark from report.source_remark where source = 'openchargemap' order by 1") == [
        ("ocm:1", "Connections[1]", "tagged level 2 with 50 kW; it is taken to be L3"),
        ("ocm:2", "Connections[1]", "tagged level 1 with 22 kW; it is taken to be L2"),
        ("ocm:4", "NumberOfPoints", "4 plugs at 2 points; no more ports than points are counted"),
    ]  # fmt: skip


def test_old_data_is_said_to_be_old(connection: Connection, tmp_path: Path) -> None:
    region = write_sources(tmp_path, settings={"data_age_max_year": 100})
    text = region.read_text().replace(
        'data_date = "2024-11-23"', 'data_date = "counts of 2021, points of 1911"', 3
    )
    region.write_text(text)
    load_region(str(region), connection)
    old = rows(connection, "select source from analysis.source_age where is_old order by 1")
    assert len(old) >= 3
    assert sum("is of 1911" in words for words in assumed(connection)) == len(old)


def test_swapped_axes_stop_the_load(connection: Connection, tmp_path: Path) -> None:
    region = write_sources(tmp_path)
    people = tmp_path / "people.csv"
    people.write_text(people.read_text().replace("lon,lat", "lat,lon"))
    with pytest.raises(
        UsageError, match=r"people\.csv lies in the region only if longitude and latitude are swapped"
    ):
        load_region(str(region), connection)


def test_hostile_names_are_shown_as_they_are(connection: Connection, tmp_path: Path) -> None:
    region = write_sources(tmp_path)
    name = "'; drop table raw.load; -- <script>alert(1)</script> [red]x[/]"
    record = openchargemap_record(1, 1000, 0, {"LevelID": 2, "Quantity": 2}, title=name, operator=name)
    (tmp_path / "openchargemap.json").write_text(json.dumps([record]))
    load_region(str(region), connection)
    assert rows(
        connection, "select name, operator from core.charging_station where station_key = 'ocm:1'"
    ) == [(name, name)]
    assert rows(connection, "select count(*) from raw.load") == [(1,)]
