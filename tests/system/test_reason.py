"""Answers to a planner's questions against every plan tried."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings

from model.analysis import elastic, reason
from model.analysis.past_run import PastRun
from model.data.inputs import Inputs
from model.formulation.build import build
from model.solver import whole_model
from model.solver.objective_mode import Limits
from tests.support.worlds import STRUCTURAL, all_plans, keeps_all_rules, net_cost, small_inputs

FEW = settings(max_examples=30)


@FEW
@given(small_inputs())
def test_an_alternative_keeps_all_rules_and_loses_no_more_than_it_may(inputs: Inputs) -> None:
    m = build(inputs)
    outcome = whole_model.solve(m)
    if outcome.objective is None:
        return
    past = PastRun(1, "any", inputs, outcome.plan, outcome.objective, outcome.dual_bound)
    for found in reason.alternatives(m, past, Limits(), count=2, loss_share=0.2):
        assert keeps_all_rules(inputs, found.plan)
        assert found.objective >= past.objective - 0.2 * abs(past.objective) - 1e-6


@FEW
@given(small_inputs())
def test_the_least_money_by_trying_everything(inputs: Inputs) -> None:
    rules = STRUCTURAL | {"budget", "min_coverage", "locks"}
    inputs = dataclasses.replace(inputs, rules=rules, is_budget_carried_over=False)
    without = dataclasses.replace(inputs, rules=rules - {"budget"})

    def missing(plan: frozenset[tuple[str, int]]) -> float:
        return sum(
            max(net_cost(inputs, plan, frozenset(), p.phase) - p.budget_cad, 0.0) for p in inputs.phases
        )

    able = [missing(plan) for plan in all_plans(inputs) if keeps_all_rules(without, plan)]
    found = elastic.relaxations(inputs, ["budget"])
    if not able:
        assert found is None
        return
    assert found is not None
    assert sum(m.amount for m in found) == pytest.approx(min(able), abs=1e-3)
