"""The model, as one page: definitions, rules, objective. It sees `Inputs` and Pyomo, nothing else."""

from __future__ import annotations

import pyomo.core as pyo
from pyomo.common.gc_manager import PauseGC

from model.accounting import grid
from model.data.inputs import Inputs, Plan
from model.formulation import objective
from model.formulation.affordable import add_affordable
from model.formulation.constraints import RULES
from model.formulation.definitions import DEFINITIONS
from model.formulation.plan_model import Decisions, PlanModel
from model.formulation.rule import Definition

_HALF = 0.5


def build(inputs: Inputs, *, without: frozenset[str] = frozenset(), concludes: bool = True) -> PlanModel:
    """Return the Pyomo model of these inputs; `without` leaves rules out that the scenario has on.

    It `concludes` rows from the limits of rules (`affordable.py`), which are no rules themselves, and do not
    hold any more where a limit is moved.

    `m.parts` are the definitions, rules and terms that it holds, each after those whose variables it needs.
    `m.built` names all components, so that those added later can be told.
    """
    with (
        PauseGC()
    ):  # a million objects, all of which stay: to search them for garbage again and again takes long
        m = empty(inputs)
        for part in (*DEFINITIONS, *(rule for rule in RULES if rule.name in inputs.rules - without)):
            add(m, part)
        objective.add(m)
        if concludes:
            add_affordable(m)
        m.built = frozenset(component.name for component in m.component_objects())
    return m


def empty(inputs: Inputs) -> PlanModel:
    """Return a model that holds nothing yet."""
    m = PlanModel(name="plan")
    m.inputs, m.parts = inputs, []
    m.phase = pyo.Set(initialize=inputs.phase_numbers, ordered=True)
    m.nothing = pyo.Var(bounds=(0, 0), initialize=0)
    m.always = pyo.Var(bounds=(1, 1), initialize=1)
    return m


def add(m: PlanModel, part: Definition) -> None:
    """Add the variables of a definition or a rule, and its rows."""
    if part.variables is not None:
        part.variables(m)
    m.add_component(part.name, pyo.Constraint(list(part.index(m)), rule=part.body))
    m.parts.append(part)


def assign(m: PlanModel, plan: Plan, bought: grid.Purchases | None = None) -> None:
    """Give every variable the value it has under a plan: all that is covered, served and granted counts.

    `bought` are the grid upgrades that go with the plan, the cheapest that carry it unless given.
    """
    decisions = Decisions(plan, grid.cheapest(m.inputs, plan) if bought is None else bought)
    for part in m.parts:
        if part.start is not None:
            part.start(m, decisions)


def plan_of(m: PlanModel) -> Plan:
    """Return the plan that the variables hold, after a solve."""
    return frozenset(key for key in m.choice if (m.x[key].value or 0) > _HALF)


def grid_upgrades_of(m: PlanModel, plan: Plan) -> grid.Purchases:
    """Return the grid upgrades that the variables hold, without what a plan can do without."""
    held = frozenset(key for key in m.grid_upgraded if (m.grid_upgraded[key].value or 0) > _HALF)
    return grid.needed(m.inputs, plan, held)
