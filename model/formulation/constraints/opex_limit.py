r"""The running cost that a plan adds stays within the limit of each phase.

.. math::  \sum_o \Delta opex_o \, z_{ot} \le O_t  \qquad \forall t
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import pyomo.environ as pyo

from model.formulation.expressions import Row, total
from model.formulation.rule import Limit, Rule, Title, Topic, Unit


def index(m: pyo.ConcreteModel) -> Iterable[int]:
    """Every phase with a limit."""
    return [p.phase for p in m.inputs.phases if not math.isinf(p.opex_limit_cad_per_year)]


def opex_limit(m: pyo.ConcreteModel, phase: int) -> Row:
    """Yearly running cost added by all that is in force at the end of a phase, against its limit."""
    limit = next(p.opex_limit_cad_per_year for p in m.inputs.phases if p.phase == phase)
    options = m.inputs.options
    added = (options[o].opex_change_cad_per_year * m.x[o, t] for o, t in m.choice if t <= phase)
    return total(m, added) <= limit


RULE = Rule(
    __name__,
    topic=Topic.MONEY,
    title=Title("Running cost that a plan may add", "Coût de fonctionnement ajouté, au plus"),
    index=index,
    body=opex_limit,
    needs=("one_change_per_site",),
    limit=Limit(Unit.CAD_PER_YEAR, 10_000.0, ("phase",), "phase {phase}"),
    is_kept_by_greedy=True,
)
