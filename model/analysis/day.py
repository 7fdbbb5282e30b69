"""Plays a day of charging sessions: cars go to the nearest free port within reach, wait, or leave.

Where the model promises by M/M/c what ports serve in the busiest hour, here each car has a way of its own.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import simpy

HOURS = 24
_MINUTES = 60.0


@dataclass(frozen=True)
class Pool:
    """Ports of one charger type at a site: how many, and the mean minutes of a session there."""

    site_id: int
    level: str
    charger_type: str
    port_count: int
    session_min: float


@dataclass(frozen=True)
class Zone:
    """Drivers of a zone at a level: sessions in the busiest hour, and pools that they reach, nearest first.

    `shares` are the shares of the zone that reach each pool.
    """

    zone_id: int
    level: str
    sessions_per_h: float
    pools: tuple[int, ...]
    shares: tuple[float, ...]


@dataclass(frozen=True)
class Day:
    """What is played: longest waits in minutes and hours relative to the busiest one, by level.

    Service times are exponential, or lognormal with a coefficient of variation. `warm_up_h` hours as the
    first one are played before the day and are not counted.
    """

    pools: tuple[Pool, ...]
    zones: tuple[Zone, ...]
    wait_max_min: Mapping[str, float]
    hour_factor: Mapping[str, tuple[float, ...]]
    service_cv: float | None = None
    warm_up_h: float = 2.0


@dataclass
class Count:
    """Cars that came in an hour: at once, after a wait, or not served; minutes waited by those served."""

    arrived: int = 0
    served: int = 0
    waited: int = 0
    balked: int = 0
    wait_min: float = 0.0
    busy_min: float = 0.0


@dataclass
class Played:
    """Counts of a replication: by zone level and hour of arrival, and by pool and hour; cars still there."""

    by_level: dict[tuple[str, int], Count] = field(default_factory=dict)
    by_pool: dict[tuple[int, int], Count] = field(default_factory=dict)


@dataclass
class _Town:
    """A day under way."""

    day: Day
    env: simpy.Environment
    ports: list[simpy.Resource]
    rng: np.random.Generator
    played: Played


def play(day: Day, seed: Sequence[int]) -> Played:
    """Play one day, by the random numbers of a seed.

    A car takes a free port at the nearest pool that has one. Where none has, it queues at the pool with the
    fewest cars waiting for each port, the nearest of equals, and leaves after the longest wait of its level.
    """
    env = simpy.Environment()
    ports = [simpy.Resource(env, pool.port_count) for pool in day.pools]
    town = _Town(day, env, ports, np.random.default_rng(list(seed)), Played())
    for zone in day.zones:
        if zone.sessions_per_h > 0:
            env.process(_arrivals(town, zone))
    env.run()  # those who came on the day are played to their end
    return town.played


def _arrivals(town: _Town, zone: Zone) -> Generator[simpy.Event, Any, Any]:
    """Let cars come as a Poisson process with a rate by the hour (thinning: Lewis and Shedler 1979)."""
    day, highest = town.day, max(town.day.hour_factor[zone.level])
    now = start = -day.warm_up_h
    while highest > 0:
        now += town.rng.exponential(1 / (zone.sessions_per_h * highest))
        if now >= HOURS:
            return
        hour = max(math.floor(now), 0)
        if town.rng.random() * highest < day.hour_factor[zone.level][hour]:
            yield town.env.timeout((now - start) * _MINUTES - town.env.now)
            town.env.process(_car(town, zone, hour if now >= 0 else None))


def _car(town: _Town, zone: Zone, hour: int | None) -> Generator[simpy.Event, Any, Any]:
    """Let a car charge, or leave; `hour` is None before the day, when nothing is counted."""
    played, env = town.played, town.env
    count = Count() if hour is None else played.by_level.setdefault((zone.level, hour), Count())
    count.arrived += 1
    place = _chosen(town, zone)
    if place is None:
        count.balked += 1
        return
    here = Count() if hour is None else played.by_pool.setdefault((place, hour), Count())
    here.arrived += 1
    came = env.now
    with town.ports[place].request() as turn:
        yield turn | env.timeout(town.day.wait_max_min[zone.level])
        if not turn.triggered:
            count.balked += 1
            here.balked += 1
            return
        wait, service = env.now - came, _service_min(town, town.day.pools[place].session_min)
        for one in (count, here):
            one.served += 1
            one.waited += wait > 0
            one.wait_min += wait
        _occupy(town, place, service)
        yield env.timeout(service)


def _chosen(town: _Town, zone: Zone) -> int | None:
    """Return the nearest pool with a free port, else that with the fewest waiting for each port.

    A car is at a random place of its zone: it reaches what so large a share of the zone reaches.
    """
    at = town.rng.random()
    within = [place for place, share in zip(zone.pools, zone.shares, strict=True) if share > at]
    ports = town.ports
    for place in within:
        if ports[place].count < ports[place].capacity and not ports[place].queue:
            return place
    return min(within, key=lambda place: len(ports[place].queue) / ports[place].capacity, default=None)


def _service_min(town: _Town, mean: float) -> float:
    if town.day.service_cv is None:
        return float(town.rng.exponential(mean))
    variance = math.log(1 + town.day.service_cv**2)
    return float(town.rng.lognormal(math.log(mean) - variance / 2, math.sqrt(variance)))


def _occupy(town: _Town, place: int, service: float) -> None:
    """Share the minutes of a session out over the hours of the day in which it lasts."""
    level = town.day.pools[place].level
    start = town.env.now - town.day.warm_up_h * _MINUTES
    end = start + service
    for hour in range(max(math.floor(start / _MINUTES), 0), min(math.ceil(end / _MINUTES), HOURS)):
        minutes = min(end, (hour + 1) * _MINUTES) - max(start, hour * _MINUTES)
        if minutes > 0:
            town.played.by_pool.setdefault((place, hour), Count()).busy_min += minutes
            town.played.by_level.setdefault((level, hour), Count()).busy_min += minutes
