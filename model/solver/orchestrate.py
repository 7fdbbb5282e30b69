"""The way from a model to a plan with a dual bound that holds for the whole model.

A small model goes to the solver as it is. So does a large one, in a process of its own, where there is a
processor for it: on an easy model it has the last word soon. Beside it the start is completed, and where
there are phases they are decided one after the other, so that there is a plan that spends the money before
anything that takes long; the relaxation gives a dual bound; a start that breaks a rule is repaired; the
search in neighbourhoods makes it good; what the dual bound then settles is fixed, and another solver gets
what is left. Each hears of the better plans of the others. In the end, what the plan can do without goes.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, closing

from pyomo.common.errors import InfeasibleConstraintException

from model.data.codes import RunStatus
from model.data.inputs import Plan
from model.formulation.plan_model import PlanModel
from model.solver import phases, whole_model
from model.solver.compiled import Compiled, compiled
from model.solver.highs import SolverEnd
from model.solver.large_neighbourhood import Search, search_space
from model.solver.lp_relaxation import relax
from model.solver.matrix import Matrix
from model.solver.polish import trim
from model.solver.prover import Prover, core_count, wait
from model.solver.repair import repair
from model.solver.watch import Progress, Watch

__all__ = ["Progress", "solve"]

LARGE_NONZERO_COUNT = 20_000
"""A model with so many factors in its rows, or more, is searched; a smaller one the solver does alone."""

_PHASES_SHARE, _PHASES_LIMIT_S = 0.6, 90.0
_RELAXATION_SHARE = 0.8
_ALONE_SHARE, _ALONE_LIMIT_S = 0.1, 10.0
"""Of the time, what the solver has for itself first where there is one processor alone."""


def solve(
    m: PlanModel,
    *,
    time_limit_s: float | None = None,
    mip_gap: float = whole_model.OPTIMAL_MIP_GAP,
    threads: int | None = None,
    start: Plan | None = None,
    progress: Callable[[Progress], None] | None = None,
    large_nonzero_count: int = LARGE_NONZERO_COUNT,
) -> whole_model.Outcome:
    """Solve the model; afterwards its variables hold the plan. `progress` hears of each step.

    Stopped by the user it returns the best plan so far, with `is_interrupted`.

    Raises:
        KeyboardInterrupt: the user stopped it before there was a plan.
        RuntimeError: the solver failed, or its dual bound contradicts the plan it found.

    """
    watch = Watch(time_limit_s, mip_gap, progress)
    with watch.heeding_the_user():
        watch.say()
        try:
            form = compiled(m)
        except InfeasibleConstraintException:
            return whole_model.Outcome(RunStatus.INFEASIBLE)
        watch.lower(form.matrix.ceiling())
        watch.enter("start")
        is_start_used = _begin(form, start, watch, threads=threads)
        is_infeasible = False
        if form.matrix.rows.nnz < large_nonzero_count and not watch.is_interrupted:
            watch.enter("proof")
            is_infeasible = whole_model.finish(form, watch, threads=threads)
        elif not watch.is_over():
            is_infeasible = _large(form, m, watch, start, threads=threads)
        if mip_gap < 1:
            trim(form, watch, threads=threads)
        return whole_model.ended(form, watch, is_infeasible=is_infeasible, is_start_used=is_start_used)


def _begin(form: Compiled, start: Plan | None, watch: Watch, *, threads: int | None) -> bool:
    """Take the start as the first plan, or else to change nothing, where that keeps all rules."""
    for plan in (start, frozenset()) if start else (frozenset(),):
        begin = whole_model.complete(form, plan, watch, threads=threads)
        if begin is not None:
            watch.keep(begin, form.matrix.objective_value(begin))
            return plan == start
    return False


def _large(form: Compiled, m: PlanModel, watch: Watch, start: Plan | None, *, threads: int | None) -> bool:
    """Search, prove, and where that may take long prove beside; tell whether the model is infeasible."""
    if form.matrix.rows.nnz < LARGE_NONZERO_COUNT:
        rest = _search(form, m, watch, start, threads=threads)
        return rest is not None and whole_model.finish(form, watch, threads=threads, matrix=rest)
    is_alone = threads == 1 or core_count() == 1
    with ExitStack() as ends:
        provers = [ends.enter_context(closing(_prover(form, watch, form.matrix)))]
        if is_alone:
            wait(watch, *provers, time_limit_s=min(_ALONE_LIMIT_S, _ALONE_SHARE * watch.left_s))
            provers[0].close()
        rest = _search(form, m, watch, start, threads=threads if is_alone else 1)
        if rest is not None and not (rest is form.matrix and provers[0].is_running):
            provers.append(ends.enter_context(closing(_prover(form, watch, rest))))
        if rest is not None:
            wait(watch, *provers)
    if watch.values is not None:
        return False
    if provers[-1].failure and not watch.is_over():
        raise RuntimeError(provers[-1].failure)
    return any(prover.is_infeasible for prover in provers)


def _prover(form: Compiled, watch: Watch, matrix: Matrix) -> Prover:
    """Return a solver at work on the model, or on what is left of it where that lacks no better plan."""
    left_out = -float("inf") if matrix is form.matrix else watch.objective_value
    limits = whole_model.proof_limits(watch, threads=1)
    return Prover(matrix, form.matrix, limits, watch, value_left_out=left_out)


def _search(
    form: Compiled, m: PlanModel, watch: Watch, start: Plan | None, *, threads: int | None
) -> Matrix | None:
    """Decide the phases, relax, repair, search; return the matrix left to be proved, None if all is done."""
    if watch.is_over():
        return None
    start = _in_phases(form, watch, start, threads=threads)
    watch.enter("relaxation")
    relaxation = relax(form.matrix, watch, time_limit_s=_RELAXATION_SHARE * watch.left_s, threads=threads)
    watch.lower(relaxation.dual_bound)
    if relaxation.status == SolverEnd.INFEASIBLE:
        return form.matrix
    area = search_space(form, m.inputs, relaxation)
    if watch.values is None and not watch.is_over():
        watch.enter("repair")
        repair(form, area, watch, start or frozenset(), threads=threads)
    if watch.values is not None:
        watch.enter("search")
        Search(area, watch, threads).run()
    if watch.is_over():
        return None
    watch.enter("proof")
    return form.matrix if watch.values is None else relaxation.settled(form.matrix, watch.objective_value)


def _in_phases(form: Compiled, watch: Watch, start: Plan | None, *, threads: int | None) -> Plan | None:
    """Decide the phases one after the other, and take that if it is better; return the better start."""
    if not phases.are_several(form):
        return start
    watch.enter("phases")
    limit_s = min(_PHASES_SHARE * watch.left_s, _PHASES_LIMIT_S)
    found = phases.in_sequence(form, watch, time_limit_s=limit_s, threads=threads)
    values = whole_model.complete(form, found, watch, threads=threads)
    if values is not None:
        watch.keep(values, form.matrix.objective_value(values))
    return found or start
