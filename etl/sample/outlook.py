"""What the sample region will be: people expected, and how vehicles grew; and where its people work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from etl.sample.calibration import LABEL, Ints, apportion, stream, total
from etl.sample.census import POPULATION, Postal
from etl.sample.files import degrees
from etl.sample.land import CAMPUS, CORE, INDUSTRY, Land
from etl.sample.people import NO_DWELLING, Addresses
from etl.sample.tables import municipality_keys

Row = list[Any]
JOB_HEADER = ["place", "jobs", "lon", "lat"]
PROJECTION_HEADER = ["csduid", "year", "population"]
QUARTERS = [f"{n // 4}-Q{n % 4 + 1}" for n in range(2020 * 4 + 2, 2024 * 4 + 3)]
QUARTER_HEADER = ["FSA", *QUARTERS]

# All of these are made up.
JOB_PER_PERSON = 0.48
JOB_PLACE = 1_200
JOB_BY_USE = {CORE: 6.0, INDUSTRY: 5.0, CAMPUS: 12.0}  # Jobs at an address without dwellings; elsewhere 1.
COUNT_YEAR = 2024
PROJECTED_YEARS = (
    2024,
    2026,
    2031,
    2041,
    2051,
)  # From the year of its people on: growth is then that of the projection alone.
PROJECTED_GROWTH = (
    0.017,
    0.012,
    0.009,
    0.004,
    -0.006,
    0.010,
    -0.011,
)  # Per year, of each municipality of a town.
EV_GROWTH, EV_GROWTH_SPREAD = (
    0.24,
    0.06,
)  # Per year, of a postal area in the last one; one year earlier 0.04 more.
EV_GROWTH_MORE_EARLIER = 0.04


def projection_rows(land: Land) -> Iterator[Row]:
    """Yield the people expected in each municipality; some grow and some shrink."""
    people = apportion([place.population for place in land.places], total(POPULATION, land.scale), least=1)
    keys = municipality_keys(land)
    for n, (key, count) in enumerate(zip(keys, people.tolist(), strict=True)):
        growth = PROJECTED_GROWTH[n % len(PROJECTED_GROWTH)]
        for year in PROJECTED_YEARS:
            yield [key, year, round(count * (1 + growth) ** (year - COUNT_YEAR))]


def quarter_rows(land: Land, postal: Postal) -> Iterator[Row]:
    """Yield the vehicles of each postal area at the end of each quarter; of the last area only the latest.

    The latest are those of `tables.ev_rows`; before, each area grew at a rate of its own, faster the earlier.
    """
    rng = stream(land.seed, "quarters")
    rate = np.clip(rng.normal(EV_GROWTH, EV_GROWTH_SPREAD, len(postal.key)), 0.08, 0.5)
    before = np.arange(len(QUARTERS) - 1)  # quarters before the latest that each step back begins at
    step = np.log1p(rate[:, None] + EV_GROWTH_MORE_EARLIER * before / 4) / 4
    shrunk = np.cumsum(step, axis=1) + rng.normal(0, 0.004, step.shape)
    latest = postal.bev + postal.phev
    earlier: Ints = np.rint(latest[:, None] * np.exp(-shrunk))[:, ::-1].astype(np.int64)
    for n, key in enumerate(postal.key):
        history = earlier[n].tolist() if n < len(postal.key) - 1 else [None] * earlier.shape[1]
        yield [key, *history, int(latest[n])]


def job_rows(land: Land, addresses: Addresses) -> Iterator[Row]:
    """Yield places of work with their jobs: addresses without dwellings, most of them where work is."""
    rng = stream(land.seed, "jobs")
    own = np.flatnonzero(addresses.dwelling_type == NO_DWELLING)
    weight = np.array([JOB_BY_USE.get(use, 1.0) for use in addresses.use[own].tolist()])
    count = min(total(JOB_PLACE, land.scale, least=10), len(own))
    chosen = np.sort(np.argsort(-(np.log(weight) + rng.gumbel(0, 1, len(own))), kind="stable")[:count])
    size = weight[chosen] * rng.lognormal(0, 1.0, count)
    jobs = apportion(size, total(POPULATION * JOB_PER_PERSON, land.scale), least=1)
    lon, lat = degrees(addresses.east_m[own[chosen]], addresses.north_m[own[chosen]])
    for n, (x, y, many) in enumerate(zip(lon.tolist(), lat.tolist(), jobs.tolist(), strict=True), start=1):
        yield [f"J{n:05d} {LABEL}", many, x, y]
