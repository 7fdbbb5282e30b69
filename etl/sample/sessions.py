"""Charging sessions of a year at some stations of the AFDC feed, port by port; a few are hardly used."""

# Shares and hours define the drawing; a name for each would not say more than its line.
# ruff: noqa: PLR2004

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import numpy as np

from etl.sample.afdc import first_id
from etl.sample.calibration import LABEL, stream
from etl.sample.land import Land
from etl.sample.stations import FeedRows, Stations

SESSION_HEADER = (
    "session", "station", "port", "plugged_in", "unplugged", "charging_min", "energy_kwh", "type",
)  # fmt: skip
YEAR = 2024
# Rows of the feed in ten that have records.
_RECORDED = (0, 2, 4)
# Share of the sessions that begin in each hour: as at public stations of Boulder, 2018 to 2021.
_HOUR = np.array(
    [1, 1, 1, 1, 1, 12, 28, 43, 81, 70, 71, 82, 89, 86, 66, 65, 69, 84, 71, 44, 19, 7, 3, 3], float
)


def session_rows(land: Land, stations: Stations, feed: FeedRows) -> Iterator[list[Any]]:
    """Yield the sessions in the columns of `SESSION_HEADER`, times local, station by station.

    Sessions of a port do not overlap. One in forty has no energy, as plugs that did not hold.
    """
    rng = stream(land.seed, "sessions")
    number = 0
    for n, same in enumerate(feed.same_as.tolist()):
        if n % 10 not in _RECORDED or same < 0 or feed.fuel[n] != "ELEC" or feed.status[n] != "E":
            continue
        is_fast = bool(stations.level[same] == "L3")
        # sessions of a port and day: unequal, as they are; every fourth station on record is hardly used
        per_day = 0.03 if n % 40 == 12 else float(rng.gamma(2.0, 2.0 if is_fast else 0.7))
        for port in range(int(stations.port_count[same])):
            place = [f"afdc:{first_id(land) + n}", f"port {port + 1} {LABEL}"]
            for start, minutes in _port_sessions(per_day, rng, is_fast=is_fast):
                number += 1
                charging = max(1, round(minutes * float(rng.uniform(0.5, 1.0))))
                power_kw = min(float(stations.power_kw[same]), 50.0) * float(rng.uniform(0.4, 0.8))
                energy = round(charging / 60 * power_kw, 2) if number % 40 else 0.0
                end = start + dt.timedelta(minutes=minutes)
                times = [start.isoformat(" ", "minutes"), end.isoformat(" ", "minutes")]
                yield [f"S{number:06d}", *place, *times, charging, energy, "DC" if is_fast else "Level 2"]


def _port_sessions(
    per_day: float, rng: np.random.Generator, *, is_fast: bool
) -> Iterator[tuple[dt.datetime, int]]:
    """Yield start and minutes of the sessions of one port; a car that finds it taken drives on."""
    first = dt.datetime(YEAR, 1, 1)
    days = np.repeat(np.arange(366), rng.poisson(per_day, 366))
    hour = rng.choice(24, len(days), p=_HOUR / _HOUR.sum())
    minute = np.sort(days * 1440 + hour * 60 + rng.integers(0, 60, len(days)))
    lasted = np.clip(np.exp(rng.normal(3.5 if is_fast else 4.6, 0.6, len(days))), 6, 1200).astype(int)
    free = 0
    for start, minutes in zip(minute.tolist(), lasted.tolist(), strict=True):
        if start >= free:
            free = start + minutes
            yield first + dt.timedelta(minutes=start), minutes
