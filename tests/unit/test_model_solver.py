"""The solver: a second one agrees, the warm start is used, and what is said of a plan is true."""

from __future__ import annotations

import dataclasses

import highspy
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.data.codes import Action, LockEffect
from model.data.inputs import Inputs, Lock, Option, Phase, Price, Site
from model.formulation.build import build
from model.formulation.constraints import RULES
from model.solver import greedy, whole_model
from model.solver.compiled import compiled
from model.solver.highs import Instance
from model.solver.lp_relaxation import EXACT, INTERIOR, SIMPLEX, priced
from tests.support.towns import city
from tests.support.worlds import STRUCTURAL, keeps_rules, small_inputs


def test_the_warm_start_is_used() -> None:
    inputs = city(8, 9)
    start = greedy.greedy(inputs)
    assert start
    assert whole_model.solve(build(inputs), start=start).is_start_used
    assert not whole_model.solve(build(inputs)).is_start_used


def test_stopped_at_once_the_start_is_the_plan_and_is_not_called_optimal() -> None:
    inputs = city(14, 25)
    start = greedy.greedy(inputs)
    stopped = whole_model.solve(build(inputs), time_limit_s=0, start=start)
    best = whole_model.solve(build(inputs))
    assert stopped.plan == start
    assert stopped.status == "feasible"
    assert stopped.objective is not None
    assert stopped.dual_bound is not None
    assert best.objective is not None
    assert stopped.objective <= best.objective <= stopped.dual_bound
    assert stopped.mip_gap == pytest.approx((stopped.dual_bound - stopped.objective) / stopped.objective)


ROOMY = frozenset(rule.name for rule in RULES if rule.room is not None)


def test_rules_of_which_a_single_change_tells_leave_room() -> None:
    assert {"budget", "cost_limit", "grid_area_power", "locks", "opex_limit", "site_power"} == ROOMY


@given(small_inputs(), st.frozensets(st.sampled_from(sorted(ROOMY))))
def test_the_greedy_plan_keeps_the_rules_that_leave_room(inputs: Inputs, rules: frozenset[str]) -> None:
    locks = tuple(lock for lock in inputs.locks if lock.lock_kind == LockEffect.FORCE_OUT)
    inputs = dataclasses.replace(inputs, rules=STRUCTURAL | rules, locks=locks)
    assert keeps_rules(inputs, greedy.greedy(inputs), frozenset())


@pytest.mark.parametrize(
    ("lock", "plan"),
    [
        (Lock(1, 0, LockEffect.FORCE_OUT), set()),
        (Lock(1, 0, LockEffect.FIX_OPTION, "0:small"), {("0:small", 1)}),
        (Lock(1, 0, LockEffect.KEEP), {("0:large", 1)}),
    ],
)
def test_the_greedy_plan_heeds_what_locks_forbid(lock: Lock, plan: set[tuple[str, int]]) -> None:
    """Of all changes of the only site the removal pays best, then the large station."""
    on, off = frozenset({"L2"}), frozenset[str]()
    inputs = Inputs(
        phases=(Phase(1, 100.0),),
        levels=("L2",),
        sites={0: Site(0)},
        options={
            "0:small": Option("0:small", 0, Action.BUILD, on, (1,), prices={1: Price(2.0)}),
            "0:large": Option("0:large", 0, Action.BUILD, on, (1,), prices={1: Price(1.0)}),
            "0:none": Option("0:none", 0, Action.REMOVE, off, (1,), prices={1: Price(resale_cad=90.0)}),
        },
        covering_sites={(0, "L2"): (0,)},
        weight={(0, "L2"): 0.5},
        rules=STRUCTURAL | {"locks", "budget"},
        objective_weight={"coverage.L2": 1.0, "capex": 1.0},
    )
    assert greedy.greedy(inputs) == {("0:none", 1)}
    assert greedy.greedy(dataclasses.replace(inputs, locks=(lock,))) == plan


def test_a_wide_gap_is_not_called_optimal() -> None:
    found = whole_model.solve(build(city(14, 25)), mip_gap=0.5)
    assert found.mip_gap is not None
    assert (found.status == "optimal") == (found.mip_gap <= whole_model.OPTIMAL_MIP_GAP)


def test_no_plan_in_no_time() -> None:
    inputs = dataclasses.replace(
        city(14, 60), rules=STRUCTURAL | {"budget", "min_coverage"}, target={(1, "L2"): 0.99}
    )
    found = whole_model.solve(build(inputs), time_limit_s=0)
    assert (found.status, found.plan, found.objective) == ("no_plan", frozenset(), None)


def test_nothing_to_decide_is_a_plan() -> None:
    inputs = dataclasses.replace(city(2, 1), options={}, always_covered_share={"L2": 0.25})
    found = whole_model.solve(build(inputs), start=greedy.greedy(inputs))
    assert found.status == "optimal"
    assert found.plan == frozenset()
    assert found.objective == pytest.approx(0.25)


def test_no_demand_at_all_is_a_plan() -> None:
    inputs = dataclasses.replace(city(2, 1), covering_sites={}, weight={}, always_covered_share={"L2": 1.0})
    found = whole_model.solve(build(inputs))
    assert (found.status, found.objective) == ("optimal", pytest.approx(1.0))


def test_a_target_above_what_can_be_reached_is_infeasible() -> None:
    out_of_reach = {(n, "L2"): () for n in range(4)}
    inputs = dataclasses.replace(
        city(2, 9), covering_sites=out_of_reach, rules=STRUCTURAL | {"min_coverage"}, target={(1, "L2"): 0.01}
    )
    assert whole_model.solve(build(inputs)).status == "infeasible"


def test_threads_do_not_change_the_answer() -> None:
    inputs = city(10, 12)
    one, two = (whole_model.solve(build(inputs), mip_gap=0, threads=n) for n in (1, 2))
    assert one.objective == pytest.approx(two.objective)


def test_equal_inputs_have_equal_hashes() -> None:
    one, two = city(3, 2), city(3, 2)
    assert one.sha256 == two.sha256
    assert one.sha256 != dataclasses.replace(two, coincidence_share={1: 0.5}).sha256


def test_an_unsound_solver_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(highspy, "HIGHS_VERSION_MINOR", 14)
    with pytest.raises(RuntimeError, match="not sound"):
        whole_model.solve(build(city(2, 1)))


@pytest.mark.parametrize(
    ("name", "value"), [("solver", "hipo"), ("no_such_option", 1), ("mip_rel_gap", -1.0), ("threads", 1.5)]
)
def test_an_option_that_the_solver_refuses_is_an_error(name: str, value: object) -> None:
    matrix = compiled(build(city(2, 1))).matrix
    with pytest.raises(RuntimeError, match=f"refused a call: setOptionValue..{name}"):
        Instance(matrix, {name: value}, threads=None)


def test_a_model_or_a_start_that_the_solver_refuses_is_an_error() -> None:
    matrix = compiled(build(city(2, 1))).matrix
    broken = dataclasses.replace(matrix, lower=np.full(len(matrix.gain), np.nan))
    with pytest.raises(RuntimeError, match="refused a call: passModel"):
        Instance(broken, {}, threads=None)
    with pytest.raises(RuntimeError, match="refused a call: setSolution"):
        Instance(matrix, {}, threads=None).begin_with(np.zeros(3))


def test_the_relaxation_is_solved_by_interior_point() -> None:
    matrix = compiled(build(city(8, 9))).matrix
    first = Instance(matrix, {**EXACT, "presolve": "off"}, threads=None, is_relaxed=True)
    assert first.run() == "optimal"
    assert first.interior_iteration_count > 0


@pytest.mark.parametrize("options", [EXACT, INTERIOR, SIMPLEX])
def test_every_method_of_the_relaxation_is_one_that_the_solver_has(options: dict[str, str]) -> None:
    matrix = compiled(build(city(8, 9))).matrix
    found = Instance(matrix, options, threads=None, is_relaxed=True)
    assert found.run() in {"optimal", "failed"}  # without crossover it may end just short of exact
    exact = Instance(matrix, SIMPLEX, threads=None, is_relaxed=True)
    assert exact.run() == "optimal"
    assert found.prices is not None
    assert exact.dual_bound * (1 - 1e-9) <= priced(matrix, found.prices)[1] < np.inf


def test_factors_too_small_for_the_solver_are_no_error() -> None:
    """The solver warns of factors that it leaves out: we leave them out ourselves."""
    matrix = compiled(build(city(3, 2))).matrix
    rows = matrix.rows.copy()
    rows.data[0] = 1e-13
    found = Instance(dataclasses.replace(matrix, rows=rows), {}, threads=None)
    assert found.run() == "optimal"


@pytest.mark.parametrize("factor", [1e-9, 1.0, 1e9])
def test_the_measure_of_the_objective_does_not_matter(factor: float) -> None:
    """The solver's tolerances are absolute: unscaled, weights of 1e-9 would all count as nothing."""
    inputs = dataclasses.replace(city(8, 9), objective_weight={"coverage.L2": factor})
    found, plain = (
        whole_model.solve(build(inputs), mip_gap=0),
        whole_model.solve(build(city(8, 9)), mip_gap=0),
    )
    assert found.objective is not None
    assert plain.objective is not None
    assert found.objective / factor == pytest.approx(plain.objective, rel=1e-9)
