r"""A grid upgrade is bought at most once.

.. math::  \sum_t r_{gqt} \le 1  \qquad \forall g, q
"""

from __future__ import annotations

from collections.abc import Iterable

import pyomo.core as pyo

from model.formulation.expressions import Row, total
from model.formulation.plan_model import Decisions, PlanModel
from model.formulation.rule import Definition, Title, Topic


def variables(m: PlanModel) -> None:
    """Purchases r of each step of each grid area, by phase."""
    steps = [(area, step, phase) for area, step in m.inputs.steps for phase in m.phase]
    m.grid_upgraded = pyo.Var(steps, domain=pyo.Binary)


def start(m: PlanModel, decisions: Decisions) -> None:
    """Give r what is bought."""
    for purchase in m.grid_upgraded:
        m.grid_upgraded[purchase].set_value(int(purchase in decisions.bought))


def index(m: PlanModel) -> Iterable[tuple[int, int]]:
    """Every step of every grid area."""
    return list(m.inputs.steps)


def grid_upgrade(m: PlanModel, area: int, step: int) -> Row:
    """Buy a step of an area once, in whichever phase, or not at all."""
    return total(m, (1.0 * m.grid_upgraded[area, step, phase] for phase in m.phase)) <= 1


DEFINITION = Definition(
    __name__,
    topic=Topic.GRID,
    title=Title(
        "A grid upgrade is bought at most once", "Un renforcement du réseau s'achète une fois au plus"
    ),
    index=index,
    body=grid_upgrade,
    variables=variables,
    start=start,
    decides=("grid_upgraded",),
)
