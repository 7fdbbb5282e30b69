r"""Each phase ends with at least the share of sessions served that is asked for.

.. math::  S_{kt} \ge S^{\min}_{kt}  \qquad \forall k, t

*Where* S is a share of all sessions of the busiest hour: those without a site within the service distance
count as not served.
"""

from __future__ import annotations

from collections.abc import Iterable

from model.formulation.expressions import Row
from model.formulation.plan_model import PlanModel
from model.formulation.rule import Limit, Rule, Title, Topic, Unit


def index(m: PlanModel) -> Iterable[tuple[int, str]]:
    """Every phase and level with a target."""
    return list(m.inputs.service.min_share) if m.inputs.service else []


def min_served(m: PlanModel, phase: int, level: str) -> Row:
    """Hold the served share of a level at the end of a phase to its target."""
    return m.served_share[level, phase] >= m.inputs.counted_service.min_share[phase, level]


RULE = Rule(
    __name__,
    topic=Topic.SESSIONS,
    title=Title("Least share of charging sessions served", "Part minimale des recharges servies"),
    is_regional=True,
    index=index,
    body=min_served,
    needs=("demand_balance",),
    limit=Limit(Unit.SHARE, 0.01, ("phase", "level"), "{level}, phase {phase}"),
)
