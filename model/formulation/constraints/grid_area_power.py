r"""The power that a plan adds fits the hosting capacity of each feeder, of its station, and of their supply.

.. math::
    \gamma_n \sum_{s \in F_n} \sum_{o \in O(s)} \Delta kW_o \, z_{ot}
    \le H_n + \sum_q \sum_{\tau \le t} kW_{nq} \, r_{nq\tau}  \qquad \forall n, t

*Where* :math:`F_n` are the sites that node n of the grid feeds, directly or by way of another node,
:math:`H_n` is its hosting capacity left by earlier plans, and r the grid upgrades bought, which stations
alone have. :math:`\gamma_n` is the share c(k) of the power of k ports that meets the peak, by the curve of
the scenario, at the most ports with :math:`k \, c(k) \, p \le H_n`, where p is the strongest port on offer. A
plan that adds P kW has at least P / p ports; c falls with their number and k c(k) rises. If it adds at
least k p kW, its own ports have no larger share than c(k); if less, its load is at most k c(k) p. So the load
of its ports by the curve fits wherever this row does, and the row is linear.
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
    share = m.inputs.coincidence_share.get(node, 1.0)
    added = [share * m.inputs.options[o].added_kw * m.x[o, t] for o, t in choices]
    bought = [
        -step.added_kw * m.grid_upgraded[area, q, t]
        for (area, q), step in m.inputs.steps.items()
        for t in m.phase
        if area == node and t <= phase
    ]
    return total(m, added + bought) <= m.inputs.remaining_kw[node]


class GridRoom(Room):
    """The hosting capacity that each node of the grid has left at the end of each phase, without upgrades."""

    def __init__(self, inputs: Inputs) -> None:
        """Begin with what earlier plans left."""
        self.left_kw = {
            node: dict.fromkeys(inputs.phase_numbers, kw) for node, kw in inputs.remaining_kw.items()
        }
        self.share = {node: inputs.coincidence_share.get(node, 1.0) for node in self.left_kw}
        self.nodes_of = {
            site.site_id: tuple(node for node in site.grid_node_ids if node in self.left_kw)
            for site in inputs.sites.values()
        }

    def fits(self, project: Project) -> bool:
        """Hold the added power against what each node can still take; less power always fits."""
        added_kw = project.option.added_kw
        return all(
            added_kw * self.share[node]
            <= max(min(kw for t, kw in self.left_kw[node].items() if t >= project.phase), 0.0)
            for node in self.nodes_of[project.option.site_id]
        )

    def take(self, project: Project) -> None:
        """Count the added power on each of its nodes, in its phase and all later ones."""
        self._add(project, -project.option.added_kw)

    def put_back(self, project: Project) -> None:
        """Count the added power no more."""
        self._add(project, project.option.added_kw)

    def _add(self, project: Project, kw: float) -> None:
        for node in self.nodes_of[project.option.site_id]:
            for phase in self.left_kw[node]:
                if phase >= project.phase:
                    self.left_kw[node][phase] += kw * self.share[node]


RULE = Rule(
    __name__,
    topic=Topic.GRID,
    title=Title(
        "Hosting capacity left on feeders, stations and supplies",
        "Puissance disponible des artères, des postes et de leur alimentation",
    ),
    is_regional=True,
    index=index,
    body=grid_area_power,
    needs=("one_change_per_site", "grid_upgrade"),
    limit=Limit(Unit.KW, 100.0, ("grid_node_id", "phase"), "grid node {grid_node_id}, phase {phase}"),
    room=GridRoom,
)
