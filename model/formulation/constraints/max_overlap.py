r"""No more than so many L3 stations reach a demand.

.. math::  \sum_{s \in R(j,L3)} a_{s,L3,t} \le \max(M, n_j)  \qquad \forall j, t

*Where* :math:`n_j` stations reach the demand today: they may all stay. `model.overlap_group` merges demands
that the same sites reach, counts stations that always stay as a constant, and leaves out what cannot bind.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyomo.environ as pyo

from model.formulation.expressions import Row, total
from model.formulation.rule import Limit, Rule, Title, Topic, Unit


def index(m: pyo.ConcreteModel) -> Iterable[tuple[int, int]]:
    """Every group of demands that too many stations could reach, in every phase."""
    return ((number, phase) for number in range(len(m.inputs.space.overlaps)) for phase in m.phase)


def max_overlap(m: pyo.ConcreteModel, number: int, phase: int) -> Row:
    """L3 stations in force that reach the group, against what is left of the limit."""
    group = m.inputs.space.overlaps[number]
    return (
        total(m, (1.0 * m.presence[site, "L3", phase] for site in group.site_ids)) <= group.station_count_max
    )


RULE = Rule(
    __name__,
    topic=Topic.SPACE,
    title=Title("Most Level 3 stations near a place", "Stations de niveau 3 à portée d'un lieu, au plus"),
    index=index,
    body=max_overlap,
    needs=("coverage",),
    limit=Limit(
        Unit.STATIONS,
        1.0,
        ("aggregated_demand_node", "phase"),
        "group {aggregated_demand_node}, phase {phase}",
    ),
)
