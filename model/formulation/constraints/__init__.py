"""The rules, in reading order.

A rule's name is its file, its function, its component in the model, its audit and its switch in a scenario.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pyomo.environ as pyo

from model.formulation.constraints import (
    application_grant,
    area_station_limits,
    budget,
    cost_limit,
    coverage,
    demand_balance,
    double_coverage,
    equity,
    grid_area_power,
    l3_max_gap,
    l3_min_spacing,
    locks,
    max_overlap,
    min_coverage,
    min_served,
    one_change_per_site,
    opex_limit,
    port_capacity,
    projects_per_phase,
    protected_coverage,
    reinforcement,
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
    Rule(
        "double_coverage",
        "only two stations in reach are double coverage",
        double_coverage.index,
        double_coverage.double_coverage,
        variables=double_coverage.variables,
        is_structural=True,
    ),
    Rule("min_coverage", "the least coverage asked for", min_coverage.index, min_coverage.min_coverage),
    Rule(
        "application_grant",
        "what a grant program gives to an application",
        application_grant.index,
        application_grant.application_grant,
        is_structural=True,
    ),
    Rule(
        "reinforcement",
        "a step of reinforcement is bought at most once",
        reinforcement.index,
        reinforcement.reinforcement,
        is_structural=True,
    ),
    Rule("budget", "the budget of each phase", budget.index, budget.budget),
    Rule("opex_limit", "the running cost that a plan may add", opex_limit.index, opex_limit.opex_limit),
    Rule("site_power", "the connection limit of a site", site_power.index, site_power.site_power),
    Rule(
        "grid_area_power",
        "the hosting capacity of the grid areas",
        grid_area_power.index,
        grid_area_power.grid_area_power,
    ),
    Rule(
        "cost_limit", "the limit on the cost of all phases together", cost_limit.index, cost_limit.cost_limit
    ),
    Rule(
        "demand_balance",
        "nobody charges more often than needed",
        demand_balance.index,
        demand_balance.demand_balance,
        is_structural=True,
    ),
    Rule(
        "port_capacity",
        "ports serve what they can without long waits",
        port_capacity.index,
        port_capacity.port_capacity,
        is_structural=True,
    ),
    Rule(
        "min_served", "the least share of charging sessions served", min_served.index, min_served.min_served
    ),
    Rule(
        "l3_min_spacing",
        "the least distance between L3 stations",
        l3_min_spacing.index,
        l3_min_spacing.l3_min_spacing,
        variables=l3_min_spacing.variables,
    ),
    Rule("l3_max_gap", "the longest way without another L3 station", l3_max_gap.index, l3_max_gap.l3_max_gap),
    Rule(
        "max_overlap", "the most L3 stations in reach of a demand", max_overlap.index, max_overlap.max_overlap
    ),
    Rule(
        "area_station_limits",
        "the fewest and most stations of each planning area",
        area_station_limits.index,
        area_station_limits.area_station_limits,
    ),
    Rule(
        "equity",
        "the share of coverage that each group of people gets",
        equity.index,
        equity.equity,
        variables=equity.variables,
    ),
    Rule(
        "protected_coverage",
        "the coverage that protected groups have",
        protected_coverage.index,
        protected_coverage.protected_coverage,
    ),
    Rule("locks", "the sites that people have locked", locks.index, locks.locks),
    Rule(
        "projects_per_phase",
        "the sites that may be worked on in a phase",
        projects_per_phase.index,
        projects_per_phase.projects_per_phase,
    ),
)
