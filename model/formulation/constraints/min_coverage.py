r"""Each phase ends with at least the coverage asked for.

.. math::  C_{kt} \ge C^{\min}_{kt}  \qquad \forall k, t

*Where* C is a share of all demand: what is always covered counts, and so does what nothing can cover.
"""

from __future__ import annotations

from collections.abc import Iterable

from model.formulation.expressions import Row
from model.formulation.plan_model import PlanModel
from model.formulation.rule import Limit, Rule, Title, Topic, Unit


def index(m: PlanModel) -> Iterable[tuple[int, str]]:
    """Every phase and level with a target."""
    return list(m.inputs.target)


def min_coverage(m: PlanModel, phase: int, level: str) -> Row:
    """Hold the coverage share of a level at the end of a phase to its target."""
    return m.coverage_share[level, phase] >= m.inputs.target[phase, level]


RULE = Rule(
    __name__,
    topic=Topic.COVERAGE,
    title=Title("Least coverage asked for", "Couverture minimale demandée"),
    is_regional=True,
    index=index,
    body=min_coverage,
    needs=("coverage",),
    is_eased_by_distance=True,
    limit=Limit(Unit.SHARE, 0.01, ("phase", "level"), "{level}, phase {phase}"),
)
