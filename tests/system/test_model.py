"""The model against all plans tried by hand, and the search for a plan against its own promises."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from model.analysis import conflict
from model.data.inputs import Inputs
from model.formulation.build import assign, build, plan_of
from model.solver import greedy, whole_model
from tests.support.worlds import all_plans, keeps_all_rules, net_cost, objective_value, small_inputs

FEW = settings(max_examples=60)


@FEW
@given(small_inputs())
def test_the_solver_finds_what_trying_everything_finds(inputs: Inputs) -> None:
    good = [objective_value(inputs, plan) for plan in all_plans(inputs) if keeps_all_rules(inputs, plan)]
    outcome = whole_model.solve(build(inputs), start=greedy.greedy(inputs))
    if not good:
        assert outcome.status == "infeasible"
        return
    assert outcome.status == "optimal"
    assert keeps_all_rules(inputs, outcome.plan)
    assert outcome.objective == pytest.approx(objective_value(inputs, outcome.plan), abs=1e-7)
    assert outcome.objective == pytest.approx(max(good), rel=2e-4, abs=1e-6)
    assert outcome.dual_bound is not None
    assert outcome.dual_bound >= max(good) - 1e-6


@FEW
@given(small_inputs())
def test_rules_named_in_conflict_cannot_be_kept_together(inputs: Inputs) -> None:
    if any(keeps_all_rules(inputs, plan) for plan in all_plans(inputs)):
        return
    names = set(conflict.conflicting_rules(inputs))
    assert names
    assert names <= inputs.rules


@FEW
@given(small_inputs())
def test_greedy_changes_a_site_once_and_stays_within_the_budget(inputs: Inputs) -> None:
    plan = greedy.greedy(inputs)
    sites = [inputs.options[o].site_id for o, _ in plan]
    assert len(sites) == len(set(sites))
    if "budget" in inputs.rules:
        left = 0.0
        for phase in inputs.phases:
            cost = net_cost(inputs, plan, frozenset(), phase.phase)
            left = phase.budget_cad - cost + (left if inputs.is_budget_carried_over else 0.0)
            assert left >= -1e-9


@FEW
@given(small_inputs())
def test_assigning_a_plan_and_reading_it_back_gives_the_plan(inputs: Inputs) -> None:
    m = build(inputs)
    for plan in list(all_plans(inputs))[:5]:
        assign(m, plan)
        assert plan_of(m) == plan
