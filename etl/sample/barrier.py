"""Rivers and railways, which few streets cross, as curves over the lattice."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from scipy.interpolate import PchipInterpolator

from etl.sample.calibration import Bools, Floats, Numbers, stream
from etl.sample.land import STEP_M, Land
from etl.sample.lattice import LOCAL, NONE, PRIMARY, SECONDARY, UNCLASSIFIED, Lattice

Curve = Callable[[Land, Numbers], Floats]
# Steps around a curve within which it takes streets away.
NEAR = 8


def river(land: Land, i: Numbers) -> Floats:
    """Return the river's lattice coordinate j at lattice coordinate i."""
    x, _ = land.unit(i, i)
    km = (i - land.half) * STEP_M / 1000
    y = -4.6 + 0.28 * x + 2.6 * np.sin(x / 4.2 + 0.6)
    return np.asarray(
        land.half + (y * land.k + 0.22 * np.sin(km / 0.62) + 0.12 * np.sin(km / 0.31)) * 1000 / STEP_M
    )


def railway(land: Land, i: Numbers) -> Floats:
    """Return the railway's lattice coordinate j at lattice coordinate i: past the cores, above the river."""
    x, _ = land.unit(i, i)
    return np.asarray(land.half + (0.9 + 0.62 * x + 0.9 * np.sin(x / 3.6)) * land.k * 1000 / STEP_M)


# Chance that a road crosses, by class: primary, secondary and tertiary, unclassified; local streets never do.
RIVER_CHANCE, RAILWAY_CHANCE = (1.0, 0.36, 0.25), (1.0, 0.50, 0.50)


def rivers(land: Land) -> list[Curve]:
    """Return the rivers: one, or in a province one through each row of towns."""
    return [river] if land.is_alone else [partial(_past_towns, row, -4.6, 0.8) for row in rows_of_towns(land)]


def railways(land: Land) -> list[Curve]:
    """Return the railways: one, or in a province one through each row of towns."""
    return (
        [railway] if land.is_alone else [partial(_past_towns, row, 0.9, 0.3) for row in rows_of_towns(land)]
    )


def rows_of_towns(land: Land) -> list[list[int]]:
    """Return rows of towns from west to east, the southern row first.

    A town that lies north or south of a larger one of its row, rather than beside it, is passed by.
    """
    seat = land.towns.seat
    rows = []
    for part in np.array_split(
        np.argsort(seat[:, 1], kind="stable"), max(1, round(np.sqrt(len(seat)) * 0.8))
    ):
        row: list[int] = []
        for town in sorted(part.tolist()):  # the largest first
            away = np.abs(seat[row] - seat[town])
            if np.all(away[:, 0] > away[:, 1]):
                row.append(town)
        rows.append(sorted(row, key=lambda town: float(seat[town, 0])))
    return rows


def _past_towns(row: list[int], aside_km: float, meander_km: float, land: Land, i: Numbers) -> Floats:
    """Return lattice coordinate j at i of a curve past towns, `aside_km` (scale 1) north of their middles."""
    reach = np.sqrt(land.towns.share[row])
    at_i, at_j = land.lattice(land.towns.seat[row, 0], land.towns.seat[row, 1] + aside_km * reach)
    km = (i - land.half) * STEP_M / 1000
    wave = np.sin(km / 7.3 + row[0]) + 0.4 * np.sin(km / 2.9) + 0.12 * np.sin(km / 0.62)
    ends = np.array([-1.0, land.size])
    j = PchipInterpolator(np.insert(ends, 1, at_i), np.insert(at_j[[0, -1]], 1, at_j))(i)
    return np.asarray(j + meander_km * wave * 1000 / STEP_M)


def curve_gap(raster_shape: tuple[int, ...], at: Floats, rise: int) -> tuple[Floats, Bools]:
    """Compare each step of a raster with a curve j = at[i].

    Returns, shaped as the raster, the distance along j from the curve to the step (lattice steps) and whether
    the step crosses the curve. `rise` is 0 for columns, 1 for rows.
    """
    if rise == 0:
        gap = np.arange(raster_shape[1])[None, :] + 0.5 - at[:, None]
        return gap, np.abs(gap) <= 0.5  # noqa: PLR2004 - half a step to either side
    line = np.arange(raster_shape[0])[:, None]
    crossing = (line > at[None, :-1]) != (line > at[None, 1:])
    return line - (at[None, :-1] + at[None, 1:]) / 2, crossing


def lay_barriers(land: Land, lattice: Lattice) -> None:
    """Let few roads cross the river and the railway, and keep local streets 80 m away from them."""
    rng = stream(land.seed, "barrier")
    points = np.arange(land.size, dtype=np.float64)
    barriers = [(curve, RIVER_CHANCE) for curve in rivers(land)]
    barriers += [(curve, RAILWAY_CHANCE) for curve in railways(land)]
    for curve, (main, middle, minor) in barriers:
        at = curve(land, points)
        low, high = max(0, int(at.min()) - NEAR), max(NEAR, min(land.size, int(at.max()) + NEAR))
        for rise, whole in enumerate((lattice.column, lattice.row)):
            raster = whole[:, low:high] if rise == 0 else whole[low:high]
            gap, crossing = curve_gap(raster.shape, at - low, rise)
            classes = [raster == PRIMARY, raster >= SECONDARY, raster >= UNCLASSIFIED]
            chance = np.select(classes, [main, middle, minor], 0.0)
            luck = rng.random(land.size)[:, None]
            raster[crossing & ((luck if rise == 0 else luck[low:high]) >= chance)] = NONE
            raster[(np.abs(gap) < 1.6) & np.isin(raster, LOCAL)] = NONE  # noqa: PLR2004 - 80 m
