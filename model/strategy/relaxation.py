r"""The linear relaxation: a bound that holds whatever the solver's tolerance, and what it settles.

Any prices y of the rows (of the right sign) bound the objective c x + c0 (Lagrange):

.. math::
    c x \le \sum_i \max(y_i \underline b_i, y_i \overline b_i) + \sum_j \max(d_j l_j, d_j u_j),
    \quad d = c - A^T y

so the bound is worked out from the solver's prices, and does not rely on its optimality.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.strategy import solver
from model.strategy.matrix import Matrix, Vector, at_best
from model.strategy.watch import Watch

_METHODS = (("hipo", "off"), ("ipm", "on"), ("choose", "on"))
_SAFETY = 1e-7


@dataclass(frozen=True)
class Relaxation:
    """Values of the columns in the relaxation, their reduced gain (what a unit more adds), a bound.

    `status` is optimal, infeasible, or stopped: then the values and gains are of no use.
    """

    status: str
    values: Vector
    reduced_gain: Vector
    bound: float

    def settled(self, matrix: Matrix, worth: float) -> Matrix:
        """Fix the whole numbers that no plan worth more than `worth` can have otherwise."""
        lower, upper = matrix.lower.copy(), matrix.upper.copy()
        room = self.bound - worth + _SAFETY * max(1.0, abs(self.bound))
        whole = matrix.is_integer
        stays_low = whole & (-self.reduced_gain > room)
        stays_high = whole & (self.reduced_gain > room)
        upper[stays_low] = lower[stays_low]
        lower[stays_high] = upper[stays_high]
        return matrix.within(lower, upper)


def relax(matrix: Matrix, watch: Watch, *, time_limit_s: float, threads: int | None) -> Relaxation:
    """Solve the relaxation by interior point; where one method gives up, the next tries for the time left."""
    nothing, ceiling = np.zeros(len(matrix.gain)), matrix.ceiling()
    until_s = watch.elapsed_s + time_limit_s
    for method, crossover in _METHODS:
        left_s = until_s - watch.elapsed_s
        if left_s <= 0 or watch.is_over():
            break
        options = {"solver": method, "run_crossover": crossover, "time_limit": float(min(left_s, 1e6))}
        lp = solver.instance(matrix, threads, options, is_relaxed=True)
        solver.stop_lp_when_interrupted(lp, watch)
        lp.run()
        status, found = solver.end_of(lp), lp.getSolution()
        if status == "infeasible":
            return Relaxation("infeasible", nothing, nothing, -np.inf)
        if status == "optimal":
            price = np.asarray(found.row_dual, dtype=float) / matrix.objective_scale
            gain, bound = priced(matrix, price)
            return Relaxation(status, np.asarray(found.col_value, dtype=float), gain, min(bound, ceiling))
    return Relaxation("stopped", nothing, nothing, ceiling)


def priced(matrix: Matrix, price: Vector) -> tuple[Vector, float]:
    """Return the reduced gains and the bound that prices of the rows give."""
    sound = np.where(np.isinf(matrix.row_upper), np.minimum(price, 0.0), price)
    sound = np.where(np.isinf(matrix.row_lower), np.maximum(sound, 0.0), sound)
    gain = matrix.gain - matrix.rows.T @ sound
    bound = matrix.constant + at_best(sound, matrix.row_lower, matrix.row_upper)
    return gain, bound + at_best(gain, matrix.lower, matrix.upper)
