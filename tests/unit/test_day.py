"""A day of charging, played: held against Erlang's formulas, and no car is lost."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import t

from model.analysis.day import Day, Played, Pool, Zone, play

EVEN = {"slow": (1.0,) * 24, "fast": (1.0,) * 24}


def erlang_c(ports: int, offered: float) -> float:
    """Return the share of cars that wait at M/M/c (Erlang 1917)."""
    last = offered**ports / math.factorial(ports) * ports / (ports - offered)
    return last / (sum(offered**n / math.factorial(n) for n in range(ports)) + last)


def erlang_b(ports: int, offered: float) -> float:
    """Return the share of cars that are lost at M/M/c/c."""
    terms = [offered**n / math.factorial(n) for n in range(ports + 1)]
    return terms[-1] / sum(terms)


def one_station(
    ports: int, per_h: float, session_min: float, wait_max_min: float, cv: float | None = None
) -> Day:
    pool = Pool(1, "slow", "ac", ports, session_min)
    return Day(
        (pool,),
        (Zone(1, "slow", per_h, (0,), (1.0,)),),
        {"slow": wait_max_min},
        EVEN,
        service_cv=cv,
        warm_up_h=12,
    )


def days(day: Day, count: int) -> list[Played]:
    return [play(day, (7, n)) for n in range(count)]


def total(played: list[Played], name: str) -> float:
    return sum(getattr(count, name) for one in played for count in one.by_level.values())


@pytest.mark.parametrize(("ports", "per_h", "session_min"), [(1, 1.0, 30), (3, 4.0, 30), (6, 2.0, 120)])
def test_who_waits_and_how_long_is_as_erlang_says(ports: int, per_h: float, session_min: float) -> None:
    played = days(one_station(ports, per_h, session_min, math.inf), 150)
    offered = per_h * session_min / 60
    waiting = erlang_c(ports, offered)
    served = total(played, "served")
    assert total(played, "balked") == 0
    assert total(played, "waited") / served == pytest.approx(waiting, abs=0.03)
    mean_min = waiting * session_min / (ports - offered)
    assert total(played, "wait_min") / served == pytest.approx(mean_min, rel=0.2)
    assert total(played, "busy_min") / (150 * 24 * 60 * ports) == pytest.approx(offered / ports, rel=0.05)


def test_intervals_of_a_busy_station_hold_what_erlang_says() -> None:
    """Eight ports, 60 cars an hour of 6 minutes: 1,440 a day, of whom C(8, 6) wait; 95 % intervals of 30 days."""
    ports, per_h, session_min = 8, 60.0, 6.0
    offered = per_h * session_min / 60
    waiting, rate = erlang_c(ports, offered), (ports - offered) / session_min
    played = days(one_station(ports, per_h, session_min, math.inf), 30)
    served = [total([day], "served") for day in played]
    said = {
        "waited": (waiting, [total([day], "waited") / n for day, n in zip(played, served, strict=True)]),
        "wait_min": (
            waiting / rate,
            [total([day], "wait_min") / n for day, n in zip(played, served, strict=True)],
        ),
        "busy_min": (offered / ports, [total([day], "busy_min") / (1440 * ports) for day in played]),
        "arrived": (per_h * 24, [total([day], "arrived") for day in played]),
    }
    for name, (theory, found) in said.items():
        half = t.ppf(0.975, len(found) - 1) * np.std(found, ddof=1) / math.sqrt(len(found))
        assert abs(np.mean(found) - theory) <= half, (name, theory, np.mean(found), half)
        assert half < 0.3 * theory, name
    hours = [sum(day.by_level["slow", hour].arrived for day in played) for hour in range(24)]
    assert hours == pytest.approx([30 * per_h] * 24, abs=4 * math.sqrt(30 * per_h))


def test_cars_leave_after_the_longest_wait_as_the_theory_of_impatience_says() -> None:
    """One port, exponential sessions of mean 10 min, all cars patient for just 5 min (M/M/1+D, Barrer 1957).

    As cars come as fast as they are served, the density of the work that a car finds is flat up to 5 min, P0 / 10 min,
    and falls off beyond: P0 + P0 * 5 / 10 + P0 = 1. P0 find the port free, and P0 leave.
    """
    per_h, session_min, patience = 6.0, 10.0, 5.0
    played = days(one_station(1, per_h, session_min, patience), 80)
    lost = total(played, "balked") / total(played, "arrived")
    busy = total(played, "busy_min") / (80 * 1440)
    free = 1 / (2 + patience / session_min)
    assert lost == pytest.approx(free, abs=0.015)
    assert busy == pytest.approx(1 - free, abs=0.015)


def test_hours_of_the_day_sum_to_the_sessions_of_the_profile() -> None:
    hours = tuple(0.1 + 0.9 * (hour == 12) for hour in range(24))
    pool = Pool(1, "slow", "ac", 40, 30)
    day = Day((pool,), (Zone(1, "slow", 50.0, (0,), (1.0,)),), {"slow": 60.0}, {"slow": hours})
    played = [play(day, (5, n)) for n in range(40)]
    by_hour = [
        sum(one.by_level[("slow", h)].arrived for one in played if ("slow", h) in one.by_level)
        for h in range(24)
    ]
    expected = [40 * 50.0 * factor for factor in hours]
    assert by_hour == pytest.approx(expected, abs=4 * math.sqrt(max(expected)))
    assert sum(by_hour) == pytest.approx(sum(expected), abs=4 * math.sqrt(sum(expected)))
    assert total(played, "served") + total(played, "balked") == sum(by_hour)


@pytest.mark.parametrize("cv", [None, 1.5])
def test_without_a_wait_cars_are_lost_as_erlang_says_whatever_the_service_times(cv: float | None) -> None:
    """Erlang's loss formula holds for service times of any distribution with the same mean (Sevastyanov 1957)."""
    played = days(one_station(2, 4.0, 30, 0.0, cv), 150)
    assert total(played, "balked") / total(played, "arrived") == pytest.approx(erlang_b(2, 2.0), abs=0.02)
    assert total(played, "wait_min") == 0


def test_no_car_is_lost_and_the_same_seed_plays_the_same_day() -> None:
    pools = (Pool(1, "slow", "ac", 1, 60), Pool(2, "slow", "ac", 2, 60), Pool(3, "fast", "dc", 1, 20))
    zones = (
        Zone(1, "slow", 2.0, (0, 1), (1.0, 0.5)),
        Zone(2, "slow", 2.0, (1,), (1.0,)),
        Zone(3, "fast", 1.0, (2,), (1.0,)),
        Zone(4, "fast", 1.0, (), ()),
    )
    day = Day(pools, zones, {"slow": 30, "fast": 10}, dict.fromkeys(EVEN, (0.2,) * 12 + (1.0,) * 12))
    first, again, other = play(day, (1, 1)), play(day, (1, 1)), play(day, (1, 2))
    assert first == again != other
    for played in (first, other):
        assert total([played], "arrived") == total([played], "served") + total([played], "balked")
        at_pools = list(played.by_pool.values())
        assert sum(c.served for c in at_pools) == total([played], "served")
        for (place, _), count in played.by_pool.items():
            assert count.busy_min <= 60 * pools[place].port_count + 1e-6
        for count in played.by_level.values():
            assert count.wait_min <= 30 * count.waited + 1e-6


def test_a_car_goes_to_the_nearest_free_port_and_then_to_the_next() -> None:
    pools = (
        Pool(1, "slow", "ac", 1, 600_000),
        Pool(2, "slow", "ac", 1, 600_000),
        Pool(3, "slow", "ac", 1, 600_000),
    )
    day = Day(pools, (Zone(1, "slow", 5.0, (2, 0), (1.0, 1.0)),), {"slow": 0.0}, EVEN, warm_up_h=0)
    served = {
        place: sum(c.served for (p, _), c in play(day, (1,)).by_pool.items() if p == place)
        for place in range(3)
    }
    assert served == {0: 1, 1: 0, 2: 1}


def test_cars_come_when_the_hours_say() -> None:
    hours = tuple(1.0 if hour == 17 else 0.0 for hour in range(24))
    pool = Pool(1, "slow", "ac", 50, 30)
    played = play(Day((pool,), (Zone(1, "slow", 20.0, (0,), (1.0,)),), {"slow": 1.0}, {"slow": hours}), (3,))
    assert {hour for (_, hour), count in played.by_level.items() if count.arrived} == {17}
