"""A plan that wastes nothing: what brings less than it costs goes, however little that is beside the whole.

A gap is a share of the whole objective; with a large budget a station, or a hundred, may be less than that.
So a plan that is good enough is looked at once more by itself: of all that it does, what is best left undone?
That is a small model, solved exactly. Of equally good plans it takes the one that does least.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from model.solver import solve_matrix
from model.solver.compiled import Compiled
from model.solver.complete import complete
from model.solver.highs import LEAST_GAP, SolverEnd
from model.solver.matrix import Matrix, Vector
from model.solver.watch import Watch

_LEAST_STEPS = 8.0
"""What a change must bring to be kept, in the least gaps that the solver can tell."""
_NOISE_SHARE = 1e-13


def trim(form: Compiled, watch: Watch, *, threads: int | None) -> None:
    """Leave undone what the plan of the watch is no worse without; tell the watch where that is exact."""
    watch.enter("trim")
    for steps in (_LEAST_STEPS, 0.0):
        best = watch.values
        if best is None or watch.is_interrupted or watch.left_s <= 0:
            return
        limits = solve_matrix.Limits(watch.left_s, threads=threads)
        found = solve_matrix.run(of_plan(form, best, steps), limits, watch, start=best)
        watch.is_trimmed = found.status == SolverEnd.OPTIMAL
        if found.values is None:
            continue
        plan = form.plan(found.values)
        values = best if plan == form.plan(best) else complete(form, plan, watch, threads=threads)
        if values is not None:
            objective_value = form.matrix.objective_value(values)
            if objective_value >= watch.objective_value - _NOISE_SHARE * abs(watch.objective_value):
                watch.exchange(values, objective_value)
                return


def of_plan(form: Compiled, values: Vector, steps: float) -> Matrix:
    """Return the matrix of all plans that do some of what a plan does; each change costs so many steps."""
    matrix, choices = form.matrix, form.choices
    taken, others = np.zeros((2, len(matrix.gain)), dtype=bool)
    taken[choices] = values[choices] > matrix.lower[choices] + 0.5
    others[choices] = ~taken[choices]
    upper = np.where(others, matrix.lower, matrix.upper)
    gain = matrix.gain - np.where(taken, steps * LEAST_GAP / matrix.objective_scale, 0.0)
    return dataclasses.replace(matrix.within(matrix.lower, upper), gain=gain)
