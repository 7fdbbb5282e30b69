"""Says why a plan changes nothing, and which scenario that comes with the planner would do something."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg
import pyomo.core as pyo
from psycopg.rows import dict_row

from db.common.errors import UsageError
from model.analysis.lower_floors import lower
from model.data import read, scenario, scenario_store
from model.data.codes import Action, DemandKind, RunStatus
from model.data.floors import scenario_with, shipped_floors
from model.data.inputs import Plan
from model.formulation.build import assign, build
from model.formulation.constraints import RULES
from model.formulation.plan_model import PlanModel
from model.solver import greedy, objective_mode
from model.solver.objective_mode import Limits

Connection = psycopg.Connection[tuple[Any, ...]]
_TRIAL_LIMIT_S = 20.0
_ANY_PLAN_MIP_GAP = 1e6
_FIRST = "base"

_DOING = {
    Action.UPGRADE: "upgraded",
    Action.EXPAND: "enlarged",
    Action.BUILD: "built on",
    Action.REMOVE: "removed",
}
_PLACES = {
    Action.UPGRADE: "stations",
    Action.EXPAND: "stations",
    Action.BUILD: "candidate sites",
    Action.REMOVE: "stations",
}
_NO_SITE = {
    Action.UPGRADE: "no station stands with ports that an upgrade may replace",
    Action.EXPAND: "no station stands that could be enlarged",
    Action.BUILD: "there is no candidate site to build on",
    Action.REMOVE: "no station stands that could be removed",
}
_NO_CHANGE = {
    Action.UPGRADE: "no charger type is offered to any of the {site_count} stations (port_count_choices)",
    Action.EXPAND: "no number of new ports is offered for any of the {site_count} stations"
    " (port_count_choices)",
    Action.BUILD: "all {site_count} candidate sites are refused: they score less than candidate.score_min"
    " asks for, stand on ground where nothing is built, or are bare junctions (candidate)",
    Action.REMOVE: "none of the {site_count} stations is a candidate for removal (model.removal_candidate)",
}
_OTHERWISE = {
    "owner": "none of the {site_count} {places} belongs to an owner whose stations may be changed"
    " (station.change_owner_types); a lock opens one of them",
    "site_power": "at none of {offered_count} {places} may so much power be connected (site.power_limit_kw)",
    "site_price": "at none of {power_count} {places} may so much be spent (site.capex_limit_cad)",
    "level": "none of {change_count} {places} may get such chargers in any phase (chargers)",
    "lock": "all {price_count} {places} that could be {doing} are locked",
    "grid": "the grid has no room for any of {unlocked_count} {places} that could be {doing}",
    "budget": "no phase can pay for any of {grid_count} {places} that could be {doing}: the cheapest costs"
    " {net_cad_min:,.0f} CAD, and {money_cad_max:,.0f} CAD may be spent",
}


@dataclass(frozen=True)
class Idle:
    """A solve whose plan is to change nothing: its model, how it ended, and the plan that it began with.

    Where the region `is_large`, no other scenario is tried in place of this one.
    """

    m: PlanModel
    status: str
    start: Plan = frozenset()
    is_large: bool = False


def words(conn: Connection, scenario_id: int, name: str, idle: Idle) -> str:
    """Return why nothing is done, action by action, and what to solve instead."""
    with conn.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute("select * from model.action_funnel(%s)", (scenario_id,)).fetchall()
    reasons = [_reason(row, idle) for row in rows] or ["no phase allows any action"]
    instead = "" if idle.is_large else f" {_instead(conn, name)}"
    return f"The plan changes nothing: {'; '.join(reasons)}.{instead}"


def _reason(row: dict[str, Any], idle: Idle) -> str:
    known = {**row, "places": _PLACES[row["action"]], "doing": _DOING[row["action"]]}
    if row["reason"] == "no_site":
        return _NO_SITE[row["action"]]
    if row["reason"] == "no_change":
        return _NO_CHANGE[row["action"]].format(**known)
    if row["reason"] in _OTHERWISE:
        return _OTHERWISE[row["reason"]].format(**known)
    places = known["places"] if row["affordable_count"] != 1 else known["places"].removesuffix("s")
    could = f"{row['affordable_count']} {places} could be {known['doing']}"
    if idle.status != RunStatus.OPTIMAL:
        return f"{could}, but no plan better than to change nothing was found in the time given"
    rules = _rules_in_the_way(idle)
    if rules:
        return f"{could}, but what would gain breaks other rules that are on ({', '.join(rules)})"
    return f"{could}, but none gains as much as it costs"


def _rules_in_the_way(idle: Idle) -> list[str]:
    """Return the rules besides those of a single change, where a plan that would gain does not keep them."""
    if not idle.start or _worth(idle.m, idle.start) <= _worth(idle.m, frozenset()):
        return []
    on = idle.m.inputs.rules
    return [rule.name for rule in RULES if rule.name in on and rule.room is None]


def _worth(m: PlanModel, plan: Plan) -> float:
    assign(m, plan)
    return float(pyo.value(m.objective.expr))


def _instead(conn: Connection, name: str) -> str:
    """Name the first scenario that comes with the planner, stands alone, and would do something here."""
    shipped = [n for n in scenario.names() if n != name]
    tried = []
    for other in sorted(shipped, key=lambda n: (n != _FIRST, n)):
        _, parameters = scenario.resolve(other)
        if parameters.continues or parameters.demand.kind != DemandKind.CELL:
            continue
        tried.append(other)
        if _does_something(conn, other, parameters):
            return f"`planner solve --scenario {other}` would do something."
    return f"None of the scenarios {', '.join(tried)} would do anything on this data either."


def _does_something(conn: Connection, name: str, parameters: scenario.Scenario) -> bool:
    """Tell whether some plan of a scenario is better than to change nothing; nothing is kept of the trial."""
    try:
        with conn.transaction(force_rollback=True):
            inputs = read.read(conn, scenario_store.store(conn, name, parameters))
    except UsageError:
        return False
    m = build(inputs)
    limits = Limits(_TRIAL_LIMIT_S, _ANY_PLAN_MIP_GAP)
    outcome = objective_mode.solve(m, limits, start=greedy.greedy(inputs))
    if outcome.status == RunStatus.INFEASIBLE:
        found = lower(inputs, shipped_floors(conn, parameters, inputs), time_limit_s=_TRIAL_LIMIT_S)
        lowered = scenario_with(conn, found.values, parameters, inputs)
        return bool(found.values) and _does_something(conn, name, lowered)
    return bool(outcome.plan) and _worth(m, outcome.plan) > _worth(m, frozenset())
