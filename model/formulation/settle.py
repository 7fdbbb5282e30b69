"""All figures of a plan follow from its decisions: what is changed where and when, and what is bought."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from model.accounting import grid
from model.data.inputs import Plan
from model.formulation import money
from model.formulation.build import assign

_TOLERANCE = 1e-6
_PAID_FOR = ("budget", "cost_limit", "grid_area_power", "held", "nearly_as_good")
"""Constraints that speak of reinforcement: cheaper purchases in other phases need not keep them."""


def settle(m: pyo.ConcreteModel, plan: Plan) -> None:
    """Give every variable the value that follows from a plan which the model holds.

    A solver that stops early leaves coverage, flows and grants anyhow. Of the reinforcement that the
    variables hold, what the plan can do without goes; where the cheapest keeps all rules, that is bought.
    """
    held = money.reinforcement_of(m, plan)
    for bought in (grid.cheapest(m.inputs, plan), held):
        assign(m, plan, bought)
        if bought == held or _is_kept(m):
            return


def _is_kept(m: pyo.ConcreteModel) -> bool:
    """Tell whether the constraints that speak of reinforcement hold at the values of the variables."""
    components = [m.component(name) for name in _PAID_FOR]
    rows = [row for found in components if found is not None for row in found.values() if row.active]
    return all(_excess(row) <= _TOLERANCE for row in rows)


def _excess(row: Any) -> float:
    """Return by how much a row is broken, as a share of its limit where that is above 1."""
    body, limits = float(pyo.value(row.body)), [float(v) for v in (row.lb, row.ub) if v is not None]
    over = body - row.ub if row.ub is not None else 0.0
    under = row.lb - body if row.lb is not None else 0.0
    return float(max(over, under, 0.0) / max(1.0, *map(abs, limits)))
