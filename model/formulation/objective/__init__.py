r"""The objective: a sum of normalised terms, each with its weight; one term in each file of this folder.

.. math::  \max \sum_k \pm w_k T_k

A plus stands before what is better the more there is of it, a minus before costs. Every term lies in [0, 1];
only a plan that sells more than it buys takes the terms of money below 0, and then not below -1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import pyomo.core as pyo

from model.data.inputs import Inputs
from model.formulation.folder import objects
from model.formulation.growth import Change, Gain
from model.formulation.plan_model import PlanModel
from model.formulation.term import Term

TERMS = objects(__name__, __path__, "TERM", Term)


@dataclass(frozen=True)
class TermValue:
    """A term of the objective as a plan has it: its value, its weight, and what it adds."""

    term: str
    value: float
    weight: float
    contribution: float


def add(m: PlanModel) -> None:
    """Add the terms as expressions and their weighted sum as the objective, to be maximised."""
    inputs: Inputs = m.inputs
    counted = {
        key: (term, given)
        for term in TERMS
        for key, given in term.keys(inputs.levels)
        if term.is_counted(inputs, *given)
    }
    for part in dict.fromkeys(term for term, _ in counted.values()):
        if part.variables is not None:
            part.variables(m)
        m.parts.append(part)
    found = {key: (term.sign, partial(term.expression, m, *given)) for key, (term, given) in counted.items()}
    m.sign = {key: sign for key, (sign, _) in found.items()}
    m.term = pyo.Expression(list(found), rule=lambda _, key: found[key][1]())
    weighted = (m.sign[key] * inputs.objective_weight.get(key, 0.0) * m.term[key] for key in found)
    m.objective = pyo.Objective(expr=sum(weighted) + 0.0 * m.nothing, sense=pyo.maximize)


def values(m: PlanModel) -> tuple[TermValue, ...]:
    """Return the terms at the values that the variables have now."""
    weight = m.inputs.objective_weight
    found = ((name, pyo.value(m.term[name]), weight.get(name, 0.0)) for name in m.term)
    # without weight it adds 0, never -0
    return tuple(TermValue(name, value, w, m.sign[name] * w * value + 0.0) for name, value, w in found)


def gain(inputs: Inputs) -> Gain:
    """Return how a change moves the objective, as far as terms tell of a single change."""
    gains = [
        (term.sign * weight, term.gain(inputs, *given))
        for term in TERMS
        for key, given in term.keys(inputs.levels)
        if term.gain is not None and (weight := inputs.objective_weight.get(key, 0.0))
    ]

    def gained(change: Change) -> float:
        return sum(factor * moved(change) for factor, moved in gains)

    return gained
