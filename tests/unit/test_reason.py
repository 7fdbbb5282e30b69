"""Answers to a planner's questions, by hand and against every plan tried.

Three candidates, 100,000 CAD each. The first covers groups of 0.5 and 0.2 of the demand, the second the 0.2 as
well, the third one of 0.3. For 100,000 CAD the first is best: 0.7.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from model.analysis import reason, remedies
from model.analysis.past_run import PastRun
from model.analysis.slack import constraint_slacks
from model.data.inputs import Inputs, Lock, Option, Phase, Price, Site
from model.formulation.build import assign, build
from model.solver import whole_model
from model.solver.objective_mode import Limits
from tests.support.worlds import STRUCTURAL

PRICE = 100_000.0


def three(budget_cad: float = PRICE, **more: Any) -> Inputs:
    covering_sites = {(0, "L2"): (0,), (1, "L2"): (0, 1), (2, "L2"): (2,)}
    world = Inputs(
        phases=(Phase(1, budget_cad),),
        levels=("L2",),
        sites={n: Site(n) for n in range(3)},
        options={
            f"{n}:build": Option(f"{n}:build", n, "build", frozenset({"L2"}), (1,), prices={1: Price(PRICE)})
            for n in range(3)
        },
        covering_sites=covering_sites,
        weight=dict(zip(covering_sites, (0.5, 0.2, 0.3), strict=True)),
        rules=STRUCTURAL | {"budget"},
        objective_weight={"coverage.L2": 1.0},
    )
    return dataclasses.replace(world, **more)


def solved(inputs: Inputs) -> tuple[Any, PastRun]:
    m = build(inputs)
    outcome = whole_model.solve(m)
    assert outcome.objective is not None
    return m, PastRun(1, "three", inputs, outcome.plan, outcome.objective, outcome.dual_bound)


def test_what_is_lost_without_a_site() -> None:
    """Without the first the third is best: 0.7 - 0.3. With money for two, without the third: 1.0 - 0.7."""
    m, past = solved(three())
    found = reason.loss_without(m, past, 0, Limits())
    assert (found.loss, found.low) == (pytest.approx(0.4), pytest.approx(0.4, abs=1e-3))
    m, past = solved(three(2 * PRICE))
    assert reason.loss_without(m, past, 2, Limits()).loss == pytest.approx(0.3)
    assert whole_model.solve(m).objective == pytest.approx(past.objective)


def test_a_site_that_no_plan_can_do_without() -> None:
    locked = three(rules=STRUCTURAL | {"budget", "locks"}, locks=(Lock(1, 1, "force_in"),))
    m, past = solved(locked)
    assert reason.loss_without(m, past, 1, Limits()).is_impossible


def test_what_a_rule_costs() -> None:
    """100,000 CAD more buy the third candidate: 0.3. Beyond two candidates money buys nothing.

    The budget binds as long as what it leaves is less than a project costs.
    """
    for budget, worth in ((PRICE, 0.3), (1.5 * PRICE, 0.3), (2 * PRICE, 0.0), (4 * PRICE, 0.0)):
        m, past = solved(three(budget))
        assign(m, past.plan)
        (row,) = constraint_slacks(m)
        assert (row.rule.name, row.subject, row.limit_value) == ("budget", "phase 1", budget)
        assert row.slack == pytest.approx(budget - len(past.plan) * PRICE)
        assert bool(row.binding_count) == (budget < 4 * PRICE)
        found = reason.price_of(m, past, row, Limits())
        assert found is not None
        assert found.change == pytest.approx(worth)
        assert found.high >= found.change - 1e-9
        assert whole_model.solve(m).objective == pytest.approx(past.objective), "the rule is as it was"


def test_many_rows_are_told_together() -> None:
    locks = tuple(Lock(n, 2, "force_out") for n in range(50))
    m, past = solved(three(rules=STRUCTURAL | {"budget", "locks"}, locks=locks))
    assign(m, past.plan)
    (row,) = (row for row in constraint_slacks(m) if row.rule.name == "locks")
    assert (row.subject, len(row.keys), row.binding_count, row.slack) == ("all 50", 50, 50, 0)


@pytest.mark.parametrize(
    ("loss_share", "plans"),
    [(0.1, []), (0.6, [{"2:build"}]), (0.8, [{"2:build"}, {"1:build"}])],
)
def test_other_plans_nearly_as_good(loss_share: float, plans: list[set[str]]) -> None:
    """0.3 is 43 % of 0.7, 0.2 is 29 %: the third candidate is the better of the two that share nothing."""
    m, past = solved(three())
    found = list(reason.alternatives(m, past, Limits(), count=3, loss_share=loss_share))
    assert [{o for o, _ in a.plan} for a in found] == plans
    assert all(not a.shared and a.is_proven for a in found)
    assert whole_model.solve(m).objective == pytest.approx(past.objective)


# infeasible


def test_how_far_each_rule_must_be_relaxed() -> None:
    """0.9 asked for: the first and the third candidate together, or be content with 0.7."""
    world = three(rules=STRUCTURAL | {"budget", "min_coverage"}, target={(1, "L2"): 0.9})
    ways = remedies.find(world, ["min_coverage", "budget"])
    assert [w for w in ways.sentences() if "at" not in w] == [
        "min_coverage (L2, phase 1) would have to be 70.00% instead of 90.00%: 20.00% less",
        "budget (phase 1) would have to be 200,000 CAD instead of 100,000 CAD: 100,000 CAD more",
    ]
    assert ways.together is not None
    assert [m.rule.name for m in ways.together] == ["budget"]
    money = ways.alone["budget"]
    assert money is not None
    assert money[0].amount_low == pytest.approx(PRICE, rel=1e-3)


def test_relaxing_a_rule_alone_may_not_help() -> None:
    """0.9 asked for, and the first candidate must stay as it is: no money reaches more than 0.5."""
    world = three(
        rules=STRUCTURAL | {"budget", "min_coverage", "locks"},
        target={(1, "L2"): 0.9},
        locks=(Lock(7, 0, "force_out"),),
    )
    ways = remedies.find(world, ["budget", "locks"])
    assert ways.alone == {"budget": None, "locks": None}
    assert ways.together is not None
    assert {m.words.split(" would")[0] for m in ways.together} == {
        "budget (phase 1)",
        "locks: lock 7 on site 0",
    }
