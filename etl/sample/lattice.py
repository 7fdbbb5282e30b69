"""Streets as rasters on the lattice: which 50 m steps carry a street, and of which class.

Three arrays per region: `column[i, j]` is the step (i, j) to (i, j + 1), `row[j, i]` the step (i, j) to
(i + 1, j), `diagonal[t, d]` the step (d, d + shift[t]) to (d + 1, d + shift[t] + 1): old main road of town t.
"""

# Shares and distances define the drawing; a name for each would not say more than its line.
# ruff: noqa: PLR2004

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from etl.sample.calibration import MUNICIPALITIES, Bools, Ints, stream
from etl.sample.land import (
    BLOCK,
    CAMPUS,
    CONCESSION,
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

NONE, SERVICE, LIVING, RESIDENTIAL, UNCLASSIFIED, TERTIARY, SECONDARY, PRIMARY = range(8)
MOTORWAY_LINK, MOTORWAY = 8, 9
COLUMN, ROW, DIAGONAL = range(3)
LOCAL = (SERVICE, LIVING, RESIDENTIAL)

# Steps between streets of a block, (along i, along j), to choose from; none where a block has no streets.
SPACING: dict[int, tuple[tuple[int, int], ...]] = {
    CORE: ((2, 3), (3, 2)),
    INNER: ((2, 4), (4, 2), (2, 3), (3, 3)),
    CURVED: ((2, 3), (3, 2), (2, 4), (4, 3)),
    PLAIN: ((2, 4), (3, 3), (4, 2)),
    INDUSTRY: ((6, 4), (4, 6), (6, 6)),
    CAMPUS: ((6, 6),),
    VILLAGE_BLOCK: ((3, 3), (3, 4), (4, 3)),
}
# Share of the cross streets that is missing, by use of the block.
GAPS = {CORE: 0.03, INNER: 0.08, CURVED: 0.38, PLAIN: 0.12, INDUSTRY: 0.3, CAMPUS: 0.2, VILLAGE_BLOCK: 0.35}

# Share of the block borders between concession roads that carry no through road.
QUIET_SHARE = 0.4
# Share of the free places along the streets of a block where a dead end begins, and its class.
STUBS = {
    CURVED: (0.16, RESIDENTIAL),
    PLAIN: (0.04, RESIDENTIAL),
    INDUSTRY: (0.25, SERVICE),
    CORE: (0.12, SERVICE),
}

# Lattice rows that are worked on at a time.
ROWS = 256

Raster = npt.NDArray[np.int8]


@dataclass
class Lattice:
    """Street classes per step (0 = none) and the lines (index shift) of the diagonals, one per town."""

    column: Raster
    row: Raster
    diagonal: Raster
    shift: Ints


def _spacing(land: Land, rng: np.random.Generator) -> tuple[Raster, Raster]:
    """Draw per block the steps between streets along i and along j; 0 where there are none."""
    pick = rng.random(land.block_type.shape)
    along_i, along_j = np.zeros_like(land.block_type), np.zeros_like(land.block_type)
    for block_type, choices in SPACING.items():
        where = land.block_type == block_type
        choice = np.array(choices)[(pick[where] * len(choices)).astype(int)]
        along_i[where], along_j[where] = choice[:, 0], choice[:, 1]
    return along_i, along_j


def _steps(per_block: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Spread a per-block array over lattice points along the first axis, steps along the second."""
    wide = np.repeat(np.repeat(per_block, BLOCK, axis=0), BLOCK, axis=1)
    return np.concatenate([wide, wide[-1:]])


def _local(land: Land, rng: np.random.Generator, rise: int, spacing: tuple[Raster, Raster]) -> Raster:
    """Return the streets inside blocks that run along one axis (`rise` 0 columns, 1 rows).

    Columns are cut at most once per block, so that each piece is still connected to the block's border; rows
    lose single links. No street can become an island this way.
    """
    block_type = land.block_type if rise == 0 else land.block_type.T
    use, apart = _steps(block_type), _steps(spacing[0])
    size = land.size
    offset = (np.arange(size) % BLOCK).astype(np.int8)[:, None]
    on = (apart > 0) & (offset != 0) & (offset % np.maximum(apart, 1) == 0)
    along = np.arange(size - 1) % BLOCK
    across = np.maximum(_steps(spacing[1]), 1)
    link = (along[None, :] // across).astype(np.int8)
    if rise == 0:
        blocks = block_type.shape[0]
        cut = rng.integers(0, 6, (size, blocks)).astype(np.int8)
        cut[rng.random((size, blocks)) < 0.45] = -1
        on &= ~((np.repeat(cut, BLOCK, axis=1) == link) & np.isin(use, (CURVED, VILLAGE_BLOCK)))
    else:
        chance = np.zeros(9)
        chance[list(GAPS)] = list(GAPS.values())
        start = np.arange(size - 1)[None, :] - along[None, :] % across
        luck = np.take_along_axis(rng.random((size, size - 1), dtype=np.float32), start, axis=1)
        on &= luck >= chance[use]
    return np.where(on, np.where(use == CAMPUS, SERVICE, RESIDENTIAL), NONE).astype(np.int8)


def _border(land: Land, rng: np.random.Generator, rise: int) -> tuple[Ints, Raster]:
    """Return the roads along block borders of one axis: the lines' indices and their classes per step."""
    block_type = land.block_type if rise == 0 else land.block_type.T
    rim = np.zeros((1, block_type.shape[1]), block_type.dtype)
    left, right = np.concatenate([rim, block_type]), np.concatenate([block_type, rim])
    built = (left != RURAL).astype(int) + (right != RURAL)
    city = ~(np.isin(left, (RURAL, VILLAGE_BLOCK)) & np.isin(right, (RURAL, VILLAGE_BLOCK)))
    line = np.arange(block_type.shape[0] + 1)
    big = _main_lines(land, rise)
    county = (line % 6 == 0)[:, None]
    arterial = (line % 2 == 0)[:, None]
    piece = np.repeat(rng.random((len(line), (block_type.shape[1] + 1) // 2)), 2, axis=1)[
        :, : block_type.shape[1]
    ]
    rural = np.where(county, TERTIARY, UNCLASSIFIED)
    if rise == 0:
        rural = np.where((piece < 0.6) & ~county & (built == 0), NONE, rural)
    road = np.where(city, SECONDARY, np.where(built > 0, TERTIARY, rural))
    road = np.where(big, np.where(city, PRIMARY, SECONDARY), road)
    quiet = rng.random(built.shape) < QUIET_SHARE
    inner = np.where(city & (built == 2) & ~quiet, TERTIARY, np.where(built > 0, RESIDENTIAL, NONE))
    inner = np.where(quiet & (built == 2) & (line % 4 == 1)[:, None], NONE, inner)
    both_open = np.isin(left, (PARK, RURAL)) & np.isin(right, (PARK, RURAL))
    chosen = np.where(arterial, road, np.where(both_open, NONE, inner))
    return line * BLOCK, np.repeat(chosen, BLOCK, axis=1).astype(np.int8)


def _main_lines(land: Land, rise: int) -> Bools:
    """Return which block lines, per block, pass nearest to a city's core of their town: the primary roads."""
    town = land.block_town if rise == 0 else land.block_town.T
    beside = np.stack([np.concatenate([town[:1], town]), np.concatenate([town, town[-1:]])])
    found = np.zeros(beside.shape[1:], bool)
    for m, place in enumerate(land.places):
        if place.is_city:
            km = place.east_km if rise == 0 else place.north_km
            line = 2 * round((land.half + km * land.k * 1000 / STEP_M) / CONCESSION)
            found[line] |= (beside[:, line] == m // len(MUNICIPALITIES)).any(axis=0)
    return found


def _add_stubs(land: Land, column: Raster, row: Raster, rng: np.random.Generator) -> None:
    """Add dead ends of one step to the rows of blocks: courts among houses, service drives elsewhere.

    A stub begins between junctions and ends where no other street is.
    """
    use = _steps(land.block_type)[:, 1:-1]
    none = np.zeros((1, use.shape[1]), bool)
    road = row.T > 0
    on_row = np.concatenate([none, road[:-1, 1:-2] & road[1:, 1:-2], none])
    open_end = np.concatenate([none, ~(road[:-1, 2:-1] | road[1:, 2:-1]), none])
    quiet = (column[:, :-2] == NONE) & (column[:, 1:-1] == NONE) & (column[:, 2:] == NONE)
    share = np.zeros(9)
    share[list(STUBS)] = [part for part, _ in STUBS.values()]
    free = on_row & open_end & quiet & (rng.random(use.shape, dtype=np.float32) < share[use])
    free[:, 1:] &= ~free[:, :-1]
    free[1:] &= ~free[:-1]
    stub_class = np.zeros(9, np.int8)
    stub_class[list(STUBS)] = [street for _, street in STUBS.values()]
    column[:, 1:-1][free] = stub_class[use[free]]


def make_lattice(land: Land) -> Lattice:
    """Lay the streets of the region on its lattice."""
    rng = stream(land.seed, "streets")
    along_i, along_j = _spacing(land, rng)
    rasters = []
    for rise, spacing in enumerate(((along_i, along_j), (along_j.T, along_i.T))):
        raster = _local(land, rng, rise, spacing)
        lines, border = _border(land, rng, rise)
        raster[lines] = border
        rasters.append(raster)
    inside = inside_map(land)
    _add_stubs(land, rasters[0], rasters[1], rng)
    rasters[0][~(inside[:, :-1] & inside[:, 1:])] = NONE
    rasters[1][~(inside.T[:, :-1] & inside.T[:, 1:])] = NONE
    shift = land.diagonal_shift
    d = np.arange(land.size - 1)[None, :]
    far = np.clip(d + shift[:, None], 0, land.size - 2)
    built = ~np.isin(land.block_type, (RURAL, VILLAGE_BLOCK))
    fits = (d + shift[:, None] == far) & inside[d, far] & built[d // BLOCK, far // BLOCK]
    own = land.block_town[d // BLOCK, far // BLOCK] == np.arange(land.towns.count)[:, None]
    fits &= own & land.has_old_road[:, None]
    return Lattice(rasters[0], rasters[1], np.where(fits, PRIMARY, NONE).astype(np.int8), shift)


def inside_map(land: Land) -> Bools:
    """Return which lattice points lie inside the outline, shape (size, size)."""
    inside = np.empty((land.size, land.size), bool)
    points = np.arange(land.size, dtype=np.float64)
    for begin in range(0, land.size, ROWS):
        rows = slice(begin, begin + ROWS)
        inside[rows] = land.inside(points[rows, None], points[None, :])
    return inside


def degree(land: Land, lattice: Lattice) -> Raster:
    """Return the number of street steps that meet at each lattice point, shape (size, size)."""
    count = np.zeros((land.size, land.size), np.int8)
    column, row = lattice.column > 0, lattice.row.T > 0
    count[:, :-1] += column
    count[:, 1:] += column
    count[:-1] += row
    count[1:] += row
    town, d = np.nonzero(lattice.diagonal)
    np.add.at(count, (d, d + lattice.shift[town]), 1)
    np.add.at(count, (d + 1, d + lattice.shift[town] + 1), 1)
    return count
