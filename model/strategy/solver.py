"""HiGHS on a matrix: the only place that knows the solver's own interface."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

from model.strategy.matrix import Matrix, Vector
from model.strategy.reduction import Reduced, reduce
from model.strategy.watch import Watch

SOLVER = "HiGHS"
SOUND_VERSION = (1, 15, 1)
_TOLERANCE = {"mip_feasibility_tolerance": 1e-7, "primal_feasibility_tolerance": 1e-8}
_SMALLEST_FACTOR = {"small_matrix_value": 1e-12}
"""HiGHS forgets factors below 1e-9 unless told otherwise: a small place among a thousand million people."""
_STATUS = highspy.HighsModelStatus
_ENDS = {
    _STATUS.kOptimal: "optimal",
    _STATUS.kInfeasible: "infeasible",
    _STATUS.kUnboundedOrInfeasible: "infeasible",
    _STATUS.kTimeLimit: "stopped",
    _STATUS.kInterrupt: "stopped",
    _STATUS.kSolutionLimit: "stopped",
}


@dataclass(frozen=True)
class Limits:
    """When a run of the solver ends by itself, and its threads (None: as it likes).

    `is_thorough`: infeasible is believed only when it is found without presolve too. HiGHS 1.15.1 has an open
    report of a feasible model called infeasible by its presolve.
    """

    time_limit_s: float = float("inf")
    gap_share: float = 0.0
    gap_abs: float = 1e-6
    threads: int | None = None
    is_thorough: bool = False


@dataclass(frozen=True)
class Found:
    """What a run of the solver left: its end, the best values if there are any, a bound of this matrix."""

    status: str
    values: Vector | None
    bound: float


def version() -> str:
    """Return the version of HiGHS, such as 1.15.1.

    Raises:
        RuntimeError: the version is one that returned wrong optima.

    """
    found = (highspy.HIGHS_VERSION_MAJOR, highspy.HIGHS_VERSION_MINOR, highspy.HIGHS_VERSION_PATCH)
    if found < SOUND_VERSION:
        raise RuntimeError(f"HiGHS {'.'.join(map(str, found))} is not sound: it returned wrong optima.")
    return ".".join(map(str, found))


def run(
    matrix: Matrix,
    limits: Limits,
    watch: Watch,
    *,
    start: Vector | None = None,
    better: Callable[[Vector], None] | None = None,
    bound: Callable[[float], None] | None = None,
) -> Found:
    """Solve a matrix, reduced first; `start` are values of all its columns that keep all its rows.

    It stops when the user wants it. `better` hears of each better solution, `bound` of the bound so far.

    Raises:
        RuntimeError: the solver failed.

    """
    reduced = reduce(matrix)
    if reduced.is_infeasible:
        return Found("infeasible", None, -np.inf)
    if not len(reduced.columns):
        is_kept = matrix.is_feasible(reduced.settled)
        return Found(
            "optimal" if is_kept else "infeasible",
            reduced.settled if is_kept else None,
            reduced.matrix.constant,
        )
    for presolve in ("choose", "off") if limits.is_thorough else ("choose",):
        solver = instance(
            reduced.matrix,
            limits.threads,
            {
                "presolve": presolve,
                "mip_rel_gap": limits.gap_share,
                "mip_abs_gap": limits.gap_abs * reduced.matrix.objective_scale,
                **_TOLERANCE,
            },
        )
        if np.isfinite(limits.time_limit_s):
            solver.setOptionValue("time_limit", float(limits.time_limit_s))
        if start is not None:
            begin = highspy.HighsSolution()
            begin.col_value = start[reduced.columns]
            solver.setSolution(begin)
        _listen(solver, reduced, watch, better, bound)
        solver.run()
        found = _found(solver, reduced, matrix, start)
        if found.status != "infeasible":
            break
    return found


def instance(
    matrix: Matrix, threads: int | None, options: dict[str, Any], *, is_relaxed: bool = False
) -> Any:
    """Return a silent HiGHS that holds the matrix, with these options.

    Its objective, bounds and prices are those of the matrix times `matrix.objective_scale`.
    """
    version()
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = matrix.rows.shape
    lp.sense_ = highspy.ObjSense.kMaximize
    scale = matrix.objective_scale
    lp.offset_, lp.col_cost_ = scale * matrix.constant, scale * matrix.gain
    lp.col_lower_, lp.col_upper_ = matrix.lower, matrix.upper
    lp.row_lower_, lp.row_upper_ = matrix.row_lower, matrix.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = matrix.rows.indptr
    lp.a_matrix_.index_ = matrix.rows.indices
    lp.a_matrix_.value_ = matrix.rows.data
    if not is_relaxed and matrix.is_integer.any():
        kind = highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger
        lp.integrality_ = [kind[whole] for whole in matrix.is_integer.astype(int).tolist()]
    new: Any = highspy.Highs  # its constructor has no types
    solver = new()
    solver.setOptionValue("output_flag", False)  # noqa: FBT003 - the solver's own signature
    if threads is not None:
        # Without this the first solve of the process fixes the number of threads for all later ones.
        highspy.Highs.resetGlobalScheduler(True)  # noqa: FBT003 - its only argument has no name
        solver.setOptionValue("threads", threads)
    for name, value in {**_SMALLEST_FACTOR, **options}.items():
        solver.setOptionValue(name, value)
    solver.passModel(lp)
    return solver


def _listen(
    solver: Any,
    reduced: Reduced,
    watch: Watch,
    better: Callable[[Vector], None] | None,
    bound: Callable[[float], None] | None,
) -> None:
    """Let the solver ask now and then whether to stop, and tell what it has."""

    def ask(event: Any) -> None:
        if bound is not None:
            bound(float(event.data_out.mip_dual_bound) / reduced.matrix.objective_scale)
        if watch.is_interrupted:
            event.interrupt()

    def tell(event: Any) -> None:
        if better is not None:
            better(reduced.whole(np.array(event.data_out.mip_solution)))

    solver.cbMipInterrupt.subscribe(ask)
    solver.cbMipImprovingSolution.subscribe(tell)
    stop_lp_when_interrupted(solver, watch)


def stop_lp_when_interrupted(solver: Any, watch: Watch) -> None:
    """Let simplex and interior point ask now and then whether to stop."""

    def ask(event: Any) -> None:
        if watch.is_interrupted:
            event.interrupt()

    solver.cbSimplexInterrupt.subscribe(ask)
    solver.cbIpmInterrupt.subscribe(ask)


def end_of(solver: Any) -> str:
    """Return how a run ended: optimal, infeasible, stopped, or failed."""
    return _ENDS.get(solver.getModelStatus(), "failed")


def _found(solver: Any, reduced: Reduced, whole: Matrix, start: Vector | None) -> Found:
    status = end_of(solver)
    if status == "failed":
        raise RuntimeError(f"HiGHS ended with '{solver.modelStatusToString(solver.getModelStatus())}'.")
    if status == "infeasible":
        return Found("infeasible", None, -np.inf)
    if reduced.matrix.is_integer.any():
        bound = float(solver.getInfo().mip_dual_bound)
    else:
        is_done = status == "optimal"
        bound = float(solver.getInfo().objective_function_value) if is_done else np.inf
    bound /= reduced.matrix.objective_scale
    values = _values(solver, reduced, whole)
    return Found(status, start if values is None else values, min(bound, reduced.matrix.ceiling()))


def _values(solver: Any, reduced: Reduced, whole: Matrix) -> Vector | None:
    """Return the solution, whole numbers made exact where the rows bear it; None if none keeps all rows."""
    solution = solver.getSolution()
    if not solution.value_valid:
        return None
    values = reduced.whole(np.asarray(solution.col_value, dtype=float))
    exact = np.where(whole.is_integer, values.round(), values)
    return next((found for found in (exact, values) if whole.is_feasible(found)), None)
