"""What money is measured against, in worlds of any kind and under all their plans."""

from __future__ import annotations

import dataclasses

from hypothesis import HealthCheck, given, settings

from model.accounting.money_scale import capex_scale_cad, installable_kw, opex_scale_cad_per_year
from model.data.inputs import Inputs
from model.formulation import objective
from model.formulation.build import assign, build
from tests.support.worlds import all_plans, keeps_all_rules, small_inputs

FEW = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@FEW
@given(small_inputs())
def test_every_term_of_any_plan_within_the_rules_lies_between_minus_1_and_1(inputs: Inputs) -> None:
    rules = inputs.rules | {"budget"}
    held = dataclasses.replace(inputs, rules=rules)
    m = build(held)
    for plan in [p for p in all_plans(held) if keeps_all_rules(held, p)][:8]:
        assign(m, plan)
        for term in objective.values(m):
            assert -1 - 1e-9 <= term.value <= 1 + 1e-9, term


@FEW
@given(small_inputs())
def test_scales_are_there_whatever_the_money(inputs: Inputs) -> None:
    """Positive, also without a budget and without an option; and as given, whatever is varied."""
    for budget in (0.0, 1000.0):
        poor = dataclasses.replace(
            inputs, phases=tuple(dataclasses.replace(p, budget_cad=budget) for p in inputs.phases)
        )
        for found in (poor, dataclasses.replace(poor, options={})):
            assert capex_scale_cad(found) > 0
            assert opex_scale_cad_per_year(found) > 0
            assert found.service is None or installable_kw(found) > 0
