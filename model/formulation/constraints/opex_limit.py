r"""The running cost that a plan adds stays within the limit of each phase.

.. math::  \sum_o \Delta opex_o \, z_{ot} \le O_t  \qquad \forall t
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from model.data.inputs import Inputs
from model.formulation.expressions import Row, total
from model.formulation.growth import Project, Room
from model.formulation.plan_model import PlanModel
from model.formulation.rule import Limit, Rule, Title, Topic, Unit


def index(m: PlanModel) -> Iterable[int]:
    """Every phase with a limit."""
    return [p.phase for p in m.inputs.phases if not math.isinf(p.opex_limit_cad_per_year)]


def opex_limit(m: PlanModel, phase: int) -> Row:
    """Yearly running cost added by all that is in force at the end of a phase, against its limit."""
    limit = next(p.opex_limit_cad_per_year for p in m.inputs.phases if p.phase == phase)
    options = m.inputs.options
    added = (options[o].opex_change_cad_per_year * m.x[o, t] for o, t in m.choice if t <= phase)
    return total(m, added) <= limit


class OpexRoom(Room):
    """The running cost that may still be added by the end of each phase."""

    def __init__(self, inputs: Inputs) -> None:
        """Begin with the limits."""
        self.left_cad = {p.phase: p.opex_limit_cad_per_year for p in inputs.phases}

    def fits(self, project: Project) -> bool:
        """Hold what is added against what is left from its phase on; what saves money always fits."""
        left = min(cad for phase, cad in self.left_cad.items() if phase >= project.phase)
        return project.option.opex_change_cad_per_year <= max(left, 0.0)

    def take(self, project: Project) -> None:
        """Count the running cost in its phase and all later ones."""
        self._add(project, -project.option.opex_change_cad_per_year)

    def put_back(self, project: Project) -> None:
        """Count the running cost no more."""
        self._add(project, project.option.opex_change_cad_per_year)

    def _add(self, project: Project, cad_per_year: float) -> None:
        for phase in self.left_cad:
            if phase >= project.phase:
                self.left_cad[phase] += cad_per_year


RULE = Rule(
    __name__,
    topic=Topic.MONEY,
    title=Title("Running cost that a plan may add", "Coût de fonctionnement ajouté, au plus"),
    is_regional=True,
    index=index,
    body=opex_limit,
    needs=("one_change_per_site",),
    limit=Limit(Unit.CAD_PER_YEAR, 10_000.0, ("phase",), "phase {phase}"),
    room=OpexRoom,
)
