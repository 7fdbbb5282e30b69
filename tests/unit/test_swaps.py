"""Swaps on a greedy plan: never worse, within the rules that leave room, and out of the traps of greed."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.data.codes import Action, LockEffect
from model.data.inputs import Inputs, Lock, Option, Phase, Plan, Price, Site
from model.formulation.build import build
from model.formulation.constraints import RULES
from model.solver import greedy, whole_model
from model.solver.growing import Growing
from model.solver.swaps import swapped
from tests.support.towns import city
from tests.support.worlds import STRUCTURAL, all_plans, keeps_rules, small_inputs

ROOMY = sorted(rule.name for rule in RULES if rule.room is not None)


def judged(inputs: Inputs, plan: Plan) -> tuple[float, float]:
    """Return what a plan lacks of its targets, and its gain with the sign turned round: less is better."""
    growing = Growing(inputs)
    for option_id, phase in sorted(plan):
        growing.take(inputs.options[option_id], phase)
    return growing.shortfall, -growing.value


def world(
    budgets: dict[int, float], offers: dict[str, tuple[float, dict[int, float]]], **changes: object
) -> Inputs:
    """Each offer is a share of demand that nothing else covers, and its cost in each phase that allows it."""
    options = {
        name: Option(
            name,
            n,
            Action.BUILD,
            frozenset({"L2"}),
            tuple(costs),
            {t: Price(cad) for t, cad in costs.items()},
        )
        for n, (name, (_, costs)) in enumerate(offers.items())
    }
    found = Inputs(
        phases=tuple(Phase(t, cad) for t, cad in budgets.items()),
        levels=("L2",),
        sites={n: Site(n) for n in range(len(offers))},
        options=options,
        covering_sites={(n, "L2"): (n,) for n in range(len(offers))},
        weight={(n, "L2"): share for n, (share, _) in enumerate(offers.values())},
        rules=STRUCTURAL | {"budget"},
        objective_weight={"coverage.L2": 1.0},
    )
    return dataclasses.replace(found, **changes)  # type: ignore[arg-type]


SMALL_OR_LARGE = {"small": (0.05, {1: 1.0}), "large": (0.4, {1: 10.0})}
"""The small one is best per CAD, and leaves no money for the large one, which is best."""
ONE_OR_TWO = {"one": (0.30, {2: 6.0}), "two": (0.28, {2: 5.0}), "other": (0.27, {2: 5.0})}
"""The first is best by itself, and leaves money for neither of the two that are best together."""


def test_what_traps_both_greedy_plans_does_not_trap_swaps() -> None:
    inputs = world({1: 10.0, 2: 10.0}, SMALL_OR_LARGE | ONE_OR_TWO)
    plan = greedy.greedy(inputs)
    assert plan == {("large", 1), ("one", 2)}
    assert swapped(inputs, plan) == {("large", 1), ("two", 2), ("other", 2)}
    assert swapped(inputs, frozenset({("small", 1)})) == {("large", 1), ("two", 2), ("other", 2)}


def test_a_change_goes_to_another_phase_for_one_that_must_be_early() -> None:
    inputs = world({1: 5.0, 2: 5.0}, {"either": (0.30, {1: 5.0, 2: 5.0}), "early": (0.28, {1: 5.0})})
    plan = greedy.greedy(inputs)
    assert plan == {("either", 1)}
    assert swapped(inputs, plan) == {("either", 2), ("early", 1)}


def test_money_that_a_later_phase_has_taken_is_not_spent_twice() -> None:
    inputs = world(
        {1: 10.0, 2: 0.0},
        {"late": (0.30, {2: 10.0}), "early": (0.28, {1: 10.0})},
        is_budget_carried_over=True,
    )
    assert swapped(inputs, frozenset({("late", 2)})) == {("early", 1)}  # covered in both phases
    worth_more = dataclasses.replace(inputs, weight={(0, "L2"): 0.7, (1, "L2"): 0.28})
    assert swapped(worth_more, frozenset({("late", 2)})) == {("late", 2)}


def test_another_option_comes_at_the_same_site() -> None:
    """Fewer ports, so that there is power for a second site."""
    inputs = world({1: 100.0}, {"many": (0.3, {1: 1.0}), "few": (0.3, {1: 2.0}), "far": (0.2, {1: 1.0})})
    options = {
        name: dataclasses.replace(option, site_id=site_id, added_kw=kw)
        for (name, option), site_id, kw in zip(
            inputs.options.items(), (0, 0, 2), (100.0, 50.0, 50.0), strict=True
        )
    }
    sites = {s: Site(s, grid_node_ids=(1,)) for s in (0, 2)}
    inputs = dataclasses.replace(
        inputs,
        options=options,
        sites=sites,
        covering_sites={(0, "L2"): (0,), (2, "L2"): (2,)},
        rules=inputs.rules | {"grid_area_power"},
        remaining_kw={1: 100.0},
        objective_weight={"coverage.L2": 1.0, "capex": 0.1},
    )
    plan = greedy.greedy(inputs)
    assert plan == {("many", 1)}
    assert swapped(inputs, plan) == {("few", 1), ("far", 1)}


def test_a_target_comes_before_all_else() -> None:
    inputs = world({1: 10.0}, {"much": (0.3, {1: 6.0}), "more": (0.28, {1: 5.0}), "most": (0.27, {1: 5.0})})
    asked = dataclasses.replace(
        inputs,
        rules=inputs.rules | {"min_coverage"},
        target={(1, "L2"): 0.5},
        objective_weight={"coverage.L2": 1.0, "capex": 100.0},
    )
    assert swapped(asked, frozenset({("much", 1)})) == {("more", 1), ("most", 1)}


def test_what_is_locked_stays() -> None:
    inputs = world({1: 10.0, 2: 10.0}, SMALL_OR_LARGE | ONE_OR_TWO)
    locked = dataclasses.replace(
        inputs, rules=inputs.rules | {"locks"}, locks=(Lock(1, 0, LockEffect.FORCE_IN),)
    )
    assert ("small", 1) in swapped(locked, frozenset({("small", 1)}))


def test_late_or_from_a_plan_that_breaks_a_rule_nothing_is_done() -> None:
    inputs = world({1: 10.0, 2: 10.0}, SMALL_OR_LARGE | ONE_OR_TWO)
    small, all_of_it = frozenset({("small", 1)}), frozenset({("small", 1), ("large", 1)})
    unknown = frozenset({("elsewhere", 1), ("large", 2)})
    assert swapped(inputs, small, lambda: True) == small
    assert swapped(inputs, all_of_it) == all_of_it
    assert swapped(inputs, unknown) == unknown


@given(small_inputs(), st.frozensets(st.sampled_from(ROOMY)))
def test_swaps_make_no_plan_worse_and_keep_the_rules_that_leave_room(
    inputs: Inputs, rules: frozenset[str]
) -> None:
    locks = tuple(lock for lock in inputs.locks if lock.lock_kind == LockEffect.FORCE_OUT)
    inputs = dataclasses.replace(inputs, rules=STRUCTURAL | rules, locks=locks)
    plan = greedy.greedy(inputs)
    found = swapped(inputs, plan)
    assert keeps_rules(inputs, found, frozenset())
    before, after = judged(inputs, plan), judged(inputs, found)
    assert after[0] <= before[0] + 1e-9
    assert after[0] < before[0] - 1e-9 or after[1] <= before[1] + 1e-9
    possible = (p for p in all_plans(inputs) if keeps_rules(inputs, p, frozenset()))
    assert after[1] >= min(judged(inputs, p)[1] for p in possible) - 1e-9


@given(small_inputs())
def test_a_plan_is_as_if_what_was_put_back_had_never_been_taken(inputs: Inputs) -> None:
    inputs = dataclasses.replace(inputs, rules=STRUCTURAL | frozenset(ROOMY))
    plan = greedy.greedy(inputs)
    for gone in plan:
        growing, without = Growing(inputs), Growing(inputs)
        for option_id, phase in sorted(plan):
            growing.take(inputs.options[option_id], phase)
        for option_id, phase in sorted(plan - {gone}):
            without.take(inputs.options[option_id], phase)
        growing.put_back(inputs.options[gone[0]], gone[1])
        assert growing.plan == without.plan
        assert growing.value == pytest.approx(without.value)
        assert growing.coverage.share == pytest.approx(without.coverage.share)
        choices = [(o, t) for o in inputs.options.values() for t in o.phases]
        assert [growing.fits(*c) for c in choices] == [without.fits(*c) for c in choices]
        assert [growing.gain(*c) for c in choices] == pytest.approx([without.gain(*c) for c in choices])


@pytest.mark.parametrize(("side", "budget_cad"), [(8, 9), (9, 13), (14, 25)])
def test_on_a_town_swaps_are_strictly_better_and_no_better_than_the_optimum(
    side: int, budget_cad: float
) -> None:
    inputs = city(side, budget_cad)
    plan = greedy.greedy(inputs)
    found, best = swapped(inputs, plan), whole_model.solve(build(inputs), mip_gap=0).objective
    assert best is not None
    assert judged(inputs, plan)[1] > judged(inputs, found)[1] + 1e-6
    assert -judged(inputs, found)[1] <= best + 1e-9
