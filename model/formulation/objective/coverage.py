r"""Share of all demand that is covered at a level, averaged over the phases by their discount factors.

.. math::  T_k = \sum_t \delta_t C_{kt} / \sum_t \delta_t
"""

from __future__ import annotations

import pyomo.core as pyo

from model.data.inputs import Inputs
from model.formulation.expressions import total
from model.formulation.growth import Change, Gain
from model.formulation.plan_model import PlanModel
from model.formulation.rule import Title, Topic
from model.formulation.term import Term


def coverage(m: PlanModel, level: str) -> pyo.NumericValue:
    """Sum the coverage shares of the phases."""
    part = m.inputs.discount_share
    return total(m, (part[t] * m.coverage_share[level, t] for t in m.phase))


def gain(inputs: Inputs, level: str) -> Gain:
    """Count what a change covers from its phase on."""
    part = inputs.discount_share

    def gained(change: Change) -> float:
        return sum(part[t] * change.share_change[level, t] for t in part if t >= change.phase)

    return gained


TERM = Term(
    __name__,
    topic=Topic.COVERAGE,
    title=Title("Coverage", "Couverture"),
    expression=coverage,
    needs=("coverage",),
    gain=gain,
    is_by_level=True,
)
