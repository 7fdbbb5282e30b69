r"""The objective: a sum of normalised terms, each with its weight.

.. math::  \max \sum_k w_{C_k} \frac{\sum_t \delta_t C_{kt}}{\sum_t \delta_t}
           + w_B \frac{\sum_t \delta_t B_t}{\sum_t \delta_t}
           + w_S \frac{\sum_t \delta_t \sum_k e_{kt} S_{kt}}{\sum_t \delta_t} + w_E E
           - w_{capex} \frac{\text{net capex}}{M}
           - w_{reinforcement} \frac{\text{reinforcement}}{M}
           - w_{opex} \frac{\Delta opex}{\Delta opex^{\max}}

*Where* B is the share of the demand that two L3 stations reach, S the share of the sessions of the busiest
hour that is served and :math:`e_{kt}` the energy of a level among all that is asked for, so that `served` is
the served share of the energy; E is `efficiency`. M and :math:`\Delta opex^{\max}` are the scales of money
(`money_scale.py`), the budgets as a rule. Every term lies in [0, 1]; only a plan that sells more than it buys
takes the money terms below 0, and then not below -1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pyomo.environ as pyo

from model.accounting.money_scale import capex_scale_cad, installable_kw, opex_scale_cad_per_year
from model.data.inputs import Inputs, Service
from model.formulation.expressions import capital, reinforcement, total

__all__ = [
    "MONEY_TERMS",
    "Term",
    "add",
    "capex_scale_cad",
    "installable_kw",
    "opex_scale_cad_per_year",
    "terms",
]

MONEY_TERMS = ("capex", "opex", "reinforcement")


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
    kinds |= {"capex": (-1.0, _capex), "opex": (-1.0, _opex), "reinforcement": (-1.0, _reinforcement)}
    if inputs.double_coverage is not None:
        kinds["double_coverage"] = (1.0, _double_coverage)
    if inputs.service is not None:
        kinds |= {"served": (1.0, _served), "efficiency": (1.0, _efficiency)}
    m.sign = {term: sign for term, (sign, _) in kinds.items()}
    m.term = pyo.Expression(list(kinds), rule=lambda m, term: kinds[term][1](m))
    weighted = (m.sign[t] * inputs.objective_weight.get(t, 0.0) * m.term[t] for t in kinds)
    m.objective = pyo.Objective(expr=sum(weighted) + 0.0 * m.nothing, sense=pyo.maximize)


def terms(m: pyo.ConcreteModel) -> tuple[Term, ...]:
    """Return the terms at the values that the variables have now."""
    weight = m.inputs.objective_weight
    found = ((name, pyo.value(m.term[name]), weight.get(name, 0.0)) for name in m.term)
    # without weight it adds 0, never -0
    return tuple(Term(name, value, w, m.sign[name] * w * value + 0.0) for name, value, w in found)


def _coverage(m: pyo.ConcreteModel, level: str) -> Any:
    """Coverage share of a level, averaged over the phases by their discount factors."""
    discount = {p.phase: p.discount_factor for p in m.inputs.phases}
    scale = sum(discount.values())
    return total(m, (discount[t] / scale * m.coverage_share[level, t] for t in m.phase))


def _double_coverage(m: pyo.ConcreteModel) -> Any:
    """Share of the demand that has a second L3 station in reach, averaged over the phases as coverage is."""
    part = discount_share(m.inputs)
    groups = enumerate(m.inputs.double_coverage.groups)
    gained = (part[t] * g.weight_share * m.doubly_covered[n, t] for n, g in groups for t in m.phase)
    return total(m, gained) + m.inputs.double_coverage.always_share


def _capex(m: pyo.ConcreteModel) -> Any:
    """Capital cost less resale and grants as a share of the scale of money."""
    scale = capex_scale_cad(m.inputs)
    return total(m, (term / scale for t in m.phase for term in capital(m, t)))


def _reinforcement(m: pyo.ConcreteModel) -> Any:
    """Cost of the grid's reinforcement as a share of the scale of money."""
    scale = capex_scale_cad(m.inputs)
    return total(m, (term / scale for t in m.phase for term in reinforcement(m, t)))


def _opex(m: pyo.ConcreteModel) -> Any:
    """Change of the running cost, as a share of its scale: the most that money can bring about."""
    options = m.inputs.options
    scale = opex_scale_cad_per_year(m.inputs)
    return total(m, (options[o].opex_change_cad_per_year / scale * m.x[o, t] for o, t in m.choice))


def _served(m: pyo.ConcreteModel) -> Any:
    """Sum the served share of the energy asked for in the busiest hour, averaged over the phases."""
    discount = discount_share(m.inputs)
    return total(
        m,
        (
            discount[t] * energy_share(m.inputs, k, t) * m.served_share[k, t]
            for k in m.inputs.levels
            for t in m.phase
        ),
    )


def _efficiency(m: pyo.ConcreteModel) -> Any:
    r"""Share of the power that could be installed that does not stand idle in the busiest hour.

    .. math::  E = 1 - \frac{1}{\sum_t \delta_t} \sum_t \delta_t (kW_t - \sum_k h_k D_{kt} S_{kt}) / kW^{\max}

    Served energy per installed kW is a ratio of two decisions and no linear program can maximise it. What
    stands idle, installed power less the mean power that serves, is linear, and orders plans alike where it
    matters: at equal installed power the plan that serves more, at equal service the plan that installs less.
    """
    inputs = m.inputs
    discount, scale = discount_share(inputs), installable_kw(inputs)
    serving = (
        discount[t] * demand_kw(inputs.service, k, t) / scale * m.served_share[k, t]
        for k in inputs.levels
        for t in m.phase
    )
    later = {t: sum(d for when, d in discount.items() if when >= t) for t in m.phase}
    added = (-later[t] * inputs.options[o].added_kw / scale * m.x[o, t] for o, t in m.choice)
    return 1 - inputs.service.installed_kw / scale + total(m, [*serving, *added])


def discount_share(inputs: Inputs) -> dict[int, float]:
    """Return the discount factor of each phase as a share of their sum."""
    scale = sum(p.discount_factor for p in inputs.phases)
    return {p.phase: p.discount_factor / scale for p in inputs.phases}


def demand_kw(service: Service, level: str, phase: int) -> float:
    """Return the mean power that all sessions of a level would take in the busiest hour."""
    return service.kwh_per_session[level] * service.total_per_h(level, phase)


def energy_share(inputs: Inputs, level: str, phase: int) -> float:
    """Return the share of a level in the energy asked for in the busiest hour; alike where none is."""
    assert inputs.service is not None  # noqa: S101 - only asked where sessions are counted
    asked = {k: demand_kw(inputs.service, k, phase) for k in inputs.levels}
    return asked[level] / sum(asked.values()) if sum(asked.values()) else 1 / len(asked)


def coverage_worth(inputs: Inputs, level: str, phase: int) -> float:
    """Return what the objective gains from covering all demand at a level from this phase on."""
    discount = {p.phase: p.discount_factor for p in inputs.phases}
    later = sum(d for t, d in discount.items() if t >= phase)
    return inputs.objective_weight.get(coverage_term(level), 0.0) * later / sum(discount.values())
