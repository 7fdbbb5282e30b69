r"""The running cost that a plan adds stays within the limit of each phase.

.. math::  \sum_o \Delta opex_o \, z_{ot} \le O_t  \qquad \forall t
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import pyomo.environ as pyo

from model.formulation.expressions import total


def index(m: pyo.ConcreteModel) -> Iterable[int]:
    """Every phase with a limit."""
    return [p.phase for p in m.inputs.phases if not math.isinf(p.opex_limit_cad_per_year)]


def opex_limit(m: pyo.ConcreteModel, phase: int) -> Any:
    """Yearly running cost added by all that is in force at the end of a phase, against its limit."""
    limit = next(p.opex_limit_cad_per_year for p in m.inputs.phases if p.phase == phase)
    options = m.inputs.options
    added = (options[o].opex_change_cad_per_year * m.x[o, t] for o, t in m.choice if t <= phase)
    return total(m, added) <= limit
