r"""Protected groups of people never lose coverage that they have.

.. math::  c_{jkt} \ge 1  \qquad \forall (j, k) \in P, \; \forall t

*Where* P are the demand groups that hold a cell of a protected group and are covered before the plan, by
something that may go: a station that is removed, or an upgrade that retains no Level 2 port.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyomo.environ as pyo


def index(m: pyo.ConcreteModel) -> Iterable[tuple[int, str, int]]:
    """Every protected demand group and level, in every phase."""
    return [(group, level, phase) for group, level in m.inputs.fairness.protected for phase in m.phase]


def protected_coverage(m: pyo.ConcreteModel, group: int, level: str, phase: int) -> Any:
    """Keep the group covered at the level."""
    return m.covered[group, level, phase] >= 1
