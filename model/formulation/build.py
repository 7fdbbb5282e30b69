"""The model, as one page: variables, rules, objective. It sees `Inputs` and Pyomo, nothing else."""

from __future__ import annotations

import pyomo.environ as pyo

from model.accounting import grid
from model.accounting.coverage import covered, levels_in_force
from model.data.inputs import Inputs, Plan
from model.formulation import flow, money, objective
from model.formulation.constraints import RULES, Rule, double_coverage, equity


def build(inputs: Inputs, *, without: frozenset[str] = frozenset()) -> pyo.ConcreteModel:
    """Return the Pyomo model of these inputs; `without` leaves rules out that the scenario has on.

    x[o,t] = 1 where a site switches to option o in phase t. Each rule brings the variables it needs.
    """
    m = pyo.ConcreteModel(name="plan")
    m.inputs = inputs
    m.phase = pyo.Set(initialize=inputs.phase_numbers, ordered=True)
    m.choice = pyo.Set(
        initialize=[(o.option_id, t) for o in inputs.options.values() for t in o.phases],
        dimen=2,
        ordered=True,
    )
    m.x = pyo.Var(m.choice, domain=pyo.Binary)
    m.nothing = pyo.Var(bounds=(0, 0))

    m.rule_names = inputs.rules - without
    money.variables(m)
    flow.variables(m)

    for rule in RULES:
        if rule.is_structural or rule.name in m.rule_names:
            _add(m, rule)

    objective.add(m)
    return m


def _add(m: pyo.ConcreteModel, rule: Rule) -> None:
    if rule.variables is not None:
        rule.variables(m)
    m.add_component(rule.name, pyo.Constraint(list(rule.index(m)), rule=rule.body))


def assign(m: pyo.ConcreteModel, plan: Plan, bought: grid.Purchases | None = None) -> None:
    """Give every variable the value it has under a plan: all that is covered, served and granted counts.

    `bought` is the reinforcement that goes with the plan, the cheapest that carries it unless given.
    """
    for key in m.choice:
        m.x[key].set_value(int(key in plan))
    m.nothing.set_value(0)
    money.assign(m, plan, bought)
    for phase in m.phase:
        levels = levels_in_force(m.inputs, plan, phase)
        reached = covered(m.inputs, plan, phase)
        for site, level in m.site_level:
            m.presence[site, level, phase].set_value(int(level in levels[site]))
        for group, level in m.inputs.reach:
            m.covered[group, level, phase].set_value(int((group, level) in reached), skip_validation=True)
        for level in m.inputs.levels:
            weights = (m.inputs.weight[key] for key in reached if key[1] == level)
            m.coverage_share[level, phase].set_value(
                m.inputs.always_covered_share.get(level, 0.0) + sum(weights)
            )
    equity.assign(m)
    double_coverage.assign(m, plan)
    flow.assign(m, plan)


def plan_of(m: pyo.ConcreteModel) -> Plan:
    """Return the plan that the variables hold, after a solve."""
    return frozenset(key for key in m.choice if (m.x[key].value or 0) > 0.5)  # noqa: PLR2004 - nearest whole number
