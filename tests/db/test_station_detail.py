"""Who may use a station and who owns it: what each feed tells, whose word stands, and what a name tells."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import osmium
import psycopg
import pytest
from osmium.osm.mutable import Node

from etl.load import load_region
from tests.support.assumptions import assumed
from tests.support.toy_town.build import lon_lat, openchargemap_record, write_sources

Connection = psycopg.Connection[Any]
L2 = {"LevelID": 2, "Quantity": 2}
HOURS = "Access Days Time"
OWNER = "Owner Type Code"
# columns of a record of AFDC, then access, whether it is open all day, whether it costs, owner, kind of place
AFDC: tuple[tuple[dict[str, str], tuple[Any, ...]], ...] = (
    (
        {"Access Code": "public", HOURS: "24 hours daily", OWNER: "LG"},
        ("public", True, None, "municipal", None),
    ),
    (
        {"Access Code": "private", HOURS: "24 hours daily; Denso employees only"},
        ("private", True, None, None, None),
    ),
    (
        {"Access Code": "public", HOURS: "24 hours daily; for customer use only"},
        ("customers", True, None, None, None),
    ),
    (
        {"Access Code": "public", HOURS: "9am-5pm daily; guests only", "Facility Type": "HOTEL", OWNER: "P"},
        ("customers", False, None, "private", "hotel"),
    ),
    ({"Access Code": "public", "Restricted Access": "True"}, ("customers", None, None, None, None)),
    ({"Access Code": "public", HOURS: "Employees only"}, ("private", None, None, None, None)),
    ({"Access Code": "public", HOURS: "members only"}, ("members", None, None, None, None)),
    ({"Access Code": "public", "EV Connector Types": "TESLA"}, ("one_make", None, None, None, None)),
    (
        {"Access Code": "public", HOURS: "24 hours daily; for Tesla use only"},
        ("one_make", True, None, None, None),
    ),
    (
        {"Access Code": "public", "EV Connector Types": "J1772 TESLA", "EV Pricing": "Free", OWNER: "T"},
        ("public", None, False, "utility", None),
    ),
    (
        {"Access Code": "public", "EV Pricing": "$2/hr", OWNER: "FG"},
        ("public", None, True, "government", None),
    ),
    ({"Access Code": "public", OWNER: "SG"}, ("public", None, None, "government", None)),
    ({"Access Code": "public", OWNER: "J"}, ("public", None, None, "joint", None)),
    # a bank of a public body is a mistake
    ({"Access Code": "public", OWNER: "LG", "Facility Type": "BANK"}, ("public", None, None, None, "bank")),
    ({}, (None, None, None, None, None)),
)
OCM: tuple[tuple[dict[str, Any], tuple[Any, ...]], ...] = (
    ({"OperatorInfo": {"Title": "Tesla (Tesla-only charging)"}}, ("one_make", None, None)),
    ({"OperatorID": 23, "UsageTypeID": 1}, ("one_make", None, None)),
    ({"OperatorInfo": {"Title": "Tesla (including non-tesla)", "ID": 3534}}, (None, None, None)),
    ({"UsageTypeID": 5}, ("public", True, None)),
    ({"UsageTypeID": 1, "UsageCost": "Free"}, ("public", False, None)),
    ({"UsageCost": "2.00 CAD/h"}, (None, True, None)),
    (
        {"UsageTypeID": 6, "OperatorInfo": {"Title": "Ann", "IsPrivateIndividual": True}},
        ("customers", None, "private"),
    ),
)
OSM: tuple[tuple[dict[str, str], tuple[Any, ...]], ...] = (
    (
        {"access": "customers", "opening_hours": "24/7", "fee": "no"},
        ("customers", "24/7", True, False, None, None),
    ),
    (
        {"access": "yes", "opening_hours": "Mo-Fr 08:00-18:00", "fee": "yes", "operator:type": "public"},
        ("public", "Mo-Fr 08:00-18:00", False, True, "government", None),
    ),
    ({"access": "members", "operator:type": "private"}, ("members", None, None, None, "private", None)),
    ({"socket:tesla_supercharger": "8"}, ("one_make", None, None, None, None, None)),
    ({"socket:tesla_supercharger": "8", "socket:type1_combo": "2"}, (None, None, None, None, None, None)),
    ({"owner": "Ann", "ownership": "municipal"}, (None, None, None, None, "municipal", "Ann")),
    ({"access": "residents"}, ("private", None, None, None, None, None)),
)


def write_afdc(path: Path, records: dict[int, dict[str, Any]]) -> None:
    """Write records by their ID; `at` is the place of each in metres."""
    rows = []
    for afdc_id, fields in records.items():
        east_m, north_m = fields.pop("at")
        lon, lat = lon_lat(east_m, north_m)
        fixed = {"ID": afdc_id, "Fuel Type Code": "ELEC", "Status Code": "E", "EV Level2 EVSE Num": 2}
        rows.append({**fixed, "Latitude": lat, "Longitude": lon, **fields})
    columns = dict.fromkeys(name for row in rows for name in row)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns))
        writer.writeheader()
        writer.writerows(rows)


def add_to_map(path: Path, stations: dict[int, dict[str, Any]]) -> None:
    """Add charging stations to a map; `at` is the place of each in metres."""
    whole = path.with_name("whole.osm.pbf")
    with osmium.SimpleWriter(str(whole)) as writer:
        for item in osmium.FileProcessor(str(path), osmium.osm.NODE):
            writer.add_node(item)
        for node_id, tags in sorted(stations.items()):
            content = {"amenity": "charging_station", **tags}
            place = lon_lat(*content.pop("at"))
            writer.add_node(Node(id=node_id, version=1, location=place, tags=content))
        for item in osmium.FileProcessor(str(path), osmium.osm.WAY):
            writer.add_way(item)
    whole.replace(path)


@pytest.fixture
def town(connection: Connection, tmp_path: Path) -> Connection:
    """Return Toy Town with the stations above, each alone, then those of the tests of names and of feeds that differ."""
    region = write_sources(tmp_path)
    text = region.read_text(encoding="utf-8").replace(
        'title = "Toy Town"', 'title = "Region of Toyland, Ontario"'
    )
    region.write_text(text, encoding="utf-8")
    records = {100 + n: {"at": (200 * n, 3000), **fields} for n, (fields, _) in enumerate(AFDC)}
    records |= {
        200: {
            "at": (0, 2400),
            "Access Code": "public",
            HOURS: "customers only",
            OWNER: "P",
            "Open Date": "2020-03-01",
        },
        201: {"at": (200, 2400), "Access Code": "public", "Status Code": "T", OWNER: "P"},
        202: {"at": (400, 2400), "Station Name": "RINGHAM CITY HALL 2"},
        203: {"at": (600, 2400), "Station Name": "Ringham Inn"},
        204: {"at": (800, 2400), "Station Name": "Arena", "EV Network": "Farend"},
        205: {"at": (1000, 2400), "Station Name": "The Regional Municipality of Toyland - yard"},
        206: {"at": (1200, 2400), "Station Name": "City of Ringham garage", OWNER: "P"},
        208: {"at": (1600, 2400), "Station Name": "RINGHAM CITY"},
        209: {"at": (1800, 2400), "Station Name": "TWP OF FAREND STATION 3"},
        207: {"at": (1400, 2400), "Station Name": "Farend Toyota", "EV Network": "Farend Network"},
    }
    write_afdc(tmp_path / "afdc.csv", records)
    ocm = [
        openchargemap_record(1 + n, 300 * n, 1800, L2) | {"OperatorInfo": None} | fields
        for n, (fields, _) in enumerate(OCM)
    ]
    ocm.append(openchargemap_record(50, 0, 2410, L2, UsageTypeID=1, UsageCost="Free"))
    ocm.append(openchargemap_record(51, 200, 2410, L2, UsageTypeID=6))
    (tmp_path / "openchargemap.json").write_text(json.dumps(ocm), encoding="utf-8")
    stations = {200 + n: {"at": (300 * n, 1400), **tags} for n, (tags, _) in enumerate(OSM)}
    stations[250] = {
        "at": (0, 2390),
        "access": "yes",
        "fee": "yes",
        "operator:type": "public",
        "socket:type1": "2",
    }
    add_to_map(tmp_path / "town.osm.pbf", stations)
    load_region(str(region), connection)
    return connection


def test_what_feeds_tell(town: Connection) -> None:
    columns = "select access, is_open_all_day, has_fee, owner_type, facility_kind from staging.afdc_station"
    found = town.execute(f"{columns} where afdc_id between 100 and 199 order by afdc_id").fetchall()
    assert found == [told for _, told in AFDC]
    columns = "select access, has_fee, owner_type from staging.openchargemap_station"
    found = town.execute(f"{columns} where ocm_id < 50 order by ocm_id").fetchall()
    assert found == [told for _, told in OCM]
    columns = "select access, access_hours, is_open_all_day, has_fee, owner_type, owner_name"
    found = town.execute(
        f"{columns} from staging.osm_charging_station where feature_key between 'n200' and 'n249' order by feature_key"
    ).fetchall()
    assert found == [told for _, told in OSM]
    remarks = town.execute(
        "select record_key, field, remark from core.source_remark where field = 'Owner Type Code'"
    )
    assert remarks.fetchall() == [
        ("afdc:113", "Owner Type Code", "a public body as the owner of a bank; the owner counts as unknown")
    ]
    _names(town)
    _feeds(town)
    _sites(town)


def _names(town: Connection) -> None:
    """A name tells an owner where no feed does, and it names a municipality; a hotel of the town is not the town's."""
    found = town.execute(
        "select station_key, owner_type, is_owner_read_from_name, owner_name from core.charging_station"
        " where station_key between 'afdc:202' and 'afdc:209' order by station_key"
    ).fetchall()
    assert found == [
        ("afdc:202", "municipal", True, "Ringham"),
        ("afdc:203", None, False, None),
        ("afdc:204", "municipal", True, "Farend"),
        ("afdc:205", "municipal", True, "Region of Toyland, Ontario"),
        ("afdc:206", "private", False, None),
        ("afdc:207", None, False, None),
        ("afdc:208", "municipal", True, "Ringham"),
        ("afdc:209", "municipal", True, "Farend"),
    ]
    said = assumed(town)
    words = (
        "5 stations count as municipal because their names or operators name a municipality of the region."
    )
    assert words in said, said


def _feeds(town: Connection) -> None:
    """The list that staff checks is heard first, then the map, then OpenChargeMap; what does not serve is not heard."""
    found = town.execute(
        "select source_ids, access, has_fee, owner_type, access_hours, is_public, opened_on::text"
        " from core.charging_station where station_key in ('ocm:50', 'ocm:51') order by station_key"
    ).fetchall()
    assert found == [
        (
            ["ocm:50", "afdc:200", "osm:n250"],
            "customers",
            True,
            "private",
            "customers only",
            False,
            "2020-03-01",
        ),
        (["ocm:51", "afdc:201"], "customers", None, None, None, False, None),
    ]


def _sites(town: Connection) -> None:
    """Every station in service is a site with what is known of it, and only public ones serve the people."""
    found = town.execute(
        "select is_existing, is_public, access, owner_type, opened_on::text from core.site where site_key = 'ocm:50'"
    ).fetchone()
    assert found == (True, False, "customers", "private", "2020-03-01")
    serving = town.execute(
        "select count(*) from analysis.nearest_station as n join core.site as s using (site_id) where not s.is_public"
    ).fetchone()
    assert serving == (0,)
    assert town.execute(
        "select count(*) from core.site where not is_existing and access is not null"
    ).fetchone() == (0,)
