"""A bound on all plans that take a choice: against every plan there is, and worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import event, given

from model.data.inputs import Inputs, Option, Phase, Price, Site
from model.formulation.build import build
from model.solver import orchestrate, taken
from tests.support.draws import examples
from tests.support.towns import town
from tests.support.worlds import STRUCTURAL, all_plans, keeps_all_rules, objective_value, small_inputs


@given(small_inputs())
@examples(60)
def test_no_plan_with_a_site_is_better_than_its_bound(inputs: Inputs) -> None:
    found = taken.prove(build(inputs), time_limit_s=None, threads=1)
    best: dict[tuple[str, int], float] = {}
    for plan in filter(lambda plan: keeps_all_rules(inputs, plan), all_plans(inputs)):
        value = objective_value(inputs, plan)
        for key in plan:
            best[key] = max(best.get(key, value), value)
    if found:
        assert all(value <= found[key] + 1e-6 for key, value in best.items())
        trivial = max(found.values())
        event("some bound says something" if min(found.values()) < trivial - 1e-6 else "all alike")


def rivals(budget_cad: float = 1.0) -> Inputs:
    """Two sites at 1 CAD a station: with money for one, the first covers 0.7 of all demand, the second 0.2.

    The first has a small station too, which covers the same at half the price.
    """
    price = {1: Price(1.0)}
    options = {
        "0:large": Option("0:large", 0, "build", frozenset({"L2"}), (1,), price),
        "0:small": Option("0:small", 0, "build", frozenset({"L2"}), (1,), {1: Price(0.5)}),
        "1:large": Option("1:large", 1, "build", frozenset({"L2"}), (1,), price),
    }
    return Inputs(
        phases=(Phase(1, budget_cad),),
        levels=("L2",),
        sites={0: Site(0), 1: Site(1)},
        options=options,
        covering_sites={(0, "L2"): (0,), (1, "L2"): (1,), (2, "L2"): ()},
        weight={(0, "L2"): 0.7, (1, "L2"): 0.2, (2, "L2"): 0.1},
        rules=STRUCTURAL | {"budget"},
        objective_weight={"coverage.L2": 1.0},
    )


def test_the_bound_of_a_rival_is_what_the_prices_leave_it() -> None:
    """The relaxation takes the small station and half of the second site: 0.7 + 0.5 x 0.2 = 0.8.

    So a CAD is worth 0.2, and the second site loses nothing by these prices. The large station takes 0.5 CAD
    more than the small one for the same people, which is 0.1.
    """
    found = taken.prove(build(rivals(), concludes=False), time_limit_s=None, threads=1)
    assert found == pytest.approx({("0:small", 1): 0.8, ("0:large", 1): 0.7, ("1:large", 1): 0.8}, abs=1e-5)


def test_what_the_budget_concludes_makes_bounds_lower() -> None:
    """Beside either station of the first site there is no money for the second."""
    found = taken.prove(build(rivals()), time_limit_s=None, threads=1)
    assert found["0:small", 1] == pytest.approx(0.7, abs=1e-5)
    assert 0.2 - 1e-6 <= found["1:large", 1] <= 0.7 + 1e-5


def test_with_money_for_all_every_site_may_be_in_the_best_plan() -> None:
    found = taken.prove(build(rivals(budget_cad=2.0)), time_limit_s=None, threads=1)
    assert found["0:small", 1] == pytest.approx(0.9, abs=1e-5)
    assert found["1:large", 1] == pytest.approx(0.9, abs=1e-5)


@pytest.mark.parametrize("large_nonzero_count", [0, 10**9])
def test_the_search_hands_on_what_its_relaxation_proves(large_nonzero_count: int) -> None:
    inputs = town(5, 3)
    outcome = orchestrate.solve(build(inputs), large_nonzero_count=large_nonzero_count)
    assert (outcome.relaxed is not None) is (large_nonzero_count == 0)
    asked = taken.prove(build(inputs), outcome.relaxed, time_limit_s=None, threads=1)
    assert outcome.objective is not None
    assert min(asked[key] for key in outcome.plan) >= outcome.objective - 1e-6
    assert min(asked.values()) < outcome.objective - 0.01
    for key in sorted(asked)[::4]:
        m = build(inputs)
        m.x[key].fix(1)
        best = orchestrate.solve(m).objective
        assert best is not None
        assert best <= asked[key] + 1e-6


def test_in_no_time_nothing_is_proved() -> None:
    assert taken.prove(build(rivals()), time_limit_s=0.0, threads=1) == {}
