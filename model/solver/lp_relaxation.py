r"""The linear relaxation: a dual bound that holds whatever the solver's tolerance, and what it settles.

Any prices y of the rows (of the right sign) bound the objective c x + c0 (Lagrange):

.. math::
    c x \le \sum_i \max(y_i \underline b_i, y_i \overline b_i) + \sum_j \max(d_j l_j, d_j u_j),
    \quad d = c - A^T y

so the dual bound is worked out from the solver's prices, and does not rely on its optimality.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from model.solver.highs import Instance, SolverEnd
from model.solver.matrix import Matrix, Vector, at_best
from model.solver.watch import Watch

EXACT: Mapping[str, str] = {"solver": "ipm", "run_crossover": "on"}
"""Interior point, cleaned up by crossover: the quickest, unless crossover does not end."""
INTERIOR: Mapping[str, str] = {"solver": "ipm", "run_crossover": "off", "presolve": "off"}
"""Interior point as it ends. Without presolve: what it makes of inexact prices of the presolved rows for all
rows bounds nothing (measured: 1,107 where the relaxation is 92.31, and 92.31 without)."""
SIMPLEX: Mapping[str, str] = {"solver": "simplex"}
LARGE_NONZERO_COUNT = 1_000_000
"""With so many factors crossover may take hours: it has its turn after the interior point."""
_METHOD_SHARE = 0.9
"""Of the time left, what a method may take before the next has its turn; the last may have all of it."""
_SAFETY = 1e-7


@dataclass(frozen=True)
class Relaxation:
    """Values of the columns in the relaxation, their reduced gain (what a unit more adds), a dual bound.

    `status` is optimal, infeasible, or stopped: then values, gains and prices are of no use.
    """

    status: str
    values: Vector
    reduced_gain: Vector
    dual_bound: float
    prices: Vector = field(default_factory=lambda: np.zeros(0))

    def settled(self, matrix: Matrix, objective_value: float) -> Matrix:
        """Fix the whole numbers that no plan with a greater objective value can have otherwise."""
        lower, upper = matrix.lower.copy(), matrix.upper.copy()
        room = self.dual_bound - objective_value + _SAFETY * max(1.0, abs(self.dual_bound))
        whole = matrix.is_integer
        stays_low = whole & (-self.reduced_gain > room)
        stays_high = whole & (self.reduced_gain > room)
        upper[stays_low] = lower[stays_low]
        lower[stays_high] = upper[stays_high]
        return matrix.within(lower, upper)


def relax(matrix: Matrix, watch: Watch, *, time_limit_s: float, threads: int | None) -> Relaxation:
    """Solve the relaxation by one method; where that gives up, the next tries for the time left.

    A method that ends early has prices too, and any prices give a dual bound: the least of them is kept.
    """
    nothing, best = np.zeros(len(matrix.gain)), matrix.ceiling()
    if (matrix.lower > matrix.upper).any():
        return Relaxation(SolverEnd.INFEASIBLE, nothing, nothing, -np.inf)
    for status, lp in attempts(matrix, watch, time_limit_s=time_limit_s, threads=threads):
        if status == SolverEnd.INFEASIBLE:
            return Relaxation(SolverEnd.INFEASIBLE, nothing, nothing, -np.inf)
        prices, values = lp.prices, lp.values
        if prices is None:
            continue
        gain, dual_bound = priced(matrix, prices)
        best = min(best, dual_bound)
        if status == SolverEnd.OPTIMAL and values is not None:
            return Relaxation(status, values, gain, best, prices)
    return Relaxation(SolverEnd.STOPPED, nothing, nothing, best)


def attempts(
    matrix: Matrix,
    watch: Watch,
    *,
    time_limit_s: float,
    threads: int | None,
    order: tuple[Mapping[str, str], ...] = (),
) -> Iterator[tuple[SolverEnd, Instance]]:
    """Yield how each method ended, and the solver that has what it found; for so many seconds in all.

    They are tried in an `order`, or that of `methods`.
    """
    until_s = watch.elapsed_s + time_limit_s
    for options in order or methods(matrix):
        left_s = until_s - watch.elapsed_s
        if left_s <= 0 or watch.is_over():
            return
        limit_s = left_s if options is SIMPLEX else _METHOD_SHARE * left_s
        yield _run(matrix, options, watch, limit_s, threads=threads)


def methods(matrix: Matrix) -> tuple[Mapping[str, str], ...]:
    """Return the options of the solver for each method, in the order in which they are tried."""
    is_large = matrix.rows.nnz >= LARGE_NONZERO_COUNT
    return (INTERIOR, EXACT, SIMPLEX) if is_large else (EXACT, INTERIOR, SIMPLEX)


def _run(
    matrix: Matrix, options: Mapping[str, str], watch: Watch, limit_s: float, *, threads: int | None
) -> tuple[SolverEnd, Instance]:
    until_s = watch.elapsed_s + limit_s
    lp = Instance(matrix, options, threads=threads, is_relaxed=True)
    lp.listen(lambda: watch.is_interrupted or watch.is_settled or watch.elapsed_s > until_s)
    return lp.run(until_s - watch.elapsed_s), lp


def priced(matrix: Matrix, price: Vector) -> tuple[Vector, float]:
    """Return the reduced gains and the dual bound that prices of the rows give."""
    right = sound(matrix, price)
    gain = matrix.gain - matrix.rows.T @ right
    dual_bound = matrix.constant + at_best(right, matrix.row_lower, matrix.row_upper)
    return gain, dual_bound + at_best(gain, matrix.lower, matrix.upper)


def sound(matrix: Matrix, price: Vector) -> Vector:
    """Return prices without those that lean on a side of a row where it has no limit."""
    found = np.where(np.isinf(matrix.row_upper), np.minimum(price, 0.0), price)
    return np.where(np.isinf(matrix.row_lower), np.maximum(found, 0.0), found)
