"""The power of each port: what the feeds tell of it, what is left unknown, and that no port is lost on the way."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import psycopg
import pytest

from db.schema.checks import run_data_checks
from etl.load import load_region
from tests.db.test_sql_osm import Tags, load_map, place
from tests.support.assumptions import assumed
from tests.support.toy_town.build import lon_lat, openchargemap_record, write_sources

Connection = psycopg.Connection[Any]
Port = tuple[str | None, float | None, int]
# level, kW, number of ports
COUNTS_DIFFER = """
    select station_key, port_count, unknown_port_count from core.charging_station
    except
    select
        station_key,
        coalesce(sum(p.port_count), 0),
        coalesce(sum(p.port_count) filter (where p.level is null), 0)
    from core.charging_station
    left join core.station_port as p using (station_key)
    group by station_key
"""


def station_ports(conn: Connection) -> dict[str, list[Port]]:
    """Return the ports of each station that has some, the fastest first."""
    found: dict[str, list[Port]] = {}
    for key, level, kw, count in conn.execute(
        "select station_key, level, port_kw, port_count from core.station_port "
        "order by level desc nulls last, port_kw desc nulls last"
    ):
        found.setdefault(key, []).append((level, kw, count))
    return found


def assert_nothing_is_lost(conn: Connection) -> None:
    assert conn.execute(COUNTS_DIFFER).fetchall() == []
    assert [
        (r.name, r.detail) for r in run_data_checks(conn) if r.name == "port_count_kept" and not r.is_ok
    ] == []


def power_said(conn: Connection) -> list[str]:
    return sorted(text for text in assumed(conn) if text.startswith("The power of "))


def dc(kw: float | None, count: int | None = 1, **fields: Any) -> dict[str, Any]:
    return {"LevelID": 3, "CurrentTypeID": 30, "PowerKW": kw, "Quantity": count} | fields


def ac(kw: float | None, count: int | None = 1, **fields: Any) -> dict[str, Any]:
    return {"LevelID": 2, "CurrentTypeID": 10, "PowerKW": kw, "Quantity": count} | fields


CONNECTIONS: tuple[tuple[list[dict[str, Any]], int | None, list[Port]], ...] = (
    # connections, NumberOfPoints, ports
    ([ac(7.2, 2), ac(19.2, 1)], None, [("L2", 19.2, 1), ("L2", 7.2, 2)]),
    # the same stalls with two plugs: each is as strong as its best one
    ([dc(50, 6), dc(150, 10)], 10, [("L3", 150, 10)]),
    ([dc(50, 10), dc(150, 4)], 10, [("L3", 150, 4), ("L3", 50, 6)]),
    # a plug whose power nobody knows comes after those whose power is known
    ([dc(None, 4), dc(62.5, 2)], 4, [("L3", 62.5, 2), ("L3", None, 2)]),
    ([dc(0, 2), ac(None, 3)], 4, [("L3", None, 2), ("L2", None, 2)]),
    # one connection without a number stands for all points
    ([dc(100, None)], 3, [("L3", 100, 3)]),
    # broken ones are none
    ([dc(350, 2, StatusTypeID=100), dc(50, 1)], None, [("L3", 50, 1)]),
    ([{"PowerKW": 2.3, "Quantity": 2}, {"Quantity": 1}], None, [("L1", 2.3, 2), (None, None, 1)]),
    ([], 3, [(None, None, 3)]),
)


def test_connections_keep_their_power(connection: Connection, tmp_path: Path) -> None:
    region = write_sources(tmp_path, without=("afdc",))
    records = [
        openchargemap_record(n, 2000 + 200 * n, 20, *plugs, NumberOfPoints=points)
        for n, (plugs, points, _) in enumerate(CONNECTIONS, start=1)
    ]
    (tmp_path / "openchargemap.json").write_text(json.dumps(records), encoding="utf-8")
    load_region(str(region), connection)
    found = station_ports(connection)
    assert [found.get(f"ocm:{n}") for n in range(1, len(CONNECTIONS) + 1)] == [p for _, _, p in CONNECTIONS]
    assert_nothing_is_lost(connection)
    sites = connection.execute(
        "select level, sum(port_count), sum(port_count) filter (where port_kw is null) from core.site_port group by 1 order by 1"
    ).fetchall()
    # the ports of homes offer no coverage, those of unknown level are L2; the map adds two of L3
    assert sites == [("L2", 3 + 2 + 1 + 3, 2 + 1 + 3), ("L3", 10 + 10 + 4 + 2 + 3 + 1 + 2, 2 + 2 + 2)]
    assert power_said(connection) == [
        "The power of 6 of 32 L3 ports is not known; they are taken for the usual charger of that level.",
        "The power of 6 of 9 L2 ports is not known; they are taken for the usual charger of that level.",
    ]


TAGGED: dict[int, tuple[Tags, list[Port]]] = {
    101: ({"socket:type2": "2", "socket:type2:output": "22 kW"}, [("L2", 22, 2)]),
    102: ({"socket:type2": "2"}, [("L2", None, 2)]),
    # lists go together, number by number, where they are of one length
    103: (
        {"socket:type2_combo": "6;3", "socket:type2_combo:output": "350 kW;90 kW"},
        [("L3", 350, 6), ("L3", 90, 3)],
    ),
    104: ({"socket:type2": "4", "socket:type2:output": "22 kW;11 kW"}, [("L2", 22, 4)]),
    105: ({"socket:type2_combo": "2;no", "socket:type2_combo:output": "150;50"}, [("L3", 150, 2)]),
    106: ({"socket:type2_combo": "2;1", "socket:type2_combo:output": "150;?"}, [("L3", 150, 2), ("L3", None, 1)]),
    107: ({"socket:type2_combo": "yes;yes", "socket:type2_combo:output": "150;50"}, [("L3", 150, 1)]),
    # sockets without a number are one port, as strong as the best, and have what room is left
    108: (
        {"socket:type2_combo": "yes", "socket:type2_combo:output": "150", "socket:chademo": "yes",
         "socket:chademo:output": "50", "capacity": "4"},
        [("L3", 150, 4)],
    ),
    109: (
        {"socket:type2_combo": "2", "socket:type2_combo:output": "150", "socket:type2": "yes",
         "socket:type2:output": "22", "capacity": "5"},
        [("L3", 150, 2), ("L2", 22, 3)],
    ),
    # no more ports than cars have room: a stall is as strong as its best plug
    110: (
        {"socket:type2_combo": "2", "socket:type2_combo:output": "150", "socket:chademo": "2",
         "socket:chademo:output": "50", "socket:type2": "2", "capacity": "3"},
        [("L3", 150, 2), ("L3", 50, 1)],
    ),
    111: ({"capacity": "2", "charging_station:output": "22000 W"}, [("L2", 22, 2)]),
    112: ({"brand": "Tesla Supercharger", "capacity": "8"}, [("L3", None, 8)]),
    113: ({"capacity": "3"}, [(None, None, 3)]),
}  # fmt: skip


def test_sockets_keep_their_power(connection: Connection, tmp_path: Path) -> None:
    things = {n: {"amenity": "charging_station"} | tags for n, (tags, _) in TAGGED.items()}
    load_map(connection, tmp_path, things)
    found = station_ports(connection)
    assert {n: found.get(f"osm:n{n}") for n in TAGGED} == {n: ports for n, (_, ports) in TAGGED.items()}
    assert_nothing_is_lost(connection)


def test_a_hub_has_the_power_of_its_points(connection: Connection, tmp_path: Path) -> None:
    station, point = {"amenity": "charging_station"}, {"man_made": "charge_point"}
    things: dict[int, Tags] = {
        201: point | {"socket:type1_combo": "1", "socket:type1_combo:output": "150"},
        202: point | {"socket:type1_combo": "1", "socket:type1_combo:output": "150"},
        203: point | {"socket:type1_combo": "1"},
        204: point | {"socket:type1_combo": "1", "socket:type1_combo:output": "350"},
        205: point,
        206: point | {"capacity": "2"},
    }
    at = {n: (place(0)[0] + 0.0001 * (n - 200), place(0)[1] + 0.0002) for n in (201, 202, 203)}
    at |= {204: (place(4)[0] + 0.0002, place(4)[1] + 0.0002)}
    at |= {n: (place(7)[0] + 0.0001 * (n - 204), place(7)[1] + 0.0002) for n in (205, 206)}
    areas: dict[int, tuple[tuple[float, float], float, Tags]] = {
        50: (place(0), 0.0005, station | {"capacity": "3"}),
        51: (place(4), 0.0005, station | {"socket:type1_combo": "2", "socket:type1_combo:output": "100"}),
        52: (place(7), 0.0005, station),
    }
    load_map(connection, tmp_path, things, at=at, areas=areas)
    assert station_ports(connection) == {
        "osm:w50": [("L3", 150, 2), ("L3", None, 1)],
        "osm:w51": [("L3", 100, 2)],
        "osm:w52": [(None, None, 3)],
    }
    assert_nothing_is_lost(connection)


def afdc_line(afdc_id: int, level: str, east_m: float, north_m: float, **columns: str) -> dict[str, Any]:
    lon, lat = lon_lat(east_m, north_m)
    counts = {"EV Level2 EVSE Num": "0", "EV DC Fast Count": "0", "EV J1772 Connector Count": ""}
    same = {"ID": afdc_id, "Fuel Type Code": "ELEC", "Status Code": "E", "Latitude": lat, "Longitude": lon}
    kilowatts = {f"EV {name} Power Output (kW)": kw for name, kw in columns.items()}
    return same | counts | {level: "1"} | kilowatts


@pytest.fixture
def load_feeds(connection: Connection, tmp_path: Path) -> Any:
    """Return a function that loads Toy Town with other records of OpenChargeMap and lines of AFDC's file of ports."""

    def load(records: list[dict[str, Any]], lines: list[dict[str, Any]]) -> Connection:
        region = write_sources(tmp_path)
        (tmp_path / "openchargemap.json").write_text(json.dumps(records), encoding="utf-8")
        with (tmp_path / "afdc.csv").open("w", encoding="utf-8", newline="") as file:
            names = dict.fromkeys(name for line in lines for name in line)
            writer = csv.DictWriter(file, list(names), restval="")
            writer.writeheader()
            writer.writerows(lines)
        load_region(str(region), connection)
        return connection

    return load


L2, L3 = "EV Level2 EVSE Num", "EV DC Fast Count"


def test_the_file_of_ports_tells_their_power(load_feeds: Any) -> None:
    lines = [
        afdc_line(21, L3, 2000, 20, CCS="150", CHAdeMO="50"),
        afdc_line(21, L3, 2000, 20, CCS="62.5"),
        afdc_line(21, L3, 2000, 20),
        afdc_line(21, L2, 2000, 20, J1772="7.2"),
        afdc_line(21, L2, 2000, 20, J1772="7.2"),
        afdc_line(22, L2, 2400, 20, J1772="0"),
        afdc_line(23, L2, 2800, 20, J1772="fast"),
    ]
    conn = load_feeds([], lines)
    found = station_ports(conn)
    assert found["afdc:21"] == [("L3", 150, 1), ("L3", 62.5, 1), ("L3", None, 1), ("L2", 7.2, 2)]
    assert (found["afdc:22"], found["afdc:23"]) == ([("L2", None, 1)], [("L2", None, 1)])
    assert_nothing_is_lost(conn)


MERGED: tuple[tuple[list[dict[str, Any]], list[tuple[str, dict[str, str]]], list[Port]], ...] = (
    # connections of OpenChargeMap, lines of AFDC, ports
    # one knows the power, the other more ports
    ([dc(150, 2)], [(L3, {})] * 4, [("L3", 150, 2), ("L3", None, 2)]),
    ([dc(None, 3)], [(L3, {"CCS": "100"})] * 2, [("L3", 100, 2), ("L3", None, 1)]),
    # both know it: the strongest of one is the strongest of the other
    ([dc(150, 1)], [(L3, {"CCS": "50"})] * 3, [("L3", 150, 1), ("L3", 50, 2)]),
    ([dc(150, 1), dc(50, 1)], [(L3, {"CCS": "62.5"})] * 2, [("L3", 150, 1), ("L3", 62.5, 1)]),
    # levels are merged one by one
    ([dc(150, 1), ac(7.2, 1)], [(L3, {}), (L2, {"J1772": "19.2"}), (L2, {})], [("L3", 150, 1), ("L2", 19.2, 1), ("L2", None, 1)]),
    # what one feed does not know the level of are the ports that the other does
    ([{"Quantity": 5}], [(L2, {"J1772": "7.2"})] * 2, [("L2", 7.2, 2)]),
)  # fmt: skip


def test_of_the_feeds_the_greatest_port_by_port(load_feeds: Any) -> None:
    records = [
        openchargemap_record(n, 1500 + 300 * n, 20, *plugs, operator="Flo")
        for n, (plugs, _, _) in enumerate(MERGED, start=1)
    ]
    lines = [
        afdc_line(20 + n, level, 1500 + 300 * n, 25, **kilowatts) | {"EV Network": "FLO"}
        for n, (_, ports, _) in enumerate(MERGED, start=1)
        for level, kilowatts in ports
    ]
    conn = load_feeds(records, lines)
    found = station_ports(conn)
    assert [found[f"ocm:{n}"] for n in range(1, len(MERGED) + 1)] == [ports for _, _, ports in MERGED]
    assert_nothing_is_lost(conn)


def test_ports_of_a_record_that_does_not_serve_are_not_among_those_of_one_that_does(load_feeds: Any) -> None:
    delisted = openchargemap_record(2, 1000, 10, dc(350, 4), operator="Flo", SubmissionStatusTypeID=1001)
    records = [openchargemap_record(1, 1000, 20, dc(50, 1), operator="Flo"), delisted]
    conn = load_feeds(records, [afdc_line(21, L3, 1000, 15) | {"EV Network": "FLO"}])
    assert station_ports(conn)["ocm:1"] == [("L3", 50, 1)]
    assert_nothing_is_lost(conn)


def test_records_of_one_feed_at_one_station_add_up(load_feeds: Any) -> None:
    records = [openchargemap_record(n, 990 + 10 * n, 20, dc(50 * n, 1), operator="Flo") for n in (1, 2)]
    conn = load_feeds(records, [afdc_line(21, L3, 1005, 20, CCS="62.5") | {"EV Network": "FLO"}])
    assert station_ports(conn)["ocm:1"] == [("L3", 100, 1), ("L3", 50, 1)]
    assert_nothing_is_lost(conn)


def test_toy_town_has_the_ports_of_its_drawing(toy_connection: Connection) -> None:
    found = toy_connection.execute(
        "select site_key, level, port_kw, p.port_count from core.site_port as p join core.site using (site_id) order by 1, 2, 3"
    ).fetchall()
    assert found == [("ocm:1", "L2", 7.2, 2), ("ocm:1", "L2", None, 1), ("ocm:2", "L3", 50, 2)]
    assert power_said(toy_connection) == [
        "The power of 1 of 3 L2 ports is not known; it is taken for the usual charger of that level."
    ]
    assert_nothing_is_lost(toy_connection)


@pytest.mark.parametrize(
    ("case", "ports"),
    [
        (
            "06_osm_chargers",
            {"osm:n1000": [("L2", 22, 2)], "osm:n1001": [("L3", 350, 6), ("L3", 90, 3)],
             "osm:n1008": [("L2", 11.5, 4)], "osm:n1015": [("L3", 50, 2)], "osm:n1013": [(None, None, 6)]},
        ),
        ("07_ocm", {"ocm:12": [("L3", None, 4)], "ocm:14": [("L3", 350, 6), ("L3", 150, 2)]}),
    ],
)  # fmt: skip
def test_the_cases_keep_power_and_counts(
    connection: Connection, shared: Path, tmp_path: Path, case: str, ports: dict[str, list[Port]]
) -> None:
    shutil.copytree(shared / "cases" / case, tmp_path / case)
    load_region(str(tmp_path / case / "region.toml"), connection)
    found = station_ports(connection)
    assert {key: found[key] for key in ports} == ports
    assert_nothing_is_lost(connection)
