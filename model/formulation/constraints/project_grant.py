r"""A project gets from a programme what its works earn, and no more than the programme's cap.

.. math::  G_{pt} \le \sum_o grant_{op} \, x_{ot}, \qquad 0 \le G_{pt} \le \bar G_p  \qquad \forall p, t

*Where* p is a grant programme and a project is one application: all works of a phase.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyomo.environ as pyo

from model.formulation.expressions import total


def index(m: pyo.ConcreteModel) -> Iterable[tuple[str, int]]:
    """Every programme that pays for some option, and every phase."""
    return ((programme, phase) for programme in m.earning for phase in m.phase)


def project_grant(m: pyo.ConcreteModel, programme: str, phase: int) -> Any:
    """Hold what a programme gives in a phase to what the works of the phase earn one by one."""
    earned = [-cad * m.x[o, t] for o, t, cad in m.earning[programme] if t == phase]
    return total(m, [1.0 * m.granted[programme, phase], *earned]) <= 0
