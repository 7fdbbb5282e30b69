"""The way from a model to a plan with a dual bound that holds for the whole model.

A small model goes to the solver as it is. So does a large one, in a process of its own, as soon as it is
compiled: on an easy model it has the last word soon. What is done here beside it makes a good plan: the start
is completed, made better by swaps and repaired, phases are decided one after the other, so that there is a
plan that spends the money before anything that takes long, and the search in neighbourhoods makes it good.
The relaxation, solved in a third process where it takes long, gives a dual bound and tells the search where
to look. The solver begins again once there is a plan near that bound. What the two then settle is fixed, and
another solver gets what is left. Each hears of the better plans of the others. In the end, what the plan can
do without goes.

With one processor, all of that comes one after the other.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace

from pyomo.common.errors import InfeasibleConstraintException

from db.work.cores import core_count
from db.work.pool import HERE, Pool, Workers
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
from model.solver.remote_search import RemoteSearch
from model.solver.repair import repair
from model.solver.searcher import Searcher
from model.solver.swaps import swapped
from model.solver.taken import Relaxed
from model.solver.watch import Progress, Watch, gap
from model.solver.worker import Worker, wait

__all__ = ["Progress", "solve"]

LARGE_NONZERO_COUNT = 20_000
"""A model with so many factors in its rows, or more, is searched; a smaller one the solver does alone."""
LARGE_VARIABLE_COUNT = 2_000
"""With fewer variables no model is large: a process is made ready while one with more is compiled."""

_PHASES_SHARE, _PHASES_LIMIT_S = 0.6, 90.0
_RELAXATION_SHARE = 0.8
_RELAXATION_DELAY_S = 4.0
"""What the solver has for itself and the search before the relaxation is begun beside them."""
_ALONE_SHARE, _ALONE_LIMIT_S, _ALONE_SHARE_MAX = 0.1, 10.0, 0.4
"""Of the processor, what the solver has for itself before the search where there is one alone: on a busy
machine, where that takes long, no more than the last share of the time."""
_QUICK_NONZERO_COUNT, _QUICK_LIMIT_S = 200_000, 0.7
"""A model of fewer factors is tried here at once, for as long as it takes to make a process ready."""
_SWAPS_SHARE, _SWAPS_LIMIT_S = 0.02, 0.5
"""Of the time left, what swaps may take."""
_REST_STEP_COUNT, _NEAR_GAP, _NEARER_SHARE = 4, 0.01, 0.5
"""After so many steps that find nothing a prover begins again, where the plan is so near to the relaxation
and its distance no more than that share of the one with which the prover began."""
_QUICK_RELAXATION_S = 2.0
"""What the relaxation of such a model may take here."""
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
    pool: Pool = HERE,
) -> whole_model.Outcome:
    """Solve the model; afterwards its variables hold the plan. `progress` hears of each step.

    The workers of `pool` search in neighbourhoods beside what is done here.

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
        way = Way(form, m, watch, start, threads, cores, ends, pool)
        if form.matrix.rows.nnz < large_nonzero_count:
            way.begin()
            is_infeasible = way.finish(form.matrix)
        elif form.matrix.rows.nnz < LARGE_NONZERO_COUNT:
            is_infeasible = way.search_and_finish()
        else:
            is_infeasible = way.large(ready)
        ends.close()  # nobody finds another plan from here on
        if mip_gap < 1:
            trim(form, watch, threads=threads)
        found = whole_model.ended(form, watch, is_infeasible=is_infeasible, is_start_used=way.is_start_used)
        return found if way.relaxation is None else replace(found, relaxed=Relaxed(form, way.relaxation))


@dataclass
class Way:
    """What a solve works with: the model, its clock, where it starts, threads and processors it may use."""

    form: Compiled
    m: PlanModel
    watch: Watch
    start: Plan | None
    threads: int | None
    cores: int
    ends: ExitStack
    pool: Pool = HERE
    is_start_used: bool = False
    relaxation: Relaxation | None = None
    provers: list[Prover] = field(default_factory=list)

    def begin(self) -> None:
        """Take the start as the first plan, or else to change nothing, where that keeps all rules."""
        self.watch.enter("start")
        self.is_start_used = self.start is not None and self._keep(self.start)
        if not self.is_start_used:
            self._keep(frozenset())

    def swap(self) -> None:
        """Make the plan better by swaps, or the start as long as there is no plan."""
        if self.watch.is_over():
            return
        values, start = self.watch.values, self.start or frozenset()
        plan = start if values is None else self.form.plan(values)
        late_s = self.watch.elapsed_s + min(_SWAPS_SHARE * self.watch.left_s, _SWAPS_LIMIT_S)
        found = swapped(self.m.inputs, plan, lambda: self.watch.elapsed_s > late_s)
        if found != plan:
            self._keep(found)
            self.start = found

    def _keep(self, plan: Plan) -> bool:
        """Take a plan if it keeps all rules and is better than the one known; tell whether it keeps them."""
        values = whole_model.complete(self.form, plan, self.watch, threads=self.threads)
        if values is not None:
            self.watch.keep(values, self.form.matrix.objective_value(values))
        return values is not None

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
        if self.cores == 1:
            return self.large_alone()
        self.prove(self.form.matrix, ready)
        self.threads = 1
        self.begin()
        if self.try_quickly():
            return True
        relaxers = self.relax_beside()
        self.swap()
        self.in_phases()
        self.search()
        wait(self.watch, *(relaxer.worker for relaxer in relaxers))
        return self.finish_large()

    def large_alone(self) -> bool:
        """Do one thing after the other, by one processor; tell whether the model is infeasible.

        The solver tries first what is left to be decided: where the relaxation is quick and a plan near, that
        is little. Measured on phase2 of Waterloo at 0.9 of its service distances, by one thread: 9 s in all,
        where 50 s went by before the solver was asked again.
        """
        self.begin()
        self.swap()
        if self.form.matrix.rows.nnz < _QUICK_NONZERO_COUNT:
            self.relax()
        self.prove(self.rest() or self.form.matrix)
        left_s = self.watch.left_s
        cpu_limit_s = min(_ALONE_LIMIT_S, _ALONE_SHARE * left_s)
        limit_s = _ALONE_SHARE_MAX * left_s
        wait(self.watch, self.provers[0].worker, time_limit_s=limit_s, cpu_limit_s=cpu_limit_s)
        self.provers[0].close()
        self.in_phases()
        if self.relaxation is None:
            self.relax()
        self.search()
        return self.finish_large()

    def finish_large(self) -> bool:
        """Prove what is left to be proved beside the prover at work; tell whether the model is infeasible."""
        rest, last = self.rest(), self.provers[-1]
        if rest is not None and not (rest is self.form.matrix and last.worker.is_running):
            is_slow = self.relaxation is not None and last.dual_bound > self.relaxation.dual_bound
            self.prove(rest, root_method="ipm" if is_slow else "choose")
        if rest is not None:
            self.watch.enter("proof")
            wait(self.watch, *(prover.worker for prover in self.provers))
        if self.watch.values is not None:
            return False
        if self.provers[-1].worker.failure and not self.watch.is_over():
            raise RuntimeError(self.provers[-1].worker.failure)
        return any(prover.is_infeasible for prover in self.provers)

    def prove_anew(self, search: Search) -> None:
        """Let the prover begin again once the search rests and is much nearer to the relaxation.

        With such a plan the solver settles most of the model at its root, which it does not do again for
        plans that it hears of later. Measured on phase3 of Waterloo, from the best plan instead of the
        greedy one: 10 s of CPU instead of 26.
        """
        prover, bound = (
            self.provers[-1],
            float("inf") if self.relaxation is None else self.relaxation.dual_bound,
        )
        if search.stale < _REST_STEP_COUNT or not prover.worker.is_running or self.watch.is_over():
            return
        near, begun = gap(self.watch.objective_value, bound), gap(prover.objective_begin, bound)
        if near <= min(_NEAR_GAP, _NEARER_SHARE * begun):
            prover.close()
            self.prove(self.form.matrix)

    def prove(self, matrix: Matrix, worker: Worker | None = None, root_method: str = "choose") -> None:
        """Put a solver to work on the model, or on what is left of it where that lacks no better plan."""
        left_out = -float("inf") if matrix is self.form.matrix else self.watch.objective_value
        limits = replace(whole_model.proof_limits(self.watch, threads=1), root_method=root_method)
        prover = Prover(matrix, self.form.matrix, limits, self.watch, value_left_out=left_out, worker=worker)
        self.provers.append(self.ends.enter_context(closing(prover)))

    def relax_beside(self) -> list[Relaxer]:
        """Solve the relaxation here where that is quick; else return it at work, taken once it is there."""
        matrix, limit_s = self.form.matrix, _RELAXATION_SHARE * self.watch.left_s
        if self.watch.is_over():
            return []
        if matrix.rows.nnz < _QUICK_NONZERO_COUNT:
            found = relax(matrix, self.watch, time_limit_s=min(_QUICK_RELAXATION_S, limit_s), threads=1)
            if found.status != SolverEnd.STOPPED:
                self._take(found)
                return []
            self.watch.lower(found.dual_bound)
        relaxer = Relaxer(matrix, self.watch, self._take, time_limit_s=limit_s, delay_s=_RELAXATION_DELAY_S)
        return [self.ends.enter_context(closing(relaxer))]

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
        self._keep(found)
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
        if isinstance(self.pool, Workers):
            helping = RemoteSearch(area, self.watch, self.pool, lambda: self.relaxation)
            self.ends.enter_context(closing(helping))
        search = Search(area, self.watch, self.threads, guide=lambda: self.relaxation)
        if self.provers and self.cores > 1:
            search.before_step = lambda: self.prove_anew(search)
        search.run()

    def rest(self) -> Matrix | None:
        """Return what is left to be proved; None if nothing is."""
        if self.watch.is_over():
            return None
        if self.watch.values is None or self.relaxation is None or self._is_infeasible():
            return self.form.matrix
        return self.relaxation.settled(self.form.matrix, self.watch.objective_value)

    def _is_infeasible(self) -> bool:
        return self.relaxation is not None and self.relaxation.status == SolverEnd.INFEASIBLE
