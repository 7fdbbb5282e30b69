"""The rules, in reading order.

A rule's name is its file, its function, its component in the model, its audit and its switch in a scenario.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pyomo.environ as pyo

from model.constraints import (
    budget,
    cost_limit,
    coverage,
    grid_area_power,
    locks,
    min_coverage,
    one_change_per_site,
    site_power,
)


@dataclass(frozen=True)
class Rule:
    """A rule: over what it runs, what it says, the variables it brings, and how a planner would call it.

    A structural rule is what the variables mean; no scenario can switch it off.
    """

    name: str
    words: str
    index: Callable[[pyo.ConcreteModel], Iterable[Any]]
    body: Callable[..., Any]
    variables: Callable[[pyo.ConcreteModel], None] | None = None
    is_structural: bool = False


RULES = (
    Rule(
        "one_change_per_site",
        "a site is changed at most once",
        one_change_per_site.index,
        one_change_per_site.one_change_per_site,
        is_structural=True,
    ),
    Rule(
        "coverage",
        "only a station in reach covers",
        coverage.index,
        coverage.coverage,
        variables=coverage.variables,
        is_structural=True,
    ),
    Rule("min_coverage", "the least coverage asked for", min_coverage.index, min_coverage.min_coverage),
    Rule("budget", "the budget of each phase", budget.index, budget.budget),
    Rule("site_power", "the connection limit of a site", site_power.index, site_power.site_power),
    Rule(
        "grid_area_power",
        "the headroom of the grid areas",
        grid_area_power.index,
        grid_area_power.grid_area_power,
    ),
    Rule(
        "cost_limit", "the limit on the cost of all phases together", cost_limit.index, cost_limit.cost_limit
    ),
    Rule("locks", "the sites that people have locked", locks.index, locks.locks),
)
