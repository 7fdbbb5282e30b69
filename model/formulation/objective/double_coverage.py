r"""Share of the demand that has a second L3 station in reach, averaged over the phases as coverage is.

.. math::  T = \sum_t \delta_t B_t / \sum_t \delta_t, \qquad B_t = \bar B + \sum_j w_j b_{jt}

*Where* :math:`\bar B` is the share that has two whatever is decided.
"""

from __future__ import annotations

import pyomo.environ as pyo
from pyomo.core.expr.numvalue import NumericValue

from model.formulation.expressions import total
from model.formulation.rule import Title, Topic
from model.formulation.term import Term


def double_coverage(m: pyo.ConcreteModel) -> NumericValue:
    """Sum the weights of the groups that are covered doubly."""
    part, inputs = m.inputs.discount_share, m.inputs
    groups = enumerate(inputs.double_coverage.groups)
    gained = (part[t] * g.weight_share * m.doubly_covered[n, t] for n, g in groups for t in m.phase)
    return total(m, gained) + inputs.double_coverage.always_share


TERM = Term(
    __name__,
    topic=Topic.COVERAGE,
    title=Title("Second station in reach", "Deuxième station à portée"),
    expression=double_coverage,
    needs=("double_coverage",),
    is_counted=lambda inputs: inputs.double_coverage is not None,
)
