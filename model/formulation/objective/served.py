r"""Share of the energy asked for in the busiest hour that is served, averaged over the phases.

.. math::  T = \sum_t \delta_t \sum_k e_{kt} S_{kt} / \sum_t \delta_t

*Where* :math:`e_{kt}` is the energy of a level among all that is asked for.
"""

from __future__ import annotations

import pyomo.core as pyo

from model.data.inputs import Inputs
from model.formulation.expressions import total
from model.formulation.plan_model import PlanModel
from model.formulation.rule import Title, Topic
from model.formulation.term import Term


def served(m: PlanModel) -> pyo.NumericValue:
    """Sum the served shares of the levels and phases."""
    inputs, part = m.inputs, m.inputs.discount_share
    return total(
        m,
        (
            part[t] * _energy_share(inputs, k, t) * m.served_share[k, t]
            for k in inputs.levels
            for t in m.phase
        ),
    )


def _energy_share(inputs: Inputs, level: str, phase: int) -> float:
    """Return the share of a level in the energy asked for in the busiest hour; alike where none is."""
    asked = {k: inputs.counted_service.demand_kw(k, phase) for k in inputs.levels}
    return asked[level] / sum(asked.values()) if sum(asked.values()) else 1 / len(asked)


TERM = Term(
    __name__,
    topic=Topic.SESSIONS,
    title=Title("Sessions served", "Recharges servies"),
    expression=served,
    needs=("demand_balance",),
    is_counted=lambda inputs: inputs.service is not None,
)
