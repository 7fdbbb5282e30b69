"""Addresses along streets, dwellings at addresses, people in dwellings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from etl.sample.calibration import (
    ADDRESS,
    DWELLING_TYPE,
    Bools,
    Floats,
    Ints,
    apportion,
    spread,
    stream,
    total,
)
from etl.sample.land import (
    BLOCK,
    CAMPUS,
    CORE,
    CURVED,
    INDUSTRY,
    INNER,
    PARK,
    PLAIN,
    RURAL,
    STEP_M,
    VILLAGE_BLOCK,
    Land,
)
from etl.sample.lattice import COLUMN, DIAGONAL, ROW, SERVICE, UNCLASSIFIED, Lattice
from etl.sample.network import Network, run_places

# Addresses per 50 m of one side of a street, relative, by use of the block and by class of the street.
BY_USE = {
    RURAL: 0.05,
    CORE: 1.5,
    INNER: 2.2,
    CURVED: 1.9,
    PLAIN: 1.8,
    INDUSTRY: 0.35,
    PARK: 0.25,
    CAMPUS: 0.3,
    VILLAGE_BLOCK: 1.3,
}
BY_CLASS = (0.0, 0.0, 1.0, 1.0, 0.9, 0.8, 0.4, 0.35)
TYPES = tuple(DWELLING_TYPE)
HIGH_RISE, LOW_RISE, DUPLEX = (
    TYPES.index(name)
    for name in (
        "apartment_five_or_more_storeys",
        "apartment_fewer_than_five_storeys",
        "apartment_or_flat_duplex",
    )
)
UNITS_PER_BUILDING = {HIGH_RISE: 95, LOW_RISE: 16, DUPLEX: 2}
NO_DWELLING = -1
# How strongly a type prefers density, in the order in which types are placed; detached houses take the rest.
SLOPE = {
    "apartment_fewer_than_five_storeys": 0.8,
    "apartment_or_flat_duplex": 0.7,
    "row_house": 0.3,
    "semi_detached_house": 0.3,
    "movable_dwelling": -0.2,
    "other_single_attached_house": 0.1,
}
# People per dwelling, relative to each other.
PEOPLE = np.array([2.95, 2.85, 2.7, 2.3, 1.75, 1.9, 2.4, 2.0])


@dataclass
class Curb:
    """One side of 50 m of street: `i`, `j` lattice place of its middle, beside the street."""

    run: Ints
    i: Floats
    j: Floats
    side: Ints
    axis: Ints
    road_class: Ints
    use: Ints
    municipality: Ints
    number: Ints


@dataclass
class Addresses:
    """Civic addresses with the dwellings behind them; `people` is a relative weight, 0 without residents."""

    curb: Ints
    east_m: Floats
    north_m: Floats
    number: Ints
    municipality: Ints
    use: Ints
    road_class: Ints
    dwelling_type: Ints
    unit_count: Ints
    people: Floats


def block_use(land: Land, i: Floats, j: Floats) -> Ints:
    """Return the use of the block at lattice places."""
    last = land.block_type.shape[0] - 1
    a, b = (np.clip(x // BLOCK, 0, last).astype(np.int64) for x in (i, j))
    return land.block_type[a, b].astype(np.int64)


def curbs(land: Land, lattice: Lattice, network: Network) -> Curb:
    """Return both sides of every street step, motorways left out."""
    run, i, j = run_places(network.runs, lattice.shift)
    step = np.flatnonzero(run[:-1] == run[1:])
    mid_i, mid_j = (i[step] + i[step + 1]) / 2, (j[step] + j[step + 1]) / 2
    axis, road_class = network.runs.axis[run[step]], network.runs.road_class[run[step]]
    along = np.where(axis == ROW, np.minimum(i[step], i[step + 1]), np.minimum(j[step], j[step + 1]))
    both = []
    for side in (-1, 1):
        off = 0.36 * side
        at_i = mid_i + np.select([axis == COLUMN, axis == DIAGONAL], [off, off * 0.7], 0.0)
        at_j = mid_j + np.select([axis == ROW, axis == DIAGONAL], [off, -off * 0.7], 0.0)
        both.append((run[step], at_i, at_j, np.full(len(step), side), axis, road_class, along))
    run2, at_i, at_j, side2, axis2, kind2, along2 = (
        np.concatenate(parts) for parts in zip(*both, strict=True)
    )
    use, label = block_use(land, at_i, at_j), land.municipality(at_i, at_j).astype(np.int64)
    return Curb(run2, at_i, at_j, side2, axis2, kind2, use, label, along2)


def _place(land: Land, curb: Curb, which: Ints, rng: np.random.Generator) -> tuple[Floats, Floats, Ints]:
    """Set addresses along their curbs; returns metres east, north and the street number."""
    first = np.concatenate([[True], which[1:] != which[:-1]])
    begin = np.flatnonzero(first)
    rank = np.arange(len(which)) - np.repeat(begin, np.diff(np.append(begin, len(which))))
    count = np.bincount(which, minlength=len(curb.run))[which]
    along = (rank + 0.5) / count - 0.5 + rng.uniform(-0.1, 0.1, len(which)) / count
    axis = curb.axis[which]
    i = curb.i[which] + np.where(axis != COLUMN, along, 0.0)
    j = curb.j[which] + np.where(axis != ROW, along, 0.0)
    deep = np.where(
        curb.use[which] == RURAL, rng.uniform(0, 0.8, len(which)), rng.uniform(-0.06, 0.1, len(which))
    )
    i += np.where(axis == COLUMN, deep * curb.side[which], 0.0)
    j += np.where(axis == ROW, deep * curb.side[which], 0.0)
    east, north = land.ground(i, j)
    number = 2 * (curb.number[which] % 240 * 6 + rank) + np.where(curb.side[which] > 0, 2, 1)
    return east, north, number


def make_addresses(land: Land, curb: Curb) -> Addresses:
    """Spread the addresses over the streets and the dwellings over the addresses, totals exact."""
    rng = stream(land.seed, "people")
    by_use = np.array([BY_USE[use] for use in range(len(BY_USE))])
    weight = by_use[curb.use] * np.array(BY_CLASS)[curb.road_class] * rng.uniform(0.6, 1.4, len(curb.run))
    people = [place.population for place in land.places]
    counts = np.zeros(len(curb.run), np.int64)
    shares = apportion(people, total(ADDRESS, land.scale), least=1)
    groups = members(curb.municipality, curb.road_class > SERVICE, len(people))
    for own, count in zip(groups, shares, strict=True):
        counts[own] = spread(weight[own], int(count), rng.random())
    which = np.repeat(np.arange(len(counts)), counts)
    east, north, number = _place(land, curb, which, rng)
    dwelling_types, units = _dwellings(land, curb.use[which], curb.road_class[which], rng)
    size = np.where(dwelling_types == NO_DWELLING, 0.0, units * PEOPLE[np.maximum(dwelling_types, 0)])
    return Addresses(
        which,
        east,
        north,
        number,
        curb.municipality[which],
        curb.use[which],
        curb.road_class[which],
        dwelling_types,
        units,
        size,
    )


def _dwellings(land: Land, use: Ints, street: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Give each address a dwelling type and a number of units; the units of each type sum to its total."""
    dense = np.array([-9.0, 3.0, 1.6, 0.4, 0.6, -3.0, 0.0, 2.2, -1.0])[use] + np.where(
        street > UNCLASSIFIED, 0.8, 0.0
    )
    dwelling_types, units = np.full(len(use), 0), np.ones(len(use), np.int64)
    dwelling_types[:] = TYPES.index("single_detached_house")
    free = np.ones(len(use), bool)
    wanted = dict(
        zip(
            TYPES,
            apportion(list(DWELLING_TYPE.values()), total(sum(DWELLING_TYPE.values()), land.scale)),
            strict=True,
        )
    )
    buildings = {
        name: max(1, int(count) // UNITS_PER_BUILDING.get(TYPES.index(name), 1))
        for name, count in wanted.items()
    }
    trade = np.array([-2.0, 3.0, 0.5, -2.0, -1.5, 6.0, 2.0, 5.0, -1.0])[use] + np.where(
        street > UNCLASSIFIED, 2.0, 0.0
    )
    order: list[tuple[int, int, Floats]] = [
        (HIGH_RISE, buildings[TYPES[HIGH_RISE]], dense),
        (NO_DWELLING, len(use) - sum(buildings.values()), trade),
    ]
    order += [(TYPES.index(name), buildings[name], dense * slope) for name, slope in SLOPE.items()]
    for dwelling_type, wish, pull in order:
        count = max(wish, 0)
        score = np.where(free, pull + rng.gumbel(0, 1, len(use)), -np.inf)
        chosen = np.sort(np.argsort(-score, kind="stable")[:count])
        dwelling_types[chosen], free[chosen] = dwelling_type, False
        if dwelling_type in UNITS_PER_BUILDING:
            units[chosen] = apportion(
                rng.lognormal(0, 0.5, count), int(wanted[TYPES[dwelling_type]]), least=2
            )
    units[dwelling_types == NO_DWELLING] = 0
    return dwelling_types, units


def members(label: Ints, is_taken: Bools, count: int) -> list[Ints]:
    """Return for each of `count` labels where it stands, in order; rows that are not taken are left out."""
    rows = np.flatnonzero(is_taken)
    order = np.argsort(label[rows], kind="stable")
    ends = np.searchsorted(label[rows[order]], np.arange(1, count))
    return np.split(rows[order], ends)


def along_curve(east_m: Floats, north_m: Floats) -> Ints:
    """Return each place's order along a Hilbert curve (16 bits a side), so that neighbours stay together."""
    span = max(np.ptp(east_m), np.ptp(north_m), STEP_M)
    x = ((east_m - east_m.min()) / span * 65535).astype(np.int64)
    y = ((north_m - north_m.min()) / span * 65535).astype(np.int64)
    place = np.zeros(len(x), np.int64)
    for bit in range(15, -1, -1):
        side = 1 << bit
        rx, ry = (x & side > 0).astype(np.int64), (y & side > 0).astype(np.int64)
        place += side * side * ((3 * rx) ^ ry)
        flip = ry == 0
        turn = flip & (rx == 1)
        x, y = np.where(turn, 65535 - x, x), np.where(turn, 65535 - y, y)
        x, y = np.where(flip, y, x), np.where(flip, x, y)
    return np.argsort(place, kind="stable")
