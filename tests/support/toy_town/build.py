"""Writes the sources of Toy Town, in the formats in which real sources come, and its region file.

Places are given in metres east and north of junction A, on the sphere on which osmnx measures, so that street
lengths come out round.
"""

from __future__ import annotations

import csv
import json
import math
import re
import zipfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import osmium
from osmium.osm.mutable import Node, Way

EARTH_RADIUS_M = 6_371_009
ORIGIN_LON, ORIGIN_LAT = -81.0, 43.5

JUNCTIONS = {"A": (1, 0, 0), "B": (2, 1000, 0), "C": (3, 1000, 800), "D": (4, 0, 800), "E": (5, 5000, 0)}
STREETS = (  # name, nodes, one-way
    ("First Street", (1, 2), True),
    ("Second Street", (2, 3), False),
    ("Third Street", (3, 4), True),
    ("Fourth Street", (4, 1), False),
    ("Far Road", (2, 6, 5), False),
)
BEND = (6, 3000, 0)  # an ordinary point of Far Road, no junction
PEOPLE = (  # key, east, north, people, dwellings, households
    ("P1", 1000, 0, 200, 100, 100),
    ("P2", -30, 400, 300, 150, 150),
    ("P3", 1050, 800, 250, 125, 125),
    ("P4", 5000, 0, 150, 75, 75),
    ("P5", 2500, 2500, 100, 50, 50),
)
AFDC = (  # id, fuel, name, status, level 2 ports, network, east, north
    (11, "ELEC", "Town Hall (AFDC)", "E", 3, "ChargePoint Network", 1000, 20),
    (12, "ELEC", "Planned at A", "P", 4, "Volt", 0, -10),
    (13, "ELEC", "Broken at D", "T", 2, "Volt", 0, 810),
    (14, "LPG", "Gas at C", "E", "", "", 1000, 810),
)
GRID = (  # name, east, north, summer limit MW, winter limit MW, peak MW
    ("West TS", 0, -200, 2.2, 2.5, ""),
    ("East TS", 5000, 300, 1, 1.2, 0.8),
    ("Nowhere TS", None, None, 50, 60, ""),
)


def lon_lat(east_m: float, north_m: float) -> tuple[float, float]:
    """Return longitude and latitude of a place given in metres from junction A."""
    lat = ORIGIN_LAT + math.degrees(north_m / EARTH_RADIUS_M)
    lon = ORIGIN_LON + math.degrees(east_m / (EARTH_RADIUS_M * math.cos(math.radians(lat))))
    return lon, lat


def _box(west_m: float, south_m: float, east_m: float, north_m: float) -> dict[str, Any]:
    corners = ((west_m, south_m), (east_m, south_m), (east_m, north_m), (west_m, north_m), (west_m, south_m))
    return {"type": "Polygon", "coordinates": [[list(lon_lat(*corner)) for corner in corners]]}


def _geojson(path: Path, features: Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> None:
    rows = [{"type": "Feature", "properties": dict(p), "geometry": dict(g)} for p, g in features]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": rows}, indent=1), encoding="utf-8")


def _csv(path: Path, records: Sequence[Mapping[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(records[0]))
        writer.writeheader()
        writer.writerows(records)


def _osm(path: Path) -> None:
    places = (
        (101, 270, -40, {"shop": "supermarket", "name": "Ring Market"}),
        (102, 250, -40, {"amenity": "parking", "name": "Ring Market parking"}),
        (103, 1040, 400, {"amenity": "library", "name": "Second Street Library"}),
        (104, 1010, 10, {"amenity": "cafe", "name": "Cafe at the charger"}),
        (
            105,
            500,
            830,
            {
                "amenity": "charging_station",
                "socket:type2_combo": "2",
                "operator": "Volt Corp.",
                "ownership": "municipal",
            },
        ),
    )
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for node_id, east, north in sorted([*JUNCTIONS.values(), BEND]):
            writer.add_node(Node(id=node_id, version=1, location=lon_lat(east, north)))
        for node_id, east, north, tags in places:
            writer.add_node(Node(id=node_id, version=1, location=lon_lat(east, north), tags=tags))
        for number, (name, nodes, is_oneway) in enumerate(STREETS, start=1):
            tags = {"highway": "residential", "name": name, "maxspeed": "60"} | (
                {"oneway": "yes"} if is_oneway else {}
            )
            writer.add_way(Way(id=number, version=1, nodes=list(nodes), tags=tags))


def openchargemap_record(
    ocm_id: int, east_m: float, north_m: float, *connections: Mapping[str, Any], **fields: Any
) -> dict[str, Any]:
    """Return a record as OpenChargeMap's `/v3/poi` delivers it; each connection's fields are given."""
    lon, lat = lon_lat(east_m, north_m)
    operator = fields.pop("operator", None)
    return {
        "ID": ocm_id,
        "AddressInfo": {"Title": fields.pop("title", f"Station {ocm_id}"), "Latitude": lat, "Longitude": lon},
        "OperatorInfo": {"Title": operator} if operator else None,
        "StatusTypeID": 50,
        "NumberOfPoints": sum(c.get("Quantity") or 0 for c in connections),
        "Connections": [dict(c) for c in connections],
    } | fields


def _stations(folder: Path) -> None:
    records = [
        openchargemap_record(
            1,
            1000,
            0,
            {"LevelID": 2, "PowerKW": 7.2, "Quantity": 2},
            title="Town Hall",
            operator="ChargePoint",
        ),
        openchargemap_record(
            2,
            500,
            820,
            {"LevelID": 3, "PowerKW": 50, "CurrentTypeID": 30, "Quantity": 2},
            title="Third Street",
            operator="Volt",
        ),
    ]
    (folder / "openchargemap.json").write_text(json.dumps(records, indent=1), encoding="utf-8")
    _csv(folder / "afdc.csv", [_afdc_record(station) for station in AFDC])


def _afdc_record(station: tuple[Any, ...]) -> dict[str, Any]:
    afdc_id, fuel, name, status, l2_port_count, network, east_m, north_m = station
    lon, lat = lon_lat(east_m, north_m)
    return {
        "Fuel Type Code": fuel,
        "Station Name": name,
        "Street Address": "1 Ring",
        "City": "Ringham",
        "Status Code": status,
        "EV Level1 EVSE Num": "",
        "EV Level2 EVSE Num": l2_port_count,
        "EV DC Fast Count": "",
        "EV Network": network,
        "Latitude": lat,
        "Longitude": lon,
        "Date Last Confirmed": "2022-01-11",
        "ID": afdc_id,
        "Open Date": "2014-07-15",
        "Access Code": "public",
        "Facility Type": "",
        "Owner Type Code": "LG",  # stations of the town are its own, so that plans may change them
    }


def _gtfs(path: Path) -> None:
    """Write a feed of one route: 48 departures on each weekday at both of its stops."""
    (lon_1, lat_1), (lon_2, lat_2) = lon_lat(1000, -60), lon_lat(1020, 420)
    minutes = range(7 * 60, 19 * 60, 15)
    tables = {
        "agency": [
            "agency_id,agency_name,agency_url,agency_timezone",
            "1,Toy Transit,http://example.org,America/Toronto",
        ],
        "stops": [
            "stop_id,stop_name,stop_lat,stop_lon",
            f"S1,Town Hall,{lat_1},{lon_1}",
            f"S2,Library,{lat_2},{lon_2}",
        ],
        "routes": ["route_id,agency_id,route_short_name,route_type", "R,1,1,3"],
        "calendar": [
            "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date",
            "W,1,1,1,1,1,0,0,20240902,20240906",
        ],
        "trips": ["route_id,service_id,trip_id", *(f"R,W,T{minute}" for minute in minutes)],
        "stop_times": ["trip_id,arrival_time,departure_time,stop_id,stop_sequence"],
    }
    for minute in minutes:
        for sequence, time in ((1, minute), (2, minute + 2)):
            clock = f"{time // 60:02d}:{time % 60:02d}:00"
            tables["stop_times"].append(f"T{minute},{clock},{clock},S{sequence},{sequence}")
    with zipfile.ZipFile(path, "w") as archive:
        for name, lines in tables.items():
            archive.writestr(f"{name}.txt", "\n".join(lines) + "\n")


def _grid_record(station: tuple[Any, ...]) -> dict[str, Any]:
    name, east_m, north_m, summer, winter, peak = station
    lon, lat = ("", "") if east_m is None or north_m is None else lon_lat(east_m, north_m)
    return {
        "name": name,
        "lon": lon,
        "lat": lat,
        "voltage_kv": 115,
        "summer_limit_mw": summer,
        "winter_limit_mw": winter,
        "peak_load_mw": peak,
        "source": "drawn",
        "verified": "true",
        "area": "",
        "limit_basis": "drawn",
    }


def _region_file(path: Path, settings: Mapping[str, float | str], without: Collection[str]) -> None:
    text = (Path(__file__).parent / "toy_town.toml").read_text(encoding="utf-8")
    for kind in without:
        text = re.sub(rf"\[sources\.{kind}[].].*?(?=\n\[(?!sources\.{kind}\.))", "", text, flags=re.DOTALL)
    for name, value in settings.items():
        text = re.sub(rf"^{name} = .*\n", "", text, flags=re.MULTILINE) + f"{name} = {value}\n"
    path.write_text(text, encoding="utf-8")


def write_sources(
    folder: Path, *, settings: Mapping[str, float | str] | None = None, without: Collection[str] = ()
) -> Path:
    """Write all sources of Toy Town into `folder` and return its region file, `folder/toy_town.toml`.

    `settings` change the region's; the kinds of source in `without` are left out of the region file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _osm(folder / "town.osm.pbf")
    _stations(folder)
    _gtfs(folder / "transit.gtfs.zip")
    _geojson(folder / "boundary.geojson", [({"name": "Toy Town"}, _box(-1000, -1000, 6000, 3500))])
    areas = (("1", "Ringham", (-1000, -1000, 2000, 3500)), ("2", "Farend", (2000, -1000, 6000, 3500)))
    _geojson(
        folder / "planning_areas.geojson",
        [({"key": key, "name": name}, _box(*box)) for key, name, box in areas],
    )
    postal = (("T1A", (-1000, -1000, 2000, 3500)), ("T1B", (2000, -1000, 10000, 3500)))
    _geojson(folder / "postal_areas.geojson", [({"fsa": key}, _box(*box)) for key, box in postal])
    fields = ("key", "lon", "lat", "people", "dwellings", "households")
    people = [(key, *lon_lat(x, y), *counts) for key, x, y, *counts in PEOPLE]
    _csv(folder / "people.csv", [dict(zip(fields, row, strict=True)) for row in people])
    vehicles = (("T1A", 70, 30, 100), ("T1B", 60, 20, 80))
    _csv(
        folder / "ev.csv",
        [dict(zip(("FSA", "BEV", "PHEV", "Total EV"), row, strict=True)) for row in vehicles],
    )
    _csv(folder / "grid.csv", [_grid_record(station) for station in GRID])
    _region_file(folder / "toy_town.toml", settings or {}, without)
    return folder / "toy_town.toml"
