"""What each rule leaves in a plan: its rows with limit, what is found, and slack, in a planner's words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyomo.environ as pyo

from model.constraints import RULES, Rule
from model.measure import Measure, of

ROWS_SHOWN = 40
_NO_SLACK = 1e-6


@dataclass(frozen=True)
class Binding:
    """Rows of a rule: one, or all of them together where there are many (then without limit and found).

    `keys` are the rows' indices in the rule's component; `slack` is the least of them and never negative.
    """

    rule: Rule
    measure: Measure
    subject: str
    keys: tuple[Any, ...]
    limit_value: float | None
    found_value: float | None
    slack: float
    binding_count: int


@dataclass(frozen=True)
class _Row:
    key: Any
    limit: float
    found: float

    @property
    def slack(self) -> float:
        return abs(self.limit - self.found)

    @property
    def is_binding(self) -> bool:
        return self.slack <= _NO_SLACK * max(1.0, abs(self.limit))


def bindings(m: pyo.ConcreteModel) -> tuple[Binding, ...]:
    """Return what the rules leave at the values that the variables have now, in reading order.

    Rules that only say what the variables mean bind nothing, and neither do rows that are equations.
    """
    found: list[Binding] = []
    for rule in RULES:
        if rule.is_structural or m.component(rule.name) is None:
            continue
        rows = list(_rows(m, rule))
        found += [_together(rule, rows)] if len(rows) > ROWS_SHOWN else [_alone(m, rule, row) for row in rows]
    return tuple(found)


def _rows(m: pyo.ConcreteModel, rule: Rule) -> Iterator[_Row]:
    for key, row in m.component(rule.name).items():
        if not row.active or row.equality:
            continue
        found = float(pyo.value(row.body))
        limits = [float(limit) for limit in (row.lb, row.ub) if limit is not None]
        nearest = min(limits, key=lambda limit: abs(limit - found))
        yield _Row(key, nearest, found)


def _alone(m: pyo.ConcreteModel, rule: Rule, row: _Row) -> Binding:
    measure = of(rule.name)
    words, binding_count = measure.words(row.key, m.inputs), int(row.is_binding)
    return Binding(rule, measure, words, (row.key,), row.limit, row.found, row.slack, binding_count)


def _together(rule: Rule, rows: list[_Row]) -> Binding:
    return Binding(
        rule,
        of(rule.name),
        f"all {len(rows)}",
        tuple(row.key for row in rows),
        None,
        None,
        min(row.slack for row in rows),
        sum(row.is_binding for row in rows),
    )
