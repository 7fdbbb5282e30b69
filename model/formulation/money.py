"""Grants and reinforcement: the variables they need, and what they come to under a plan."""

from __future__ import annotations

import pyomo.environ as pyo

from model.accounting import grid
from model.accounting.grants import granted_cad
from model.data.inputs import Plan

_HALF = 0.5


def variables(m: pyo.ConcreteModel) -> None:
    """Add what each program gives in each phase, CAD, and the purchases r[g,q,t] of reinforcement.

    `earning` lists, by program, the choices that it pays for: (option, phase, CAD).
    """
    m.earning = {}
    for o, t in m.choice:
        for program, cad in m.inputs.options[o].grants:
            if cad > 0:
                m.earning.setdefault(program, []).append((o, t, cad))
    m.granted = pyo.Var(list(m.earning), m.phase, bounds=_granted_bounds)
    m.reinforced = pyo.Var(
        [(area, step, phase) for area, step in m.inputs.steps for phase in m.phase], domain=pyo.Binary
    )


def _granted_bounds(m: pyo.ConcreteModel, program: str, phase: int) -> tuple[float, float]:
    earned = sum(cad for _, t, cad in m.earning[program] if t == phase)
    return 0.0, min(m.inputs.application_cap_cad.get(program, float("inf")), earned)


def assign(m: pyo.ConcreteModel, plan: Plan, bought: grid.Purchases | None = None) -> None:
    """Give these variables their values under a plan: all grants it earns, and the reinforcement bought.

    Without `bought` it is the cheapest that carries the plan.
    """
    granted = granted_cad(m.inputs, plan)
    bought = grid.cheapest(m.inputs, plan) if bought is None else bought
    for key in m.granted:
        m.granted[key].set_value(granted[key])
    for purchase in m.reinforced:
        m.reinforced[purchase].set_value(int(purchase in bought))


def reinforcement_of(m: pyo.ConcreteModel, plan: Plan) -> grid.Purchases:
    """Return the reinforcement that the variables hold, without what a plan can do without."""
    held = frozenset(key for key in m.reinforced if (m.reinforced[key].value or 0) > _HALF)
    return grid.needed(m.inputs, plan, held)
