"""A plan that keeps all rules, from one that breaks some: broken rows give way, ever less."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from model.data.inputs import Plan
from model.solver import solve_matrix
from model.solver.compiled import Compiled
from model.solver.large_neighbourhood import Search, SearchSpace
from model.solver.matrix import Matrix
from model.solver.watch import Watch

_COMPLETION_LIMIT_S = 10.0
_TIME_SHARE = 0.5


def repair(form: Compiled, area: SearchSpace, watch: Watch, plan: Plan, *, threads: int | None) -> None:
    """Look for a plan that keeps all rules, beginning with `plan`; the watch holds what is found."""
    matrix = form.matrix
    all_rows = np.arange(len(matrix.row_lower))
    inner = Watch(
        watch.left_s * _TIME_SHARE if np.isfinite(watch.left_s) else None, 0.0, outer=watch, dual_bound=0.0
    )
    soft = elastic(matrix, all_rows)
    first = solve_matrix.run(
        elastic(form.held_to(plan), all_rows),
        solve_matrix.Limits(_COMPLETION_LIMIT_S, threads=threads),
        inner,
    ).values
    if first is None:
        return
    count = len(matrix.gain)
    broken = np.flatnonzero(matrix.excess(first[:count]) > matrix.row_tolerance)
    soft = elastic(matrix, broken)
    slack = np.concatenate([first[count:].reshape(2, -1)[side][broken] for side in (0, 1)])
    values = np.concatenate([first[:count], slack])
    inner.keep(values, soft.objective_value(values))
    Search(_widened(area, soft), inner, threads).run()
    if inner.values is None:
        return
    found = inner.values[:count]
    if matrix.is_feasible(found):
        watch.keep(found, matrix.objective_value(found))


def elastic(matrix: Matrix, rows: NDArray[np.intp]) -> Matrix:
    """Return the matrix with two columns more for each of these rows, by which it gives way at a price.

    A row is measured by its greatest factor, so that a person and a dollar weigh alike.
    """
    count, row_count = len(rows), len(matrix.row_lower)
    scale = np.maximum(matrix.row_tolerance[rows] / matrix.row_tolerance.min(initial=1.0), 1.0)
    unit = sparse.csr_array((scale, (rows, np.arange(count))), shape=(row_count, count))
    nothing, endless = np.zeros(2 * count), np.full(2 * count, np.inf)
    return Matrix(
        gain=np.concatenate([np.zeros(len(matrix.gain)), nothing - 1.0]),
        constant=0.0,
        rows=sparse.hstack([matrix.rows, unit, -unit], format="csr"),
        row_lower=matrix.row_lower,
        row_upper=matrix.row_upper,
        lower=np.concatenate([matrix.lower, nothing]),
        upper=np.concatenate([matrix.upper, endless]),
        is_integer=np.concatenate([matrix.is_integer, nothing.astype(bool)]),
    )


def _widened(area: SearchSpace, soft: Matrix) -> SearchSpace:
    """Return the search space with the columns by which rows give way; no choice is ruled out."""
    more = len(soft.gain) - len(area.centre_weight)
    return dataclasses.replace(
        area,
        matrix=soft,
        place_m=np.vstack([area.place_m, np.full((more, 2), np.nan)]),
        phase=np.concatenate([area.phase, np.full(more, -1, dtype=np.intp)]),
        layout=np.concatenate([area.layout, np.full(more, -1, dtype=np.intp)]),
        net_cad=np.concatenate([area.net_cad, np.zeros(more)]),
        centre_weight=np.concatenate([area.centre_weight, np.zeros(more)]),
        loss=np.zeros(len(soft.gain)),
    )
