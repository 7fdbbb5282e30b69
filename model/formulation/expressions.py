"""Sums that several rules speak of, and the types of Pyomo that rules and terms give back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import pyomo.core as pyo
from pyomo.core.base.var import VarData
from pyomo.core.expr.numeric_expr import LinearExpression, MonomialTermExpression
from pyomo.core.expr.relational_expr import RelationalExpression

from model.formulation.plan_model import PlanModel

Row: TypeAlias = RelationalExpression | type[pyo.Constraint.Skip]
"""A row of a rule: an equation or inequality, or `Constraint.Skip` where there is none."""

Stations: TypeAlias = tuple[int, ...]
"""Which variables tell what stands at some sites: `same_stations`."""
_LINEAR = frozenset({MonomialTermExpression, VarData, pyo.ScalarVar})


def total(m: PlanModel, terms: Iterable[pyo.NumericValue]) -> pyo.NumericValue:
    """Return the sum of linear terms; over nothing, a variable fixed to 0: a rule keeps its meaning."""
    found = list(terms)
    if len(found) > 1 and _LINEAR.issuperset(map(type, found)):
        return LinearExpression(found)  # what the sum would be, without asking each term what it is
    return pyo.quicksum(found) if found else 1.0 * m.nothing


def each(coefficient: float, variables: Iterable[VarData]) -> list[pyo.NumericValue]:
    """Return the product of each variable with a number other than 0, in less time than by the operator."""
    return [MonomialTermExpression((coefficient, variable)) for variable in variables]


def capital(m: PlanModel, phase: int) -> list[pyo.NumericValue]:
    """Return the terms of the capital cost of a phase less resale and grants, CAD."""
    prices = {o: m.inputs.options[o].price(phase) for o, t in m.choice if t == phase}
    paid = [(price.capex_cad - price.resale_cad) * m.x[o, phase] for o, price in prices.items()]
    return paid + [-1.0 * m.granted[program, phase] for program in m.earning]


def grid_upgrade(m: PlanModel, phase: int) -> list[pyo.NumericValue]:
    """Return the terms of the cost of grid upgrades in a phase, CAD."""
    return [step.cost_cad * m.grid_upgraded[area, q, phase] for (area, q), step in m.inputs.steps.items()]


def spent(m: PlanModel, phase: int) -> list[pyo.NumericValue]:
    """Return the terms of the net cost of a phase, CAD."""
    return [*capital(m, phase), *grid_upgrade(m, phase)]


def in_force(m: PlanModel, site: int, phase: int) -> list[tuple[str, int]]:
    r"""Return the choices that make up z at a site: :math:`z_{ot} = \sum_{\tau \le t} x_{o\tau}`."""
    options = (m.inputs.options[o] for o in m.inputs.option_ids_of_site.get(site, ()))
    return [(o.option_id, t) for o in options for t in o.phases if t <= phase]


def stations(m: PlanModel, sites: Iterable[int], level: str, phase: int) -> list[VarData]:
    """Return presence a of a level at sites at the end of a phase, without what is 0 whatever is decided."""
    presence, nothing = m.presence, m.nothing
    return [a for site in sites if (a := presence[site, level, phase]) is not nothing]


def same_stations(standing: Iterable[VarData]) -> Stations:
    """Return a key that is equal for equal variables, in whichever order: what they decide is the same."""
    return tuple(sorted(map(id, standing)))
