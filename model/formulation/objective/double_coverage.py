r"""Share of the demand that two stations of a level cover, averaged over the phases as coverage is.

.. math::  T_k = \sum_t \delta_t B_{kt} / \sum_t \delta_t, \qquad B_{kt} = \bar B_k + \sum_j w_{jk} b_{jkt}

*Where* :math:`\bar B_k` is the share that has two whatever is decided.
"""

from __future__ import annotations

import pyomo.core as pyo

from model.formulation.expressions import total
from model.formulation.plan_model import PlanModel
from model.formulation.rule import Title, Topic
from model.formulation.term import Term


def double_coverage(m: PlanModel, level: str) -> pyo.NumericValue:
    """Sum the weights of the nodes that are covered doubly."""
    part, double = m.inputs.discount_share, m.inputs.double_coverage[level]
    nodes = enumerate(double.nodes)
    gained = (
        part[t] * node.weight_share * m.doubly_covered[level, n, t] for n, node in nodes for t in m.phase
    )
    return total(m, gained) + double.always_share


TERM = Term(
    __name__,
    topic=Topic.COVERAGE,
    title=Title("Second station within the service distance", "Deuxième station à portée"),
    expression=double_coverage,
    needs=("double_coverage",),
    is_by_level=True,
    is_counted=lambda inputs, level: level in inputs.double_coverage,
)
