r"""An application gets from a program what its projects earn, and no more than the program's cap.

.. math::  G_{pt} \le \sum_o grant_{opt} \, x_{ot}, \qquad 0 \le G_{pt} \le \bar G_p  \qquad \forall p, t

*Where* p is a grant program and an application holds all projects of a phase.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyomo.core as pyo

from model.accounting.grants import granted_cad
from model.formulation.expressions import Row, total
from model.formulation.plan_model import Decisions, PlanModel
from model.formulation.rule import Definition, Title, Topic


def variables(m: PlanModel) -> None:
    """Grants G, CAD, by program and phase.

    `earning` lists, by program, the choices that it pays for: (option, phase, CAD).
    """
    m.earning = {}
    for o, t in m.choice:
        for program, cad in m.inputs.options[o].price(t).grants:
            if cad > 0:
                m.earning.setdefault(program, []).append((o, t, cad))
    m.granted = pyo.Var(list(m.earning), m.phase, bounds=_bounds)


def start(m: PlanModel, decisions: Decisions) -> None:
    """Give G what a plan earns."""
    granted = granted_cad(m.inputs, decisions.plan)
    for key in m.granted:
        m.granted[key].set_value(granted[key])


def index(m: PlanModel) -> Iterable[tuple[str, int]]:
    """Every program that pays for some option, and every phase."""
    return ((program, phase) for program in m.earning for phase in m.phase)


def application_grant(m: PlanModel, program: str, phase: int) -> Row:
    """Hold what a program gives in a phase to what the projects of the phase earn one by one."""
    earned = [-cad * m.x[o, t] for o, t, cad in m.earning[program] if t == phase]
    return total(m, [1.0 * m.granted[program, phase], *earned]) <= 0


def _bounds(m: PlanModel, program: str, phase: int) -> tuple[float, float]:
    earned = sum(cad for _, t, cad in m.earning[program] if t == phase)
    return 0.0, min(m.inputs.application_cap_cad.get(program, float("inf")), earned)


DEFINITION = Definition(
    __name__,
    topic=Topic.MONEY,
    title=Title("What a grant program gives to an application", "Ce qu'un programme accorde à une demande"),
    index=index,
    body=application_grant,
    needs=("one_change_per_site",),
    variables=variables,
    start=start,
    decides=("granted",),
)
