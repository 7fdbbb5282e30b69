"""The river and the railway, which few streets cross, as curves over the lattice."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from etl.sample.calibration import Bools, Floats, Numbers, stream
from etl.sample.land import STEP_M, Land
from etl.sample.lattice import LOCAL, NONE, PRIMARY, SECONDARY, UNCLASSIFIED, Lattice

Curve = Callable[[Land, Numbers], Floats]


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
BARRIERS: tuple[tuple[Curve, tuple[float, float, float]], ...] = (
    (river, (1.0, 0.36, 0.25)),
    (railway, (1.0, 0.50, 0.50)),
)


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
    for curve, (main, middle, minor) in BARRIERS:
        at = curve(land, points)
        for rise, raster in enumerate((lattice.column, lattice.row)):
            gap, crossing = curve_gap(raster.shape, at, rise)
            classes = [raster == PRIMARY, raster >= SECONDARY, raster >= UNCLASSIFIED]
            chance = np.select(classes, [main, middle, minor], 0.0)
            raster[crossing & (rng.random(land.size)[:, None] >= chance)] = NONE
            raster[(np.abs(gap) < 1.6) & np.isin(raster, LOCAL)] = NONE  # noqa: PLR2004 - 80 m
