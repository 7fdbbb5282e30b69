r"""The power that a plan adds fits the hosting capacity of each feeder, of its station, and of their supply.

.. math::
    \gamma \sum_{s \in F_n} \sum_{o \in O(s)} \Delta kW_o \, z_{ot}
    \le H_n + \sum_q \sum_{\tau \le t} kW_{nq} \, r_{nq\tau}  \qquad \forall n, t

*Where* :math:`\gamma` is the coincidence factor, :math:`F_n` the sites that node n of the grid feeds,
directly or by way of another node, :math:`H_n` its hosting capacity left by earlier plans, and r the grid
upgrades bought, which stations alone have.
"""

from __future__ import annotations

from collections.abc import Iterable

from model.data.inputs import Inputs
from model.formulation.expressions import Row, in_force, total
from model.formulation.growth import Project, Room
from model.formulation.plan_model import PlanModel
from model.formulation.rule import Limit, Rule, Title, Topic, Unit


def index(m: PlanModel) -> Iterable[tuple[int, int]]:
    """Every node of the grid and phase."""
    return ((node, phase) for node in m.inputs.remaining_kw for phase in m.phase)


def grid_area_power(m: PlanModel, node: int, phase: int) -> Row:
    """Power added on a node since the start, times coincidence, against what it can still take."""
    sites = (s for s in m.inputs.site_ids_of_node.get(node, ()) if s in m.inputs.option_ids_of_site)
    choices = (key for site in sites for key in in_force(m, site, phase))
    added = [m.inputs.coincidence_factor * m.inputs.options[o].added_kw * m.x[o, t] for o, t in choices]
    bought = [
        -step.added_kw * m.grid_upgraded[area, q, t]
        for (area, q), step in m.inputs.steps.items()
        for t in m.phase
        if area == node and t <= phase
    ]
    return total(m, added + bought) <= m.inputs.remaining_kw[node]


class GridRoom(Room):
    """The hosting capacity that each node of the grid has left, without upgrades."""

    def __init__(self, inputs: Inputs) -> None:
        """Begin with what earlier plans left."""
        self.left_kw = dict(inputs.remaining_kw)
        self.factor = inputs.coincidence_factor
        self.nodes_of = {
            site.site_id: tuple(node for node in site.grid_node_ids if node in self.left_kw)
            for site in inputs.sites.values()
        }

    def fits(self, project: Project) -> bool:
        """Hold the added power against what each node can still take; less power always fits."""
        added_kw = self._added_kw(project)
        return all(added_kw <= max(self.left_kw[node], 0.0) for node in self._nodes(project))

    def take(self, project: Project) -> None:
        """Count the added power on each of its nodes."""
        for node in self._nodes(project):
            self.left_kw[node] -= self._added_kw(project)

    def _nodes(self, project: Project) -> tuple[int, ...]:
        return self.nodes_of[project.option.site_id]

    def _added_kw(self, project: Project) -> float:
        return project.option.added_kw * self.factor


RULE = Rule(
    __name__,
    topic=Topic.GRID,
    title=Title(
        "Hosting capacity left on feeders, stations and supplies",
        "Puissance disponible des artères, des postes et de leur alimentation",
    ),
    index=index,
    body=grid_area_power,
    needs=("one_change_per_site", "grid_upgrade"),
    limit=Limit(Unit.KW, 100.0, ("grid_node_id", "phase"), "grid node {grid_node_id}, phase {phase}"),
    room=GridRoom,
)
