r"""A demand node is covered doubly only where two stations of a level in force cover it.

.. math::
    c_{jkt} + b_{jkt} \le \sum_{s \in R(j,k)} a_{skt}, \quad b_{jkt} \le c_{jkt}  \qquad \forall j, k, t

*Where* c is the coverage of the node: the first station covers it, the second doubly. The row takes the place
of that which definition `coverage` has for the same stations, and implies it. Stations that cover the node
and always stay are a constant: where one more is missing b is what c is for the others, and need not be
binary; where none is, it is 1. The variables are there only for levels whose double coverage the objective
asks for, each once for all nodes and phases with the same a.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyomo.core as pyo
from pyomo.core.base.var import VarData

from model.data.inputs import DoubleCoverageNode
from model.formulation.expressions import Row, Stations, each, same_stations, stations, total
from model.formulation.plan_model import Decisions, PlanModel
from model.formulation.rule import Definition, Title, Topic

Key = tuple[str, int, int]
_TWO = 2


def variables(m: PlanModel) -> None:
    """Double coverage b of each level, node and phase, whole where two stations are missing."""
    owner: dict[tuple[int, Stations], Key] = {}
    alike: dict[Key, Key | VarData] = {}
    for level, number in _nodes(m):
        for phase in m.phase:
            key = (level, number, phase)
            missing, others = _missing(m, *key)
            if missing <= 0:
                alike[key] = m.always
            elif len(others) < missing:
                alike[key] = m.nothing
            elif missing == 1 and (len(others) == 1 or same_stations(others) in m.covered_by):
                alike[key] = others[0] if len(others) == 1 else m.covered_by[same_stations(others)]
            else:
                alike[key] = owner.setdefault((missing, same_stations(others)), key)
    m.doubly_covered_variable = pyo.Var(
        list(owner.values()),
        bounds=(0, 1),
        domain=lambda _, *key: pyo.Binary if _missing(m, *key)[0] > 1 else pyo.NonNegativeReals,
    )
    m.doubly_covered = {
        key: m.doubly_covered_variable[found] if isinstance(found, tuple) else found
        for key, found in alike.items()
    }
    both = {key: once for key in owner.values() if (once := _once(m, *key)) is not None}
    m.doubly_covered_definition = pyo.Constraint(list(both), rule=_doubly_covered)
    for once in both.values():
        m.component("coverage")[once.index()].deactivate()


def index(m: PlanModel) -> Iterable[Key]:
    """Every level, node and phase with a double coverage of its own."""
    return list(m.doubly_covered_variable)


def double_coverage(m: PlanModel, level: str, number: int, phase: int) -> Row:
    """Count the stations that come or stay: one covers the node, and those that are missing doubly."""
    missing, others = _missing(m, level, number, phase)
    covering = each(-1.0, others)
    doubly, once = m.doubly_covered_variable[level, number, phase], _once(m, level, number, phase)
    if once is None:
        return total(m, [float(missing) * doubly, *covering]) <= 0
    return total(m, [1.0 * once, 1.0 * doubly, *covering]) <= 0


def start(m: PlanModel, _: Decisions) -> None:
    """Give b what follows from what stands."""
    for key in m.doubly_covered_variable:
        missing, others = _missing(m, *key)
        count = sum(pyo.value(a) for a in others)
        m.doubly_covered_variable[key].set_value(int(count >= missing))


def _doubly_covered(m: PlanModel, level: str, number: int, phase: int) -> Row:
    once = m.covered_by[same_stations(_missing(m, level, number, phase)[1])]
    return 1.0 * m.doubly_covered_variable[level, number, phase] - 1.0 * once <= 0


def _once(m: PlanModel, level: str, number: int, phase: int) -> VarData | None:
    """Return c of the stations of which two are missing, where a node is covered by just these."""
    missing, others = _missing(m, level, number, phase)
    return m.covered_by.get(same_stations(others)) if missing == _TWO else None


def _missing(m: PlanModel, level: str, number: int, phase: int) -> tuple[int, list[VarData]]:
    """Return how many more stations it takes in a phase, and what tells of those that may come or go."""
    node = m.inputs.double_coverage[level].nodes[number]
    standing = stations(m, node.site_ids, level, phase)
    others = [a for a in standing if a is not m.always]
    return node.missing_count - (len(standing) - len(others)), others


def _nodes(m: PlanModel) -> dict[tuple[str, int], DoubleCoverageNode]:
    found = m.inputs.double_coverage.items()
    return {(level, number): node for level, double in found for number, node in enumerate(double.nodes)}


DEFINITION = Definition(
    __name__,
    topic=Topic.COVERAGE,
    title=Title("Only two stations cover doubly", "Deux stations seulement couvrent doublement"),
    index=index,
    body=double_coverage,
    needs=("coverage",),
    variables=variables,
    start=start,
)
