"""What each rule leaves in a plan: its rows with limit, what is found, and slack, in a planner's words.

A row binds when it leaves less than the least that one more decision would take of it: a budget of which
60,000 CAD are left binds where the cheapest project costs 100,000 CAD.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyomo.core as pyo
from pyomo.core.base.constraint import ConstraintData
from pyomo.core.base.var import VarData
from pyomo.repn import generate_standard_repn

from model.data.inputs import Choice
from model.formulation.constraints import RULES
from model.formulation.plan_model import PlanModel
from model.formulation.rule import About, Rule, Unit

ROWS_SHOWN = 40
_NO_SLACK = 1e-6


@dataclass(frozen=True)
class ConstraintSlack:
    """Rows of a rule: one, or all of them together where there are many (then without limit and found).

    `keys` are the rows' indices in the rule's component; `slack` is the least of them and never negative.
    `about` is what a single row speaks of, in codes and numbers, and `subject` the same in English.
    """

    rule: Rule
    subject: str
    about: About
    keys: tuple[Any, ...]
    limit_value: float | None
    found_value: float | None
    slack: float
    binding_count: int


@dataclass(frozen=True)
class _Row:
    """A row at its nearer limit; `step` is the least that one more decision takes, 0 where none takes any."""

    key: Any
    limit: float
    found: float
    step: float = 0.0

    @property
    def slack(self) -> float:
        return abs(self.limit - self.found)

    @property
    def is_binding(self) -> bool:
        tolerance = _NO_SLACK * max(1.0, abs(self.limit))
        return self.slack <= max(tolerance, self.step - tolerance)


def constraint_slacks(m: PlanModel) -> tuple[ConstraintSlack, ...]:
    """Return what the rules leave at the values that the variables have now, in reading order.

    Rows that are equations bind nothing.
    """
    found: list[ConstraintSlack] = []
    choice_of = pyo.ComponentMap((m.x[key], key) for key in m.choice)
    chosen = [key for key in m.choice if (m.x[key].value or 0) > 0.5]  # noqa: PLR2004 - nearest whole number
    for rule in RULES:
        if m.component(rule.name) is None:
            continue
        rows = list(_rows(m, rule, choice_of, chosen))
        found += [_together(rule, rows)] if len(rows) > ROWS_SHOWN else [_alone(m, rule, row) for row in rows]
    return tuple(found)


def _rows(
    m: PlanModel, rule: Rule, choice_of: pyo.ComponentMap[VarData, Choice], chosen: Sequence[Choice]
) -> Iterator[_Row]:
    component = m.component(rule.name)
    is_money, is_shown = rule.limit.unit is Unit.CAD, len(component) <= ROWS_SHOWN
    for key, row in component.items():
        if not row.active or row.equality:
            continue
        found = float(pyo.value(row.body))
        limits = [float(limit) for limit in (row.lb, row.ub) if limit is not None]
        nearest = min(limits, key=lambda limit: abs(limit - found))
        sign = 1 if row.ub is not None and float(row.ub) == nearest else -1
        use = _use(m, row, choice_of, is_money=is_money) if is_shown else {}
        step = _least_step(m, {c: sign * amount for c, amount in use.items()}, chosen)
        yield _Row(key, nearest, found, step)


def _use(
    m: PlanModel, row: ConstraintData, choice_of: pyo.ComponentMap[VarData, Choice], *, is_money: bool
) -> dict[Choice, float]:
    """Return what each decision adds to a row; of money what is left to pay when its grants are paid."""
    linear = generate_standard_repn(row.body, quadratic=False)
    factors = zip(linear.linear_vars, linear.linear_coefs, strict=True)
    use = {choice_of[var]: float(factor) for var, factor in factors if var in choice_of}
    return {(o, t): m.inputs.options[o].price(t).net_cad for o, t in use} if is_money else use


def _least_step(m: PlanModel, use: Mapping[Choice, float], chosen: Sequence[Choice]) -> float:
    """Return the least that a row gains by one more decision, at a new site or by another option."""
    if not use:
        return 0.0
    options = m.inputs.options
    taken = {options[c[0]].site_id: use.get(c, 0.0) for c in chosen}
    steps = (amount - taken.get(options[c[0]].site_id, 0.0) for c, amount in use.items())
    return min((step for step in steps if step > _NO_SLACK), default=0.0)


def _alone(m: PlanModel, rule: Rule, row: _Row) -> ConstraintSlack:
    limit, binding_count = rule.limit, int(row.is_binding)
    words, about = limit.words(row.key, m.inputs), limit.about(row.key, m.inputs)
    return ConstraintSlack(rule, words, about, (row.key,), row.limit, row.found, row.slack, binding_count)


def _together(rule: Rule, rows: list[_Row]) -> ConstraintSlack:
    return ConstraintSlack(
        rule,
        f"all {len(rows)}",
        {},
        tuple(row.key for row in rows),
        None,
        None,
        min(row.slack for row in rows),
        sum(row.is_binding for row in rows),
    )
