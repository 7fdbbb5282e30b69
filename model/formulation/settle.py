"""All figures of a plan follow from its decisions: what is changed where and when, and what is bought."""

from __future__ import annotations

import pyomo.core as pyo
from pyomo.core.base.constraint import ConstraintData

from model.accounting import grid
from model.data.inputs import Plan
from model.formulation.build import assign, grid_upgrades_of
from model.formulation.plan_model import PlanModel

_TOLERANCE = 1e-6


def settle(m: PlanModel, plan: Plan) -> None:
    """Give every variable the value that follows from a plan which the model holds.

    A solver that stops early leaves coverage, flows and grants anyhow. Of the grid upgrades that the
    variables hold, what the plan can do without goes; where the cheapest keeps all rules, that is bought.
    """
    held = grid_upgrades_of(m, plan)
    for bought in (grid.cheapest(m.inputs, plan), held):
        assign(m, plan, bought)
        if bought == held or _is_paid_for(m):
            return


def _is_paid_for(m: PlanModel) -> bool:
    """Tell whether the rules that speak of grid upgrades hold, and what was added since the model was built.

    Cheaper purchases in other phases need not keep them.
    """
    paid_for = {part.name for part in m.parts if "grid_upgrade" in part.needs}
    rows = (
        row
        for component in m.component_objects(pyo.Constraint, active=True)
        if component.name in paid_for or component.name not in m.built
        for row in component.values()
        if row.active
    )
    return all(_excess(row) <= _TOLERANCE for row in rows)


def is_kept(m: PlanModel) -> bool:
    """Tell whether the values of the variables keep every row of the model."""
    rows = (
        row for component in m.component_objects(pyo.Constraint, active=True) for row in component.values()
    )
    return all(_excess(row) <= _TOLERANCE for row in rows if row.active)


def _excess(row: ConstraintData) -> float:
    """Return by how much a row is broken, as a share of its limit where that is above 1."""
    body, limits = float(pyo.value(row.body)), [float(v) for v in (row.lb, row.ub) if v is not None]
    over = body - row.ub if row.ub is not None else 0.0
    under = row.lb - body if row.lb is not None else 0.0
    return float(max(over, under, 0.0) / max(1.0, *map(abs, limits)))
