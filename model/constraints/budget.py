r"""A phase spends no more than its budget.

.. math::  \sum_o (capex_o - grant_o - resale_o) \, x_{ot} \le B_t  \qquad \forall t
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyomo.environ as pyo

from model.expression import total


def index(m: pyo.ConcreteModel) -> Iterable[int]:
    """Every phase."""
    return list(m.phase)


def budget(m: pyo.ConcreteModel, phase: int) -> Any:
    """Money spent in a phase, less what grants and resale bring; unspent money does not carry over."""
    limit = next(p.budget_cad for p in m.inputs.phases if p.phase == phase)
    return total(m, spent(m, phase)) <= limit


def spent(m: pyo.ConcreteModel, phase: int) -> list[Any]:
    """Return the terms of the net cost of a phase, CAD."""
    return [m.inputs.options[o].net_cad * m.x[o, t] for o, t in m.choice if t == phase]
