"""Converts rasters to streets as in OSM: nodes, and ways with class, name, direction and speed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from etl.sample.calibration import Bools, Floats, Ints, stream
from etl.sample.carriageway import make_trunks
from etl.sample.connect import hold_together
from etl.sample.land import BLOCK, CORE, Land
from etl.sample.lattice import (
    COLUMN,
    DIAGONAL,
    MOTORWAY_LINK,
    RESIDENTIAL,
    ROW,
    TERTIARY,
    Lattice,
    Raster,
    degree,
)
from etl.sample.motorway import Carriageway, make_motorways

HIGHWAY = (
    "",
    "service",
    "living_street",
    "residential",
    "unclassified",
    "tertiary",
    "secondary",
    "primary",
    "motorway_link",
    "motorway",
)
MAXSPEED = ("", "", "30", "40", "70", "50", "60", "70", "60", "100")
ALONG, AGAINST = 1, 2
THROUGH = 2  # street steps that meet where a street continues
SPEED_MISSING = (1.0, 1.0, 0.5, 0.62, 0.35, 0.25, 0.12, 0.08, 0.4, 0.0)


@dataclass
class Runs:
    """Streets on the lattice: `axis` 0 column, 1 row, 2 diagonal; places `start`..`stop` along `line`."""

    axis: Ints
    line: Ints
    start: Ints
    stop: Ints
    road_class: Ints
    is_oneway: Bools

    def take(self, keep: Bools) -> Runs:
        """Return the runs selected by a mask."""
        return Runs(
            *(
                getattr(self, name)[keep]
                for name in ("axis", "line", "start", "stop", "road_class", "is_oneway")
            )
        )


@dataclass
class Network:
    """Ways in compressed rows: way w has nodes `node[first[w]:first[w + 1]]`, in the direction of travel.

    Runs come first, then motorways; `place_i`, `place_j` are lattice places of the nodes.
    """

    place_i: Floats
    place_j: Floats
    node_key: Ints
    node: Ints
    first: Ints
    road_class: Ints
    is_oneway: Bools
    runs: Runs
    has_speed: Bools
    motorway_number: Ints


def _runs_of(raster: Raster, axis: int, zone_steps: Ints, oneway: Raster | None) -> list[Ints]:
    """Cut one raster into runs of equal class, zone and direction."""
    lines, steps = raster.shape
    key = np.zeros((lines, steps + 1), np.int32)
    way = 0 if oneway is None else oneway.astype(np.int32)
    zone = np.arange(steps)[None, :] // zone_steps[raster]
    key[:, :-1] = np.where(raster > 0, (zone.astype(np.int32) * 10 + raster) * 4 + way + 1, 0)
    flat = key.ravel()
    change = np.flatnonzero(np.diff(flat, prepend=0))
    begin = change[flat[change] > 0]
    end = np.append(change, len(flat))[np.searchsorted(change, begin) + 1]
    line, start = np.divmod(begin, steps + 1)
    stop = start + (end - begin)
    value = flat[begin] - 1
    return [np.full_like(line, axis), line, start, stop, (value // 4) % 10, value % 4]


def _oneway(land: Land, raster: Raster, rise: int) -> Raster:
    """Mark local streets of the cores as one-way, 1 along and 2 against the line, alternating in pairs."""
    block_type = land.block_type if rise == 0 else land.block_type.T
    core = np.repeat(np.repeat(block_type == CORE, BLOCK, axis=0), BLOCK, axis=1)
    core = np.concatenate([core, core[-1:]])
    side = np.where(np.arange(land.size) // 2 % 2 == 0, ALONG, AGAINST)[:, None]
    return np.where(core & (raster == RESIDENTIAL), side, 0).astype(np.int8)


def _all_runs(land: Land, lattice: Lattice) -> Runs:
    zone_steps = np.full(10, 240)
    zone_steps[: RESIDENTIAL + 1] = BLOCK
    zone_steps[TERTIARY] = 4 * BLOCK
    parts = [
        _runs_of(lattice.column, COLUMN, zone_steps, _oneway(land, lattice.column, 0)),
        _runs_of(lattice.row, ROW, zone_steps, _oneway(land, lattice.row, 1)),
        _runs_of(lattice.diagonal, DIAGONAL, zone_steps, None),
    ]
    axis, line, start, stop, road_class, direction = (
        np.concatenate(column).astype(np.int64) for column in zip(*parts, strict=True)
    )
    against = direction == AGAINST
    start, stop = np.where(against, stop, start), np.where(against, start, stop)
    return Runs(axis, line, start, stop, road_class, direction > 0)


def run_places(runs: Runs, shift: Ints) -> tuple[Ints, Ints, Ints]:
    """Return for all places of all runs: index of the run, lattice i and j, in the direction of travel."""
    count = np.abs(runs.stop - runs.start) + 1
    run = np.repeat(np.arange(len(count)), count)
    step = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    along = runs.start[run] + step * np.sign(runs.stop - runs.start)[run]
    axis, line = runs.axis[run], runs.line[run]
    i = np.where(axis == COLUMN, line, along)
    j = np.where(axis == ROW, line, along)
    diagonal = axis == DIAGONAL
    j[diagonal] += shift[line[diagonal]]
    return run, i, j


def _off_lattice(roads: list[Carriageway], base: int, size: int) -> tuple[Ints, Ints, Floats]:
    """Assign numbers to the nodes of motorways.

    Returns per place the index of its road, its key and its (i, j); a joint keeps the key of the lattice.
    """
    known: dict[tuple[float, float], int] = {}
    road, keys, places = [], [], []
    for index, way in enumerate(roads):
        for place, is_joint in zip(way.places, way.joints, strict=True):
            road.append(index)
            keys.append(
                int(place[0]) * size + int(place[1])
                if is_joint
                else known.setdefault(place, base + len(known))
            )
            places.append(place)
    return np.array(road, np.int64), np.array(keys, np.int64), np.array(places, np.float64).reshape(-1, 2)


def _root(land: Land, way: Ints, i: Floats, j: Floats, road_class: Ints) -> int:
    """Return the place on a main road nearest to the middle of the first town."""
    x, y = land.unit(i, j)
    east, north = land.towns.on_map(0, 1.0, 0.0)
    away = np.hypot(x - east, y - north) + np.where(
        (road_class[way] > TERTIARY) & (road_class[way] < MOTORWAY_LINK), 0, 1e6
    )
    return int(np.argmin(away))


def _all_places(
    land: Land, lattice: Lattice, runs: Runs, roads: list[Carriageway]
) -> tuple[Ints, Ints, Floats]:
    """Return per place of all ways, in order: index of the way (runs, then roads), key of the node, (i, j).

    Of the places where a street continues without a junction, every other one is left out.
    """
    run, i, j = run_places(runs, lattice.shift)
    road, road_key, road_place = _off_lattice(roads, land.size**2, land.size)
    needed = (
        (degree(land, lattice) != THROUGH)[i, j] | ((i + j) % 2 == 0) | np.isin(i * land.size + j, road_key)
    )
    needed[np.flatnonzero(np.diff(run, prepend=-1))] = True
    needed[np.flatnonzero(np.diff(run, append=len(runs.line)))] = True
    run, i, j = run[needed], i[needed], j[needed]
    way = np.concatenate([run, road + len(runs.line)])
    key = np.concatenate([i * land.size + j, road_key])
    place = np.concatenate([np.stack([i, j], axis=1), road_place])
    return way, key, place


def make_network(land: Land, lattice: Lattice) -> Network:
    """Build the streets: each can be reached from every other in the direction of travel.

    A one-way street that would prevent this becomes two-way; streets that remain disconnected are left out.
    """
    roads = make_motorways(land, lattice) if land.is_alone else make_trunks(land, lattice)
    runs = _all_runs(land, lattice)
    way, key, place = _all_places(land, lattice, runs, roads)
    road_class = np.concatenate([runs.road_class, [r.road_class for r in roads]]).astype(np.int64)
    is_oneway = np.concatenate([runs.is_oneway, np.ones(len(roads), bool)])
    keys, sample, node = np.unique(key, return_index=True, return_inverse=True)
    root = int(node[_root(land, way, place[:, 0], place[:, 1], road_class)])
    good, is_oneway = hold_together(way, node, road_class, is_oneway, root)
    number = np.concatenate([np.zeros(len(runs.line)), [r.number for r in roads]]).astype(np.int64)
    runs.is_oneway = is_oneway[: len(runs.line)]
    kept = good[way]
    used, node = np.unique(node[kept], return_inverse=True)
    lengths = np.bincount(way[kept], minlength=len(road_class))[good]
    luck = stream(land.seed, "speed").random(len(road_class))[good]
    return Network(
        place[sample[used], 0],
        place[sample[used], 1],
        keys[used],
        node,
        np.concatenate([[0], np.cumsum(lengths)]),
        road_class[good],
        is_oneway[good],
        runs.take(good[: len(runs.line)]),
        luck >= np.array(SPEED_MISSING)[road_class[good]],
        number[good],
    )
