"""A plan that spends the money: the phases decided one after the other, each as if it were the last.

What a phase decides is kept by those after it. Each phase is a model of a third of the size, or less, and is
solved to a coarse gap; the plan is a start for the search, which then looks at the phases together.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from model.data.inputs import Plan
from model.solver import solve_matrix
from model.solver.compiled import Compiled
from model.solver.matrix import Matrix, Vector
from model.solver.watch import Watch

MIP_GAP = 0.03


def in_sequence(form: Compiled, watch: Watch, *, time_limit_s: float, threads: int | None) -> Plan:
    """Return the changes found when each phase is decided by itself, for so many seconds at most in all.

    Rules that look at later phases, or at all of them, are kept as far as they are limits from above; whether
    the plan keeps all rules is seen when it is completed.
    """
    values = np.clip(0.0, form.matrix.lower, form.matrix.upper)
    phases = [int(t) for t in np.unique(form.phase[form.choices])]
    until_s = watch.elapsed_s + time_limit_s
    for number, phase in enumerate(phases):
        left_s = until_s - watch.elapsed_s
        if left_s <= 0 or watch.is_over():
            break
        limits = solve_matrix.Limits(left_s / (len(phases) - number), MIP_GAP, threads=threads)
        found = solve_matrix.run(
            up_to(form, phase, values), limits, watch, is_enough=lambda: watch.is_settled
        )
        if found.values is not None:
            values = np.where(form.phase == phase, found.values, values)
    return form.plan(values)


def up_to(form: Compiled, phase: int, values: Vector) -> Matrix:
    """Return the matrix of one phase: those before it are as in `values`, and none follows."""
    matrix, later = form.matrix, form.phase > phase
    held = later | ((form.phase < phase) & (form.phase > 0))
    pattern = matrix.pattern
    of_later = (pattern @ later.astype(float)) > 0
    of_later_state = (pattern @ (later & ~form.is_decision).astype(float)) > 0
    return dataclasses.replace(
        matrix.within(np.where(held, values, matrix.lower), np.where(held, values, matrix.upper)),
        row_lower=np.where(of_later, -np.inf, matrix.row_lower),
        row_upper=np.where(of_later_state, np.inf, matrix.row_upper),
    )


def are_several(form: Compiled) -> bool:
    """Tell whether there are several phases to decide in."""
    return len(np.unique(form.phase[form.choices])) > 1
