r"""A bound on all plans that take a choice: sites by themselves, at the prices of what joins them.

Rows that speak of one site alone stay as they are; all others are priced (Lagrange; Geoffrion 1974,
"Lagrangean relaxation for integer programming"). Whatever the prices y, with :math:`V_s(j)` the most that the
columns of site s come to with its choice j taken, :math:`V_s` with any or none, and B what the prices make of
all the rest:

.. math::
    c x \le B + \sum_{r \ne s} V_r + V_s(j) \qquad \forall x: x_j = 1

Prices of the linear relaxation alone say little: a choice that is not taken costs nothing where the rows of
its own site may have the blame. So these are priced anew for each choice, one choice of all sites at a time:
sites do not meet in what is left.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from model.solver.highs import Instance, SolverEnd
from model.solver.lp_relaxation import SIMPLEX, sound
from model.solver.matrix import Indices, Mask, Matrix, Vector, at_best
from model.solver.repair import elastic
from model.solver.watch import Watch

_SAFETY = 1e-7
_PENALTY = 10.0
"""What a unit of a broken row of a site costs, beside the objective: any cost gives a bound that holds."""
_JOINT = -1


def bounds_if_taken(
    matrix: Matrix, prices: Vector, choices: Indices, groups: Indices, watch: Watch, *, threads: int | None
) -> Vector:
    """Return, of each choice, a bound on the objective of all plans that take it.

    Minus infinity where none can. `groups` numbers the site of each choice from 0; a plan takes one choice of
    a site at most. Once the watch is over, choices that are left have the bound that the prices give without
    more solving.
    """
    apart = _Apart(matrix, prices, choices, groups)
    taken = np.full(len(choices), -np.inf)
    number = _number_in_group(groups)
    nothing = apart.most(np.full(apart.group_count, _JOINT), watch, threads=threads)
    for slot in range(int(number.max(initial=-1)) + 1):
        at = np.flatnonzero((number == slot) & apart.is_allowed)
        choice = np.full(apart.group_count, _JOINT)
        choice[groups[at]] = at
        taken[at] = apart.most(choice, watch, threads=threads)[groups[at]]
    most = np.where(apart.must_change, -np.inf, nothing)
    np.maximum.at(most, groups, taken)
    most = np.minimum(most, apart.worth(prices, matrix.lower, matrix.upper))
    whole = apart.rest + float(most.sum())
    found: Vector = whole - most[groups] + taken + _SAFETY * max(1.0, abs(whole))
    return found


@dataclass(frozen=True)
class _Apart:
    """A matrix taken apart by groups; _JOINT is the number of what belongs to several, or to none."""

    matrix: Matrix
    prices: Vector
    choices: Indices
    groups: Indices

    @cached_property
    def group_count(self) -> int:
        return int(self.groups.max(initial=-1)) + 1

    @cached_property
    def is_allowed(self) -> Mask:
        """Whether the bounds of the columns let a choice be taken."""
        low, high = self.matrix.lower[self.choices], self.matrix.upper[self.choices]
        must = np.bincount(self.groups, weights=low, minlength=self.group_count)
        return (high >= 1.0) & (must[self.groups] - low <= 0.0)

    @cached_property
    def must_change(self) -> Mask:
        """Whether the bounds of the columns leave a group no way to take none of its choices."""
        low = self.matrix.lower[self.choices]
        return np.bincount(self.groups, weights=low, minlength=self.group_count) > 0.0

    @cached_property
    def column_group(self) -> Indices:
        """The group of each choice; of other columns that of the rows of one group in which they stand."""
        found = np.full(len(self.matrix.gain), _JOINT)
        found[self.choices] = self.groups
        of_rows, _ = self._one_group(self.matrix.rows, found)
        of_columns, _ = self._one_group(self.matrix.columns.T, of_rows)
        return np.where(found == _JOINT, of_columns, found)

    @cached_property
    def row_group(self) -> Indices:
        """The group that all columns of a row belong to."""
        of_rows, is_whole = self._one_group(self.matrix.rows, self.column_group)
        return np.where(is_whole, of_rows, _JOINT)

    def _one_group(self, lines: sparse.csr_array | sparse.csc_array, group: Indices) -> tuple[Indices, Mask]:
        """Return the one group of the entries of each line, and whether all its entries belong to it."""
        entries = lines.tocoo()
        of_entry, count = group[entries.col], entries.shape[0]
        is_known = of_entry != _JOINT
        least, most = np.full(count, self.group_count), np.full(count, _JOINT)
        np.minimum.at(least, entries.row[is_known], of_entry[is_known])
        np.maximum.at(most, entries.row[is_known], of_entry[is_known])
        unknown_count = np.bincount(entries.row[~is_known], minlength=count)
        return np.where(least == most, most, _JOINT), (least == most) & (unknown_count == 0)

    @cached_property
    def gain(self) -> Vector:
        """What a unit of each column adds beside the prices of the rows that join groups."""
        found: Vector = self.matrix.gain - self.matrix.rows.T @ self._joint_prices
        return found

    @cached_property
    def _joint_prices(self) -> Vector:
        return np.where(self.row_group == _JOINT, sound(self.matrix, self.prices), 0.0)

    @cached_property
    def rest(self) -> float:
        """What the prices make of all that belongs to no group."""
        free = self.column_group == _JOINT
        matrix = self.matrix
        return (
            matrix.constant
            + at_best(self._joint_prices, matrix.row_lower, matrix.row_upper)
            + at_best(self.gain[free], matrix.lower[free], matrix.upper[free])
        )

    @cached_property
    def columns(self) -> Indices:
        return np.flatnonzero(self.column_group != _JOINT)

    @cached_property
    def rows(self) -> Indices:
        return np.flatnonzero(self.row_group != _JOINT)

    @cached_property
    def own(self) -> Matrix:
        """The columns and rows that belong to a group."""
        matrix = self.matrix
        return Matrix(
            gain=self.gain[self.columns],
            constant=0.0,
            rows=matrix.rows[self.rows][:, self.columns],
            row_lower=matrix.row_lower[self.rows],
            row_upper=matrix.row_upper[self.rows],
            lower=matrix.lower[self.columns],
            upper=matrix.upper[self.columns],
            is_integer=np.zeros(len(self.columns), dtype=bool),
        )

    def worth(self, prices: Vector, lower: Vector, upper: Vector) -> Vector:
        """Return the most that each group comes to between bounds of all columns, by prices of all rows."""
        own_price = sound(self.matrix, prices)[self.rows]
        left = self.own.gain - self.own.rows.T @ own_price
        of_rows = _ends(own_price, self.own.row_lower, self.own.row_upper)
        of_columns = _ends(left, lower[self.columns], upper[self.columns])
        found = np.zeros(self.group_count)
        np.add.at(found, self.row_group[self.rows], of_rows)
        np.add.at(found, self.column_group[self.columns], of_columns)
        return found

    def most(self, choice: Indices, watch: Watch, *, threads: int | None) -> Vector:
        """Return the most that each group comes to with one choice, or with none where that is _JOINT."""
        lower, upper = self.matrix.lower.copy(), self.matrix.upper.copy()
        lower[self.choices] = upper[self.choices] = 0.0
        taken = self.choices[choice[choice != _JOINT]]
        lower[taken] = upper[taken] = 1.0
        found = self.worth(self.prices, lower, upper)
        if watch.is_over() or not len(self.rows):
            return found
        own = self.own.within(lower[self.columns], upper[self.columns])
        soft = elastic(own, np.arange(len(self.rows)))
        penalty = _PENALTY * max(1.0, abs(self.rest))
        solver = Instance(
            dataclasses.replace(soft, gain=np.concatenate([own.gain, penalty * soft.gain[len(own.gain) :]])),
            SIMPLEX,
            threads=threads,
            is_relaxed=True,
        )
        solver.listen(watch.is_over)
        if solver.run(watch.left_s) != SolverEnd.OPTIMAL or solver.prices is None:
            return found
        prices = np.zeros(len(self.prices))
        prices[self.rows] = solver.prices
        return np.minimum(found, self.worth(prices, lower, upper))


def _ends(gain: Vector, lower: Vector, upper: Vector) -> Vector:
    """Return the most that each column comes to between its bounds."""
    at = np.where(gain > 0, upper, lower)
    return np.where(gain == 0, 0.0, gain * np.where(gain == 0, 0.0, at))


def _number_in_group(groups: Indices) -> Indices:
    """Return the place of each choice among those of its group, from 0."""
    order = np.argsort(groups, kind="stable")
    count = np.bincount(groups) if len(groups) else np.zeros(0, dtype=np.intp)
    first = np.repeat(np.cumsum(count) - count, count)
    found = np.empty(len(groups), dtype=np.intp)
    found[order] = np.arange(len(groups)) - first
    return found
