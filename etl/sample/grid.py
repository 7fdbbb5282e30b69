"""Transformer stations with limits and peak loads, all made up and marked as not verified."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from etl.sample.calibration import LABEL, MUNICIPALITIES, SUBSTATION, Floats, stream, total
from etl.sample.census import Census
from etl.sample.land import Land

# Ontario's peak of 24 GW over 15 million people, the same figure the loader assumes where a peak is unknown.
PEAK_KW_PER_PERSON = 1.6
# With fewer stations than this every figure is given.
SOME = 3


@dataclass
class Grid:
    """Stations in metres; a missing figure is nan. The last one lies outside the region."""

    east_m: Floats
    north_m: Floats
    name: list[str]
    area: list[str]
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
    weight = census.population.astype(np.float64) ** 0.7
    seat = spot[rng.choice(len(spot), count, replace=False, p=weight / weight.sum())]
    for _ in range(12):
        near = np.argmin(((spot[:, None] - seat) ** 2).sum(axis=2), axis=1)
        for n in range(count):
            own = near == n
            if own.any():
                seat[n] = np.average(spot[own], axis=0, weights=weight[own])
    people = np.bincount(near, census.population, count)
    peak = np.maximum(people * PEAK_KW_PER_PERSON / 1000 * rng.uniform(0.85, 1.15, count), 2.0)
    summer = peak * (1 + rng.uniform(0.01, 0.30, count))
    label = np.array(
        [int(np.argmax(np.bincount(census.municipality[near == n], minlength=7))) for n in range(count)]
    )
    summer, winter = np.round(summer, 1), np.round(summer * rng.uniform(1.06, 1.18, count), 1)
    peak = np.round(peak, 1)
    if count >= SOME:
        # As in real plans: one peak load is not published, one limit is not known.
        peak[count // 3] = np.nan
        summer[count // 2] = winter[count // 2] = np.nan
    outside = seat.mean(axis=0) + np.array([0.0, 32_000 * land.k])
    seat = np.concatenate([seat + rng.normal(0, 120, seat.shape), outside[None]])
    names = [f"{MUNICIPALITIES[m].name} TS {n + 1} {LABEL}" for n, m in enumerate(label)] + [
        f"Beyond TS {LABEL}"
    ]
    areas = [MUNICIPALITIES[m].name + " " + LABEL for m in label] + ["outside the region"]
    supply, supply_limit, supply_peak = _supplies(seat[:count, 1], peak.astype(np.float64))
    return Grid(
        seat[:, 0],
        seat[:, 1],
        names,
        areas,
        np.append(np.where(np.arange(count) % 3 == 0, 115.0, 230.0), 230.0),
        np.append(summer, 41.6),
        np.append(winter, 48.4),
        np.append(peak, np.nan),
        [*supply, None],
        np.append(supply_limit, np.nan),
        np.append(supply_peak, np.nan),
    )


def _supplies(north_m: Floats, peak_mw: Floats) -> tuple[list[str], Floats, Floats]:
    """Return the line that feeds each station, of the north or the south, its limit and peak load, MW."""
    is_north = north_m > np.median(north_m)
    names = [f"{'North' if north else 'South'} line {LABEL}" for north in is_north.tolist()]
    # the peaks of stations do not come at the same hour
    peaks = [0.95 * float(np.nansum(peak_mw[is_north == north])) for north in is_north.tolist()]
    peak = np.round(np.array(peaks), 1)
    return names, np.round(peak * 1.08, 1), peak
