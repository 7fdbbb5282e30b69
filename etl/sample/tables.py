"""The tables of the sample region in the columns of the real sources."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from etl.sample.calibration import ADDRESS_WITHOUT_NUMBER, LABEL, stream, total
from etl.sample.census import Census, Postal
from etl.sample.files import degrees
from etl.sample.grid import Grid
from etl.sample.land import Land
from etl.sample.people import TYPES, Addresses, Curb

Row = list[Any]

CENSUS_HEADER = [
    "dauid",
    "csduid",
    "population",
    "dwellings",
    "households",
    "total_dwelling_type",
    *TYPES,
    "vkt_per_household",
    "median_household_income_cad",
    "lon",
    "lat",
]
EV_HEADER = ["FSA", "BEV", "PHEV", "Total EV"]
GRID_HEADER = [
    "name",
    "lon",
    "lat",
    "voltage_kv",
    "summer_limit_mw",
    "winter_limit_mw",
    "peak_load_mw",
    "source",
    "verified",
    "area",
    "limit_basis",
    "supply",
    "supply_limit_mw",
    "supply_peak_load_mw",
]
# Rows that are turned into text at a time.
ROWS = 100_000
ADDRESS_HEADER = ["street_no", "street", "city", "lon", "lat"]


def municipality_keys(land: Land) -> list[str]:
    """Return the keys of the municipalities."""
    return [f"99{index + 1:05d}" for index in range(len(land.places))]


def census_rows(land: Land, census: Census) -> Iterator[Row]:
    """Yield the census areas, municipality by municipality; some without coordinates."""
    keys = municipality_keys(land)
    lon, lat = degrees(census.east_m, census.north_m)
    for n in range(len(lon)):
        types = census.by_type[n].tolist()
        place = [float(lon[n]), float(lat[n])] if census.has_point[n] else [None, None]
        yield [
            f"99{n + 1:06d}",
            keys[census.municipality[n]],
            int(census.population[n]),
            int(census.dwelling_count[n]),
            int(census.household_count[n]),
            sum(types),
            *types,
            round(float(census.vkt[n]), 3),
            int(census.median_income_cad[n]),
            *place,
        ]


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
    shout = addresses.municipality % 3 == 1
    towns = [f"{place.name} {LABEL}" for place in land.places]
    columns = (addresses.number, curb.run[addresses.curb], addresses.municipality, lon, lat, blank, shout)
    for begin in range(0, count, ROWS):
        some = zip(*(column[begin : begin + ROWS].tolist() for column in columns), strict=True)
        for number, run, town, x, y, is_blank, is_loud in some:
            name = street[run].upper() if is_loud else street[run]
            yield [None if is_blank else number, name, towns[town], x, y]


def grid_rows(grid: Grid) -> Iterator[Row]:
    """Yield transformer stations; figures are made up, so none is verified."""
    lon, lat = degrees(grid.east_m, grid.north_m)
    for n, name in enumerate(grid.name):
        figures = [grid.voltage_kv[n], grid.summer_mw[n], grid.winter_mw[n], grid.peak_mw[n]]
        texts = [None if np.isnan(x) else float(x) for x in figures]
        basis = None if texts[1] is None else "synthetic"
        supplied = [
            None if np.isnan(x) else float(x) for x in (grid.supply_limit_mw[n], grid.supply_peak_mw[n])
        ]
        yield [
            name,
            float(lon[n]),
            float(lat[n]),
            *texts,
            "generated, synthetic",
            "false",
            grid.area[n],
            basis,
            grid.supply[n],
            *supplied,
        ]
