"""A plan called optimal wastes nothing, however little money counts beside the rest of the objective."""

from __future__ import annotations

import dataclasses
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.accounting.coverage import coverage_share, net_capex_cad
from model.data.inputs import Inputs, Plan
from model.formulation.build import build
from model.solver import greedy, orchestrate, whole_model
from model.solver.objective_mode import Limits, solve
from tests.support.towns import town
from tests.support.worlds import all_plans, keeps_all_rules, objective_value, small_inputs

FEW = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
CHEAP = {"capex": 3e-4, "opex": 1e-4, "grid_upgrade": 2e-4}
"""All money together is less than the gap of 0.01 % of what coverage is worth."""


def with_cheap_money(inputs: Inputs) -> Inputs:
    return dataclasses.replace(inputs, objective_weight={**inputs.objective_weight, **CHEAP})


def without_one(plan: Plan) -> list[Plan]:
    return [plan - {choice} for choice in plan]


@FEW
@given(small_inputs().map(with_cheap_money), st.sampled_from([0, orchestrate.LARGE_NONZERO_COUNT]))
def test_money_below_the_gap_is_not_wasted(inputs: Inputs, large_nonzero_count: int) -> None:
    found = orchestrate.solve(
        build(inputs), start=greedy.greedy(inputs), large_nonzero_count=large_nonzero_count
    )
    if found.status == "infeasible":
        return
    assert found.status == "optimal"
    best = max(objective_value(inputs, plan) for plan in all_plans(inputs) if keeps_all_rules(inputs, plan))
    assert objective_value(inputs, found.plan) == pytest.approx(best, abs=1e-8)
    for fewer in without_one(found.plan):
        if keeps_all_rules(inputs, fewer):
            assert objective_value(inputs, fewer) < objective_value(inputs, found.plan) - 1e-9


@FEW
@given(small_inputs())
def test_where_money_does_not_count_a_plan_does_nothing_for_nothing(inputs: Inputs) -> None:
    free = dict.fromkeys(CHEAP, 0.0)
    inputs = dataclasses.replace(inputs, objective_weight={**inputs.objective_weight, **free})
    found = orchestrate.solve(build(inputs), large_nonzero_count=0)
    for fewer in without_one(found.plan) if found.status == "optimal" else []:
        if keeps_all_rules(inputs, fewer):
            assert objective_value(inputs, fewer) < objective_value(inputs, found.plan) - 1e-9


@pytest.mark.parametrize("large_nonzero_count", [0, 10**9])
def test_a_thousand_million_buys_no_station_that_covers_nothing(large_nonzero_count: int) -> None:
    """Of 144 crossings, 1 CAD each; a station is worth 4e-10 of an objective of 100."""
    weight = {"coverage.L2": 100.0, "capex": 0.4}
    inputs = dataclasses.replace(town(12, 1e9), objective_weight=weight)
    everywhere = frozenset((option, 1) for option in inputs.options)
    found = orchestrate.solve(build(inputs), start=everywhere, large_nonzero_count=large_nonzero_count)
    assert found.status == "optimal"
    assert coverage_share(inputs, found.plan, 1)["L2"] == pytest.approx(1.0)
    for fewer in without_one(found.plan):
        assert coverage_share(inputs, fewer, 1)["L2"] < 1.0 - 1e-4
    assert found.is_trimmed


def test_more_money_never_buys_a_plan_that_costs_more_and_covers_less() -> None:
    found = []
    for budget_cad in (10.0, 20.0, 50.0, 1e3, 1e6, 1e9):
        weight = {"coverage.L2": 100.0, "capex": 0.4}
        inputs = dataclasses.replace(town(8, budget_cad), objective_weight=weight)
        outcome = solve(build(inputs), Limits(), start=greedy.greedy(inputs))
        assert outcome.status == "optimal"
        share = coverage_share(inputs, outcome.plan, 1)["L2"]
        found.append((net_capex_cad(inputs, outcome.plan), share))
    for less, more in pairwise(found):
        assert more[0] <= less[0] + 1e-6 or more[1] >= less[1] - 1e-12
        assert more[1] >= less[1] - 1e-12


def test_a_plan_that_was_not_looked_at_is_not_called_optimal() -> None:
    inputs = town(8, 9)
    best = orchestrate.solve(build(inputs), mip_gap=0)
    stopped = whole_model.solve(build(inputs), time_limit_s=0, start=best.plan)
    assert not stopped.is_trimmed
    assert stopped.status == "feasible"
