r"""No L3 site is alone, and no stretch of a corridor is long without L3.

.. math::
    a_{s,L3,t} &\le \sum_{s' \in N(s)} a_{s',L3,t}  \qquad \forall s, t \\
    \sum_{s \in P(i)} a_{s,L3,T} &\ge 1             \qquad \forall i

*Where* N(s) are the sites within the longest gap of s (`model.l3_neighbour`). A station that is alone today
may stay alone; nothing new may be, and one that has a neighbour keeps one. P(i) are the sites that serve a
stretch i of a corridor at the end of the plan: beside the road, and within half the longest gap, so that
two that follow each other are no farther apart than it. A stretch that no site can serve makes the plan
infeasible: it is not left out.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyomo.environ as pyo

from model.formulation.expressions import Row, total
from model.formulation.rule import Limit, Rule, Title, Topic, Unit


def index(m: pyo.ConcreteModel) -> Iterable[tuple[str, int, int]]:
    """Every site that could be left alone, in every phase; every stretch of a corridor, at the end."""
    space = m.inputs.space
    sites = (("site", site, phase) for site in space.l3_neighbours for phase in m.phase)
    return [*sites, *(("corridor", number, m.phase.last()) for number in range(len(space.corridors)))]


def l3_max_gap(m: pyo.ConcreteModel, kind: str, number: int, phase: int) -> Row:
    """Allow L3 at a site only while a neighbour has it; with no neighbour it never comes."""
    space = m.inputs.space
    if kind == "corridor":
        return total(m, (1.0 * m.presence[site, "L3", phase] for site in space.corridors[number])) >= 1
    others = (-1.0 * m.presence[site, "L3", phase] for site in space.l3_neighbours[number])
    return total(m, [1.0 * m.presence[number, "L3", phase], *others]) <= 0


RULE = Rule(
    __name__,
    topic=Topic.SPACE,
    title=Title("Greatest distance between Level 3 stations", "Distance maximale entre stations de niveau 3"),
    index=index,
    body=l3_max_gap,
    needs=("coverage",),
    limit=Limit(Unit.STATIONS, 1.0, ("place", "number", "phase"), "{place} {number}, phase {phase}"),
)
