"""Money brings a level to so many sites at most: counted over all plans of small worlds, and by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from model.data.inputs import Inputs, Option, Phase, Price, Site
from model.formulation.affordable import Affordable
from model.formulation.build import build
from model.solver import whole_model
from tests.support.draws import examples
from tests.support.worlds import STRUCTURAL, all_plans, all_purchases, keeps_rules, small_inputs

L2 = frozenset({"L2"})


def option(site: int, capex_cad: float, resale_cad: float = 0.0, *, levels: frozenset[str] = L2) -> Option:
    price = Price(capex_cad, (), resale_cad)
    return Option(f"{site}:b", site, "build", levels, (1, 2), {1: price, 2: price})


WORLD = Inputs(
    phases=(Phase(1, 25.0), Phase(2, 35.0)),
    levels=("L2",),
    sites={s: Site(s) for s in range(6)},
    options={o.option_id: o for o in (option(s, 10.0) for s in range(6))},
    covering_sites={(s, "L2"): (s,) for s in range(6)},
    weight=dict.fromkeys(((s, "L2") for s in range(6)), 1 / 6),
    rules=STRUCTURAL | {"budget"},
    objective_weight={"coverage.L2": 1.0},
)
"""Sites for 10 CAD each; 25 and then 35 CAD to spend."""


@pytest.mark.parametrize(
    ("change", "first", "second"),
    [
        # 2 of the 2.5 that the money pays for, then 3 of 3.5
        ({}, 2, 5),
        ({"is_budget_carried_over": True}, 2, 6),
        ({"rules": STRUCTURAL}, 6, 6),
        ({"rules": STRUCTURAL | {"budget", "cost_limit"}, "cost_limit_cad": 39.0}, 2, 3),
        # what stands there sells for 8, which pays for one more
        ({"sites": {s: Site(s) for s in range(7)}, "options": WORLD.options | {"6:b": option(6, 0.0, 8.0, levels=frozenset())}}, 3, 6),
    ],
)  # fmt: skip
def test_by_hand(change: dict[str, object], first: int, second: int) -> None:
    inputs = replace(WORLD, **change)  # type: ignore[arg-type]
    money = Affordable(inputs, inputs.rules)
    assert (money.count("L2", 1), money.count("L2", 2)) == (first, second)


def test_rows_are_there_where_they_say_something_and_limits_stand() -> None:
    assert list(build(WORLD).component("affordable")) == [("L2", 1), ("L2", 2)]
    assert list(build(replace(WORLD, rules=STRUCTURAL)).component("affordable")) == []
    assert list(build(WORLD, without=frozenset({"budget"})).component("affordable")) == []
    assert build(WORLD, concludes=False).component("affordable") is None
    assert len(whole_model.solve(build(WORLD)).plan) == 5


@examples(30)
@given(small_inputs())
def test_no_plan_that_keeps_the_rules_has_more(inputs: Inputs) -> None:
    money = Affordable(inputs, inputs.rules)
    for plan in all_plans(inputs):
        if not any(keeps_rules(inputs, plan, bought) for bought in all_purchases(inputs)):
            continue
        for level in inputs.levels:
            for phase in inputs.phase_numbers:
                found = plan.intersection(money.choices(level, phase))
                assert len(found) <= money.count(level, phase)
