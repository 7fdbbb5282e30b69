"""Questions to a plan, each answered by solving the model again with one thing changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pyomo.core as pyo

from model.analysis.past_run import PastRun
from model.analysis.slack import ConstraintSlack
from model.data.codes import RunStatus
from model.data.inputs import Plan
from model.formulation.expressions import in_force
from model.formulation.plan_model import PlanModel
from model.solver import objective_mode
from model.solver.objective_mode import Limits
from model.solver.whole_model import Outcome

_BETTER_OF_EQUALS = 1e-3


@dataclass(frozen=True)
class Loss:
    """What dropping a site costs: objective of the plan less that of the best plan found without the site.

    It is not below `low`. `loss` is None where no other plan was found; `is_impossible` says there is none.
    """

    site_id: int
    loss: float | None
    low: float | None
    is_impossible: bool = False


@dataclass(frozen=True)
class Price:
    """What relaxing a rule by a step brings: the change found, by `plan`, and what it cannot exceed."""

    binding: ConstraintSlack
    change: float
    high: float
    plan: Plan


@dataclass(frozen=True)
class Alternative:
    """A plan nearly as good; `shared` are the sites that it changes as the plan does."""

    plan: Plan
    objective: float
    shared: frozenset[int]
    is_proven: bool


class Stopped(Exception):  # noqa: N818 - the user's wish, no error
    """The user wants no more answers."""


def loss_without(m: PlanModel, past: PastRun, site_id: int, limits: Limits) -> Loss:
    """Leave a site as it is and plan the rest anew.

    Raises:
        Stopped: the user stopped it.

    """
    choices = in_force(m, site_id, m.phase.last())
    start = frozenset(key for key in past.plan if key not in choices)
    m.left_as_it_is = pyo.Constraint(expr=pyo.quicksum(m.x[key] for key in choices) <= 0)
    try:
        outcome = _solve(m, limits, start)
    finally:
        m.del_component("left_as_it_is")
    if outcome.status == RunStatus.INFEASIBLE:
        return Loss(site_id, None, None, is_impossible=True)
    low = None if outcome.dual_bound is None else past.objective - outcome.dual_bound
    return Loss(site_id, None if outcome.objective is None else past.objective - outcome.objective, low)


def price_of(m: PlanModel, past: PastRun, binding: ConstraintSlack, limits: Limits) -> Price | None:
    """Relax rows of a rule by its step and plan anew; None where nothing was found.

    Raises:
        Stopped: the user stopped it.

    """
    with _relaxed(m, binding):
        outcome = _solve(m, limits, past.plan)
    if outcome.objective is None or outcome.dual_bound is None:
        return None
    change, high = outcome.objective - past.objective, outcome.dual_bound - past.objective
    return Price(binding, change, high, outcome.plan)


def alternatives(
    m: PlanModel, past: PastRun, limits: Limits, *, count: int, loss_share: float
) -> Iterator[Alternative]:
    """Yield plans that lose no more than a share of the objective and differ most from all before in sites.

    Among those that differ as much, the better comes first. It ends when there is no other.

    Raises:
        Stopped: the user stopped it.

    """
    own = _sites(m, past.plan)
    known = [own]
    m.nearly_as_good = pyo.Constraint(
        expr=m.objective.expr >= past.objective - loss_share * abs(past.objective) - 1e-9
    )
    m.objective.deactivate()
    try:
        while own and len(known) <= count:
            found = _most_different(m, past, known, limits)
            if found is None or found.plan == past.plan or _sites(m, found.plan) in known:
                return
            known.append(_sites(m, found.plan))
            yield found
    finally:
        m.del_component("nearly_as_good")
        m.objective.activate()


def _most_different(
    m: PlanModel, past: PastRun, known: list[frozenset[int]], limits: Limits
) -> Alternative | None:
    shared = pyo.quicksum(
        m.x[key] / len(sites) / len(known)
        for sites in known
        for site in sites
        for key in in_force(m, site, m.phase.last())
    )
    small = _BETTER_OF_EQUALS / max(len(known) * max(map(len, known)), 1) / max(abs(past.objective), 1.0)
    m.difference = pyo.Objective(expr=1 - shared + small * m.objective.expr, sense=pyo.maximize)
    try:
        outcome = _solve(m, limits, past.plan)
    finally:
        m.del_component("difference")
    if outcome.objective is None:
        return None
    sites = _sites(m, outcome.plan)
    return Alternative(
        outcome.plan,
        float(pyo.value(m.objective.expr)),
        sites & known[0],
        outcome.status == RunStatus.OPTIMAL,
    )


def _sites(m: PlanModel, plan: Plan) -> frozenset[int]:
    return frozenset(m.inputs.options[o].site_id for o, _ in plan)


def _solve(m: PlanModel, limits: Limits, start: Plan) -> Outcome:
    outcome = objective_mode.solve(m, limits, start=start)
    if outcome.is_interrupted:
        raise Stopped
    return outcome


@contextmanager
def _relaxed(m: PlanModel, binding: ConstraintSlack) -> Iterator[None]:
    """Loosen rows by a step, on the side or sides that they limit, without what was concluded from limits."""
    rows = [m.component(binding.rule.name)[key] for key in binding.keys]
    step, before = binding.rule.limit.step, [row.expr for row in rows]
    for row in rows:
        low = None if row.lb is None else row.lb - step
        high = None if row.ub is None else row.ub + step
        row.set_value((low, row.body, high))
    concluded = m.component("affordable")
    if concluded is not None:
        concluded.deactivate()
    try:
        yield
    finally:
        if concluded is not None:
            concluded.activate()
        for row, expr in zip(rows, before, strict=True):
            row.set_value(expr)
