r"""Change of the running cost, as a share of the most that money can bring about.

.. math::  T = \sum_{o,t} \Delta opex_o \, x_{ot} / \Delta opex^{\max}
"""

from __future__ import annotations

import pyomo.core as pyo

from model.accounting.money_scale import opex_scale_cad_per_year
from model.data.inputs import Inputs
from model.formulation.expressions import total
from model.formulation.growth import Change, Gain
from model.formulation.plan_model import PlanModel
from model.formulation.rule import Title, Topic
from model.formulation.term import Term


def opex(m: PlanModel) -> pyo.NumericValue:
    """Sum what all changes add to the running cost of a year."""
    options, scale = m.inputs.options, opex_scale_cad_per_year(m.inputs)
    return total(m, (options[o].opex_change_cad_per_year / scale * m.x[o, t] for o, t in m.choice))


def gain(inputs: Inputs) -> Gain:
    """Count what an option adds."""
    scale = opex_scale_cad_per_year(inputs)

    def gained(change: Change) -> float:
        return change.option.opex_change_cad_per_year / scale

    return gained


TERM = Term(
    __name__,
    topic=Topic.MONEY,
    title=Title("Running cost", "Coût de fonctionnement"),
    expression=opex,
    needs=("one_change_per_site",),
    gain=gain,
    is_cost=True,
)
