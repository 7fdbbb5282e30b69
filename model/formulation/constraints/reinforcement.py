r"""A step of reinforcement is bought at most once.

.. math::  \sum_t r_{gqt} \le 1  \qquad \forall g, q
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyomo.environ as pyo


def index(m: pyo.ConcreteModel) -> Iterable[tuple[int, int]]:
    """Every step of every grid area."""
    return list(m.inputs.steps)


def reinforcement(m: pyo.ConcreteModel, area: int, step: int) -> Any:
    """Buy a step of an area once, in whichever phase, or not at all."""
    return sum(m.reinforced[area, step, phase] for phase in m.phase) <= 1
