"""Lists of one registry of different days: what a newer one lacks closed or was registered anew, unless it is stated."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
import pytest

from db.common.assumption import sentence
from db.common.errors import UsageError
from db.common.language import Language
from etl.load import load_region
from tests.support.assumptions import assumed
from tests.support.toy_town.build import lon_lat, openchargemap_record, write_sources

Connection = psycopg.Connection[Any]
L2 = {"LevelID": 2, "Quantity": 2}
NORTH_M = 3000
# id, metres east, status, L2 ports, owner, hours, day of opening
OLDER: tuple[tuple[int, int, str, int, str, str, str], ...] = (
    (1, 2700, "E", 2, "LG", "24 hours daily", "2015-05-01"),  # stays, larger
    (2, 3000, "E", 3, "P", "", "2016-05-01"),  # closed, and OpenChargeMap has it too
    (3, 3300, "E", 2, "LG", "24 hours daily; for customer use only", "2017-05-01"),  # registered anew
    (4, 3600, "P", 2, "", "", ""),  # was planned
    (5, 1000, "E", 2, "", "", ""),  # where the newer list says nothing
    (6, 3900, "E", 2, "", "", ""),  # the newer list lacks it, and the region file keeps it
    (7, 4200, "E", 2, "", "", ""),  # in both, and the region file closes it
    (8, 4500, "T", 2, "", "", ""),  # was out of service
)
NEWER = ((1, 2700, 4), (30, 3350, 5), (7, 4200, 2), (40, 4800, 6))  # id, metres east, L2 ports
OCM = (  # id, metres east
    (2, 3010),
    (9, 5100),  # the registry never had it
    (10, 1300),  # the same, where the newer list says nothing
)
WEST, SOUTH = lon_lat(2500, -1000)
EAST, NORTH = lon_lat(6000, 3500)
LISTS = f"""
[[stations.kept]]
key = "afdc:6"
reason = "seen on 2 August"
since = 2026-08-02

[[stations.closed]]
key = "afdc:7"
reason = "the lot is a building site"

[[sources.afdc]]
path = "afdc.csv"
licence = "drawn for tests"
data_date = "2022-07-15"

[[sources.afdc]]
path = "newer.csv"
licence = "drawn for tests"
data_date = "2026-07-04"
fuel = "ELEC"
status = "E"
covers = [{WEST}, {SOUTH}, {EAST}, {NORTH}]
columns = {{ id = "no", lon = "x", lat = "y", name = "title", level2_ports = "ac" }}
"""


def write_csv(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def older_row(record: tuple[int, int, str, int, str, str, str]) -> dict[str, Any]:
    afdc_id, east_m, status, ports, owner, hours, opened = record
    lon, lat = lon_lat(east_m, NORTH_M)
    return {
        "ID": afdc_id, "Fuel Type Code": "ELEC", "Status Code": status, "Station Name": f"Old {afdc_id}",
        "EV Level2 EVSE Num": ports, "Owner Type Code": owner, "Access Code": "public", "Access Days Time": hours,
        "Open Date": opened, "Longitude": lon, "Latitude": lat,
    }  # fmt: skip


def newer_row(afdc_id: int, east_m: int, ports: int) -> dict[str, Any]:
    lon, lat = lon_lat(east_m, NORTH_M)
    return {"no": afdc_id, "title": f"New {afdc_id}", "x": lon, "y": lat, "ac": ports}


def write_lists(folder: Path, lists: str = LISTS, *, ocm_date: str = "2024-11-23") -> Path:
    """Write Toy Town with both lists, and OpenChargeMap's of another day; return its region file."""
    region = write_sources(folder)
    write_csv(folder / "afdc.csv", [older_row(row) for row in OLDER])
    write_csv(folder / "newer.csv", [newer_row(*row) for row in NEWER])
    records = [
        openchargemap_record(ocm_id, east_m, NORTH_M, L2, title=f"Map {ocm_id}") for ocm_id, east_m in OCM
    ]
    (folder / "openchargemap.json").write_text(json.dumps(records), encoding="utf-8")
    before, own = region.read_text(encoding="utf-8").split("[sources.afdc]")
    rest = own[own.index("\n[") :]
    head, ocm = before.split("[sources.openchargemap]")
    ocm = "[sources.openchargemap]" + ocm.replace("2024-11-23", ocm_date)
    region.write_text(head + ocm + lists + rest, encoding="utf-8")
    return region


@pytest.fixture(scope="module")
def town(templates: Any, tmp_path_factory: Any) -> Any:
    """Return a connection to Toy Town with both lists; tests only read."""
    region = write_lists(tmp_path_factory.mktemp("lists"))
    with templates.clone(templates.empty()) as address, psycopg.connect(address, autocommit=True) as conn:
        load_region(str(region), conn)
        yield conn


def test_each_station_is_in_service_or_not_with_the_reason_and_the_day(town: Connection) -> None:
    found = town.execute(
        "select source_ids, status, status_reason, status_as_of::text, port_count"
        " from core.charging_station where station_key not like 'osm:%' order by source_ids[array_upper(source_ids, 1)]"
    ).fetchall()
    expected = {
        ("afdc:1",): ("in_service", None, "2026-07-04", 4),
        ("ocm:2", "afdc:2"): ("out_of_service", "not_listed", "2026-07-04", 3),
        ("afdc:3", "afdc:30"): ("in_service", None, "2026-07-04", 5),
        ("afdc:4",): ("planned", None, "2022-07-15", 2),
        ("afdc:5",): ("in_service", "older_list", "2022-07-15", 2),
        ("afdc:6",): ("in_service", "stated", "2026-08-02", 2),
        ("afdc:7",): ("out_of_service", "stated", None, 2),
        ("afdc:8",): ("out_of_service", "not_listed", "2026-07-04", 2),
        ("afdc:40",): ("in_service", None, "2026-07-04", 6),
        ("ocm:9",): ("in_service", "other_list", "2024-11-23", 2),
        ("ocm:10",): ("in_service", None, "2024-11-23", 2),
    }
    assert {tuple(ids): tuple(rest) for ids, *rest in found} == expected
    sites = {key for (key,) in town.execute("select site_key from core.site where is_existing").fetchall()}
    serving = {ids[0] for ids, (status, *_) in expected.items() if status == "in_service"}
    assert {key for key in sites if not key.startswith("osm:")} == serving


def test_what_the_newest_record_does_not_tell_an_older_one_does(town: Connection) -> None:
    found = town.execute(
        "select station_key, name, access, owner_type, is_open_all_day, opened_on::text from core.charging_station"
        " where station_key in ('afdc:1', 'afdc:3', 'afdc:40') order by station_key"
    ).fetchall()
    assert found == [
        ("afdc:1", "New 1", "public", "municipal", True, "2015-05-01"),
        ("afdc:3", "New 30", "customers", "municipal", True, "2017-05-01"),
        ("afdc:40", "New 40", None, None, None, None),
    ]
    place = town.execute(
        "select round(st_distance(s.geom, r.geom)) from core.charging_station as s, core.station_source as r"
        " where s.station_key = 'afdc:3' and r.source_key = 'afdc:30'"
    ).fetchone()
    assert place == (0,), "it stands where it was registered anew"
    files = town.execute(
        "select o.record_key, f.file_name from core.charging_station_origin as o join staging.load_source as f"
        " using (source_id) where o.station_key in ('afdc:1', 'afdc:3') order by 1, 2"
    ).fetchall()
    assert files == [
        ("afdc:1", "afdc.csv"), ("afdc:1", "newer.csv"), ("afdc:3", "afdc.csv"), ("afdc:30", "newer.csv"),
    ]  # fmt: skip


def test_the_load_says_what_the_lists_come_to_in_both_languages(town: Connection) -> None:
    said = assumed(town)
    for words in (
        # 1 and 7 were in service before; 30 and 40 are new; 2 and 6 are lacking
        "newer.csv of 2026-07-04 has 2 stations of earlier lists and 2 new ones; of those that it lacks, 2 count"
        " as closed (registered anew: 1).",
        "1 station is in service by a list of 2022-07-15 alone, which no newer list of the registry covers.",
        "1 station is in service by a feed of 2024-11-23 alone: a newer list of the registry covers its place"
        " and does not have it.",
        "1 record of another feed counts as closed with the station of the registry at its place, which the list"
        " of 2026-07-04 lacks.",
        "By the region file 1 station is in service and 1 closed, whatever the feeds say.",
    ):
        assert words in said, said
    value = town.execute(
        "select value from analysis.assumption where code = 'station_list_compared'"
    ).fetchone()
    assert value is not None
    french = sentence("station_list_compared", value[0], Language.FR)
    assert french.startswith("newer.csv du 2026-07-04 contient 2 stations de listes antérieures")
    remarks = town.execute(
        "select record_key, remark from report.source_remark where field = 'status' order by 1"
    ).fetchall()
    assert dict(remarks) == {
        "afdc:2": "the list of 2026-07-04 lacks it; it counts as closed",
        "afdc:3": "the list of 2026-07-04 has another record at its place instead",
        "afdc:5": "in service by the list of 2022-07-15, which no newer one covers",
        "afdc:6": "in service, as the region file states: seen on 2 August",
        "afdc:7": "out of service, as the region file states: the lot is a building site",
        "afdc:8": "the list of 2026-07-04 lacks it; it counts as closed",
        "ocm:2": "it counts as closed, as the list of 2026-07-04 lacks what stood at its place",
        "ocm:9": "in service by the list of 2024-11-23; a newer list of the registry does not have it",
    }
    shown = town.execute(
        "select status, status_reason, status_as_of::text, status_note from report.existing_station"
        " where station_key in ('afdc:6', 'afdc:7', 'ocm:2') order by station_key"
    ).fetchall()
    assert shown == [
        ("in_service", "stated", "2026-08-02", "seen on 2 August"),
        ("out_of_service", "stated", None, "the lot is a building site"),
        ("out_of_service", "not_listed", "2026-07-04", None),
    ]


def statuses(conn: Connection) -> dict[str, tuple[str, str | None]]:
    """Return status and reason of each record of a feed."""
    found = conn.execute("select source_key, status, status_reason from core.station_status").fetchall()
    return {key: (status, reason) for key, status, reason in found}


def test_another_feed_that_is_newer_than_the_list_keeps_a_station_open(
    connection: Connection, tmp_path: Path
) -> None:
    load_region(str(write_lists(tmp_path, ocm_date="2026-08-01")), connection)
    found = statuses(connection)
    assert found["afdc:2"] == ("out_of_service", "not_listed")
    assert found["ocm:2"] == ("in_service", None)
    assert found["ocm:9"] == ("in_service", None)
    (station,) = connection.execute(
        "select status, status_reason, port_count from core.charging_station where station_key = 'ocm:2'"
    ).fetchall()
    assert station == ("in_service", None, 2)


def test_what_was_not_known_on_an_earlier_day_is_left_out(connection: Connection, tmp_path: Path) -> None:
    summary = load_region(str(write_lists(tmp_path)), connection, as_of=dt.date(2022, 7, 31))
    found = statuses(connection)
    assert {key for key in found if not key.startswith("osm:")} == {f"afdc:{n}" for n in range(1, 9)}
    assert {found[f"afdc:{n}"] for n in (1, 2, 3, 5, 6, 7)} == {("in_service", None)}
    said = " ".join(summary.assumptions)
    assert "2 stations of [stations] are not stated since 2022-07-31 or before, and left out." in said
    assert "newer.csv (2026-07-04) is newer than 2022-07-31, and left out." in said


def test_a_record_that_cannot_be_read_is_in_the_list_all_the_same(
    connection: Connection, tmp_path: Path
) -> None:
    region = write_lists(tmp_path)
    rows = [newer_row(*row) for row in NEWER]
    write_csv(tmp_path / "newer.csv", [*rows, newer_row(2, 3000, 3) | {"y": "north"}])
    region.write_text(region.read_text(encoding="utf-8") + "reject_share_max = 0.5\n", encoding="utf-8")
    load_region(str(region), connection)
    found = statuses(connection)
    assert found["afdc:2"] == ("in_service", "older_list")
    assert found["afdc:8"] == ("out_of_service", "not_listed")


def test_a_layer_of_polygons_says_what_a_list_covers(connection: Connection, tmp_path: Path) -> None:
    box = [
        [
            list(lon_lat(x, y))
            for x, y in ((2500, 2000), (3100, 2000), (3100, 3500), (2500, 3500), (2500, 2000))
        ]
    ]
    layer = {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": box}}
    ]}  # fmt: skip
    (tmp_path / "part.geojson").write_text(json.dumps(layer), encoding="utf-8")
    lists = LISTS.replace(f"[{WEST}, {SOUTH}, {EAST}, {NORTH}]", '"part.geojson"')
    load_region(str(write_lists(tmp_path, lists)), connection)
    found = statuses(connection)
    assert found["afdc:2"] == ("out_of_service", "not_listed")
    assert found["afdc:3"] == ("in_service", "older_list"), "it stands beyond the layer"


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        (
            "afdc:7",
            "afdc:70",
            r"Each station that the region file states as kept or closed is in a feed.*afdc:70",
        ),
        ('ac" }', 'dc" }', r"newer\.csv has no column 'dc'"),
        ('status = "E"\n', "", r"newer\.csv has no column 'Status Code'.*"),
        ("covers = [", "covers = [9, ", "sources.afdc.covers.*it is no box, which has four numbers"),
        ("covers = [-", "covers = [", "it is no box, as west and south come before east and north"),
        (
            'data_date = "2026-07-04"\n',
            "",
            "there are 2 lists of afdc, and newer.csv has no data_date with a year",
        ),
        ("afdc:7", "afdc:6", "afdc:6 is there 2 times; say once which it is"),
        ('reason = "seen', 'because = "seen', "stations.kept.reason is missing"),
        ('key = "afdc:7"', 'key = "Town Hall"', "stations.closed.key"),
    ],
)
def test_lists_that_cannot_be_used_are_refused_with_what_to_do(
    connection: Connection, tmp_path: Path, was: str, now: str, said: str
) -> None:
    assert was in LISTS
    with pytest.raises(UsageError, match=said) as error:
        load_region(str(write_lists(tmp_path, LISTS.replace(was, now))), connection)
    assert error.value.hint
    assert connection.execute("select count(*) from raw.load").fetchone() == (0,)
