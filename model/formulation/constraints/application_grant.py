r"""An application gets from a program what its projects earn, and no more than the program's cap.

.. math::  G_{pt} \le \sum_o grant_{op} \, x_{ot}, \qquad 0 \le G_{pt} \le \bar G_p  \qquad \forall p, t

*Where* p is a grant program and an application holds all projects of a phase.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyomo.environ as pyo

from model.formulation.expressions import total


def index(m: pyo.ConcreteModel) -> Iterable[tuple[str, int]]:
    """Every program that pays for some option, and every phase."""
    return ((program, phase) for program in m.earning for phase in m.phase)


def application_grant(m: pyo.ConcreteModel, program: str, phase: int) -> Any:
    """Hold what a program gives in a phase to what the projects of the phase earn one by one."""
    earned = [-cad * m.x[o, t] for o, t, cad in m.earning[program] if t == phase]
    return total(m, [1.0 * m.granted[program, phase], *earned]) <= 0
