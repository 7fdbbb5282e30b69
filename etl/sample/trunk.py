"""The motorways of a province: where they run.

Neighbouring towns are joined (relative neighbourhoods: no third town is nearer to both). At each town roads
that lie opposite become one motorway, which passes between the cores; the others end at it.
"""

# Shares and distances define the drawing; a name for each would not say more than its line.

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicSpline

from etl.sample.calibration import MUNICIPALITIES, Floats
from etl.sample.land import STEP_M, Land

# Roads become one motorway where they turn by no more than this.
STRAIGHT_ENOUGH = np.deg2rad(100)
# Kilometres of scale 1 from the first city's core to the motorway, and on to where one ends (no less in a
# small town).
ASIDE_KM, ONWARD_KM = 3.3, 7.0


@dataclass
class Course:
    """The middle line of a motorway: lattice places one step apart, shape (n, 2).

    `start`, `stop` are the index of the course that it meets there; -1 where it ends at a street.
    """

    place: Floats
    start: int = -1
    stop: int = -1

    @property
    def ahead(self) -> Floats:
        """The direction of travel at each place, of length 1."""
        step = np.gradient(self.place, axis=0)
        return np.asarray(step / np.hypot(step[:, 0], step[:, 1])[:, None])

    @property
    def right(self) -> Floats:
        """The direction to the right of that of travel, of length 1."""
        ahead = self.ahead
        return np.stack([ahead[:, 1], -ahead[:, 0]], axis=1)


def neighbours(seat: Floats) -> list[tuple[int, int]]:
    """Return the pairs of places (n, 2) to which no third place is nearer than they are to each other."""
    away = np.hypot(*(seat[:, None] - seat).transpose(2, 0, 1))
    return [
        (a, b)
        for a, b in itertools.combinations(range(len(seat)), 2)
        if not np.any(np.maximum(away[a], away[b]) < away[a, b])
    ]


def _angle(seat: Floats, a: int, at: int, b: int) -> float:
    """Return by how much a road from a through `at` to b turns."""
    one, two = seat[at] - seat[a], seat[b] - seat[at]
    return float(abs(np.angle(complex(*two) / complex(*one))))


def _chains(seat: Floats, pairs: list[tuple[int, int]]) -> list[list[int]]:
    """Join pairs of towns to chains: at each town, those that turn least."""
    follows: dict[tuple[int, int], tuple[int, int]] = {}
    for at in range(len(seat)):
        beside = [a if b == at else b for a, b in pairs if at in (a, b)]
        options = sorted((_angle(seat, a, at, b), a, b) for a, b in itertools.combinations(beside, 2))
        taken: set[int] = set()
        for turn, a, b in options:
            if turn <= STRAIGHT_ENOUGH and not taken & {a, b}:
                taken |= {a, b}
                follows[a, at], follows[b, at] = (at, b), (at, a)
                break
    chains, used = [], set()
    starts = [(a, b) for pair in pairs for a, b in (pair, pair[::-1]) if (b, a) not in follows]
    for step in [*starts, *pairs]:
        if frozenset(step) in used:
            continue
        chain, here = [step[0]], step
        while frozenset(here) not in used:
            used.add(frozenset(here))
            chain.append(here[1])
            here = follows.get(here, here)
        chains.append(chain)
    return chains


def _past(land: Land, town: int, before: Floats | None, after: Floats | None) -> Floats:
    """Return where a motorway passes a town, clear of its cores, in lattice coordinates."""
    seat = _lattice(land, land.towns.seat[town])
    course = (after if after is not None else seat) - (before if before is not None else seat)
    right = np.array([course[1], -course[0]]) / np.hypot(*course)
    own = slice(town * len(MUNICIPALITIES), (town + 1) * len(MUNICIPALITIES))
    cores = [_lattice(land, np.array([p.east_km, p.north_km])) for p in land.places[own] if p.is_city]
    aside = ASIDE_KM * np.sqrt(land.towns.share[town]) * land.k * 1000 / STEP_M
    options = [cores[0] + way * aside * right for way in (1, -1)]
    return max(options, key=lambda at: min(abs(float((core - at) @ right)) for core in cores))


def _lattice(land: Land, km: Floats) -> Floats:
    return np.stack(land.lattice(km[0], km[1]))


def plan_courses(land: Land) -> list[Course]:
    """Draw the motorways that join the towns, the longest chain of towns first."""
    seat = np.stack(land.lattice(*land.towns.seat.T), axis=1)
    chains = sorted(_chains(seat, neighbours(land.towns.seat)), key=len, reverse=True)
    passing: dict[int, tuple[int, Floats]] = {}
    for number, chain in enumerate(chains):
        for a, town, b in zip(chain, chain[1:-1], chain[2:], strict=False):
            passing.setdefault(town, (number, _past(land, town, seat[a], seat[b])))
    for number, chain in enumerate(chains):
        for town, other in ((chain[0], chain[1]), (chain[-1], chain[-2])):
            passing.setdefault(town, (number, _past(land, town, seat[other], None)))
    courses: list[Course] = []
    for number, chain in enumerate(chains):
        points = [passing[town][1] for town in chain]
        meets = [passing[chain[end]][0] for end in (0, -1)]
        for end, town in ((0, chain[0]), (-1, chain[-1])):
            if meets[end] == number and chain.count(town) == 1:
                away = points[end] - points[1 if end == 0 else -2]
                on = ONWARD_KM * max(1.0, float(np.sqrt(land.town_scale(town)))) * 1000 / STEP_M
                points.insert(0 if end == 0 else len(points), points[end] + away / np.hypot(*away) * on)
        courses.append(
            Course(_curve(np.array(points)), *(-1 if meets[end] == number else meets[end] for end in (0, -1)))
        )
    return courses


def _curve(points: Floats) -> Floats:
    """Return places one step apart on a smooth curve through points."""
    chord = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    fine = CubicSpline(chord, points, bc_type="natural")(np.linspace(0, chord[-1], 8 * int(chord[-1])))
    walked = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(fine, axis=0).T))])
    steps = np.arange(int(walked[-1]) + 1)
    return np.stack([np.interp(steps, walked, fine[:, axis]) for axis in (0, 1)], axis=1)
