r"""The whole plan costs no more than a limit, whatever the phases may spend.

.. math::  \sum_t K_t \le L

*Where* :math:`K_t` is the net cost of a phase as rule `budget` has it, grants and grid upgrades counted. A
Pareto frontier moves L between the cheapest plan and the budgets.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from model.data.inputs import Inputs
from model.formulation.expressions import Row, spent, total
from model.formulation.growth import Project, Room
from model.formulation.plan_model import PlanModel
from model.formulation.rule import Limit, Rule, Title, Topic, Unit


def index(m: PlanModel) -> Iterable[str]:
    """One row; none where there is no limit."""
    return [] if math.isinf(m.inputs.cost_limit_cad) else ["plan"]


def cost_limit(m: PlanModel, _: str) -> Row:
    """Net cost of all phases together against the limit."""
    return total(m, (term for phase in m.phase for term in spent(m, phase))) <= m.inputs.cost_limit_cad


class CostRoom(Room):
    """The money of all phases together that no project has taken, without grid upgrades."""

    def __init__(self, inputs: Inputs) -> None:
        """Begin with the limit."""
        self.left_cad = inputs.cost_limit_cad

    def fits(self, project: Project) -> bool:
        """Hold the cost against what is left."""
        return project.net_cad <= self.left_cad

    def take(self, project: Project) -> None:
        """Pay for the project."""
        self.left_cad -= project.net_cad

    def put_back(self, project: Project) -> None:
        """Give its money back."""
        self.left_cad += project.net_cad


RULE = Rule(
    __name__,
    topic=Topic.MONEY,
    title=Title("Limit on the cost of all phases together", "Limite du coût de toutes les phases"),
    is_regional=True,
    index=index,
    body=cost_limit,
    needs=("one_change_per_site", "application_grant", "grid_upgrade"),
    limit=Limit(Unit.CAD, 100_000.0, (), "all phases"),
    room=CostRoom,
)
