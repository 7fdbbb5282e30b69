"""A matrix with most columns settled, made small for the solver: the same plans, fewer rows and columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.solver.matrix import Mask, Matrix, Vector

_ROUNDS = 4
_SETTLED = 1e-9
_TOLERANCE = 1e-7


@dataclass(frozen=True)
class Reduced:
    """What is left of a matrix, where its columns stand in the whole, and the values of the settled ones.

    `is_infeasible` says that a row cannot hold between the bounds; the rest is of no use then.
    """

    matrix: Matrix
    columns: NDArray[np.intp]
    settled: Vector
    is_infeasible: bool

    def whole(self, values: Vector) -> Vector:
        """Return values of all columns from those of the columns left."""
        found = self.settled.copy()
        found[self.columns] = values
        return found


def reduce(matrix: Matrix) -> Reduced:
    """Settle what the bounds settle: columns with one value, rows over one column, rows that hold anyway.

    Bounds are narrowed by rows over a single column only, so every feasible point of the matrix stays.
    """
    lower, upper = matrix.lower.copy(), matrix.upper.copy()
    is_open = np.ones(len(matrix.row_lower), dtype=bool)
    is_free = upper - lower > _SETTLED
    for _ in range(_ROUNDS):
        alone = np.flatnonzero(is_open & (matrix.pattern @ is_free.astype(float) == 1.0))
        if not len(alone):
            break
        _narrow(matrix, alone, is_free, lower, upper)
        is_open[alone] = False
        is_free = upper - lower > _SETTLED
    is_crossed = lower > upper + _TOLERANCE * np.maximum(1.0, np.abs(upper))
    lower = np.minimum(lower, upper)
    least, most = _least(matrix, lower, upper), -_least(matrix, -upper, -lower)
    slack = matrix.row_tolerance
    is_broken = (least > matrix.row_upper + slack) | (most < matrix.row_lower - slack)
    is_open &= (least < matrix.row_lower) | (most > matrix.row_upper)
    is_open &= (matrix.pattern @ is_free.astype(float)) > 0
    return _cut_out(
        matrix.within(lower, upper), is_open, is_free, is_infeasible=bool(is_crossed.any() or is_broken.any())
    )


def _least(matrix: Matrix, lower: Vector, upper: Vector) -> Vector:
    """Return the least that each row comes to between bounds; minus infinity where a column has none."""
    ends = (matrix.positive, lower), (matrix.negative, upper)
    found: Vector = sum(side @ np.where(np.isfinite(end), end, 0.0) for side, end in ends)
    open_count = sum(abs(side) @ (~np.isfinite(end)).astype(float) for side, end in ends)
    return np.where(open_count > 0, -np.inf, found)


def _narrow(matrix: Matrix, alone: NDArray[np.intp], is_free: Mask, lower: Vector, upper: Vector) -> None:
    """Turn rows over a single free column into bounds of it, in place."""
    free = is_free.astype(float)
    rest = (matrix.rows @ np.where(is_free, 0.0, lower))[alone]
    factor = (matrix.rows @ free)[alone]
    column = np.rint((matrix.pattern @ (free * np.arange(len(free))))[alone]).astype(np.intp)
    ends = (matrix.row_lower[alone] - rest) / factor, (matrix.row_upper[alone] - rest) / factor
    low, high = np.minimum(*ends), np.maximum(*ends)
    whole = matrix.is_integer[column]
    np.maximum.at(lower, column, np.where(whole, np.ceil(low - _TOLERANCE), low))
    np.minimum.at(upper, column, np.where(whole, np.floor(high + _TOLERANCE), high))


def _cut_out(matrix: Matrix, is_open: Mask, is_free: Mask, *, is_infeasible: bool) -> Reduced:
    columns = np.flatnonzero(is_free)
    settled = np.where(is_free, 0.0, matrix.lower)
    rest = (matrix.rows @ settled)[is_open]
    left = Matrix(
        gain=matrix.gain[columns],
        constant=matrix.constant + float(matrix.gain @ settled),
        rows=matrix.rows[np.flatnonzero(is_open)][:, columns],
        row_lower=matrix.row_lower[is_open] - rest,
        row_upper=matrix.row_upper[is_open] - rest,
        lower=matrix.lower[columns],
        upper=matrix.upper[columns],
        is_integer=matrix.is_integer[columns],
    )
    return Reduced(left, columns, settled, is_infeasible)
