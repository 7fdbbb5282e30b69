"""A model as arrays: every rule is rows here, so whoever works on the arrays keeps them all."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Vector = NDArray[np.float64]
Mask = NDArray[np.bool_]
Indices = NDArray[np.intp]
_FEASIBILITY_TOLERANCE = 1e-6
_SPAN_FOR_SOLVER = 2.0**20


@dataclass(frozen=True)
class Matrix:
    """Maximise `gain @ x + constant` with `row_lower <= rows @ x <= row_upper` and `lower <= x <= upper`."""

    gain: Vector
    constant: float
    rows: sparse.csr_array
    row_lower: Vector
    row_upper: Vector
    lower: Vector
    upper: Vector
    is_integer: Mask

    def __getstate__(self) -> dict[str, Any]:
        """Send the arrays to another process, and not what is worked out from them, maybe just now."""
        return {part.name: getattr(self, part.name) for part in fields(self)}

    @cached_property
    def integers(self) -> NDArray[np.intp]:
        """The columns that must be whole."""
        return np.flatnonzero(self.is_integer)

    @cached_property
    def columns(self) -> sparse.csc_array:
        """The rows, stored by column."""
        return self.rows.tocsc()

    @cached_property
    def pattern(self) -> sparse.csr_array:
        """A 1 wherever a row speaks of a column."""
        return self._like(np.ones_like(self.rows.data))

    @cached_property
    def positive(self) -> sparse.csr_array:
        """The factors above 0."""
        return self._like(np.maximum(self.rows.data, 0.0))

    @cached_property
    def negative(self) -> sparse.csr_array:
        """The factors below 0."""
        return self._like(np.minimum(self.rows.data, 0.0))

    def _like(self, data: Vector) -> sparse.csr_array:
        found = sparse.csr_array(
            (data, self.rows.indices, self.rows.indptr), shape=self.rows.shape, copy=True
        )
        found.eliminate_zeros()  # 0 times an infinite bound is no number
        return found

    @cached_property
    def row_tolerance(self) -> Vector:
        """By how much a row may seem broken and still holds."""
        greatest: Vector = abs(self.rows).max(axis=1).toarray().ravel() if self.rows.shape[0] else np.zeros(0)
        found: Vector = _FEASIBILITY_TOLERANCE * np.maximum(greatest, 1.0)
        return found

    @cached_property
    def objective_scale(self) -> float:
        """Return the power of 2 by which a solver gets the objective multiplied.

        A solver takes a gain below its tolerance, 1e-7 for a unit of a column, for none, and leaves such
        columns anywhere: a cell among a thousand million people, a dollar among ten million. Multiplied so
        that best and worst ends of all columns lie some 1e6 apart, what it may miss is 1e-13 of that.
        """
        paid = (self.gain != 0) & np.isfinite(self.lower) & np.isfinite(self.upper)
        span = float(np.abs(self.gain[paid]) @ (self.upper - self.lower)[paid])
        return float(2.0 ** np.round(np.log2(_SPAN_FOR_SOLVER / span))) if span > 0 else 1.0

    def objective_value(self, values: Vector) -> float:
        """Return the objective of these values."""
        return float(self.gain @ values) + self.constant

    def is_feasible(self, values: Vector) -> bool:
        """Tell whether values keep every row and bound, and are whole where they must be."""
        slack = _FEASIBILITY_TOLERANCE
        whole = values[self.integers]
        return bool(
            (values >= self.lower - slack).all()
            and (values <= self.upper + slack).all()
            and (np.abs(whole - whole.round()) <= slack).all()
            and (self.excess(values) <= self.row_tolerance).all()
        )

    def excess(self, values: Vector) -> Vector:
        """Return by how much each row is broken, 0 where it holds."""
        found = self.rows @ values
        broken: Vector = np.maximum(np.maximum(self.row_lower - found, found - self.row_upper), 0.0)
        return broken

    def ceiling(self) -> float:
        """Return a bound that needs no solving: every column at its better end."""
        return self.constant + at_best(self.gain, self.lower, self.upper)

    def within(self, lower: Vector, upper: Vector) -> Matrix:
        """Return the same matrix with other bounds of the columns."""
        found = replace(self, lower=lower, upper=upper)
        # What depends on the rows alone is worked out once, however many matrices share them.
        found.__dict__.update(
            {n: getattr(self, n) for n in ("pattern", "positive", "negative", "row_tolerance")}
        )
        return found


def at_best(gain: Vector, lower: Vector, upper: Vector) -> float:
    """Return the most that `gain @ x` comes to between bounds; infinite where nothing holds it."""
    at = np.where(gain > 0, upper, lower)
    paid = gain != 0
    return float(gain[paid] @ at[paid])


def bounded(matrix: Matrix) -> Matrix:
    """Give columns without a bound the one that their rows imply, where there is one."""
    lower, upper = matrix.lower.copy(), matrix.upper.copy()
    for column in np.flatnonzero(~(np.isfinite(lower) & np.isfinite(upper))):
        start, end = matrix.columns.indptr[column : column + 2]
        for row, factor in zip(
            matrix.columns.indices[start:end], matrix.columns.data[start:end], strict=True
        ):
            span = slice(*matrix.rows.indptr[row : row + 2])
            others = matrix.rows.indices[span] != column
            at, by = matrix.rows.indices[span][others], matrix.rows.data[span][others]
            low, high = -at_best(-by, lower[at], upper[at]), at_best(by, lower[at], upper[at])
            ends = (matrix.row_lower[row] - high) / factor, (matrix.row_upper[row] - low) / factor
            lower[column] = max(lower[column], min(ends))
            upper[column] = min(upper[column], max(ends))
    crossed_by = np.where(np.isfinite(lower) & np.isfinite(upper), lower - upper, 0.0)
    lower = np.where((crossed_by > 0) & (crossed_by <= _FEASIBILITY_TOLERANCE), upper, lower)
    return matrix.within(lower, upper)
