r"""Protected groups of people never lose coverage that they have.

.. math::  c_{jkt} \ge 1  \qquad \forall (j, k) \in P, \; \forall t

*Where* P are the aggregated demand nodes that hold a cell of a protected group and are covered before the
plan, by something that may go: a station that is removed, or an upgrade that retains no port of the level.
"""

from __future__ import annotations

from collections.abc import Iterable

from model.formulation.expressions import Row
from model.formulation.plan_model import PlanModel
from model.formulation.rule import Limit, Rule, Title, Topic, Unit


def index(m: PlanModel) -> Iterable[tuple[int, str, int]]:
    """Every protected aggregated demand node and level, in every phase."""
    return [(group, level, phase) for group, level in m.inputs.fairness.protected for phase in m.phase]


def protected_coverage(m: PlanModel, group: int, level: str, phase: int) -> Row:
    """Keep the group covered at the level."""
    return m.covered[group, level, phase] >= 1


RULE = Rule(
    __name__,
    topic=Topic.PEOPLE,
    title=Title("Coverage that protected groups have", "Couverture des groupes protégés"),
    index=index,
    body=protected_coverage,
    needs=("coverage",),
    limit=Limit(
        Unit.SHARE,
        1.0,
        ("aggregated_demand_node", "level", "phase"),
        "aggregated demand node {aggregated_demand_node}, {level}, phase {phase}",
    ),
)
