"""Charging stations in three feeds that overlap as real ones do: OpenChargeMap, AFDC and OSM."""

# Shares and distances define the drawing; a name for each would not say more than its line.
# ruff: noqa: PLR2004

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import numpy as np

from etl.sample.calibration import (
    AFDC_OTHER_FUEL,
    AFDC_STATION,
    LABEL,
    OCM_PORT,
    OCM_STATION,
    OSM_STATION,
    Floats,
    Ints,
    apportion,
    codes,
    stream,
    total,
)
from etl.sample.land import CAMPUS, CORE, Land
from etl.sample.names import OPERATORS
from etl.sample.people import Curb
from etl.sample.places import Plaza

# Ports by level of the 183 stations: they sum to 490.
PORT = {"L2": 423, "L3": 66, "unknown": 1}
APART_M = 140.0
# East of the middle, at scale 1, and beyond the outline of any region.
BEYOND_M = 27_000


@dataclass
class Stations:
    """Stations on the ground, one row each; `level` is L2, L3 or unknown."""

    east_m: Floats
    north_m: Floats
    level: Any
    port_count: Ints
    operator: Any
    name: list[str]
    street: list[str]
    town: list[str]
    power_kw: Floats


def _spots(plaza: Plaza, pull: Floats, count: int, rng: np.random.Generator) -> tuple[Floats, Floats, Ints]:
    """Choose places at plazas, popular ones first, no two nearer than `APART_M`."""
    east, north, chosen = np.full(count, np.inf), np.full(count, np.inf), np.zeros(count, np.int64)
    order = np.argsort(-(np.log(pull) + rng.gumbel(0, 1, len(pull))), kind="stable")
    found = 0
    for lap in range(400):
        for p in order.tolist():
            if found == count:
                return east, north, chosen
            x = plaza.east_m[p] + rng.normal(0, 18 + 25 * lap)
            y = plaza.north_m[p] + rng.normal(0, 18 + 25 * lap)
            if np.all((east[:found] - x) ** 2 + (north[:found] - y) ** 2 > APART_M**2):
                east[found], north[found], chosen[found] = x, y, p
                found += 1
    message = f"no room for {count} charging stations"
    raise RuntimeError(message)


def _name(n: int, municipality: str) -> str:
    """Return the name of a station; one in twelve names the municipality as its owner."""
    return f"City of {municipality} station {n + 1} {LABEL}" if n % 12 == 3 else f"Station {n + 1} {LABEL}"


def make_stations(land: Land, curb: Curb, plaza: Plaza, street: list[str]) -> Stations:
    """Make the stations of the OpenChargeMap feed; counts by level and ports are exact."""
    rng = stream(land.seed, "stations")
    count = total(sum(OCM_STATION.values()), land.scale, least=4)
    by_level = apportion(list(OCM_STATION.values()), count, least=1)
    ports = apportion(list(PORT.values()), total(OCM_PORT, land.scale, least=2 * count), least=1)
    use, road_class = curb.use[plaza.curb], curb.road_class[plaza.curb]
    east, north, at = _spots(
        plaza, plaza.pull * np.where((use == CORE) | (use == CAMPUS), 2.5, 1.0), count, rng
    )
    rank = np.argsort(-(road_class[at] + rng.gumbel(0, 0.7, count)), kind="stable")
    level = codes(*["L2"] * count)
    level[rank[: by_level[1]]] = "L3"
    level[rank[by_level[1] : by_level[1] + by_level[2]]] = "unknown"
    port_count = np.zeros(count, np.int64)
    for name, total_ports in zip(PORT, ports.tolist(), strict=True):
        own = np.flatnonzero(level == name)
        port_count[own] = apportion(rng.lognormal(0, 0.55, len(own)), max(total_ports, len(own)), least=1)
    operator = codes(*OPERATORS)[rng.choice(len(OPERATORS), count, p=[0.34, 0.24, 0.14, 0.06, 0.12, 0.10])]
    power = np.where(
        level == "L3",
        rng.choice([50.0, 62.5, 100.0, 150.0, 180.0], count),
        rng.choice([6.6, 7.2, 7.2, 11.5], count),
    )
    return Stations(
        east,
        north,
        level,
        port_count,
        operator,
        [_name(n, land.places[int(curb.municipality[plaza.curb[p]])].name) for n, p in enumerate(at)],
        [f"{10 + n * 7 % 890} {street[int(curb.run[plaza.curb[p]])]}" for n, p in enumerate(at)],
        [f"{land.places[int(curb.municipality[plaza.curb[p]])].name} {LABEL}" for p in at],
        power,
    )


def _connections(level: str, ports: int, power: float, luck: float) -> list[dict[str, Any]]:
    """Return the connections: one connector type, or, for some fast stations, two on the same stalls."""
    if level == "unknown":
        return [
            {
                "ConnectionTypeID": None,
                "LevelID": None,
                "PowerKW": None,
                "CurrentTypeID": None,
                "Quantity": ports,
            }
        ]
    known = luck > 0.3
    if level == "L2":
        plug = {"ConnectionTypeID": 1, "LevelID": 2, "PowerKW": power if known else None, "CurrentTypeID": 10}
        return [{**plug, "Quantity": ports}]
    plug = {"ConnectionTypeID": 32, "LevelID": 3, "PowerKW": power if known else None, "CurrentTypeID": 30}
    both = [{**plug, "Quantity": ports}]
    return (
        [*both, {**plug, "ConnectionTypeID": 2, "PowerKW": 50.0, "Quantity": ports}] if luck > 0.75 else both
    )


def openchargemap(land: Land, stations: Stations, lon: Floats, lat: Floats) -> list[dict[str, Any]]:
    """Return the feed as `/v3/poi` delivers it; gaps as in the real one (operator, power, cost, dates)."""
    rng = stream(land.seed, "ocm")
    luck = rng.random((len(lon), 4))
    records = []
    for n in range(len(lon)):
        has_operator = luck[n, 1] > 0.18
        records.append(
            {
                "ID": 7_000_001 + n,
                "UUID": str(
                    uuid.uuid5(uuid.NAMESPACE_URL, f"synthetic:{land.seed}:{land.scale}:{n}")
                ).upper(),
                "DataProvider": {"Title": f"Sample generator {LABEL}"},
                "OperatorInfo": {"Title": stations.operator[n]} if has_operator else None,
                # a public network card, pay at the place, or nothing said; one in thirty for customers
                "UsageTypeID": 6 if n % 30 == 11 else (4, 5, None)[n % 3],
                "UsageCost": None if luck[n, 2] > 0.2 else "2.00 CAD/h",
                "AddressInfo": {
                    "Title": stations.name[n],
                    "AddressLine1": stations.street[n],
                    "Town": stations.town[n],
                    "StateOrProvince": "ON",
                    "Postcode": None,
                    "CountryID": 44,
                    "Latitude": round(float(lat[n]), 6),
                    "Longitude": round(float(lon[n]), 6),
                },
                "Connections": _connections(
                    str(stations.level[n]),
                    int(stations.port_count[n]),
                    float(stations.power_kw[n]),
                    luck[n, 0],
                ),
                "NumberOfPoints": int(stations.port_count[n]),
                "StatusTypeID": 50 if luck[n, 3] > 0.12 else None,
                "DateLastStatusUpdate": "2024-11-01T00:00:00Z" if luck[n, 3] > 0.5 else None,
                "DateCreated": f"{2015 + n % 9}-0{1 + n % 9}-15T00:00:00Z",
                "GeneralComments": "Synthetic record; there is no such station.",
            }
        )
    return records


@dataclass
class FeedRows:
    """Rows of another feed: places in metres and the station of the first feed each repeats (-1: none)."""

    east_m: Floats
    north_m: Floats
    same_as: Ints
    status: Any
    fuel: Any


def make_afdc(land: Land, stations: Stations, plaza: Plaza) -> FeedRows:
    """Make the AFDC rows: most working stations repeat one of OpenChargeMap within 45 m; other fuels too."""
    rng = stream(land.seed, "afdc")
    counts = [total(count, land.scale, least=1) for count in AFDC_STATION.values()]
    other = [total(count, land.scale, least=1) for count in AFDC_OTHER_FUEL.values()]
    electric, n = sum(counts), sum(counts) + sum(other)
    status = codes(
        *[key for key, count in zip(AFDC_STATION, counts, strict=True) for _ in range(count)],
        *["E"] * sum(other),
    )
    fuel = codes(
        *["ELEC"] * electric,
        *[key for key, count in zip(AFDC_OTHER_FUEL, other, strict=True) for _ in range(count)],
    )
    shared = min(round(counts[0] * 0.88), len(stations.east_m))
    same_as = np.full(n, -1)
    same_as[:shared] = np.sort(rng.permutation(len(stations.east_m))[:shared])
    at = rng.integers(0, len(plaza.east_m), n)
    east, north = plaza.east_m[at] + rng.normal(0, 60, n), plaza.north_m[at] + rng.normal(0, 60, n)
    angle, away = rng.uniform(0, 2 * np.pi, shared), rng.uniform(3, 45, shared)
    east[:shared] = stations.east_m[same_as[:shared]] + away * np.cos(angle)
    north[:shared] = stations.north_m[same_as[:shared]] + away * np.sin(angle)
    # The list is cut out as a box, so that some rows lie outside the region.
    beyond = np.flatnonzero(same_as < 0)[:: max(5, n)]
    if land.is_alone:
        east[beyond] += 60_000 * land.k
    else:
        east[beyond] = land.middle_m[0] + BEYOND_M * land.k
    return FeedRows(east, north, same_as, status, fuel)


def make_osm_stations(land: Land, stations: Stations) -> FeedRows:
    """Make the few stations of the map, each within 25 m of one of OpenChargeMap."""
    rng = stream(land.seed, "osm")
    count = min(total(OSM_STATION, land.scale, least=1), len(stations.east_m))
    same = np.sort(rng.permutation(len(stations.east_m))[:count])
    east, north = (
        stations.east_m[same] + rng.uniform(-15, 15, count),
        stations.north_m[same] + rng.uniform(-15, 15, count),
    )
    return FeedRows(east, north, same, codes(*["E"] * count), codes(*["ELEC"] * count))
