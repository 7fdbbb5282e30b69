r"""The objective: a sum of normalised terms, each with its weight.

.. math::  \max \sum_k w_{C_k} \frac{\sum_t \delta_t C_{kt}}{\sum_t \delta_t}
           - w_{capex} \frac{\text{net capex}}{\sum_t B_t} - w_{opex} \frac{\Delta opex}{\Delta opex^{\max}}

Every term lies in [0, 1]; only a plan that sells more than it buys takes the money terms below 0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pyomo.environ as pyo

from model.expression import total
from model.inputs import Inputs

MONEY_TERMS = ("capex", "opex")


@dataclass(frozen=True)
class Term:
    """A term of the objective as a plan has it: its value, its weight, and what it adds."""

    term: str
    value: float
    weight: float
    contribution: float


def coverage_term(level: str) -> str:
    """Return the name of the coverage term of a level: `coverage_l2` for L2."""
    return f"coverage_{level.lower()}"


def add(m: pyo.ConcreteModel) -> None:
    """Add the terms as expressions and their weighted sum as the objective, to be maximised."""
    inputs: Inputs = m.inputs
    kinds: dict[str, tuple[float, Callable[[pyo.ConcreteModel], Any]]] = {
        coverage_term(level): (1.0, partial(_coverage, level=level)) for level in inputs.levels
    }
    kinds |= {"capex": (-1.0, _capex), "opex": (-1.0, _opex)}
    m.sign = {term: sign for term, (sign, _) in kinds.items()}
    m.term = pyo.Expression(list(kinds), rule=lambda m, term: kinds[term][1](m))
    weighted = (m.sign[t] * inputs.objective_weight.get(t, 0.0) * m.term[t] for t in kinds)
    m.objective = pyo.Objective(expr=sum(weighted) + 0.0 * m.nothing, sense=pyo.maximize)


def terms(m: pyo.ConcreteModel) -> tuple[Term, ...]:
    """Return the terms at the values that the variables have now."""
    weight = m.inputs.objective_weight
    found = ((name, pyo.value(m.term[name]), weight.get(name, 0.0)) for name in m.term)
    return tuple(Term(name, value, w, m.sign[name] * w * value) for name, value, w in found)


def _coverage(m: pyo.ConcreteModel, level: str) -> Any:
    """Coverage share of a level, averaged over the phases by their discount factors."""
    discount = {p.phase: p.discount_factor for p in m.inputs.phases}
    scale = sum(discount.values())
    return total(m, (discount[t] / scale * m.coverage_share[level, t] for t in m.phase))


def _capex(m: pyo.ConcreteModel) -> Any:
    """Net capital cost as a share of all budgets."""
    scale = capex_scale_cad(m.inputs)
    return total(m, (m.inputs.options[o].net_cad / scale * m.x[o, t] for o, t in m.choice))


def _opex(m: pyo.ConcreteModel) -> Any:
    """Change of the running cost, as a share of the most that the budgets can bring about."""
    options = m.inputs.options
    scale = opex_scale_cad_per_year(m.inputs)
    return total(m, (options[o].opex_change_cad_per_year / scale * m.x[o, t] for o, t in m.choice))


def capex_scale_cad(inputs: Inputs) -> float:
    """Return what money is measured against, CAD: the budgets of all phases, unless a figure is given."""
    return inputs.money_scale_cad or max(sum(p.budget_cad for p in inputs.phases), 1.0)


def opex_scale_cad_per_year(inputs: Inputs) -> float:
    """Return a bound on the running cost that a plan adds: budgets times the greatest opex per CAD."""
    ratios = (o.opex_change_cad_per_year / o.net_cad for o in inputs.options.values() if o.net_cad > 0)
    return max(max(ratios, default=0.0) * capex_scale_cad(inputs), 1.0)


def coverage_worth(inputs: Inputs, level: str, phase: int) -> float:
    """Return what the objective gains from covering all demand at a level from this phase on."""
    discount = {p.phase: p.discount_factor for p in inputs.phases}
    later = sum(d for t, d in discount.items() if t >= phase)
    return inputs.objective_weight.get(coverage_term(level), 0.0) * later / sum(discount.values())


def ceiling(inputs: Inputs) -> float:
    """Return a bound that needs no solving: all that can be reached is covered, and for nothing."""
    share = {level: inputs.always_covered_share.get(level, 0.0) for level in inputs.levels}
    for (group, level), sites in inputs.reach.items():
        share[level] += inputs.weight[group, level] if sites else 0.0
    covered = sum(
        coverage_worth(inputs, level, inputs.phase_numbers[0]) * found for level, found in share.items()
    )
    saved = dict.fromkeys(inputs.option_ids_of_site, 0.0)
    for o in inputs.options.values():
        capex = inputs.objective_weight.get("capex", 0.0) * o.net_cad / capex_scale_cad(inputs)
        opex = (
            inputs.objective_weight.get("opex", 0.0)
            * o.opex_change_cad_per_year
            / opex_scale_cad_per_year(inputs)
        )
        saved[o.site_id] = max(saved[o.site_id], -(capex + opex))
    return covered + sum(saved.values())
