"""The solver on a matrix, reduced first: how it ended, the best values, a dual bound."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from model.solver.highs import SOLVER, Instance, SolverEnd, version
from model.solver.matrix import Matrix, Vector
from model.solver.presolve import Reduced, reduce
from model.solver.watch import Watch

__all__ = ["SOLVER", "Found", "Limits", "run", "version"]

_TOLERANCE = {"mip_feasibility_tolerance": 1e-7, "primal_feasibility_tolerance": 1e-8}


@dataclass(frozen=True)
class Limits:
    """When a run of the solver ends by itself, and its threads (None: as it likes).

    It never takes more time than the watch has left, save for `grace_s`, which it may have in any case.
    `is_thorough`: infeasible is believed only when it is found without presolve too. HiGHS 1.15.1 has an open
    report of a feasible model called infeasible by its presolve.
    `root_method` solves the first relaxation: simplex as a rule, which on a large covering model takes long.
    After `node_count_max` nodes it ends as well: the same on any machine, however busy, which no time is.
    """

    time_limit_s: float = float("inf")
    mip_gap: float = 0.0
    gap_abs: float = 0.0
    threads: int | None = None
    is_thorough: bool = False
    grace_s: float = 0.0
    root_method: str = "choose"
    node_count_max: int | None = None


@dataclass(frozen=True)
class Found:
    """What a run of the solver left: its end, the best values if any, a dual bound of this matrix."""

    status: SolverEnd
    values: Vector | None
    dual_bound: float


def run(
    matrix: Matrix,
    limits: Limits,
    watch: Watch,
    *,
    start: Vector | None = None,
    better: Callable[[Vector], None] | None = None,
    dual_bound: Callable[[float], None] | None = None,
    is_enough: Callable[[], bool] = lambda: False,
    offered: Callable[[], Vector | None] | None = None,
) -> Found:
    """Solve a matrix, reduced first; `start` are values of all its columns that keep all its rows.

    It stops when the user wants it, when `is_enough` says so, and when the time of the limits or of the watch
    is over, whichever is first. `better` hears of each better solution, `dual_bound` of each lower bound;
    `offered` gives better values that were found elsewhere.

    Raises:
        RuntimeError: the solver failed.

    """
    until_s = watch.elapsed_s + min(limits.time_limit_s, max(watch.left_s, limits.grace_s))
    reduced = reduce(matrix)
    if reduced.is_infeasible:
        return Found(SolverEnd.INFEASIBLE, None, -np.inf)
    if not len(reduced.columns):
        is_kept = matrix.is_feasible(reduced.settled)
        return Found(
            SolverEnd.OPTIMAL if is_kept else SolverEnd.INFEASIBLE,
            reduced.settled if is_kept else None,
            reduced.matrix.constant,
        )
    options: dict[str, float | str] = {"mip_rel_gap": limits.mip_gap, "mip_abs_gap": limits.gap_abs}
    options |= {"mip_lp_solver": limits.root_method, **_TOLERANCE}
    if limits.node_count_max is not None:
        options["mip_max_nodes"] = limits.node_count_max
    for presolve in ("choose", "off") if limits.is_thorough else ("choose",):
        instance = Instance(reduced.matrix, {"presolve": presolve, **options}, threads=limits.threads)
        if start is not None:
            instance.begin_with(start[reduced.columns])
        instance.listen(
            lambda: watch.is_interrupted or watch.elapsed_s > until_s or is_enough(),
            None if better is None else lambda values: better(reduced.whole(values)),
            dual_bound,
            None if offered is None else lambda: _of_columns(offered(), reduced),
        )
        status = instance.run(until_s - watch.elapsed_s)
        if status != SolverEnd.INFEASIBLE:
            break
    return _found(instance, status, reduced, matrix, start)


def _of_columns(values: Vector | None, reduced: Reduced) -> Vector | None:
    return None if values is None else values[reduced.columns]


def _found(
    instance: Instance, status: SolverEnd, reduced: Reduced, whole: Matrix, start: Vector | None
) -> Found:
    if status == SolverEnd.FAILED:
        raise RuntimeError(f"HiGHS ended with '{instance.end_words}'.")
    if status == SolverEnd.INFEASIBLE:
        return Found(SolverEnd.INFEASIBLE, None, -np.inf)
    values = _values(instance, reduced, whole)
    return Found(
        status, start if values is None else values, min(instance.dual_bound, reduced.matrix.ceiling())
    )


def _values(instance: Instance, reduced: Reduced, whole: Matrix) -> Vector | None:
    """Return the solution, whole numbers made exact where the rows bear it; None if none keeps all rows."""
    solution = instance.values
    if solution is None:
        return None
    values = reduced.whole(solution)
    exact = np.where(whole.is_integer, values.round(), values)
    return next((found for found in (exact, values) if whole.is_feasible(found)), None)
