r"""Each phase ends with at least the share of sessions served that is asked for.

.. math::  S_{kt} \ge S^{\min}_{kt}  \qquad \forall k, t

*Where* S is a share of all sessions of the busiest hour: those that nothing reaches count as not served.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyomo.environ as pyo


def index(m: pyo.ConcreteModel) -> Iterable[tuple[int, str]]:
    """Every phase and level with a target."""
    return list(m.inputs.service.min_share) if m.inputs.service else []


def min_served(m: pyo.ConcreteModel, phase: int, level: str) -> Any:
    """Hold the served share of a level at the end of a phase to its target."""
    return m.served_share[level, phase] >= m.inputs.service.min_share[phase, level]
