"""How the terms of the objective compete: as one weighted sum, or one priority level after the other."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyomo.core as pyo

from db.work.pool import HERE, Pool
from model.data.codes import RunStatus
from model.data.inputs import Plan, PriorityLevel
from model.formulation.plan_model import PlanModel
from model.formulation.settle import settle
from model.solver import orchestrate, watch, whole_model
from model.solver.compiled import compiled

Watcher = Callable[[orchestrate.Progress], None]
_HELD = 1e-9


@dataclass(frozen=True)
class Limits:
    """When the solver stops: seconds, gap as a share, and its threads (None: as it likes)."""

    time_limit_s: float | None = None
    mip_gap: float = whole_model.OPTIMAL_MIP_GAP
    threads: int | None = None


@dataclass(frozen=True)
class PriorityLevelEnd:
    """How a priority level ended; `dual_bound` holds for all plans that hold the priority levels before."""

    priority: PriorityLevel
    status: RunStatus
    objective: float
    dual_bound: float
    mip_gap: float
    solve_s: float


def find(
    m: PlanModel,
    limits: Limits,
    *,
    start: Plan | None = None,
    watcher: Watcher | None = None,
    pool: Pool = HERE,
) -> tuple[whole_model.Outcome, tuple[PriorityLevelEnd, ...]]:
    """Find the best plan in the mode of the inputs; the variables hold it afterwards.

    Lexicographic: each priority level maximises its own terms while all before keep their value, less the
    tolerance; time is shared out evenly over the levels that are left. The objective of the outcome is the
    weighted sum all the same, its gap the widest of the levels, and there is no one dual bound. The workers
    of `pool` help to search.

    Raises:
        KeyboardInterrupt: the user stopped it before there was a plan.

    """
    if not m.inputs.priority_levels:
        return solve(m, limits, start=start, watcher=watcher, pool=pool), ()
    m.objective.deactivate()
    m.held = pyo.ConstraintList()
    began, ends = time.monotonic(), []
    for number, priority in enumerate(m.inputs.priority_levels):
        left = dataclasses.replace(
            limits, time_limit_s=_share(limits, began, len(m.inputs.priority_levels) - number)
        )
        level_began = time.monotonic()
        outcome = _solve_priority_level(
            m, priority, left, start=start, watcher=_at_level(number + 1, watcher), pool=pool
        )
        if outcome.objective is None or outcome.dual_bound is None or outcome.mip_gap is None:
            return outcome, ()  # the first priority level found no plan; later ones start from one
        took = time.monotonic() - level_began
        end = PriorityLevelEnd(
            priority, outcome.status, outcome.objective, outcome.dual_bound, outcome.mip_gap, took
        )
        ends.append(end)
        start = outcome.plan
        _hold(m, priority, end.objective)
        if outcome.is_interrupted:
            break
    return _ended(m, outcome, ends), tuple(ends)


def as_it_is(
    m: PlanModel, plan: Plan, dual_bound: float | None = None, watcher: Watcher | None = None
) -> tuple[whole_model.Outcome, tuple[PriorityLevelEnd, ...]]:
    """Work out what a plan comes to that need not keep the rules; the variables hold it afterwards.

    No plan that keeps them has an objective above `dual_bound`, or what no solving is needed to know of it.
    The mode is that of a weighted sum.
    """
    began = time.monotonic()
    bound = compiled(m).matrix.ceiling() if dual_bound is None else dual_bound
    found = worked_out(m, whole_model.Outcome(RunStatus.FEASIBLE, plan, dual_bound=bound))
    _tell(watcher, found, began)
    return dataclasses.replace(found, status=RunStatus.FEASIBLE), ()


def enter_priority_level(m: PlanModel, reached: Sequence[float]) -> None:
    """Turn a model into that of a priority level; those before it have reached these objective values."""
    m.objective.deactivate()
    m.held = pyo.ConstraintList()
    for priority, objective_value in zip(m.inputs.priority_levels, reached, strict=False):
        _hold(m, priority, objective_value)
    _aim(m, m.inputs.priority_levels[len(reached)])


def solve(
    m: PlanModel,
    limits: Limits,
    *,
    start: Plan | None = None,
    watcher: Watcher | None = None,
    pool: Pool = HERE,
) -> whole_model.Outcome:
    """Solve the model as it stands within limits; its variables hold what follows from the plan it found."""
    began = time.monotonic()
    found = orchestrate.solve(
        m,
        time_limit_s=limits.time_limit_s,
        mip_gap=limits.mip_gap,
        threads=limits.threads,
        start=start,
        progress=watcher,
        pool=pool,
    )
    if found.objective is None:
        return found
    _tell(watcher, found, began)
    found = worked_out(m, found)
    _tell(watcher, found, began)
    return found


def _tell(watcher: Watcher | None, found: whole_model.Outcome, began: float) -> None:
    """Tell of a plan whose variables are being worked out, and of what that comes to."""
    if watcher is not None:
        elapsed_s = time.monotonic() - began
        watcher(watch.Progress(found.objective, found.dual_bound, found.mip_gap, elapsed_s, "settle"))


def _at_level(number: int, watcher: Watcher | None) -> Watcher | None:
    """Return a watcher of a solve that tells which priority level it is of."""
    if watcher is None:
        return None
    return lambda progress: watcher(dataclasses.replace(progress, priority_level=number))


def worked_out(m: PlanModel, found: whole_model.Outcome) -> whole_model.Outcome:
    """Return the outcome with the objective that the decisions have, whatever the solver left beside them.

    The solver pushes coverage, flows and grants only as far as its tolerance or its time goes. The variables
    hold afterwards what follows from the decisions.
    """
    settle(m, found.plan)
    goal = next(m.component_data_objects(pyo.Objective, active=True))
    objective_value = float(pyo.value(goal))
    dual_bound = objective_value if found.dual_bound is None else max(found.dual_bound, objective_value)
    mip_gap = watch.gap(objective_value, dual_bound)
    is_optimal = mip_gap <= whole_model.OPTIMAL_MIP_GAP and found.is_trimmed
    status = RunStatus.OPTIMAL if is_optimal else RunStatus.FEASIBLE
    return dataclasses.replace(
        found, status=status, objective=objective_value, dual_bound=dual_bound, mip_gap=mip_gap
    )


def _share(limits: Limits, began: float, levels_left: int) -> float | None:
    if limits.time_limit_s is None:
        return None
    return max(limits.time_limit_s - (time.monotonic() - began), 0.0) / levels_left


def _solve_priority_level(
    m: PlanModel,
    priority: PriorityLevel,
    limits: Limits,
    *,
    start: Plan | None,
    watcher: Watcher | None,
    pool: Pool,
) -> whole_model.Outcome:
    _aim(m, priority)
    try:
        return solve(m, limits, start=start, watcher=watcher, pool=pool)
    finally:
        m.del_component("priority_objective")


def _aim(m: PlanModel, priority: PriorityLevel) -> None:
    m.priority_objective = pyo.Objective(expr=_worth(m, priority), sense=pyo.maximize)


def _hold(m: PlanModel, priority: PriorityLevel, objective_value: float) -> None:
    """Let later priority levels give up no more of this one than its tolerance."""
    given_up = max(priority.tolerance_share, _HELD) * max(abs(objective_value), _HELD)
    m.held.add(_worth(m, priority) >= objective_value - given_up)


def _worth(m: PlanModel, priority: PriorityLevel) -> pyo.NumericValue:
    """Weighted terms of a priority level; a term on its own counts as it is, also where its weight is 0."""
    weight = {
        t: m.inputs.objective_weight.get(t, 0.0) if len(priority.terms) > 1 else 1.0 for t in priority.terms
    }
    return sum(m.sign[t] * w * m.term[t] for t, w in weight.items()) + 0.0 * m.nothing


def _ended(m: PlanModel, last: whole_model.Outcome, ends: list[PriorityLevelEnd]) -> whole_model.Outcome:
    m.objective.activate()
    is_optimal = all(end.status == RunStatus.OPTIMAL for end in ends) and len(ends) == len(
        m.inputs.priority_levels
    )
    return dataclasses.replace(
        last,
        status=RunStatus.OPTIMAL if is_optimal else RunStatus.FEASIBLE,
        objective=float(pyo.value(m.objective)),
        dual_bound=None,
        mip_gap=max(end.mip_gap for end in ends),
    )
