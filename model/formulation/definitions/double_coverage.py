r"""A demand node is covered doubly only where two stations of a level in force cover it.

.. math::  n_{jk} \, b_{jkt} \le \sum_{s \in R(j,k)} a_{skt}  \qquad \forall j, k, t

*Where* :math:`n_{jk}` is 2, less the stations that cover the node and always stay; nodes with none missing
are a constant, and where one is missing b need not be binary. The variables are there only for levels whose
double coverage the objective asks for.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyomo.environ as pyo

from model.data.inputs import DoubleCoverageNode
from model.formulation.expressions import Row, total
from model.formulation.plan_model import Decisions, PlanModel
from model.formulation.rule import Definition, Title, Topic


def variables(m: PlanModel) -> None:
    """Double coverage b of each level, node and phase, whole where two stations are missing."""
    nodes = _nodes(m)
    m.doubly_covered = pyo.Var(
        list(nodes),
        m.phase,
        bounds=(0, 1),
        domain=lambda _, level, number, __: (
            pyo.Binary if nodes[level, number].missing_count > 1 else pyo.NonNegativeReals
        ),
    )


def index(m: PlanModel) -> Iterable[tuple[str, int, int]]:
    """Every level and node that could be covered doubly, in every phase."""
    return ((level, number, phase) for level, number in _nodes(m) for phase in m.phase)


def double_coverage(m: PlanModel, level: str, number: int, phase: int) -> Row:
    """Count the stations that come or stay against those that are missing."""
    node = m.inputs.double_coverage[level].nodes[number]
    covering = [-1.0 * m.presence[site, level, phase] for site in node.site_ids]
    doubly = float(node.missing_count) * m.doubly_covered[level, number, phase]
    return total(m, [doubly, *covering]) <= 0


def start(m: PlanModel, _: Decisions) -> None:
    """Give b what follows from what stands."""
    for (level, number), node in _nodes(m).items():
        for phase in m.phase:
            count = sum(pyo.value(m.presence[site, level, phase]) for site in node.site_ids)
            m.doubly_covered[level, number, phase].set_value(int(count >= node.missing_count))


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
