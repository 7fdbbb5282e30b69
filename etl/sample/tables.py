"""The tables of the sample region in the columns of the real sources."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import numpy as np

from etl.sample.calibration import ADDRESS_WITHOUT_NUMBER, LABEL, MUNICIPALITIES, Floats, Ints, stream, total
from etl.sample.census import Census, Postal
from etl.sample.files import degrees
from etl.sample.grid import Grid
from etl.sample.land import Land
from etl.sample.people import TYPES, Addresses, Curb
from etl.sample.stations import FeedRows, Stations

Row = list[Any]
MUNICIPALITY_KEY = [f"99{index + 1:05d}" for index in range(len(MUNICIPALITIES))]

CENSUS_HEADER = [
    "dauid",
    "csduid",
    "population",
    "dwellings",
    "households",
    "total_dwelling_type",
    *TYPES,
    "vkt_per_household",
    "lon",
    "lat",
]
EV_HEADER = ["FSA", "BEV", "PHEV", "Total EV"]
GRID_HEADER = [
    "name", "lon", "lat", "voltage_kv", "summer_limit_mw", "winter_limit_mw", "peak_load_mw", "source", "verified", "area", "limit_basis",
]  # fmt: skip
ADDRESS_HEADER = ["street_no", "street", "city", "lon", "lat"]
AFDC_HEADER = (
    ",Fuel Type Code,Station Name,Street Address,Intersection Directions,City,State,ZIP,Plus4,Station Phone,Status Code,"
    "Expected Date,Groups With Access Code,Access Days Time,Cards Accepted,BD Blends,NG Fill Type Code,NG PSI,"
    "EV Level1 EVSE Num,EV Level2 EVSE Num,EV DC Fast Count,EV Other Info,EV Network,EV Network Web,Geocode Status,Latitude,"
    "Longitude,Date Last Confirmed,ID,Updated At,Owner Type Code,Federal Agency ID,Federal Agency Name,Open Date,"
    "Hydrogen Status Link,NG Vehicle Class,LPG Primary,E85 Blender Pump,EV Connector Types,Country,"
    "Intersection Directions (French),Access Days Time (French),BD Blends (French),Groups With Access Code (French),"
    "Hydrogen Is Retail,Access Code,Access Detail Code,Federal Agency Code,Facility Type,CNG Dispenser Num,"
    "CNG On-Site Renewable Source,CNG Total Compression Capacity,CNG Storage Capacity,LNG On-Site Renewable Source,"
    "E85 Other Ethanol Blends,EV Pricing,EV Pricing (French),LPG Nozzle Types,Hydrogen Pressures,Hydrogen Standards,"
    "CNG Fill Type Code,CNG PSI,CNG Vehicle Class,LNG Vehicle Class,EV On-Site Renewable Source,Restricted Access"
).split(",")


def census_rows(census: Census) -> Iterator[Row]:
    """Yield the census areas, municipality by municipality; some without coordinates."""
    lon, lat = degrees(census.east_m, census.north_m)
    for n in range(len(lon)):
        types = census.by_type[n].tolist()
        place = [float(lon[n]), float(lat[n])] if census.has_point[n] else [None, None]
        yield [
            f"99{n + 1:06d}", MUNICIPALITY_KEY[census.municipality[n]], int(census.population[n]), int(census.dwelling_count[n]),
            int(census.household_count[n]), sum(types), *types, round(float(census.vkt[n]), 3), *place,
        ]  # fmt: skip


def ev_rows(land: Land, postal: Postal) -> Iterator[Row]:
    """Yield vehicles by postal area; areas elsewhere are in the list too, some with an empty cell."""
    rng = stream(land.seed, "elsewhere")
    rows = [
        [key, int(b), int(p), int(b + p)]
        for key, b, p in zip(postal.key, postal.bev, postal.phev, strict=True)
    ]
    for n in range(max(3, len(rows) // 2)):
        battery, hybrid = (int(x) for x in rng.integers(3, 900, 2))
        rows.append(
            [
                f"Q{n // 20}{'ABCEGHJKLMNPRSTVWXYZ'[n % 20]}",
                None if n % 3 == 0 else battery,
                hybrid,
                hybrid if n % 3 == 0 else battery + hybrid,
            ]
        )
    yield from sorted(rows)


def address_rows(land: Land, addresses: Addresses, curb: Curb, street: list[str]) -> Iterator[Row]:
    """Yield civic addresses; the published number of them has no street number, and spelling varies."""
    rng = stream(land.seed, "address")
    lon, lat = degrees(addresses.east_m, addresses.north_m)
    count = len(lon)
    blank = np.zeros(count, bool)
    blank[rng.permutation(count)[: total(ADDRESS_WITHOUT_NUMBER, land.scale)]] = True
    shout = (addresses.municipality % 3 == 1).tolist()
    towns = [f"{place.name} {LABEL}" for place in MUNICIPALITIES]
    columns = zip(
        addresses.number.tolist(), curb.run[addresses.curb].tolist(), addresses.municipality.tolist(), lon.tolist(), lat.tolist(),
        blank.tolist(), shout, strict=True,
    )  # fmt: skip
    for number, run, town, x, y, is_blank, is_loud in columns:
        name = street[run].upper() if is_loud else street[run]
        yield [None if is_blank else number, name, towns[town], x, y]


def grid_rows(grid: Grid) -> Iterator[Row]:
    """Yield transformer stations; figures are made up, so none is verified."""
    lon, lat = degrees(grid.east_m, grid.north_m)
    for n, name in enumerate(grid.name):
        figures = [grid.voltage_kv[n], grid.summer_mw[n], grid.winter_mw[n], grid.peak_mw[n]]
        texts = [None if np.isnan(x) else float(x) for x in figures]
        basis = None if texts[1] is None else "synthetic"
        yield [
            name,
            float(lon[n]),
            float(lat[n]),
            *texts,
            "generated, synthetic",
            "false",
            grid.area[n],
            basis,
        ]


def afdc_rows(land: Land, stations: Stations, feed: FeedRows) -> Iterator[Row]:
    """Yield the AFDC table: all columns of the real one, most of them empty."""
    rng = stream(land.seed, "afdc rows")
    lon, lat = degrees(feed.east_m, feed.north_m)
    fresh = rng.integers(1, 5, len(lon)).tolist()
    for n, same in enumerate(feed.same_as.tolist()):
        row: dict[str, Any] = dict.fromkeys(AFDC_HEADER)
        known = same >= 0
        ports = int(stations.port_count[same]) if known else fresh[n]
        is_fast = bool(stations.level[same] == "L3") if known else n % 6 == 0
        network = f"{stations.operator[same]} Network" if known else ("Non-Networked" if n % 2 else None)
        status, fuel = str(feed.status[n]), str(feed.fuel[n])
        row |= {
            "": n * 5, "Fuel Type Code": fuel, "Status Code": status, "State": "ON", "Country": "CA", "ID": 930_001 + n,
            "Station Name": stations.name[same].upper() if known else f"Listed station {n + 1} {LABEL}",
            "Street Address": stations.street[same] if known else f"{n + 1} Sample Road",
            "City": stations.town[same] if known else f"Nearby {LABEL}", "Geocode Status": "GPS",
            "Latitude": float(lat[n]), "Longitude": float(lon[n]), "Date Last Confirmed": "2022-01-11",
            "Updated At": "2022-04-28 20:01:31 UTC", "Owner Type Code": "P", "Expected Date": "2022-12-01" if status == "P" else None,
            "Groups With Access Code": "PLANNED - not yet accessible (Public)" if status == "P" else "Public",
            "Access Code": "private" if n % 29 == 7 else "public", "Restricted Access": "False",
            "Open Date": None if status == "P" else (dt.date(2014, 5, 1) + dt.timedelta(days=17 * n % 2900)).isoformat(),
        }  # fmt: skip
        if fuel == "ELEC":
            row |= {
                "EV Level2 EVSE Num": None if is_fast else f"{ports}.0", "EV DC Fast Count": f"{ports}.0" if is_fast else None,
                "EV Network": network, "EV Connector Types": "CHADEMO J1772COMBO" if is_fast else "J1772",
            }  # fmt: skip
        yield [row[name] for name in AFDC_HEADER]


def municipality_of(index: Ints) -> list[str]:
    """Return municipality names with their label."""
    return [f"{MUNICIPALITIES[int(m)].name} {LABEL}" for m in index]


def lonlat(east_m: Floats, north_m: Floats) -> tuple[Floats, Floats]:
    """Return degrees, for callers that hold metres."""
    return degrees(east_m, north_m)
