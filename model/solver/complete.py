"""All that follows from a plan: the best values of the other variables while its choices are held."""

from __future__ import annotations

from model.data.inputs import Plan
from model.solver import solve_matrix
from model.solver.compiled import Compiled
from model.solver.matrix import Vector
from model.solver.watch import Watch

_LIMIT_S = 60.0
_GRACE_S = 2.0
"""What it may take though no time is left: without it there would be no plan to give."""


def complete(form: Compiled, plan: Plan, watch: Watch, *, threads: int | None) -> Vector | None:
    """Return the best values of all variables under a plan; None where the plan breaks a rule."""
    limits = solve_matrix.Limits(_LIMIT_S, grace_s=_GRACE_S, threads=threads)
    return solve_matrix.run(form.held_to(plan), limits, watch).values
