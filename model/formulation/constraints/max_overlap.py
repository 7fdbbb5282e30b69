r"""No more than so many stations of a level cover a demand node.

.. math::  \sum_{s \in R(j,k)} a_{skt} \le \max(M_k, n_{jk})  \qquad \forall j, k, t

*Where* :math:`n_{jk}` stations cover the node today: they may all stay. `model.overlap_node` counts stations
that always stay as a constant, and leaves out nodes that cannot have too many, or not without another node
having too many: a row stands for all nodes that it implies.
"""

from __future__ import annotations

from collections.abc import Iterable

from model.data.inputs import Inputs
from model.formulation.expressions import Row, stations, total
from model.formulation.plan_model import PlanModel
from model.formulation.rule import About, Limit, Rule, Title, Topic, Unit


def index(m: PlanModel) -> Iterable[tuple[int, int]]:
    """Every node that too many stations of a level could cover, in every phase."""
    return ((number, phase) for number in range(len(m.inputs.space.overlaps)) for phase in m.phase)


def max_overlap(m: PlanModel, number: int, phase: int) -> Row:
    """Stations in force that cover the node, against what is left of the limit."""
    node = m.inputs.space.overlaps[number]
    standing = (1.0 * a for a in stations(m, node.site_ids, node.level, phase))
    return total(m, standing) <= node.station_count_max


def _about(inputs: Inputs, number: int, phase: int) -> About:
    level = inputs.space.overlaps[number].level
    return {"aggregated_demand_node": number, "level": level, "phase": phase}


RULE = Rule(
    __name__,
    topic=Topic.SPACE,
    title=Title(
        "Most stations of a level near a place", "Stations d'un même niveau à portée d'un lieu, au plus"
    ),
    index=index,
    body=max_overlap,
    needs=("coverage",),
    limit=Limit(
        Unit.STATIONS,
        1.0,
        _about,
        "aggregated demand node {aggregated_demand_node}, {level}, phase {phase}",
    ),
)
