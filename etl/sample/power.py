"""Power diagrams: ground divided among seats so that each has the share that it is due."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from etl.sample.calibration import Floats, Ints


class Ground(NamedTuple):
    """Places evenly spread over ground, and the surface that each stands for."""

    x: Floats
    y: Floats
    surface: Floats


def nearest(x: Floats, y: Floats, seats: Floats, weight: Floats) -> Ints:
    """Return the index of the seat (n, 2) whose squared distance less its weight is least."""
    best = np.full(np.shape(x), np.inf)
    label = np.zeros(np.shape(x), dtype=np.int64)
    for index, (east, north) in enumerate(seats.tolist()):
        power = (x - east) ** 2 + (y - north) ** 2 - weight[index]
        nearer = power < best
        best = np.where(nearer, power, best)
        label[nearer] = index
    return label


def balance(
    ground: Ground, seats: Floats, target: Floats, weight: Floats, *, step: float, turns: int
) -> Floats:
    """Return the weights with which each seat has its share (`target`, of sum 1) of the ground.

    The search begins at `weight` and moves by `step` (the unit of places, squared), less and less.
    """
    weight = weight.copy()
    for turn in range(turns):
        label = nearest(ground.x, ground.y, seats, weight)
        share = np.bincount(label, ground.surface, len(target)) / ground.surface.sum()
        weight += (target - share) * (step / (1 + turn / 60))
    return weight
