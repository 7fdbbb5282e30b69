r"""Capital cost less resale and grants, as a share of the scale of money.

.. math::  T = \frac{1}{M} \Big( \sum_{o,t} (capex_{ot} - resale_{ot}) \, x_{ot} - \sum_{p,t} G_{pt} \Big)

*Where* M is the scale of money, the budgets as a rule: `money_scale.py`.
"""

from __future__ import annotations

import pyomo.core as pyo

from model.accounting.money_scale import capex_scale_cad
from model.data.inputs import Inputs
from model.formulation.expressions import capital, total
from model.formulation.growth import Change, Gain
from model.formulation.plan_model import PlanModel
from model.formulation.rule import Title, Topic
from model.formulation.term import Term


def capex(m: PlanModel) -> pyo.NumericValue:
    """Sum the net capital cost of all phases."""
    scale = capex_scale_cad(m.inputs)
    return total(m, (term / scale for t in m.phase for term in capital(m, t)))


def gain(inputs: Inputs) -> Gain:
    """Count what an option costs, less what grant programs still have for it."""
    scale = capex_scale_cad(inputs)

    def gained(change: Change) -> float:
        return change.net_cad / scale

    return gained


TERM = Term(
    __name__,
    topic=Topic.MONEY,
    title=Title("Capital cost", "Coût d'investissement"),
    expression=capex,
    needs=("one_change_per_site", "application_grant"),
    gain=gain,
    is_cost=True,
)
