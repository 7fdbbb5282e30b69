"""Settings of a region: recorded with the load, and the views follow them, a level that no file had so far too."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from etl.load import load_region
from etl.region.file import read_region
from etl.region.settings import default_settings
from etl.store import content_sha256
from tests.support.toy_town.build import openchargemap_record, write_sources
from tests.unit.test_region_file import MINIMAL, write

Connection = psycopg.Connection[Any]
CURBSIDE = {
    "level_rank": "{ curbside = 0.5 }",
    "session_min": "{ curbside = 360, L2 = 90 }",
    "utilisation_share": "{ curbside = 0.3 }",
}


def rows(conn: Connection, query: str) -> list[tuple[Any, ...]]:
    return conn.execute(query.encode()).fetchall()


def test_a_load_records_the_settings_that_it_was_made_with(connection: Connection, tmp_path: Path) -> None:
    load_region(str(write_sources(tmp_path / "a")), connection)
    load_region(str(write_sources(tmp_path / "b", settings={"near_charger_m": 1500})), connection)
    found = rows(
        connection,
        "select value, is_given, source from raw.setting where setting = 'near_charger_m' order by load_id",
    )
    assert [(value, is_given) for value, is_given, _ in found] == [(2000, False), (1500, True)]
    assert found[1][2] == "toy_town.toml, [settings]."
    assert rows(connection, "select load_id, count(*) from raw.setting group by 1 order by 1") == [
        (1, len(default_settings().rows)),
        (2, len(default_settings().rows)),
    ]
    assert rows(connection, "select value from core.setting where setting = 'near_charger_m'") == [(1500,)]
    assert rows(connection, "select near_charger_m from core.region") == [(1500,)]


def test_another_default_is_another_load(tmp_path: Path) -> None:
    region_file = read_region(write(tmp_path, MINIMAL))
    first, *others = region_file.settings.rows
    changed = replace(region_file.settings, rows=(replace(first, value=first.value + 1), *others))
    assert content_sha256(region_file, []) != content_sha256(replace(region_file, settings=changed), [])


def test_what_a_port_serves_follows_the_minutes_of_its_level(connection: Connection, tmp_path: Path) -> None:
    """750 people share 3 ports of L2 and 2 of L3, of 84 and 42 minutes."""
    settings = {"session_min": "{ L2 = 84 }", "utilisation_share": "{ L2 = 0.2, L3 = 0.4 }"}
    load_region(str(write_sources(tmp_path, settings=settings)), connection)
    ((found,),) = rows(connection, "select max(port_per_person) from analysis.station_access")
    assert found == pytest.approx((3 + 2 * 84 / 42) / 750)
    capacity = rows(
        connection,
        "select site_key, capacity_share, estimated_share * capacity_share / demand_share from analysis.utilisation"
        " join core.site using (site_id) order by 1",
    )
    assert [(key, share) for key, share, _ in capacity] == [
        ("ocm:1", pytest.approx(3 / 7)),
        ("ocm:2", pytest.approx(4 / 7)),
    ]
    town_hall, third_street = (mean for _, _, mean in capacity)
    assert third_street / town_hall == pytest.approx(2), "the mean of each level"


def test_a_level_below_takes_the_ports_of_unknown_level(connection: Connection, tmp_path: Path) -> None:
    region = write_sources(tmp_path, settings=CURBSIDE)
    record = openchargemap_record(9, 3000, 20, NumberOfPoints=4, Connections=[])
    path = tmp_path / "openchargemap.json"
    path.write_text(json.dumps([*json.loads(path.read_text(encoding="utf-8")), record]), encoding="utf-8")
    summary = load_region(str(region), connection)
    assert "The level of 4 ports at 1 charging stations is not known; they are counted as curbside." in (
        summary.assumptions
    )
    assert rows(
        connection,
        "select p.level, sum(p.port_count), max(l.port_weight) from core.site_port as p"
        " join core.level as l using (level) group by p.level, l.level_rank order by l.level_rank",
    ) == [("curbside", 4, 1), ("L2", 3, 4), ("L3", 2, pytest.approx(360 / 42))]
    assert rows(connection, "select distinct level from analysis.nearest_station order by 1") == [
        ("L2",),
        ("L3",),
        ("curbside",),
    ]
    assert rows(connection, "select distinct level from analysis.service_area order by 1") == [
        ("L2",),
        ("L3",),
        ("curbside",),
    ]
