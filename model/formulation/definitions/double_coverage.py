r"""A demand is covered doubly only where two L3 stations in force reach it.

.. math::  n_j \, b_{jt} \le \sum_{s \in R(j,L3)} a_{s,L3,t}  \qquad \forall j, t

*Where* :math:`n_j` is 2, less the stations in reach that always stay; those with none missing are a
constant, and where one is missing b need not be binary. The variables are there only if the objective wants
double coverage.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyomo.environ as pyo

from model.data.inputs import DoubleCoverageGroup
from model.formulation.expressions import Row, total
from model.formulation.rule import Decisions, Definition, Title, Topic


def variables(m: pyo.ConcreteModel) -> None:
    """Double coverage b of each group and phase, whole where two stations are missing."""
    groups = _groups(m)
    m.doubly_covered = pyo.Var(
        range(len(groups)),
        m.phase,
        bounds=(0, 1),
        domain=lambda _, number, __: pyo.Binary if groups[number].missing_count > 1 else pyo.NonNegativeReals,
    )


def index(m: pyo.ConcreteModel) -> Iterable[tuple[int, int]]:
    """Every group of demands that could be covered doubly, in every phase."""
    return ((number, phase) for number in range(len(_groups(m))) for phase in m.phase)


def double_coverage(m: pyo.ConcreteModel, number: int, phase: int) -> Row:
    """Count the stations that come or stay against those that are missing."""
    group = _groups(m)[number]
    reaching = [-1.0 * m.presence[site, "L3", phase] for site in group.site_ids]
    return total(m, [float(group.missing_count) * m.doubly_covered[number, phase], *reaching]) <= 0


def start(m: pyo.ConcreteModel, _: Decisions) -> None:
    """Give b what follows from what stands."""
    for number, phase in m.doubly_covered:
        group = _groups(m)[number]
        count = sum(pyo.value(m.presence[site, "L3", phase]) for site in group.site_ids)
        m.doubly_covered[number, phase].set_value(int(count >= group.missing_count))


def _groups(m: pyo.ConcreteModel) -> tuple[DoubleCoverageGroup, ...]:
    return () if m.inputs.double_coverage is None else m.inputs.double_coverage.groups


DEFINITION = Definition(
    __name__,
    topic=Topic.COVERAGE,
    title=Title("Only two stations in reach cover doubly", "Deux stations à portée couvrent doublement"),
    index=index,
    body=double_coverage,
    needs=("coverage",),
    variables=variables,
    start=start,
)
