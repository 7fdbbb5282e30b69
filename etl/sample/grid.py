"""Transformer stations with limits and peak loads, all made up and marked as not verified."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from etl.sample.calibration import (
    LABEL,
    MUNICIPALITIES,
    SUBSTATION,
    Floats,
    Ints,
    apportion,
    stream,
    total,
)
from etl.sample.census import Census, nearest_seat
from etl.sample.land import Land

# Ontario's peak of 24 GW over 15 million people, the same figure the loader assumes where a peak is unknown.
PEAK_KW_PER_PERSON = 1.6
# With fewer stations than this every figure is given.
SOME = 3
# How far from the middle of the stations, at scale 1, one lies outside the region.
OUTSIDE_M = 32_000


@dataclass
class Grid:
    """Stations in metres; a missing figure is nan. The last one lies outside the region."""

    east_m: Floats
    north_m: Floats
    name: list[str]
    area: list[str]
    distributor: list[str]
    voltage_kv: Floats
    summer_mw: Floats
    winter_mw: Floats
    peak_mw: Floats
    supply: list[str | None]
    supply_limit_mw: Floats
    supply_peak_mw: Floats


def make_grid(land: Land, census: Census) -> Grid:
    """Place substations among the people (weighted k-means) and give each a peak load and limits."""
    rng = stream(land.seed, "grid")
    count = total(SUBSTATION, land.scale, least=2)
    spot = np.stack([census.east_m, census.north_m], axis=1)
    of_town = census.municipality // len(MUNICIPALITIES)
    counts = apportion(land.towns.share, count, least=1)
    seats: list[Floats] = []
    near = np.zeros(len(spot), np.int64)
    for town_index, many in enumerate(counts.tolist()):
        rows = np.flatnonzero(of_town == town_index)
        found, at = _seats(spot[rows], census.population[rows], many, rng)
        near[rows] = at + sum(len(each) for each in seats)
        seats.append(found)
    seat = np.concatenate(seats)
    people = np.bincount(near, census.population, count)
    peak = np.maximum(people * PEAK_KW_PER_PERSON / 1000 * rng.uniform(0.85, 1.15, count), 2.0)
    summer = peak * (1 + rng.uniform(0.01, 0.30, count))
    label = np.array(
        [
            int(np.argmax(np.bincount(census.municipality[near == n], minlength=len(land.places))))
            for n in range(count)
        ]
    )
    town = np.repeat(np.arange(land.towns.count), counts)
    summer, winter = np.round(summer, 1), np.round(summer * rng.uniform(1.06, 1.18, count), 1)
    peak = np.round(peak, 1)
    for own in (np.flatnonzero(town == t) for t in range(land.towns.count)):
        if len(own) >= SOME:
            # As in real plans: one peak load is not published, one limit is not known.
            peak[own[len(own) // 3]] = np.nan
            summer[own[len(own) // 2]] = winter[own[len(own) // 2]] = np.nan
    outside = seat.mean(axis=0) + np.array([0.0, OUTSIDE_M * land.k])
    seat = np.concatenate([seat + rng.normal(0, 120, seat.shape), outside[None]])
    names = [f"{land.places[m].name} TS {n + 1} {LABEL}" for n, m in enumerate(label)] + [
        f"Beyond TS {LABEL}"
    ]
    areas = [land.places[m].name + " " + LABEL for m in label] + ["outside the region"]
    supply, supply_limit, supply_peak = _supplies(land, town, seat[:count, 1], peak.astype(np.float64))
    return Grid(
        seat[:, 0],
        seat[:, 1],
        names,
        areas,
        [_distributor(land, int(t)) for t in town] + [f"Sample Hydro {LABEL}"],
        np.append(np.where(np.arange(count) % 3 == 0, 115.0, 230.0), 230.0),
        np.append(summer, 41.6),
        np.append(winter, 48.4),
        np.append(peak, np.nan),
        [*supply, None],
        np.append(supply_limit, np.nan),
        np.append(supply_peak, np.nan),
    )


def _seats(spot: Floats, people: Ints, count: int, rng: np.random.Generator) -> tuple[Floats, Ints]:
    """Return places of `count` stations among people, and the nearest station of each spot."""
    weight = people.astype(np.float64) ** 0.7
    seat = spot[rng.choice(len(spot), count, replace=False, p=weight / weight.sum())]
    for _ in range(12):
        near = nearest_seat(spot, seat)
        for n in range(count):
            own = near == n
            if own.any():
                seat[n] = np.average(spot[own], axis=0, weights=weight[own])
    return seat, near


def _distributor(land: Land, town: int) -> str:
    """Return the name of the distributor of a town."""
    own = "Sample" if land.is_alone else land.places[town * len(MUNICIPALITIES)].name
    return f"{own} Hydro {LABEL}"


def _supplies(land: Land, town: Ints, north_m: Floats, peak_mw: Floats) -> tuple[list[str], Floats, Floats]:
    """Return the line that feeds each station, its limit and peak load, MW.

    Each town has one line in the north and one in the south.
    """
    names, peak = [""] * len(town), np.zeros(len(town))
    for index in np.unique(town).tolist():
        of_town = np.flatnonzero(town == index)
        is_north = north_m[of_town] > np.median(north_m[of_town])
        where = "" if land.is_alone else f" of {land.places[index * len(MUNICIPALITIES)].name}"
        for north in (True, False):
            own = of_town[is_north == north]
            # the peaks of stations do not come at the same hour
            peak[own] = 0.95 * float(np.nansum(peak_mw[own]))
            for n in own.tolist():
                names[n] = f"{'North' if north else 'South'} line{where} {LABEL}"
    peak = np.round(peak, 1)
    return names, np.round(peak * 1.08, 1), peak
