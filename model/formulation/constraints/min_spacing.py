r"""No two stations of a level stand nearer to each other than the least distance.

.. math::  \sum_{s \in Q} a_{skt} \le 1  \qquad \forall k, Q \in Q_k, t

*Where* Q is a set of sites all of which are too near to each other for the level: the pairs of
`model.spacing_conflict`, gathered into cliques that cover every pair, since one row over a clique cuts off
more than a row for each of its pairs. Two stations that stand too near today are no pair: they may stay, and
nothing new may stand near either.
"""

from __future__ import annotations

from collections.abc import Iterable

from model.formulation.expressions import Row, stations, total
from model.formulation.plan_model import PlanModel
from model.formulation.rule import Limit, Rule, Title, Topic, Unit


def variables(m: PlanModel) -> None:
    """No variable of its own: the cliques of each level, found once."""
    m.clique = {
        (level, number): clique
        for level, pairs in m.inputs.space.conflicts.items()
        for number, clique in enumerate(cliques(pairs))
    }


def index(m: PlanModel) -> Iterable[tuple[str, int, int]]:
    """Every level and clique, and phase."""
    return ((level, number, phase) for level, number in m.clique for phase in m.phase)


def min_spacing(m: PlanModel, level: str, number: int, phase: int) -> Row:
    """Of the sites of a clique one at most has the level at the end of a phase."""
    return total(m, (1.0 * a for a in stations(m, m.clique[level, number], level, phase))) <= 1


def cliques(pairs: Iterable[tuple[int, int]]) -> list[tuple[int, ...]]:
    """Return sets of sites, all pairs in each of them given, that together hold every pair given."""
    near: dict[int, set[int]] = {}
    for one, other in pairs:
        near.setdefault(one, set()).add(other)
        near.setdefault(other, set()).add(one)
    left = {site: set(others) for site, others in near.items()}
    found = []
    for site in sorted(near):
        while left[site]:
            clique = _grow(site, min(left[site]), near)
            for member in clique:
                left[member] -= clique
            found.append(tuple(sorted(clique)))
    return found


def _grow(one: int, other: int, near: dict[int, set[int]]) -> set[int]:
    """Add sites near to all so far, the one with the most such neighbours first, until none is left."""
    clique, able = {one, other}, near[one] & near[other]
    while able:
        best = max(able, key=lambda site: (len(near[site] & able), -site))
        clique.add(best)
        able &= near[best]
    return clique


RULE = Rule(
    __name__,
    topic=Topic.SPACE,
    title=Title(
        "Least distance between stations of a level", "Distance minimale entre stations d'un même niveau"
    ),
    index=index,
    body=min_spacing,
    needs=("coverage",),
    variables=variables,
    limit=Limit(
        Unit.STATIONS,
        1.0,
        ("level", "site_set", "phase"),
        "sites too near to each other for {level}, set {site_set}, phase {phase}",
    ),
)
