"""Many played days of one station, held against Erlang's formulas and the theory of impatience."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import t

from model.analysis.day import Day, Played, Pool, Zone, play

EVEN = {"slow": (1.0,) * 24}


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


@pytest.mark.parametrize("cv", [None, 1.5])
def test_without_a_wait_cars_are_lost_as_erlang_says_whatever_the_service_times(cv: float | None) -> None:
    """Erlang's loss formula holds for service times of any distribution with the same mean (Sevastyanov 1957)."""
    played = days(one_station(2, 4.0, 30, 0.0, cv), 150)
    assert total(played, "balked") / total(played, "arrived") == pytest.approx(erlang_b(2, 2.0), abs=0.02)
    assert total(played, "wait_min") == 0
