"""The towns of a province: how many, how large, where, and what their municipalities are called.

Their sizes are in proportion to 1 / rank, as those of the towns of real provinces are. Each is the town of
scale 1 in small or in large, turned and perhaps mirrored, on ground of its own share.
"""

# Shares and distances define the drawing; a name for each would not say more than its line.
# ruff: noqa: PLR2004

from __future__ import annotations

from dataclasses import replace

import numpy as np

from etl.sample.calibration import ALONE, MUNICIPALITIES, Floats, Municipality, stream
from etl.sample.land import STEP_KM2, Land, Towns, balance_places, ground_within
from etl.sample.power import Ground, balance, nearest
from etl.sample.words import HEAD, TAIL

PER_SCALE = 1.2
# Rounds that move each town to the middle of its ground.
LAPS = 24
# Share of the towns whose cores lie along the diagonal of the lattice, so that an old main road joins them.
ALONG_DIAGONAL = 0.4


def count_towns(scale: float) -> int:
    """Return the number of towns of a province."""
    return 1 if scale <= ALONE else max(3, round(PER_SCALE * scale))


def town_shares(count: int) -> Floats:
    """Return the part of each town in people and ground, largest first: in proportion to 1 / rank."""
    share = 1 / np.arange(1, count + 1)
    return np.asarray(share / share.sum())


def draw_towns(land: Land) -> Towns:
    """Place the towns of a province on its ground, none of them on another's."""
    rng = stream(land.seed, "province")
    share = town_shares(count_towns(land.scale))
    seat, weight = _settle(land, share, rng)
    count = len(share)
    along = rng.random(count) < ALONG_DIAGONAL
    turn = np.where(
        along,
        rng.integers(0, 2, count) * np.pi + rng.uniform(-0.15, 0.15, count),
        rng.uniform(0, 2 * np.pi, count),
    )
    turn[0] = 0.0  # the largest has the old main road, and rails along it
    is_mirrored = rng.random(count) < 0.5
    is_mirrored[0] = False
    towns = Towns(share, seat, turn, is_mirrored, weight, (), np.zeros(0))
    towns.places = tuple(_places(towns, _names(count, rng), rng))
    towns.place_weight = np.concatenate([_balance_town(land, towns, town) for town in range(count)])
    return towns


def _settle(land: Land, share: Floats, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Return seats and weights of towns with the wanted shares, each seat in the middle of its ground."""
    axis = np.linspace(-26, 26, 131)
    ground = ground_within(land, axis, axis)
    x, y, surface = ground
    reach = np.sqrt(share * surface.sum() * (axis[1] - axis[0]) ** 2 / np.pi)
    seat, weight = _scatter(x, y, reach, rng), np.zeros(len(share))
    for _ in range(LAPS):
        weight = balance(ground, seat, share, weight, step=STEP_KM2, turns=40)
        label = nearest(x, y, seat, weight)
        own = np.maximum(np.bincount(label, surface, len(share)), 1e-9)
        middle = np.stack([np.bincount(label, surface * z, len(share)) / own for z in (x, y)], axis=1)
        seat = np.where((own > 1e-9)[:, None], middle, seat)
    fine = np.linspace(-26, 26, 261)
    return seat, balance(ground_within(land, fine, fine), seat, share, weight, step=STEP_KM2, turns=150)


def _scatter(x: Floats, y: Floats, reach: Floats, rng: np.random.Generator) -> Floats:
    """Return one place for each town where it has most room beside those before it, shape (n, 2)."""
    seats: list[tuple[float, float]] = []
    for own in reach.tolist():
        tried = rng.permutation(len(x))[:60]
        room = (
            [1.0] * len(tried)
            if not seats
            else [
                min(
                    float(np.hypot(x[p] - e, y[p] - n)) / (own + r)
                    for (e, n), r in zip(seats, reach, strict=False)
                )
                for p in tried.tolist()
            ]
        )
        best = tried[int(np.argmax(room))]
        seats.append((float(x[best]), float(y[best])))
    return np.array(seats)


def _names(count: int, rng: np.random.Generator) -> list[str]:
    """Return the names of the municipalities: those of the first town are known, no two are equal."""
    known = [place.name for place in MUNICIPALITIES]
    words = [head + tail for head in HEAD for tail in TAIL if head + tail not in known]
    return [*known, *(words[n] for n in rng.permutation(len(words))[: (count - 1) * len(known)].tolist())]


def _places(towns: Towns, names: list[str], rng: np.random.Generator) -> list[Municipality]:
    """Return the municipalities: those of scale 1 in their proportions, set nearer or further apart."""
    out: list[Municipality] = []
    for town in range(towns.count):
        apart = rng.uniform(0.85, 1.15, len(MUNICIPALITIES))
        for m, place in enumerate(MUNICIPALITIES):
            east, north = towns.on_map(town, place.east_km * apart[m], place.north_km * apart[m])
            part = float(towns.share[town])
            out.append(
                replace(
                    place,
                    name=names[len(out)],
                    population=place.population * part,
                    area_km2=place.area_km2 * part,
                    east_km=east,
                    north_km=north,
                )
            )
    return out


def _balance_town(land: Land, towns: Towns, town: int) -> Floats:
    """Return the weights of the municipalities of one town, on its own ground."""
    axis = np.linspace(-26, 26, 131)
    x, y, _ = ground_within(land, axis, axis)
    own = towns.town(x, y) == town
    step = axis[1] - axis[0]
    axes = [np.linspace(z[own].min() - step, z[own].max() + step, 141) for z in (x, y)]
    ground = ground_within(land, *axes)
    own = towns.town(ground.x, ground.y) == town
    per_town = len(MUNICIPALITIES)
    places = towns.places[town * per_town : (town + 1) * per_town]
    return balance_places(
        places, Ground(*(values[own] for values in ground)), STEP_KM2 * float(towns.share[town]), 200
    )
