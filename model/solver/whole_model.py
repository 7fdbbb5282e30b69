"""A whole Pyomo model to HiGHS, with a warm start, and what is said of the end of a solve."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from pyomo.common.errors import InfeasibleConstraintException

from model.data.codes import RunStatus
from model.data.inputs import Plan
from model.formulation.plan_model import PlanModel
from model.solver import solve_matrix
from model.solver.compiled import Compiled, compiled
from model.solver.complete import complete
from model.solver.highs import SolverEnd
from model.solver.matrix import Matrix, Vector
from model.solver.polish import trim
from model.solver.solve_matrix import SOLVER, Limits, version
from model.solver.taken import Relaxed
from model.solver.watch import OPTIMAL_MIP_GAP, Watch

__all__ = ["OPTIMAL_MIP_GAP", "SOLVER", "Outcome", "complete", "ended", "finish", "solve", "version"]

_TRIM_SHARE = 0.03
"""Of the time left, what is kept to look at the plan by itself."""


@dataclass(frozen=True)
class Outcome:
    """How a solve ended.

    `status` is optimal, feasible (stopped early), infeasible or no_plan; `dual_bound` holds for the whole
    model: no plan can be better. `is_start_used` says that the warm start was a plan that keeps all rules,
    `is_interrupted` that the user stopped it and the plan is the best found until then, `is_trimmed` that
    nothing of the plan could be left undone without loss. `relaxed` has the relaxation, where it was solved
    on the way.
    """

    status: RunStatus
    plan: Plan = frozenset()
    objective: float | None = None
    dual_bound: float | None = None
    mip_gap: float | None = None
    is_start_used: bool = False
    is_interrupted: bool = False
    is_trimmed: bool = False
    relaxed: Relaxed | None = field(default=None, repr=False, compare=False)


def solve(
    m: PlanModel,
    *,
    time_limit_s: float | None = None,
    mip_gap: float = OPTIMAL_MIP_GAP,
    threads: int | None = None,
    start: Plan | None = None,
) -> Outcome:
    """Solve the model, all of it at once, from a plan if given; its variables hold the plan afterwards.

    Raises:
        KeyboardInterrupt: the user stopped the solver before it had a plan.
        RuntimeError: the solver failed, or its dual bound contradicts the plan it found.

    """
    watch = Watch(time_limit_s, mip_gap)
    with watch.heeding_the_user():
        try:
            form = compiled(m)
        except InfeasibleConstraintException:
            return Outcome(RunStatus.INFEASIBLE)
        watch.lower(form.matrix.ceiling())
        begin = None if start is None else complete(form, start, watch, threads=threads)
        if begin is not None:
            watch.keep(begin, form.matrix.objective_value(begin))
        is_infeasible = finish(form, watch, threads=threads)
        if mip_gap < 1:
            trim(form, watch, threads=threads)
        return ended(form, watch, is_infeasible=is_infeasible, is_start_used=begin is not None)


def finish(
    form: Compiled,
    watch: Watch,
    *,
    threads: int | None,
    matrix: Matrix | None = None,
    time_limit_s: float = float("inf"),
) -> bool:
    """Let the solver work until the watch is over, or a limit; tell whether the model is infeasible.

    `matrix` may leave out plans that are no better than the one the watch holds: the dual bound allows for
    them.
    """
    matrix = matrix or form.matrix
    value_left_out = -float("inf") if matrix is form.matrix else watch.objective_value

    def lower(dual_bound: float) -> None:
        watch.lower(max(dual_bound, value_left_out))

    limits = proof_limits(watch, threads=threads)
    found = solve_matrix.run(
        matrix,
        replace(limits, time_limit_s=min(limits.time_limit_s, time_limit_s)),
        watch,
        start=watch.values,
        better=lambda values: _keep(form, watch, values),
        dual_bound=lower,
        is_enough=watch.is_enough,
    )
    if found.status == SolverEnd.INFEASIBLE:
        if watch.values is not None and matrix is not form.matrix:  # nothing better is left
            lower(found.dual_bound)
            watch.settle()
        return watch.values is None
    if found.values is not None:
        _keep(form, watch, found.values)
    lower(found.dual_bound)
    if found.status == SolverEnd.OPTIMAL:
        watch.settle()
    return False


def proof_limits(watch: Watch, *, threads: int | None) -> Limits:
    """Return the limits of a solver that is to have the last word: the time left, the gap of the watch."""
    return Limits(
        watch.left_s * (1 - _TRIM_SHARE),
        0.0 if watch.mip_gap <= OPTIMAL_MIP_GAP else watch.mip_gap,
        threads=threads,
        is_thorough=True,
    )


def _keep(form: Compiled, watch: Watch, values: Vector) -> None:
    if form.matrix.is_feasible(values):
        watch.keep(values, form.matrix.objective_value(values))


def ended(form: Compiled, watch: Watch, *, is_infeasible: bool, is_start_used: bool) -> Outcome:
    """Say how a solve ended, and give the variables of the model the values of its plan.

    Raises:
        KeyboardInterrupt: the user stopped it before there was a plan.
        RuntimeError: the dual bound contradicts the plan.

    """
    if watch.values is None:
        if is_infeasible:
            return Outcome(RunStatus.INFEASIBLE)
        if watch.is_interrupted:
            raise KeyboardInterrupt
        return Outcome(RunStatus.NO_PLAN, dual_bound=watch.dual_bound)
    if watch.dual_bound < watch.objective_value - 1e-5 * max(1.0, abs(watch.objective_value)):
        raise RuntimeError(
            f"The dual bound found is {watch.dual_bound},"
            f" but a plan has the objective value {watch.objective_value}."
        )
    form.load(watch.values)
    dual_bound = max(watch.dual_bound, watch.objective_value)
    mip_gap = (dual_bound - watch.objective_value) / max(abs(watch.objective_value), 1e-10)
    return Outcome(
        RunStatus.OPTIMAL if mip_gap <= OPTIMAL_MIP_GAP and watch.is_trimmed else RunStatus.FEASIBLE,
        form.plan(watch.values),
        watch.objective_value,
        dual_bound,
        mip_gap,
        is_start_used,
        watch.is_interrupted,
        watch.is_trimmed,
    )
