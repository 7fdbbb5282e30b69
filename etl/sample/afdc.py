"""The AFDC table of the sample region: all columns of the real one, most of them empty."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from etl.sample.calibration import LABEL, stream
from etl.sample.files import degrees
from etl.sample.land import Land
from etl.sample.stations import FeedRows, Stations

_HEADER = (
    ",Fuel Type Code,Station Name,Street Address,Intersection Directions,City,State,ZIP,Plus4,"
    "Station Phone,Status Code,Expected Date,Groups With Access Code,Access Days Time,Cards Accepted,"
    "BD Blends,NG Fill Type Code,NG PSI,EV Level1 EVSE Num,EV Level2 EVSE Num,EV DC Fast Count,"
    "EV Other Info,EV Network,EV Network Web,Geocode Status,Latitude,Longitude,Date Last Confirmed,ID,"
    "Updated At,Owner Type Code,Federal Agency ID,Federal Agency Name,Open Date,Hydrogen Status Link,"
    "NG Vehicle Class,LPG Primary,E85 Blender Pump,EV Connector Types,Country,"
    "Intersection Directions (French),Access Days Time (French),BD Blends (French),"
    "Groups With Access Code (French),Hydrogen Is Retail,Access Code,Access Detail Code,"
    "Federal Agency Code,Facility Type,CNG Dispenser Num,CNG On-Site Renewable Source,"
    "CNG Total Compression Capacity,CNG Storage Capacity,LNG On-Site Renewable Source,"
    "E85 Other Ethanol Blends,EV Pricing,EV Pricing (French),LPG Nozzle Types,Hydrogen Pressures,"
    "Hydrogen Standards,CNG Fill Type Code,CNG PSI,CNG Vehicle Class,LNG Vehicle Class,"
    "EV On-Site Renewable Source,Restricted Access"
)
AFDC_HEADER = tuple(_HEADER.split(","))
FIRST_ID, FIRST_ID_IN_PROVINCE = 930_001, 900_001
# Of so many rows one, from the given one on, is private, for customers, or for cars of one make.
PRIVATE_EVERY, PRIVATE_FIRST = 29, 7
CUSTOMERS_EVERY, CUSTOMERS_FIRST = 13, 4
ONE_MAKE_EVERY, ONE_MAKE_FIRST = 37, 5
# Owners in turn, with the facility; more municipal ones than real lists have, so that a plan can choose.
OWNERS: tuple[tuple[str | None, str | None], ...] = (
    ("LG", "MUNI_GOV"), ("P", "SHOPPING_CENTER"), ("LG", "PARKING_GARAGE"), (None, None), ("LG", "LIBRARY"),
    ("P", "HOTEL"), ("T", "UTILITY"), ("LG", "PARKING_LOT"), ("P", "CAR_DEALER"), (None, None),
    ("LG", "PARK"), ("SG", "COLLEGE_CAMPUS"), ("LG", "MUNI_GOV"), ("P", "RESTAURANT"), ("J", "HOSPITAL"),
    ("LG", "PARKING_LOT"), (None, None), ("P", "OFFICE_BLDG"), ("LG", "SCHOOL"), ("FG", "FED_GOV"),
)  # fmt: skip


def first_id(land: Land) -> int:
    """Return the number of the first row; a province has more of them below the other lists'."""
    return FIRST_ID if land.is_alone else FIRST_ID_IN_PROVINCE


def afdc_rows(land: Land, stations: Stations, feed: FeedRows) -> Iterator[list[Any]]:
    """Yield the rows in the order of `AFDC_HEADER`."""
    rng = stream(land.seed, "afdc rows")
    lon, lat = degrees(feed.east_m, feed.north_m)
    new_ports = rng.integers(1, 5, len(lon)).tolist()
    for n, same in enumerate(feed.same_as.tolist()):
        row: dict[str, Any] = dict.fromkeys(AFDC_HEADER)
        row |= _common(n, str(feed.status[n]), str(feed.fuel[n]), float(lon[n]), float(lat[n]))
        row["ID"] = first_id(land) + n
        row |= _identity(n, same, stations)
        if feed.fuel[n] == "ELEC":
            row |= _ports(n, same, stations, new_ports[n])
        yield [row[name] for name in AFDC_HEADER]


def _common(n: int, status: str, fuel: str, lon: float, lat: float) -> dict[str, Any]:
    is_planned = status == "P"
    is_private = n % PRIVATE_EVERY == PRIVATE_FIRST
    opened = dt.date(2014, 5, 1) + dt.timedelta(days=17 * n % 2900)
    return {
        "": n * 5,
        "Fuel Type Code": fuel,
        "Status Code": status,
        "State": "ON",
        "Country": "CA",
        "Geocode Status": "GPS",
        "Latitude": lat,
        "Longitude": lon,
        "Date Last Confirmed": "2022-01-11",
        "Updated At": "2022-04-28 20:01:31 UTC",
        "Owner Type Code": OWNERS[n % len(OWNERS)][0],
        "Facility Type": OWNERS[n % len(OWNERS)][1],
        "Expected Date": "2022-12-01" if is_planned else None,
        "Groups With Access Code": "PLANNED - not yet accessible (Public)" if is_planned else "Public",
        "Access Code": "private" if is_private else "public",
        **_limits(n),
        "Open Date": None if is_planned else opened.isoformat(),
    }


def _limits(n: int) -> dict[str, Any]:
    """Return the hours of a row, and who may charge there."""
    if n % CUSTOMERS_EVERY == CUSTOMERS_FIRST:
        return {"Access Days Time": "24 hours daily; for customer use only", "Restricted Access": "True"}
    if n % ONE_MAKE_EVERY == ONE_MAKE_FIRST:
        return {"Access Days Time": "24 hours daily; for Tesla use only", "Restricted Access": "True"}
    hours = "24 hours daily" if n % 3 else "8am-10pm daily"
    return {
        "Access Days Time": hours,
        "Restricted Access": "False",
        "EV Pricing": "Free" if n % 5 == 2 else None,  # noqa: PLR2004 - one row in five
    }


def _identity(n: int, same: int, stations: Stations) -> dict[str, Any]:
    """Return name and address: those of the other feed, spelt its own way, or new ones."""
    if same < 0:
        name, street, town = f"Listed station {n + 1} {LABEL}", f"{n + 1} Sample Road", f"Nearby {LABEL}"
    else:
        name, street, town = stations.name[same].upper(), stations.street[same], stations.town[same]
    return {"Station Name": name, "Street Address": street, "City": town}


def _ports(n: int, same: int, stations: Stations, new_ports: int) -> dict[str, Any]:
    if same < 0:
        is_fast, ports, network = n % 6 == 0, new_ports, "Non-Networked" if n % 2 else None
    else:
        is_fast, ports = bool(stations.level[same] == "L3"), int(stations.port_count[same])
        network = f"{stations.operator[same]} Network"
    return {
        "EV Level2 EVSE Num": None if is_fast else f"{ports}.0",
        "EV DC Fast Count": f"{ports}.0" if is_fast else None,
        "EV Network": network,
        "EV Connector Types": "CHADEMO J1772COMBO" if is_fast else "J1772",
    }
