"""A day of charging, played: no car is lost, and each goes where and comes when it is said to."""

from __future__ import annotations

import math

import pytest

from model.analysis.day import Day, Played, Pool, Zone, play

EVEN = {"slow": (1.0,) * 24, "fast": (1.0,) * 24}


def total(played: list[Played], name: str) -> float:
    return sum(getattr(count, name) for one in played for count in one.by_level.values())


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
