"""Feeders with the capacity that each has left, in the columns of Ontario's regulator; all made up.

As published, a feeder is many polygons that touch, each of which repeats the capacity of the whole.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from etl.sample.areas import region_shape
from etl.sample.calibration import stream
from etl.sample.grid import Grid
from etl.sample.land import Land

PART_M = 900.0
PER_STATION = 6  # an even number, so that neighbours around a station differ in configuration
CAPACITY_MVA = (0.6, 9.0)
RANGES = ((1.0, "0.0 - 1.0"), (3.0, "1.1 - 3.0"), (5.0, "3.1 - 5.0"), (10.0, "5.1 - 10.0"))
VOLTAGES_KV = (13.8, 27.6)
UNKNOWN, OVERLOADED, OVERLOADED_MVA = 1, 4, -0.3
UPDATED_MS = 1_777_593_600_000  # 2026-05-01

Feature = tuple[shapely.Geometry, dict[str, Any]]


def make_feeders(land: Land, grid: Grid) -> list[Feature]:
    """Return the polygons of all feeders, metres: squares around each station, cut at the border.

    One feeder has no capacity, one a negative one, and one record is a MultiPolygon.
    """
    region = region_shape(land)
    seats = np.stack([grid.east_m[:-1], grid.north_m[:-1]], axis=1)
    capacity_mva = _capacities(land, len(seats) * PER_STATION)
    west, south, east, north = region.bounds
    features: list[Feature] = []
    for x in np.arange(west, east, PART_M):
        for y in np.arange(south, north, PART_M):
            part = shapely.intersection(shapely.box(x, y, x + PART_M, y + PART_M), region)
            if part.area == 0:
                continue
            away = np.array([x, y]) + PART_M / 2 - seats
            station = int(np.argmin((away**2).sum(axis=1)))
            turn = float(np.arctan2(away[station, 1], away[station, 0])) / (2 * np.pi) % 1.0
            feeder = station * PER_STATION + min(int(turn * PER_STATION), PER_STATION - 1)
            said = _properties(len(features) + 1, grid.distributor[station], feeder, capacity_mva[feeder])
            features.append((part, said))
    return _join_two(features)


def _capacities(land: Land, count: int) -> list[float | None]:
    drawn = np.round(stream(land.seed, "feeders").uniform(*CAPACITY_MVA, count), 2).tolist()
    found: list[float | None] = list(drawn)
    found[UNKNOWN], found[OVERLOADED] = None, OVERLOADED_MVA
    return found


def _properties(number: int, distributor: str, feeder: int, capacity_mva: float | None) -> dict[str, Any]:
    between = None
    if capacity_mva is not None:
        between = next(words for upper, words in RANGES if capacity_mva <= upper)
    return {
        "objectid": number,
        "ldc_name": distributor,
        "feeder_ltl_voltage_3ph": VOLTAGES_KV[feeder // PER_STATION % len(VOLTAGES_KV)],
        "configuration": "Underground" if feeder % 2 else "Overhead",
        "capacityrange": between,
        "capacity": capacity_mva,
        "last_update": UPDATED_MS,
    }


def _join_two(features: list[Feature]) -> list[Feature]:
    """Write the last two parts of the first feeder as one record of two polygons."""
    first = {k: v for k, v in features[0][1].items() if k != "objectid"}
    own = [
        n
        for n, (_, said) in enumerate(features)
        if {k: v for k, v in said.items() if k != "objectid"} == first
    ]
    if len(own) < 2:  # noqa: PLR2004 - two polygons
        return features
    a, b = own[-2:]
    parts = [part for n in (a, b) for part in shapely.get_parts(features[n][0])]
    features[a] = (shapely.MultiPolygon(parts), features[a][1])
    return features[:b] + features[b + 1 :]
