r"""Cost of the grid's reinforcement, as a share of the scale of money.

.. math::  T = \frac{1}{M} \sum_{g,q,t} cost_{gq} \, r_{gqt}
"""

from __future__ import annotations

import pyomo.environ as pyo
from pyomo.core.expr.numvalue import NumericValue

from model.accounting.money_scale import capex_scale_cad
from model.formulation import expressions
from model.formulation.expressions import total
from model.formulation.rule import Title, Topic
from model.formulation.term import Term


def reinforcement(m: pyo.ConcreteModel) -> NumericValue:
    """Sum the cost of all that is bought."""
    scale = capex_scale_cad(m.inputs)
    return total(m, (term / scale for t in m.phase for term in expressions.reinforcement(m, t)))


TERM = Term(
    __name__,
    topic=Topic.GRID,
    title=Title("Reinforcement of the grid", "Travaux du réseau"),
    expression=reinforcement,
    needs=("reinforcement",),
    is_cost=True,
)
