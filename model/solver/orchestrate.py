"""The way from a model to a plan with a dual bound that holds for the whole model.

A small model goes to the solver as it is. So does a large one, in a process of its own, as soon as it is
compiled: on an easy model it has the last word soon. What is done here beside it makes a good plan: the start
is completed and repaired, phases are decided one after the other, so that there is a plan that spends the
money before anything that takes long, and the search in neighbourhoods makes it good. A third process, unless
the first is done by then, solves the relaxation: it gives a dual bound, and tells the search where to look.
What the two then settle is fixed, and another solver gets what is left. Each hears of the better plans of the
others. In the end, what the plan can do without goes.

With one processor, all of that comes one after the other.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace

from pyomo.common.errors import InfeasibleConstraintException

from model.data.codes import RunStatus
from model.data.inputs import Plan
from model.formulation.plan_model import PlanModel
from model.solver import phases, whole_model
from model.solver.compiled import Compiled, compiled
from model.solver.highs import SolverEnd
from model.solver.large_neighbourhood import Search, search_space
from model.solver.lp_relaxation import Relaxation, relax
from model.solver.matrix import Matrix
from model.solver.polish import trim
from model.solver.prover import Prover
from model.solver.relaxer import Relaxer
from model.solver.repair import repair
from model.solver.searcher import Searcher
from model.solver.watch import Progress, Watch
from model.solver.worker import Worker, core_count, wait

__all__ = ["Progress", "solve"]

LARGE_NONZERO_COUNT = 20_000
"""A model with so many factors in its rows, or more, is searched; a smaller one the solver does alone."""
LARGE_VARIABLE_COUNT = 2_000
"""With fewer variables no model is large: a process is made ready while one with more is compiled."""

_PHASES_SHARE, _PHASES_LIMIT_S = 0.6, 90.0
_RELAXATION_SHARE = 0.8
_RELAXATION_DELAY_S = 4.0
"""What the solver has for itself and the search before the relaxation is begun beside them."""
_ALONE_SHARE, _ALONE_LIMIT_S = 0.1, 10.0
"""Of the time, what the solver has for itself first where there is one processor alone."""
_QUICK_NONZERO_COUNT, _QUICK_LIMIT_S = 200_000, 0.7
"""A model of fewer factors is tried here at once, for as long as it takes to make a process ready."""
_BUSY_CORE_COUNT = 3
"""Processors for the solver, the relaxation, and the search here; with more there are more searches."""


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
    with watch.heeding_the_user(), ExitStack() as ends:
        watch.say()
        cores = core_count() if threads is None else min(threads, core_count())
        is_wanted = cores > 1 and m.nvariables() >= LARGE_VARIABLE_COUNT
        ready = ends.enter_context(closing(Worker())) if is_wanted else None
        try:
            form = compiled(m)
        except InfeasibleConstraintException:
            return whole_model.Outcome(RunStatus.INFEASIBLE)
        watch.lower(form.matrix.ceiling())
        way = _Way(form, m, watch, start, threads, cores, ends)
        if form.matrix.rows.nnz < large_nonzero_count:
            way.begin()
            is_infeasible = way.finish(form.matrix)
        elif form.matrix.rows.nnz < LARGE_NONZERO_COUNT:
            is_infeasible = way.search_and_finish()
        else:
            is_infeasible = way.large(ready)
        if mip_gap < 1:
            trim(form, watch, threads=threads)
        return whole_model.ended(form, watch, is_infeasible=is_infeasible, is_start_used=way.is_start_used)


@dataclass
class _Way:
    """What a solve works with: the model, its clock, where it starts, threads and processors it may use."""

    form: Compiled
    m: PlanModel
    watch: Watch
    start: Plan | None
    threads: int | None
    cores: int
    ends: ExitStack
    is_start_used: bool = False
    relaxation: Relaxation | None = None

    def begin(self) -> None:
        """Take the start as the first plan, or else to change nothing, where that keeps all rules."""
        self.watch.enter("start")
        for plan in (self.start, frozenset()) if self.start else (frozenset(),):
            begin = whole_model.complete(self.form, plan, self.watch, threads=self.threads)
            if begin is not None:
                self.watch.keep(begin, self.form.matrix.objective_value(begin))
                self.is_start_used = plan == self.start
                return

    def finish(self, matrix: Matrix | None) -> bool:
        """Let the solver have the last word on a matrix, here; tell whether the model is infeasible."""
        if matrix is None or self.watch.is_interrupted:
            return False
        self.watch.enter("proof")
        return whole_model.finish(self.form, self.watch, threads=self.threads, matrix=matrix)

    def try_quickly(self) -> bool:
        """Let the solver try here what it may be done with before a process of its own is ready.

        Tell whether the model is infeasible.
        """
        if self.form.matrix.rows.nnz >= _QUICK_NONZERO_COUNT or self.watch.is_over():
            return False
        return whole_model.finish(self.form, self.watch, threads=1, time_limit_s=_QUICK_LIMIT_S)

    def search_and_finish(self) -> bool:
        """Do everything here, one after the other; tell whether the model is infeasible."""
        self.begin()
        self.in_phases()
        self.relax()
        self.search()
        return self.finish(self.rest())

    def large(self, ready: Worker | None) -> bool:
        """Search here, prove and relax beside where there are processors; tell whether it is infeasible."""
        provers = [self.prover(self.form.matrix, ready)]
        if self.cores == 1:
            limit_s = min(_ALONE_LIMIT_S, _ALONE_SHARE * self.watch.left_s)
            wait(self.watch, provers[0].worker, time_limit_s=limit_s)
            provers[0].close()
            self.begin()
            self.in_phases()
            self.relax()
            self.search()
        else:
            relaxer = self.ends.enter_context(closing(self.relaxer()))
            self.threads = 1
            self.begin()
            if self.try_quickly():
                return True
            self.in_phases()
            self.search()
            wait(self.watch, relaxer.worker)
        rest = self.rest()
        if rest is not None and not (rest is self.form.matrix and provers[0].worker.is_running):
            is_slow = self.relaxation is not None and provers[0].dual_bound > self.relaxation.dual_bound
            provers.append(self.prover(rest, root_method="ipm" if is_slow else "choose"))
        if rest is not None:
            self.watch.enter("proof")
            wait(self.watch, *(prover.worker for prover in provers))
        if self.watch.values is not None:
            return False
        if provers[-1].worker.failure and not self.watch.is_over():
            raise RuntimeError(provers[-1].worker.failure)
        return any(prover.is_infeasible for prover in provers)

    def prover(self, matrix: Matrix, worker: Worker | None = None, root_method: str = "choose") -> Prover:
        """Return a solver at work on the model, or on what is left of it where that lacks no better plan."""
        left_out = -float("inf") if matrix is self.form.matrix else self.watch.objective_value
        limits = replace(whole_model.proof_limits(self.watch, threads=1), root_method=root_method)
        prover = Prover(matrix, self.form.matrix, limits, self.watch, value_left_out=left_out, worker=worker)
        return self.ends.enter_context(closing(prover))

    def relaxer(self) -> Relaxer:
        """Return the relaxation at work; what it finds is taken as soon as it is there."""
        limit_s = _RELAXATION_SHARE * self.watch.left_s
        return Relaxer(
            self.form.matrix, self.watch, self._take, time_limit_s=limit_s, delay_s=_RELAXATION_DELAY_S
        )

    def relax(self) -> None:
        """Solve the relaxation here."""
        if self.watch.is_over():
            return
        self.watch.enter("relaxation")
        limit_s = _RELAXATION_SHARE * self.watch.left_s
        self._take(relax(self.form.matrix, self.watch, time_limit_s=limit_s, threads=self.threads))

    def _take(self, relaxation: Relaxation) -> None:
        self.watch.lower(relaxation.dual_bound)
        self.relaxation = relaxation

    def in_phases(self) -> None:
        """Decide the phases one after the other, where there are several, and take that if it is better."""
        if self.watch.is_over() or not phases.are_several(self.form):
            return
        self.watch.enter("phases")
        limit_s = min(_PHASES_SHARE * self.watch.left_s, _PHASES_LIMIT_S)
        found = phases.in_sequence(self.form, self.watch, time_limit_s=limit_s, threads=self.threads)
        values = whole_model.complete(self.form, found, self.watch, threads=self.threads)
        if values is not None:
            self.watch.keep(values, self.form.matrix.objective_value(values))
        self.start = found or self.start

    def search(self) -> None:
        """Look for a plan that keeps all rules if there is none yet, then for better ones."""
        if self.watch.is_over() or self._is_infeasible():
            return
        area = search_space(self.form, self.m.inputs)
        if self.watch.values is None:
            self.watch.enter("repair")
            repair(self.form, area, self.watch, self.start or frozenset(), threads=self.threads)
        if self.watch.values is None or self.watch.is_over():
            return
        self.watch.enter("search")
        for seed in range(1, self.cores - _BUSY_CORE_COUNT + 1):
            self.ends.enter_context(closing(Searcher(area, self.form.matrix, self.watch, seed=seed)))
        Search(area, self.watch, self.threads, guide=lambda: self.relaxation).run()

    def rest(self) -> Matrix | None:
        """Return what is left to be proved; None if nothing is."""
        if self.watch.is_over():
            return None
        if self.watch.values is None or self.relaxation is None or self._is_infeasible():
            return self.form.matrix
        return self.relaxation.settled(self.form.matrix, self.watch.objective_value)

    def _is_infeasible(self) -> bool:
        return self.relaxation is not None and self.relaxation.status == SolverEnd.INFEASIBLE
