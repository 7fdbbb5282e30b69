r"""The power that a plan adds fits the hosting capacity of each grid area.

.. math::
    \gamma \sum_{s \in g} \sum_{o \in O(s)} \Delta kW_o \, z_{ot}
    \le H_g + \sum_q \sum_{\tau \le t} kW_{gq} \, r_{gq\tau}  \qquad \forall g, t

*Where* :math:`\gamma` is the coincidence factor, :math:`H_g` the hosting capacity left by earlier plans and r
the grid upgrades bought.
"""

from __future__ import annotations

from collections.abc import Iterable

from model.data.inputs import Inputs
from model.formulation.expressions import Row, in_force, total
from model.formulation.growth import Project, Room
from model.formulation.plan_model import PlanModel
from model.formulation.rule import Limit, Rule, Title, Topic, Unit


def index(m: PlanModel) -> Iterable[tuple[int, int]]:
    """Every grid area and phase."""
    return ((area, phase) for area in m.inputs.remaining_kw for phase in m.phase)


def grid_area_power(m: PlanModel, area: int, phase: int) -> Row:
    """Power added in a grid area since the start, times coincidence, against what the grid can still take."""
    sites = (s for s in m.inputs.option_ids_of_site if m.inputs.sites[s].grid_area_id == area)
    choices = (key for site in sites for key in in_force(m, site, phase))
    added = [m.inputs.coincidence_factor * m.inputs.options[o].added_kw * m.x[o, t] for o, t in choices]
    bought = [
        -step.added_kw * m.grid_upgraded[area, q, t]
        for (a, q), step in m.inputs.steps.items()
        for t in m.phase
        if a == area and t <= phase
    ]
    return total(m, added + bought) <= m.inputs.remaining_kw[area]


class GridRoom(Room):
    """The hosting capacity that each grid area has left, without upgrades."""

    def __init__(self, inputs: Inputs) -> None:
        """Begin with what earlier plans left."""
        self.left_kw = dict(inputs.remaining_kw)
        self.factor = inputs.coincidence_factor
        self.area_of = {site.site_id: site.grid_area_id for site in inputs.sites.values()}

    def fits(self, project: Project) -> bool:
        """Hold the added power against what the area can still take; less power always fits."""
        area = self.area_of[project.option.site_id]
        return area not in self.left_kw or self._added_kw(project) <= max(self.left_kw[area], 0.0)

    def take(self, project: Project) -> None:
        """Count the added power in its area."""
        area = self.area_of[project.option.site_id]
        if area in self.left_kw:
            self.left_kw[area] -= self._added_kw(project)

    def _added_kw(self, project: Project) -> float:
        return project.option.added_kw * self.factor


RULE = Rule(
    __name__,
    topic=Topic.GRID,
    title=Title("Hosting capacity left in the grid areas", "Puissance disponible des zones du réseau"),
    index=index,
    body=grid_area_power,
    needs=("one_change_per_site", "grid_upgrade"),
    limit=Limit(Unit.KW, 100.0, ("grid_area_id", "phase"), "grid area {grid_area_id}, phase {phase}"),
    room=GridRoom,
)
