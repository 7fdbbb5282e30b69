"""HiGHS that holds a matrix: the only place that knows the solver's own interface.

HiGHS answers each call with a status and goes on whatever it is: an option that it refuses keeps its old
value. So every status is looked at here, every option is read back, and a call that failed is our mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

import highspy
import numpy as np

from model.solver.matrix import Matrix, Vector

SOLVER = "HiGHS"
SOUND_VERSION = (1, 15, 1)


class SolverEnd(StrEnum):
    """How a call of the solver ended."""

    OPTIMAL = "optimal"
    INFEASIBLE = "infeasible"
    STOPPED = "stopped"
    FAILED = "failed"


_STATUS = highspy.HighsModelStatus
_ENDS = {
    _STATUS.kOptimal: SolverEnd.OPTIMAL,
    _STATUS.kInfeasible: SolverEnd.INFEASIBLE,
    _STATUS.kUnboundedOrInfeasible: SolverEnd.INFEASIBLE,
    _STATUS.kTimeLimit: SolverEnd.STOPPED,
    _STATUS.kInterrupt: SolverEnd.STOPPED,
    _STATUS.kSolutionLimit: SolverEnd.STOPPED,
}
_LEAST_FACTOR = 1e-12
"""The solver leaves out factors that are no greater, and cannot be asked to keep more: a small place among a
thousand million people has one of 1e-9."""
LEAST_GAP = 1e-6
"""Of the scaled objective: a narrower gap is lost in the solver's tolerances."""


def version() -> str:
    """Return the version of HiGHS, such as 1.15.1.

    Raises:
        RuntimeError: the version is one that returned wrong optima.

    """
    found = (highspy.HIGHS_VERSION_MAJOR, highspy.HIGHS_VERSION_MINOR, highspy.HIGHS_VERSION_PATCH)
    if found < SOUND_VERSION:
        raise RuntimeError(f"HiGHS {'.'.join(map(str, found))} is not sound: it returned wrong optima.")
    return ".".join(map(str, found))


def must(status: Any, call: str, *, may_warn: bool = False) -> None:
    """Go on if a call of the solver did what it was asked.

    Raises:
        RuntimeError: it did not; a warning is no success either, unless the call may warn.

    """
    good = {highspy.HighsStatus.kOk} | ({highspy.HighsStatus.kWarning} if may_warn else set())
    if status not in good:
        raise RuntimeError(f"HiGHS refused a call: {call} returned {status}.")


def set_option(solver: Any, name: str, value: Any) -> None:
    """Set an option of the solver, and read it back.

    Raises:
        RuntimeError: there is no such option, or it did not take the value.

    """
    must(solver.setOptionValue(name, value), f"setOptionValue({name!r}, {value!r})")
    status, found = solver.getOptionValue(name)
    must(status, f"getOptionValue({name!r})")
    if found != value:
        raise RuntimeError(f"HiGHS was asked for {name} = {value!r} and has {found!r}.")


def renew_threads() -> None:
    """Let the next solve have its own number of threads: else the first of a process fixes it for all."""
    highspy.Highs.resetGlobalScheduler(True)  # noqa: FBT003 - its only argument has no name


class Instance:
    """A silent HiGHS with a matrix, ready to run.

    It has the objective times `matrix.objective_scale`; what is read here is in the matrix's own measure.
    """

    def __init__(
        self, matrix: Matrix, options: Mapping[str, Any], *, threads: int | None, is_relaxed: bool = False
    ) -> None:
        version()
        self._scale = matrix.objective_scale
        self._is_whole = not is_relaxed and bool(matrix.is_integer.any())
        new: Any = highspy.Highs  # its constructor has no types
        self._solver = new()
        set_option(self._solver, "output_flag", False)  # noqa: FBT003 - the solver's own signature
        set_option(self._solver, "small_matrix_value", _LEAST_FACTOR)
        if threads is not None:
            renew_threads()
            set_option(self._solver, "threads", threads)
        for name, value in options.items():
            set_option(self._solver, name, self._gap(value) if name == "mip_abs_gap" else value)
        must(self._solver.passModel(self._lp(matrix)), "passModel")

    def _gap(self, gap_abs: float) -> float:
        return max(gap_abs * self._scale, LEAST_GAP)

    def _lp(self, matrix: Matrix) -> Any:
        rows = matrix.rows
        if rows.nnz and np.abs(rows.data).min() <= _LEAST_FACTOR:
            rows = rows.copy()
            rows.data[np.abs(rows.data) <= _LEAST_FACTOR] = 0.0
            rows.eliminate_zeros()
        lp = highspy.HighsLp()
        lp.num_row_, lp.num_col_ = rows.shape
        lp.sense_ = highspy.ObjSense.kMaximize
        lp.offset_ = matrix.constant * self._scale
        lp.col_cost_ = matrix.gain * self._scale
        lp.col_lower_, lp.col_upper_ = matrix.lower, matrix.upper
        lp.row_lower_, lp.row_upper_ = matrix.row_lower, matrix.row_upper
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = rows.indptr
        lp.a_matrix_.index_ = rows.indices
        lp.a_matrix_.value_ = rows.data
        if self._is_whole:
            kind = highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger
            lp.integrality_ = [kind[whole] for whole in matrix.is_integer.astype(int).tolist()]
        return lp

    def begin_with(self, values: Vector) -> None:
        """Give the solver values of all columns to begin with."""
        begin = highspy.HighsSolution()
        begin.col_value = values
        must(self._solver.setSolution(begin), "setSolution")

    def listen(
        self,
        must_stop: Callable[[], bool],
        better: Callable[[Vector], None] | None = None,
        dual_bound: Callable[[float], None] | None = None,
        offered: Callable[[], Vector | None] | None = None,
    ) -> None:
        """Let the solver ask whether to stop, tell better solutions and dual bounds, take those offered."""

        def ask(event: Any) -> None:
            if must_stop():
                event.interrupt()

        def ask_and_tell(event: Any) -> None:
            if dual_bound is not None:
                dual_bound(float(event.data_out.mip_dual_bound) / self._scale)
            ask(event)

        def tell(event: Any) -> None:
            if better is not None:
                better(np.array(event.data_out.mip_solution))

        def take(event: Any) -> None:
            values = None if offered is None else offered()
            if values is not None:
                must(event.data_in.setSolution(values), "setSolution")

        if offered is not None:
            self._solver.cbMipUserSolution.subscribe(take)
        self._solver.cbMipInterrupt.subscribe(ask_and_tell)
        self._solver.cbMipImprovingSolution.subscribe(tell)
        self._solver.cbSimplexInterrupt.subscribe(ask)
        self._solver.cbIpmInterrupt.subscribe(ask)

    def run(self, time_limit_s: float = float("inf")) -> SolverEnd:
        """Solve for so many seconds at most; return how it ended.

        Raises:
            RuntimeError: the solver refused to run.

        """
        if np.isfinite(time_limit_s):
            set_option(self._solver, "time_limit", max(float(time_limit_s), 0.0))
        must(self._solver.run(), "run", may_warn=True)  # it warns when a limit ends it
        return _ENDS.get(self._solver.getModelStatus(), SolverEnd.FAILED)

    @property
    def end_words(self) -> str:
        """What the solver itself calls the way it ended."""
        return str(self._solver.modelStatusToString(self._solver.getModelStatus()))

    @property
    def interior_iteration_count(self) -> int:
        """Steps that interior point took."""
        return int(self._solver.getInfo().ipm_iteration_count)

    @property
    def dual_bound(self) -> float:
        """What no solution can better; without whole numbers there is one at the optimum only."""
        info = self._solver.getInfo()
        if self._is_whole:
            return float(info.mip_dual_bound) / self._scale
        is_optimal = self._solver.getModelStatus() == _STATUS.kOptimal
        return float(info.objective_function_value) / self._scale if is_optimal else np.inf

    @property
    def values(self) -> Vector | None:
        """Values of the columns, if it found any that it thinks sound."""
        solution = self._solver.getSolution()
        return np.asarray(solution.col_value, dtype=float) if solution.value_valid else None

    @property
    def prices(self) -> Vector | None:
        """Prices of the rows, be they the best or not; None where it has none."""
        found = np.asarray(self._solver.getSolution().row_dual, dtype=float)
        row_count = self._solver.getNumRow()
        return found / self._scale if len(found) == row_count and np.isfinite(found).all() else None
