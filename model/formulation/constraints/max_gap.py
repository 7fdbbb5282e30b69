r"""No station of a level is alone, and no stretch of a corridor is long without the level.

.. math::
    a_{skt} &\le \sum_{s' \in N(s,k)} a_{s'kt}  \qquad \forall s, k, t \\
    \sum_{s \in P(i)} a_{s k_i T} &\ge 1        \qquad \forall i

*Where* N(s, k) are the sites within the longest gap of the level around s (`model.gap_neighbour`). A station
that is alone today may stay alone; nothing new may be, and one that has a neighbour keeps one. P(i) are the
sites that serve a stretch i of a corridor with its level :math:`k_i` at the end of the plan: beside the road,
and within half the longest gap, so that two that follow each other are no farther apart than it. A stretch
that no site can serve makes the plan infeasible: it is not left out.
"""

from __future__ import annotations

from collections.abc import Iterable

from model.formulation.expressions import Row, stations, total
from model.formulation.plan_model import PlanModel
from model.formulation.rule import Limit, Rule, Title, Topic, Unit


def index(m: PlanModel) -> Iterable[tuple[str, int, str, int]]:
    """Every site and level that could be alone, in every phase; every stretch of a corridor, at the end."""
    space = m.inputs.space
    sites = (("site", site, level, phase) for site, level in space.neighbours for phase in m.phase)
    stretches = enumerate(space.corridors)
    return [*sites, *(("corridor", number, c.level, m.phase.last()) for number, c in stretches)]


def max_gap(m: PlanModel, kind: str, number: int, level: str, phase: int) -> Row:
    """Allow a level at a site only while a neighbour has it; with no neighbour it never comes."""
    space = m.inputs.space
    if kind == "corridor":
        serving = stations(m, space.corridors[number].site_ids, level, phase)
        return total(m, (1.0 * a for a in serving)) >= 1
    others = (-1.0 * a for a in stations(m, space.neighbours[number, level], level, phase))
    return total(m, [1.0 * m.presence[number, level, phase], *others]) <= 0


RULE = Rule(
    __name__,
    topic=Topic.SPACE,
    title=Title(
        "Greatest distance between stations of a level", "Distance maximale entre stations d'un même niveau"
    ),
    index=index,
    body=max_gap,
    needs=("coverage",),
    limit=Limit(
        Unit.STATIONS, 1.0, ("place", "number", "level", "phase"), "{place} {number}, {level}, phase {phase}"
    ),
)
