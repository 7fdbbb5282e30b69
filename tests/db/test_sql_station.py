"""Charging stations: levels and ports of each feed, and which records of different feeds are one station."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import psycopg
import pytest

from etl.load import load_region
from tests.support.assumptions import assumed
from tests.support.toy_town.build import openchargemap_record, write_sources

Loader = Callable[..., psycopg.Connection[Any]]
PORT_COUNTS = (
    "select s.ocm_id, s.status, count(p.n) filter (where p.level = 'L2'), count(p.n) filter (where p.level = 'L3'),"
    " count(p.n) filter (where p.level is null) from staging.openchargemap_station as s left join ("
    "select *, generate_series(1, port_count) as n from core.point_port"
    ") as p using (source_id, record_number) group by s.ocm_id, s.status order by s.ocm_id"
)


@pytest.fixture
def load_records(connection: psycopg.Connection[Any], tmp_path: Path) -> Loader:
    """Return a function that loads Toy Town with other OpenChargeMap records."""

    def load(*records: Mapping[str, Any]) -> psycopg.Connection[Any]:
        region = write_sources(tmp_path)
        (tmp_path / "openchargemap.json").write_text(json.dumps(records), encoding="utf-8")
        load_region(str(region), connection)
        return connection

    return load


def test_levels_where_tags_contradict_each_other(load_records: Loader) -> None:
    cases: tuple[tuple[dict[str, Any], str | None], ...] = (
        ({"LevelID": 3, "PowerKW": 43, "CurrentTypeID": 20}, "L2"),  # fast, but alternating current
        ({"LevelID": 3, "PowerKW": 24, "CurrentTypeID": 30}, "L3"),  # slow, but direct current
        ({"LevelID": 2, "PowerKW": 50}, "L3"),
        ({"LevelID": 1, "PowerKW": 22, "CurrentTypeID": 20}, "L2"),
        ({"LevelID": 1}, "L1"),
        ({"LevelID": 2}, "L2"),
        ({"LevelID": 2, "PowerKW": 3.6}, "L2"),
        ({"LevelID": 3}, "L3"),
        ({"PowerKW": 11}, "L2"),
        ({"PowerKW": 2.3}, "L1"),
        ({"PowerKW": 0}, None),
        ({}, None),
        ({"Level": {"ID": 3}, "CurrentType": {"ID": 30}}, "L3"),  # the long form
    )
    record = openchargemap_record(1, 1000, 0, *(tags | {"Quantity": 1} for tags, _ in cases))
    conn = load_records(record)
    found = conn.execute(
        "select level from staging.openchargemap_connection order by connection_number"
    ).fetchall()
    assert [level for (level,) in found] == [level for _, level in cases]


FAST = {"LevelID": 3, "CurrentTypeID": 30}
PORTS: tuple[tuple[list[dict[str, Any]], int | None, tuple[int, int, int]], ...] = (
    # connections, NumberOfPoints, ports: L2, L3, unknown
    (
        [FAST | {"Quantity": 10}, FAST | {"Quantity": 6}],
        10,
        (0, 10, 0),
    ),  # the same stalls with two plug types
    (
        [FAST | {"Quantity": 2}, {"LevelID": 2, "Quantity": 2}],
        2,
        (0, 2, 0),
    ),  # each stall is as fast as its best plug
    ([FAST | {"Quantity": 1}, {"LevelID": 2, "Quantity": 4}], 3, (2, 1, 0)),
    ([{"LevelID": 2, "Quantity": 3}], 0, (3, 0, 0)),
    ([{"LevelID": 2, "Quantity": 3}], 5, (3, 0, 0)),
    ([{"LevelID": 2, "Quantity": None}], 4, (4, 0, 0)),
    ([{"LevelID": 2}, {"LevelID": 2}], None, (2, 0, 0)),
    ([{"Quantity": 2}], 2, (0, 0, 2)),
    ([], 1, (0, 0, 1)),
)


def test_ports_of_a_record(load_records: Loader) -> None:
    conn = load_records(
        *(
            openchargemap_record(number, 2000 + 200 * number, 20, *connections, NumberOfPoints=points)
            for number, (connections, points, _) in enumerate(PORTS, start=1)
        )
    )
    found = conn.execute(PORT_COUNTS).fetchall()
    assert [tuple(counts) for _, _, *counts in found] == [expected for _, _, expected in PORTS]


L2 = {"LevelID": 2, "Quantity": 2}
L3 = {"LevelID": 3, "CurrentTypeID": 30, "PowerKW": 100, "Quantity": 1}


@pytest.mark.parametrize(
    ("east_m", "plug", "operator", "is_merged"),
    [
        (1000, L2, "Somebody Else", True),  # same place, same level
        (1000, L3, "CHARGEPOINT (Canada) Inc.", True),  # same place, same operator, other level
        (1000, L3, "Somebody Else", False),
        (1000, L3, None, False),
        (1055, L2, None, True),
        (1065, L2, "ChargePoint", False),  # farther than station_merge_m from (1000, 20)
    ],
)
def test_records_of_two_feeds_are_one_station(
    load_records: Loader, east_m: float, plug: dict[str, Any], operator: str | None, *, is_merged: bool
) -> None:
    conn = load_records(openchargemap_record(1, east_m, 20, plug, operator=operator))
    keys = dict(conn.execute("select station_key, source_ids from core.charging_station").fetchall())
    assert keys["ocm:1"] == (["ocm:1", "afdc:11"] if is_merged else ["ocm:1"])
    assert ("afdc:11" in keys) is not is_merged


def test_two_records_of_one_feed_meet_only_through_another(load_records: Loader) -> None:
    conn = load_records(
        openchargemap_record(1, 990, 20, L2, operator="ChargePoint"),
        openchargemap_record(2, 1010, 20, L2, operator="ChargePoint"),
        openchargemap_record(3, 3000, 20, L2, operator="Flo"),
        openchargemap_record(4, 3010, 20, L2, operator="Flo"),
    )
    rows = conn.execute(
        "select station_key, source_ids, (select sum(p.port_count) from core.station_port as p"
        " where p.station_key = s.station_key and p.level = 'L2') from core.charging_station as s where is_in_service"
    ).fetchall()
    # two and two make four ports at the first place, more than the three of AFDC; 3 and 4 stay two stations
    assert {key: (ids, ports) for key, ids, ports in rows if key.startswith("ocm")} == {
        "ocm:1": (["ocm:1", "ocm:2", "afdc:11"], 4),
        "ocm:3": (["ocm:3"], 2),
        "ocm:4": (["ocm:4"], 2),
    }


def test_status_of_a_record(load_records: Loader) -> None:
    expected = {
        50: "in_service",
        None: "in_service",
        150: "planned",
        100: "out_of_service",
        200: "out_of_service",
    }
    conn = load_records(
        *(
            openchargemap_record(number, 2000 + 200 * number, 20, L2, StatusTypeID=status_type_id)
            for number, status_type_id in enumerate(expected, start=1)
        )
    )
    found = conn.execute(
        "select status from core.charging_station where station_key like 'ocm:%' order by station_key"
    ).fetchall()
    assert [status for (status,) in found] == list(expected.values())
    sites = conn.execute("select site_key from core.site where site_key like 'ocm:%' order by 1").fetchall()
    assert sites == [("ocm:1",), ("ocm:2",)]


def test_what_is_not_live_does_not_serve(load_records: Loader) -> None:
    cases: tuple[tuple[dict[str, Any], str], ...] = (
        ({"SubmissionStatusTypeID": 200}, "in_service"),
        ({"SubmissionStatusTypeID": 100}, "in_service"),
        ({"SubmissionStatusTypeID": 1000}, "out_of_service"),  # delisted
        ({"SubmissionStatusTypeID": 1001}, "out_of_service"),  # delisted as a double
        ({"SubmissionStatusTypeID": 1010}, "out_of_service"),  # delisted as not public
        ({"SubmissionStatusTypeID": 1}, "out_of_service"),  # not looked at yet
        ({"SubmissionStatus": {"ID": 250, "IsLive": False}}, "out_of_service"),  # the long form
        ({"SubmissionStatus": {"ID": 100, "IsLive": True}}, "in_service"),
        ({"SubmissionStatusTypeID": None, "SubmissionStatus": None}, "in_service"),
    )
    conn = load_records(
        *(
            openchargemap_record(n, 2000 + 200 * n, 20, L2, **fields)
            for n, (fields, _) in enumerate(cases, start=1)
        )
    )
    found = conn.execute("select status from staging.openchargemap_station order by ocm_id").fetchall()
    assert [status for (status,) in found] == [status for _, status in cases]


def test_each_connection_has_a_status_of_its_own(load_records: Loader) -> None:
    fast = FAST | {"Quantity": 1}
    cases: tuple[tuple[list[dict[str, Any]], dict[str, Any], tuple[str, int, int]], ...] = (
        # connections, fields of the station, then status, L2 and L3 ports
        ([L2 | {"StatusTypeID": 200}, fast | {"StatusTypeID": 50}], {}, ("in_service", 0, 1)),
        ([L2 | {"StatusType": {"ID": 100}}, fast], {}, ("in_service", 0, 1)),
        ([L2 | {"StatusTypeID": 75}, fast | {"StatusTypeID": 0}], {}, ("in_service", 2, 1)),
        ([fast | {"StatusTypeID": 100}], {}, ("out_of_service", 0, 0)),
        ([fast | {"StatusTypeID": 150}], {}, ("planned", 0, 1)),
        ([fast | {"StatusTypeID": 50}], {"StatusTypeID": 100}, ("out_of_service", 0, 1)),
        ([fast | {"StatusTypeID": 150}], {"StatusTypeID": 150}, ("planned", 0, 1)),
        # one port with two cables and one more of alternating current is one
        ([fast, fast, L2 | {"Quantity": 1}], {"NumberOfPoints": 1}, ("in_service", 0, 1)),
        # a null among the connections is none
        ([fast, None], {"NumberOfPoints": None}, ("in_service", 0, 1)),  # type: ignore[list-item]
    )
    records = []
    for n, (connections, fields, _) in enumerate(cases, start=1):
        record = openchargemap_record(n, 2000 + 200 * n, 20, *(c for c in connections if c), **fields)
        records.append(record | {"Connections": connections})
    conn = load_records(*records)
    found = conn.execute(PORT_COUNTS).fetchall()
    assert [(status, l2, l3) for _, status, l2, l3, _ in found] == [expected for _, _, expected in cases]
    remarks = dict(
        conn.execute(
            "select record_key || ' ' || field, remark from core.source_remark order by 1"
        ).fetchall()
    )
    assert "is not counted" in remarks["ocm:1 Connections[1].StatusTypeID"]
    assert "it is out of service" in remarks["ocm:4 StatusTypeID"]
    assert remarks["ocm:8 NumberOfPoints"] == "3 plugs at 1 points; no more ports than points are counted"


def test_stations_that_are_not_public_are_known_and_are_sites(load_records: Loader) -> None:
    usages = {
        0: None,
        1: "public",
        2: "private",
        3: "private",
        4: "public",  # the card of a network, which anybody can have
        5: "public",
        6: "customers",
        7: "public",
    }
    records = [openchargemap_record(9, 3800, 20, L2, UsageType={"ID": 2})]
    records += [openchargemap_record(10 + n, 2000 + 200 * n, 20, L2, UsageTypeID=n) for n in usages]
    conn = load_records(*records)
    found = conn.execute(
        "select station_key, access, is_in_service, is_public from core.charging_station where station_key like 'ocm:%'"
    ).fetchall()
    expected = {"ocm:9": "private"} | {f"ocm:{10 + n}": access for n, access in usages.items()}
    assert {key: access for key, access, _, _ in found} == expected
    assert all(serves for _, _, serves, _ in found)
    assert all(is_public is (access in (None, "public")) for _, access, _, is_public in found)
    sites = conn.execute("select site_key, access from core.site where is_existing and site_key like 'ocm:%'")
    assert dict(sites.fetchall()) == expected
    said = assumed(conn)
    for words in (
        "3 charging stations with 6 ports are private: only a scenario whose coverage_access names private"
        " counts them as coverage.",
        "1 charging station (ports: 2) is for customers only: only a scenario whose coverage_access names"
        " customers counts it as coverage.",
        # the one of the map and the first of OpenChargeMap, of ten
        "No feed says who may use 2 of 11 stations in service: they count as public.",
    ):
        assert words in said, said


def test_a_station_is_open_to_all_if_one_feed_says_so(load_records: Loader) -> None:
    # AFDC has a station of ChargePoint here, open to the public
    conn = load_records(openchargemap_record(1, 1000, 20, L2, operator="ChargePoint", UsageTypeID=2))
    found = conn.execute(
        "select source_ids, access, is_in_service from core.charging_station where station_key = 'ocm:1'"
    ).fetchone()
    assert found is not None
    assert found == (["ocm:1", "afdc:11"], "public", True)


def test_a_delisted_double_beside_its_live_record_counts_no_ports(load_records: Loader) -> None:
    # both are linked by AFDC's station at the same place, which has three ports
    conn = load_records(
        openchargemap_record(1, 1000, 20, L2 | {"Quantity": 4}, operator="ChargePoint", UsageTypeID=1),
        openchargemap_record(
            2, 1000, 10, L2 | {"Quantity": 4}, operator="ChargePoint", SubmissionStatusTypeID=1001
        ),
        openchargemap_record(3, 1000, 15, L2 | {"Quantity": 9}, operator="ChargePoint", UsageTypeID=6),
    )
    found = conn.execute(
        "select source_ids, port_count, is_in_service, (select array_agg(level) from core.station_port as p"
        " where p.station_key = s.station_key) from core.charging_station as s where station_key = 'ocm:1'"
    ).fetchone()
    assert found == (["ocm:1", "ocm:2", "ocm:3", "afdc:11"], 4, True, ["L2"])


def test_other_fuels_are_no_charging_stations(toy_connection: psycopg.Connection[Any]) -> None:
    found = toy_connection.execute(
        "select fuel_type_code, "
        "exists (select from core.station_source where source_key = 'afdc:' || afdc_id) from "
        "staging.afdc_station where afdc_id in (11, 14) order by afdc_id"
    ).fetchall()
    assert found == [("ELEC", True), ("LPG", False)]


def test_real_stations_keep_the_counts_of_the_source(
    connection: psycopg.Connection[Any], shared: Path, tmp_path: Path
) -> None:
    records = json.loads(
        (shared / "data" / "liechtenstein" / "openchargemap_LI_18.json").read_text(encoding="utf-8")
    )
    region = write_sources(
        tmp_path, without=("boundary", "planning_areas", "postal_areas", "ev_counts", "afdc")
    )
    for number, record in enumerate(records):
        moved = openchargemap_record(0, 200 * number, 100)["AddressInfo"]
        record["AddressInfo"] |= {key: moved[key] for key in ("Latitude", "Longitude")}
    (tmp_path / "openchargemap.json").write_text(json.dumps(records), encoding="utf-8")
    load_region(str(region), connection)
    ports = {ocm_id: counts for ocm_id, _, *counts in connection.execute(PORT_COUNTS.encode()).fetchall()}
    assert len(ports) == 18
    assert ports[93452] == [0, 10, 0]  # 10 points, 16 plugs
    assert ports[60632] == [0, 0, 1]  # no connections
    assert ports[70396][0] > 0  # 22 kW marked level 1
    # never more ports than points
    points = {r["ID"]: r["NumberOfPoints"] for r in records}
    assert all(sum(counts) <= points[ocm_id] for ocm_id, counts in ports.items())
