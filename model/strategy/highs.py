"""The whole model to HiGHS, through Pyomo, with a warm start; the only place that knows the solver."""

from __future__ import annotations

import io
import logging
from dataclasses import dataclass
from itertools import count

import highspy
import pyomo.environ as pyo
from pyomo.contrib.appsi.base import TerminationCondition
from pyomo.contrib.appsi.solvers import Highs

from model import build
from model.inputs import Plan
from model.objective import ceiling

SOLVER = "HiGHS"
OPTIMAL_GAP_SHARE = 1e-4
"""A plan whose gap is no wider counts as optimal; it is also the gap HiGHS stops at by itself."""
SOUND_VERSION = (1, 15, 1)
_START_FEASIBLE = "MIP start solution is feasible"
_session = count()


@dataclass(frozen=True)
class Outcome:
    """How a solve ended.

    `status` is optimal, feasible (stopped early), infeasible or no_plan; `bound` holds for the whole model:
    no plan can be better. `is_start_used` says that the solver took the warm start as a plan, `is_interrupted`
    that the user stopped it and the plan is the best found until then.
    """

    status: str
    plan: Plan = frozenset()
    objective: float | None = None
    bound: float | None = None
    gap_share: float | None = None
    is_start_used: bool = False
    is_interrupted: bool = False


def version() -> str:
    """Return the version of HiGHS, such as 1.15.1.

    Raises:
        RuntimeError: the version is one that returned wrong optima.

    """
    found = (highspy.HIGHS_VERSION_MAJOR, highspy.HIGHS_VERSION_MINOR, highspy.HIGHS_VERSION_PATCH)
    if found < SOUND_VERSION:
        raise RuntimeError(f"HiGHS {'.'.join(map(str, found))} is not sound: it returned wrong optima.")
    return ".".join(map(str, found))


def solve(
    m: pyo.ConcreteModel,
    *,
    time_limit_s: float | None = None,
    gap_share: float = OPTIMAL_GAP_SHARE,
    threads: int | None = None,
    start: Plan | None = None,
) -> Outcome:
    """Solve the model; `start` is a plan to begin with.

    HiGHS 1.15.1 has an open report of a feasible model called infeasible by its presolve, so infeasible is
    believed only when it is found without presolve too.

    Raises:
        KeyboardInterrupt: the user stopped the solver.
        RuntimeError: the solver failed, or its bound contradicts the plan it found.

    """
    version()
    outcome = _run(
        m, time_limit_s=time_limit_s, gap_share=gap_share, threads=threads, start=start, presolve="choose"
    )
    if outcome.status == "infeasible":
        outcome = _run(
            m, time_limit_s=time_limit_s, gap_share=gap_share, threads=threads, start=start, presolve="off"
        )
    return outcome


def _run(
    m: pyo.ConcreteModel,
    *,
    time_limit_s: float | None,
    gap_share: float,
    threads: int | None,
    start: Plan | None,
    presolve: str,
) -> Outcome:
    log, log_text = _log()
    solver = Highs()
    solver.config.load_solution = False
    solver.config.warmstart = start is not None
    solver.config.time_limit = time_limit_s
    solver.config.mip_gap = gap_share
    solver.config.solver_output_logger = log
    solver.config.log_level = logging.INFO
    solver.highs_options = {
        "presolve": presolve,
        "mip_feasibility_tolerance": 1e-7,
        "primal_feasibility_tolerance": 1e-8,
    }
    if threads is not None:
        # Without this the first solve of the process fixes the number of threads for all later ones.
        highspy.Highs.resetGlobalScheduler(True)  # noqa: FBT003 - its only argument has no name
        solver.highs_options["threads"] = threads
    if start is not None:
        build.assign(m, start)
    results = solver.solve(m)
    ended = results.termination_condition
    if solver._solver_model.getModelStatus() == highspy.HighsModelStatus.kInterrupt:
        raise KeyboardInterrupt
    if ended in (TerminationCondition.infeasible, TerminationCondition.infeasibleOrUnbounded):
        return Outcome("infeasible")
    if ended not in (TerminationCondition.optimal, TerminationCondition.maxTimeLimit):
        raise RuntimeError(f"HiGHS ended with '{ended.name}'. Its log:\n{log_text.getvalue()[-2000:]}")
    if results.best_feasible_objective is None:
        return Outcome("no_plan", bound=results.best_objective_bound)
    results.solution_loader.load_vars()
    is_start_used = _START_FEASIBLE in log_text.getvalue()
    return _outcome(m, bound=results.best_objective_bound, is_start_used=is_start_used)


def _outcome(m: pyo.ConcreteModel, *, bound: float, is_start_used: bool) -> Outcome:
    """Value the plan anew with whole numbers: the solver's own figure may carry fractions of a decision."""
    plan = build.plan_of(m)
    build.assign(m, plan)
    objective = float(pyo.value(m.objective))
    tolerance = 1e-5 * max(1.0, abs(objective))
    if bound < objective - tolerance:
        raise RuntimeError(f"HiGHS reports the bound {bound}, but its own plan is worth {objective}.")
    bound = max(min(bound, ceiling(m.inputs)), objective)
    gap = (bound - objective) / max(abs(objective), 1e-10)
    status = "optimal" if gap <= OPTIMAL_GAP_SHARE else "feasible"
    return Outcome(status, plan, objective, bound, gap, is_start_used)


def _log() -> tuple[logging.Logger, io.StringIO]:
    text = io.StringIO()
    log = logging.getLogger(f"{__name__}.{next(_session)}")
    log.setLevel(logging.INFO)
    log.propagate = False
    log.addHandler(logging.StreamHandler(text))
    return log, text
