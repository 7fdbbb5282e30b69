"""How far rules must give way before an infeasible model has a plan: an elastic model, solved again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pyomo.core as pyo
from pyomo.contrib.fbbt.fbbt import compute_bounds_on_expr
from pyomo.core.base.constraint import ConstraintData
from pyomo.core.base.var import IndexedVar

from model.data.codes import RunStatus
from model.data.inputs import Inputs, Plan
from model.formulation.build import assign, build, grid_upgrades_of
from model.formulation.constraints import RULES
from model.formulation.plan_model import PlanModel
from model.formulation.rule import Rule, Unit
from model.solver import orchestrate

_NOTHING = 1e-6
_MANY_STEPS = 1e4


@dataclass(frozen=True)
class RuleRelaxation:
    """A row of a rule that is relaxed: by `amount`, in the unit of the rule, from `limit` to `needed`.

    No less than `amount_low` is enough, None where that is not known for the row by itself; `is_least` says
    that all rows that give way together could not do so in fewer steps.
    """

    rule: Rule
    subject: str
    unit: Unit
    limit: float
    needed: float
    amount_low: float | None
    is_least: bool

    @property
    def amount(self) -> float:
        """By how much it is relaxed, never negative."""
        return abs(self.needed - self.limit)

    @property
    def words(self) -> str:
        """Say it in words of the planner."""
        if self.unit is Unit.LOCKS:
            return f"{self.rule.name}: {self.subject} would have to go"
        limit, needed, amount = (in_unit(v, self.unit) for v in (self.limit, self.needed, self.amount))
        which = "more" if self.needed > self.limit else "less"
        low = "" if self.is_least else self._at_least()
        return (
            f"{self.rule.name} ({self.subject}) would have to be {needed} instead of {limit}:"
            f" {amount} {which}{low}"
        )

    def _at_least(self) -> str:
        if self.amount_low is None:
            return ", perhaps not so much"
        return f", at least {in_unit(self.amount_low, self.unit)}"


def in_unit(value: float, unit: Unit) -> str:
    """Write a figure with its unit."""
    return f"{value:.2%}" if unit is Unit.SHARE else f"{value:,.0f} {unit}".strip()


def relaxations(
    inputs: Inputs, names: Iterable[str], *, time_limit_s: float = 20.0, threads: int | None = None
) -> tuple[RuleRelaxation, ...] | None:
    """Return how far these rules must be relaxed, together and in the fewest steps, while all others hold.

    A step is that of the rule's limit: 100,000 CAD count as much as one percentage point of coverage. Rows
    that need not be relaxed are left out. None where this does not help, or nothing was found in time.
    """
    m = build(inputs, concludes=False)
    rows = [
        (rule, key, row)
        for rule in RULES
        if rule.name in names and m.component(rule.name) is not None
        for key, row in list(m.component(rule.name).items())
    ]
    if not rows:
        return None
    m.give = give = pyo.Var(range(len(rows)), bounds=lambda _, n: (0, _most(*rows[n])))
    steps = 0.0 * m.nothing
    limits = []
    for number, (rule, _, row) in enumerate(rows):
        low, high, body = row.lb, row.ub, row.body
        limits.append((high, 1.0) if high is not None else (low, -1.0))
        way = limits[-1][1]
        row.set_value((None if way > 0 else low, body - way * give[number], high if way > 0 else None))
        steps += give[number] / rule.limit.step
    m.objective.deactivate()
    m.fewest_steps = pyo.Objective(expr=-steps, sense=pyo.maximize)
    outcome = orchestrate.solve(m, time_limit_s=time_limit_s, threads=threads)
    if outcome.objective is None:
        return None
    given = _given(m, give, outcome.plan, [row for _, _, row in rows], limits)
    found = [
        (rule, key, limits[n], given[n])
        for n, (rule, key, _) in enumerate(rows)
        if given[n] > _NOTHING * rule.limit.step
    ]
    low = -outcome.dual_bound if len(found) == 1 and outcome.dual_bound is not None else None
    is_least = outcome.status == RunStatus.OPTIMAL
    return tuple(
        _relaxation(inputs, rule, key, limit, amount=amount, low_steps=low, is_least=is_least)
        for rule, key, limit, amount in found
    )


def _given(
    m: PlanModel,
    give: IndexedVar[int],
    plan: Plan,
    rows: Sequence[ConstraintData],
    limits: Sequence[tuple[float, float]],
) -> list[float]:
    """Return how far each row has to give way under a plan; the solver may have left more."""
    assign(m, plan, grid_upgrades_of(m, plan))
    for variable in give.values():
        variable.set_value(0.0)
    return [
        max(way * (float(pyo.value(row.body)) - limit), 0.0)
        for row, (limit, way) in zip(rows, limits, strict=True)
    ]


def _most(rule: Rule, _: Any, row: ConstraintData) -> float:
    """Return a bound on what a row can be broken by."""
    low, high = compute_bounds_on_expr(row.body)
    excess = [high - row.ub] if row.ub is not None and high is not None else []
    excess += [row.lb - low] if row.lb is not None and low is not None else []
    return max([*excess, 0.0]) if excess else _MANY_STEPS * rule.limit.step


def _relaxation(
    inputs: Inputs,
    rule: Rule,
    key: Any,
    limit: tuple[float, float],
    *,
    amount: float,
    low_steps: float | None,
    is_least: bool,
) -> RuleRelaxation:
    this, (value, way) = rule.limit, limit
    low = None if low_steps is None else low_steps * this.step
    return RuleRelaxation(
        rule, this.words(key, inputs), this.unit, value, value + way * amount, low, is_least
    )
