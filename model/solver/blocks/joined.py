"""All blocks together: the joint rows with the limits that they have for the region, and prices of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from model.solver import solve_matrix
from model.solver.blocks.form import BlockForm, JointKey
from model.solver.matrix import Matrix, Vector, at_best
from model.solver.watch import Watch


@dataclass(frozen=True)
class Joined:
    """The blocks, and the joint rows of them all: `rows[b]` has the factors of block b in each.

    `constant` is what each block's objective counts that the region has once.
    """

    forms: tuple[BlockForm, ...]
    keys: tuple[JointKey, ...]
    rows: tuple[sparse.csr_array, ...]
    lower: Vector
    upper: Vector
    constant: float

    def sound(self, prices: Vector) -> Vector:
        """Return prices with those of the wrong sign, where a side is open, set to 0."""
        found = np.where(np.isinf(self.upper), np.minimum(prices, 0.0), prices)
        return np.where(np.isinf(self.lower), np.maximum(found, 0.0), found)

    def paid_once(self, prices: Vector) -> float:
        """Return what sound prices of the limits come to, and the constants that blocks count twice."""
        return at_best(prices, self.lower, self.upper) + self._repeated

    def bound(self, prices: Vector, block_bounds: Sequence[float]) -> float:
        """Return the dual bound of the region from bounds of the blocks at sound prices."""
        return float(self.paid_once(prices) + np.sum(block_bounds))

    def priced(self, number: int, prices: Vector) -> Matrix:
        """Return the model of a block whose objective pays sound prices for its part in the joint rows."""
        matrix = self.forms[number].matrix
        return Matrix(
            matrix.gain - self.rows[number].T @ prices,
            matrix.constant,
            matrix.rows,
            matrix.row_lower,
            matrix.row_upper,
            matrix.lower,
            matrix.upper,
            matrix.is_integer,
        )

    @property
    def _repeated(self) -> float:
        return -self.constant * (len(self.forms) - 1)

    @cached_property
    def whole(self) -> Matrix:
        """The model of all blocks as one matrix, the joint rows last."""
        matrices = [form.matrix for form in self.forms]
        return Matrix(
            gain=np.concatenate([m.gain for m in matrices]),
            constant=sum(m.constant for m in matrices) + self._repeated,
            rows=sparse.vstack(
                [sparse.block_diag([m.rows for m in matrices], format="csr"), sparse.hstack(self.rows)],
                format="csr",
            ),
            row_lower=np.concatenate([*(m.row_lower for m in matrices), self.lower]),
            row_upper=np.concatenate([*(m.row_upper for m in matrices), self.upper]),
            lower=np.concatenate([m.lower for m in matrices]),
            upper=np.concatenate([m.upper for m in matrices]),
            is_integer=np.concatenate([m.is_integer for m in matrices]),
        )


def joined(forms: Sequence[BlockForm], nothing: BlockForm) -> Joined:
    """Return the blocks together; `nothing` is the model of a block without sites and demand.

    What a row of `nothing` comes to is a constant that each block has too, and the region once.
    """
    values = _values(nothing)
    found = dict(zip(nothing.joint_keys, (nothing.joint @ values).tolist(), strict=True))
    places: dict[JointKey, int] = {}
    for form in forms:
        for key in form.joint_keys:
            places.setdefault(key, len(places))
    rows = tuple(_spread(form, places) for form in forms)
    lower, upper = (
        _limits([side(form) for form in forms], side(nothing), places, found) for side in (_lower, _upper)
    )
    return Joined(tuple(forms), tuple(places), rows, lower, upper, nothing.matrix.objective_value(values))


def _values(nothing: BlockForm) -> Vector:
    """Return what follows from having no sites and no demand."""
    values = solve_matrix.run(nothing.matrix, solve_matrix.Limits(threads=1), Watch(None, 0.0)).values
    if values is None:
        raise RuntimeError("A block without sites and demand has no values.")
    return values


def _spread(form: BlockForm, places: Mapping[JointKey, int]) -> sparse.csr_array:
    at = np.array([places[key] for key in form.joint_keys], dtype=np.intp)
    found = sparse.coo_array(form.joint)
    return sparse.csr_array(
        (found.data, (at[found.row], found.col)), shape=(len(places), form.joint.shape[1])
    )


Side = list[tuple[JointKey, float]]
"""A limit of each joint row of a block."""


def _lower(form: BlockForm) -> Side:
    return list(zip(form.joint_keys, form.lower.tolist(), strict=True))


def _upper(form: BlockForm) -> Side:
    return list(zip(form.joint_keys, form.upper.tolist(), strict=True))


def _limits(
    sides: Sequence[Side],
    side_of_nothing: Side,
    places: Mapping[JointKey, int],
    constant: Mapping[JointKey, float],
) -> Vector:
    """Return the limits for the region: that of nothing, less the constants of all blocks.

    Limits of a block differ from it by what stands in the block today; a row that nothing lacks has no such
    constants, but for that of the sessions that ports of today serve, which the home of a site alone has.
    """
    base = dict(side_of_nothing)
    limit = np.zeros(len(places))
    is_seen = np.zeros(len(places), dtype=bool)
    for side in sides:
        for key, value in side:
            n = places[key]
            if key[0] == "sessions":
                limit[n] += value
            elif key in base and np.isfinite(value):
                common = constant[key]
                limit[n] += value - base[key] + (common if is_seen[n] else base[key])
            else:
                limit[n] = value
            is_seen[n] = True
    return limit
