"""What the views make of OpenStreetMap: ports of charging stations, hubs, substations, parts of the network left out."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import osmium
import psycopg
import pytest
from osmium.osm.mutable import Node, Way

from etl.load import load_region
from etl.loading.summary import LoadSummary

Connection = psycopg.Connection[Any]
Tags = dict[str, str]

REGION = """
[region]
name = "tagged"
title = "Tagged"

[sources.roads]
path = "map.osm.pbf"

[sources.population]
loader = "points_csv"
path = "people.csv"
columns = { id = "area", lon = "lon", lat = "lat", population = "people" }
"""
WEST, SOUTH, STEP = -80.5, 43.45, 0.004


def place(number: float) -> tuple[float, float]:
    """Return places in a row, 320 m apart."""
    return WEST + STEP * number, SOUTH


def load_map(
    conn: Connection,
    folder: Path,
    things: dict[int, Tags],
    *,
    at: dict[int, tuple[float, float]] | None = None,
    areas: dict[int, tuple[tuple[float, float], float, Tags]] | None = None,
    people: tuple[tuple[float, float], ...] = (),
) -> LoadSummary:
    """Load a street with things along it: node id and tags; areas are squares of that width in degrees."""
    street = max(len(things), 10)
    nodes: list[tuple[int, tuple[float, float], Tags]] = [
        (1 + i, (WEST + STEP * i, SOUTH - 0.001), {}) for i in range(street)
    ]
    nodes += [
        (number, (at or {}).get(number, place(i)), tags) for i, (number, tags) in enumerate(things.items())
    ]
    ways: list[tuple[int, list[int], Tags]] = [(1, list(range(1, street + 1)), {"highway": "residential"})]
    for number, ((lon, lat), width, tags) in (areas or {}).items():
        corners = [10_000 + 10 * number + k for k in range(4)]
        square = [(lon, lat), (lon + width, lat), (lon + width, lat + width), (lon, lat + width)]
        nodes += [(corner, xy, {}) for corner, xy in zip(corners, square, strict=True)]
        ways.append((number, [*corners, corners[0]], tags))
    path = folder / "map.osm.pbf"
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for number, xy, tags in sorted(nodes):
            writer.add_node(Node(id=number, location=xy, tags=tags))
        for number, refs, tags in sorted(ways):
            writer.add_way(Way(id=number, nodes=refs, tags=tags))
    rows = people or tuple((WEST + STEP * i, SOUTH) for i in range(street))
    text = "".join(f"{i},{lon},{lat},100\n" for i, (lon, lat) in enumerate(rows))
    (folder / "people.csv").write_text("area,lon,lat,people\n" + text, encoding="utf-8")
    (folder / "region.toml").write_text(REGION, encoding="utf-8")
    return load_region(str(folder / "region.toml"), conn)


def ports(conn: Connection) -> dict[str, list[int]]:
    """Return the ports of L2, L3 and unknown level of each station in service that is not private."""
    found = conn.execute(
        "select station_key, coalesce(sum(p.port_count) filter (where p.level = 'L2'), 0),"
        " coalesce(sum(p.port_count) filter (where p.level = 'L3'), 0), s.unknown_port_count"
        " from core.charging_station as s left join core.station_port as p using (station_key)"
        " where s.is_in_service and s.access is distinct from 'private'"
        " group by station_key, s.unknown_port_count"
    )
    return {key.removeprefix("osm:"): list(counts) for key, *counts in found}


def test_the_stations_of_the_case_have_the_ports_that_a_count_by_hand_gives(
    connection: Connection, shared: Path, tmp_path: Path
) -> None:
    case = shared / "cases" / "06_osm_chargers"
    for name in ("town.osm", "people.csv", "region.toml"):
        shutil.copy(case / name, tmp_path / name)
    summary = load_region(str(tmp_path / "region.toml"), connection)
    expected = json.loads((case / "expected.json").read_text())
    right = {key.removeprefix("osm:"): counts for key, (_, counts) in expected.items() if counts}
    assert ports(connection) == right
    assert {
        "2 charging stations of the map are for bicycles, and left out.",
        "1 charging station of the map is for lorries or buses, and left out.",
        "3 charge points of the map stand in or beside a station that counts them.",
        "The level of 10 ports at 2 charging stations is not known; they are counted as L2.",
    } <= set(summary.assumptions)
    at_sites = dict(
        connection.execute(
            "select site_key, sum(p.port_count) from core.site join core.site_port as p using (site_id)"
            " where p.level = 'L2' group by site_key"
        ).fetchall()
    )
    assert (at_sites["osm:n1013"], at_sites["osm:n1014"]) == (6, 4), "ports of unknown level count somewhere"


STATIONS: dict[int, tuple[Tags, list[int] | None]] = {
    101: ({"socket:ccs": "2"}, [0, 2, 0]),
    102: ({"socket:combo2": "2", "socket:type2": "2", "capacity": "4"}, [2, 2, 0]),
    103: ({"socket:mcs": "3"}, [0, 3, 0]),
    104: ({"socket:CCS": "1"}, [0, 1, 0]),
    105: ({"socket:type2": "yes", "socket:type2_combo": "yes", "capacity": "4"}, [3, 1, 0]),
    106: ({"socket:type2_combo": "yes", "socket:chademo": "yes"}, [0, 1, 0]),
    107: ({"socket:type2": "4", "socket:type2:output": "22 kW;11 kW", "capacity": "2"}, [2, 0, 0]),
    108: ({"socket:type2": "2", "socket:type2:output": "120 kW"}, [0, 2, 0]),
    109: ({"socket:type2": "1", "socket:type2:output": "43 kW"}, [1, 0, 0]),
    110: ({"socket:nacs": "4"}, [0, 4, 0]),
    111: ({"socket:nacs": "4", "socket:nacs:output": "250 kW"}, [0, 4, 0]),
    112: ({"socket:schuko": "2"}, [0, 0, 0]),
    113: ({"socket:schuko": "2", "socket:type2": "no"}, [0, 0, 0]),
    114: ({"socket:cee_red_16a": "1", "socket:cee_red_16a:output": "11 kW"}, [1, 0, 0]),
    115: ({"capacity": "2", "charging_station:output": "22000 W"}, [2, 0, 0]),
    116: ({"capacity": "2", "charging_station:output": "150"}, [0, 2, 0]),
    117: ({"brand": "Tesla Supercharger", "capacity": "8"}, [0, 8, 0]),
    118: ({}, [0, 0, 1]),
    119: ({"socket:type2": "2", "capacity": "unknown"}, [2, 0, 0]),
    120: ({"bicycle": "yes", "socket:type2": "2"}, [2, 0, 0]),
    121: ({"bicycle": "yes", "capacity": "6"}, None),
    122: ({"bicycle": "yes", "motorcar": "yes", "capacity": "6"}, [0, 0, 6]),
    123: ({"socket:bosch_3pin": "4"}, None),
    124: ({"hgv": "yes", "motorcar": "yes", "socket:type2_combo": "4"}, [0, 4, 0]),
    125: ({"hgv": "yes", "socket:type2_combo": "4"}, [0, 4, 0]),
    126: ({"truck": "designated", "socket:type2_combo": "4"}, None),
    127: ({"bus": "designated", "motor_vehicle": "no", "socket:type2_combo": "4"}, None),
    128: ({"boat": "yes", "capacity": "2"}, None),
    129: ({"access": "no", "socket:type2": "2"}, None),
    130: ({"access": "residents", "socket:type2": "2"}, None),
    131: ({"motorcar": "private", "socket:type2": "2"}, None),
    132: ({"access": "permissive", "socket:type2": "2"}, [2, 0, 0]),
    133: ({"disused": "yes", "socket:type2": "2"}, None),
    134: ({"operational_status": "out of order", "socket:type2": "2"}, None),
    135: ({"operational_status": "open", "socket:type2": "2"}, [2, 0, 0]),
    136: ({"opening_hours": "closed", "socket:type2": "2"}, None),
    137: ({"amenity": "parking;charging_station", "socket:type2": "2"}, [2, 0, 0]),
    138: ({"amenity": "", "planned:amenity": "charging_station", "socket:type2": "2"}, None),
    139: ({"amenity": "", "abandoned:man_made": "charge_point", "socket:type2": "2"}, None),
    140: ({"amenity": "", "man_made": "charge_point", "socket:type2": "1"}, [1, 0, 0]),
    141: ({"amenity": "", "removed:amenity": "charging_station", "socket:type2": "1"}, None),
    142: ({"socket:type2": "~4"}, [4, 0, 0]),
    143: ({"socket:type2": "2-4"}, [2, 0, 0]),
    144: ({"socket:gb_dc": "2"}, [0, 2, 0]),
}  # fmt: skip


def test_ports_by_every_way_of_tagging(connection: Connection, tmp_path: Path) -> None:
    things = {
        number: {key: value for key, value in {"amenity": "charging_station", **tags}.items() if value}
        for number, (tags, _) in STATIONS.items()
    }
    load_map(connection, tmp_path, things)
    found = ports(connection)
    assert {number: found.get(f"n{number}") for number in STATIONS} == {
        n: right for n, (_, right) in STATIONS.items()
    }
    status = dict(connection.execute("select station_key, status from core.charging_station").fetchall())
    assert (status["osm:n138"], status["osm:n139"]) == ("planned", "out_of_service")
    assert "osm:n141" not in status, "what was taken away is none"
    private = connection.execute(
        "select station_key from core.charging_station where is_in_service and access = 'private' and not is_public"
    ).fetchall()
    assert {key for (key,) in private} == {"osm:n129", "osm:n130", "osm:n131"}, "a scenario may count them"


def test_a_hub_and_its_points_are_counted_once(connection: Connection, tmp_path: Path) -> None:
    station, point = {"amenity": "charging_station"}, {"man_made": "charge_point"}
    things: dict[int, Tags] = {
        # a node with its points around it: the hub says how many
        201: station | {"socket:type1_combo": "4", "operator": "Fast Inc"},
        202: point | {"socket:type1_combo": "1"},
        203: point | {"socket:type1_combo": "1", "operator": "Fast"},
        204: point | {"socket:type1_combo": "1", "operator": "Other"},
        # points in an area that says nothing but its room
        205: point | {"socket:type1_combo": "1"},
        206: point | {"socket:type2": "1"},
        # a station within the area of one
        207: station | {"socket:type2": "2"},
        # far from any
        208: point | {"socket:type2": "1"},
    }
    lon, lat = place(3)
    at = {n: (WEST + 0.0001 * (n - 201), SOUTH) for n in (201, 202, 203, 204)}
    at |= {205: (lon + 0.0001, lat + 0.0001), 206: (lon + 0.0002, lat + 0.0002)}
    at |= {207: (place(6)[0] + 0.0001, lat + 0.0001)}
    areas: dict[int, tuple[tuple[float, float], float, Tags]] = {
        50: ((lon, lat), 0.0005, station | {"capacity": "2"}),
        51: (place(6), 0.0005, station | {"socket:type2": "2"}),
    }
    load_map(connection, tmp_path, things, at=at, areas=areas)
    assert ports(connection) == {
        "n201": [0, 4, 0], "n204": [0, 1, 0], "w50": [1, 1, 0], "w51": [2, 0, 0], "n208": [1, 0, 0],
    }  # fmt: skip


def test_a_combined_tag_is_a_place_as_well(connection: Connection, tmp_path: Path) -> None:
    load_map(connection, tmp_path, {301: {"amenity": "fuel; charging_station", "socket:type2": "2"}})
    kinds = connection.execute("select candidate_kind from core.place where place_key = 'n301'").fetchall()
    assert kinds == [("fuel",)]


SUBSTATIONS: dict[int, tuple[Tags, bool]] = {
    401: ({"substation": "transmission", "voltage": "230000;115000"}, True),
    402: ({"substation": "distribution", "voltage": "110000"}, True),
    403: ({"name": "Northern TS"}, True),
    404: ({"voltage": "115 kV"}, True),
    405: ({"substation": "minor_distribution"}, False),
    406: ({"substation": "minor_distribution", "voltage": "20000;400"}, False),
    407: ({"voltage": "13800"}, False),
    408: ({"building": "yes", "name": "Kiosk 7"}, False),
    409: ({"location": "underground"}, False),
    410: ({}, False),
    411: ({"substation": "traction", "voltage": "110000"}, False),
    412: ({"substation": "industrial", "voltage": "110000"}, False),
    413: ({"substation": "transition", "voltage": "110000"}, False),
}  # fmt: skip


def test_transformers_in_the_street_are_no_grid_areas(connection: Connection, tmp_path: Path) -> None:
    things = {number: {"power": "substation", **tags} for number, (tags, _) in SUBSTATIONS.items()}
    things |= {
        414: {"power": "transformer", "voltage": "20000"},
        415: {"power": "pole", "transformer": "distribution"},
    }
    summary = load_map(connection, tmp_path, things)
    found = connection.execute(
        "select g.source_note, f.feature_key from core.grid_station as g join staging.osm_substation as f using (source_id, record_number)"
    ).fetchall()
    assert {key for _, key in found} == {
        f"n{number}" for number, (_, is_station) in SUBSTATIONS.items() if is_station
    }
    powers = connection.execute("select remaining_kw from analysis.hosting_capacity").fetchall()
    assert len(powers) == 4
    assert all(kw > 0 for (kw,) in powers)
    assert not any("No transformer station is known" in said for said in summary.assumptions)
    assert any("substations of the map stand in, 4 of 13" in said for said in summary.assumptions)


def test_a_substation_nearest_to_no_one_has_no_area(connection: Connection, tmp_path: Path) -> None:
    things = {n: {"power": "substation", "voltage": "115000", "name": f"{n} TS"} for n in (501, 502, 503)}
    at = {501: place(0), 502: place(4), 503: place(8)}
    summary = load_map(connection, tmp_path, things, at=at, people=(place(0.2), place(7.5)))
    areas = connection.execute(
        "select a.name, h.remaining_kw > 0 from core.grid_area as a join analysis.hosting_capacity as h using (grid_area_id) order by 1"
    ).fetchall()
    assert areas == [("501 TS", True), ("503 TS", True)]
    assert any(
        "2 of 3" in said and "not the nearest to any people (1)" in said for said in summary.assumptions
    )


def test_without_any_substation_that_is_said(connection: Connection, tmp_path: Path) -> None:
    summary = load_map(connection, tmp_path, {601: {"amenity": "cafe"}})
    assert (
        "No transformer station is known; its hosting capacity is an assumed share of the peak."
        in summary.assumptions
    )


@pytest.mark.parametrize("has_ferries", [False, True])
def test_an_island_is_said_with_its_km_and_people(
    has_ferries: bool,  # noqa: FBT001
    connection: Connection,
    shared: Path,
    tmp_path: Path,
) -> None:
    case = shared / "cases" / "04_ferry_island"
    for name in ("town.osm", "people.csv"):
        shutil.copy(case / name, tmp_path / name)
    text = (case / "region.toml").read_text(encoding="utf-8")
    if has_ferries:
        text = text.replace("[sources.roads]", "[sources.roads]\nferries = true")
    (tmp_path / "region.toml").write_text(text, encoding="utf-8")
    summary = load_region(str(tmp_path / "region.toml"), connection)
    parts = connection.execute("select road_count, population from analysis.road_part_left_out").fetchall()
    said = [sentence for sentence in summary.assumptions if "not connected" in sentence]
    if has_ferries:
        assert (parts, said) == ([], [])
        starts = connection.execute(
            "select count(*) from analysis.access_point join core.road_edge using (edge_id) where highway = 'ferry'"
        ).fetchone()
        assert starts == (0,), "no drive begins on a ferry"
    else:
        assert parts == [(12, 1400)]
        assert said == [
            "1 part of the road network that is not connected with the rest is left out, with 20.1 of 57.5 km of streets; "
            "1,400 of 4,400 people live nearest to it."
        ]


def test_what_the_views_leave_out_is_counted(connection: Connection, tmp_path: Path) -> None:
    things: dict[int, Tags] = {
        701: {"amenity": "charging_station", "socket:type2": "2"},
        702: {"amenity": "charging_station", "bicycle": "yes"},
        703: {"amenity": "cafe"},
        704: {"amenity": "cafe", "access": "private"},
        705: {"amenity": "animal_boarding"},
    }
    load_map(connection, tmp_path, things)
    found = connection.execute(
        "select record_kind, record_count, left_out_count from report.record_use where source = 'places' order by 1"
    ).fetchall()
    assert found == [("charging_station", 2, 1), ("poi", 3, 2)]
    unequal = connection.execute(
        """
        select s.source_id, s.row_count, sum(u.record_count)
        from staging.load_source as s
        join core.record_use as u using (source_id)
        group by s.source_id, s.row_count
        having s.row_count <> sum(u.record_count)
        """
    ).fetchall()
    assert unequal == [], "every row of a file is used or counted as left out"
