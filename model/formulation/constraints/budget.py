r"""A phase spends no more than its budget.

.. math::
    \sum_o (capex_{ot} - resale_{ot}) \, x_{ot} - \sum_p G_{pt} + \sum_{g,q} cost_{gq} \, r_{gqt} \le B_t
    \qquad \forall t

*Where* prices are those of the year of the phase, G is what the grant programs give to the project and r the
grid upgrades bought. Where unspent money carries over, both sides are sums over all phases up to t.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate

from model.data.inputs import Inputs
from model.formulation.expressions import Row, spent, total
from model.formulation.growth import Project, Room
from model.formulation.plan_model import PlanModel
from model.formulation.rule import Limit, Rule, Title, Topic, Unit


def index(m: PlanModel) -> Iterable[int]:
    """Every phase."""
    return list(m.phase)


def budget(m: PlanModel, phase: int) -> Row:
    """Money spent in a phase, less grants and resale, against its budget and what was left over."""
    paying = [t for t in m.phase if t == phase or (t < phase and m.inputs.is_budget_carried_over)]
    limit = sum(p.budget_cad for p in m.inputs.phases if p.phase in paying)
    return total(m, (term for t in paying for term in spent(m, t))) <= limit


class BudgetRoom(Room):
    """The money of each phase that no project has taken, without grid upgrades."""

    def __init__(self, inputs: Inputs) -> None:
        """Begin with the budgets."""
        self.left_cad = {p.phase: p.budget_cad for p in inputs.phases}
        self.is_carried_over = inputs.is_budget_carried_over

    def fits(self, project: Project) -> bool:
        """Hold the cost against the money of the phase, and what is left over that no later one has taken."""
        if not self.is_carried_over:
            return project.net_cad <= self.left_cad[project.phase]
        until = accumulate(self.left_cad[t] for t in sorted(self.left_cad))
        left = (cad for t, cad in zip(sorted(self.left_cad), until, strict=True) if t >= project.phase)
        return project.net_cad <= min(left)

    def take(self, project: Project) -> None:
        """Pay for the project."""
        self.left_cad[project.phase] -= project.net_cad

    def put_back(self, project: Project) -> None:
        """Give its money back."""
        self.left_cad[project.phase] += project.net_cad


RULE = Rule(
    __name__,
    topic=Topic.MONEY,
    title=Title("Budget of each phase", "Budget de chaque phase"),
    is_regional=True,
    index=index,
    body=budget,
    needs=("one_change_per_site", "application_grant", "grid_upgrade"),
    limit=Limit(Unit.CAD, 100_000.0, ("phase",), "phase {phase}"),
    room=BudgetRoom,
)
