r"""Cost of grid upgrades, as a share of the scale of money.

.. math::  T = \frac{1}{M} \sum_{g,q,t} cost_{gq} \, r_{gqt}
"""

from __future__ import annotations

import pyomo.core as pyo

from model.accounting.money_scale import capex_scale_cad
from model.formulation import expressions
from model.formulation.expressions import total
from model.formulation.plan_model import PlanModel
from model.formulation.rule import Title, Topic
from model.formulation.term import Term


def grid_upgrade(m: PlanModel) -> pyo.NumericValue:
    """Sum the cost of all that is bought."""
    scale = capex_scale_cad(m.inputs)
    return total(m, (term / scale for t in m.phase for term in expressions.grid_upgrade(m, t)))


TERM = Term(
    __name__,
    topic=Topic.GRID,
    title=Title("Grid upgrades", "Travaux du réseau"),
    expression=grid_upgrade,
    needs=("grid_upgrade",),
    is_cost=True,
)
