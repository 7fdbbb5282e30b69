"""The way of large models, taken by small ones: as good as trying everything, and its dual bound holds."""

from __future__ import annotations

import dataclasses
import signal

import numpy as np
import pyomo.core as pyo
import pytest
from scipy import sparse

from model.formulation.build import build
from model.solver import greedy, orchestrate, whole_model
from model.solver.compiled import compiled
from model.solver.lp_relaxation import Relaxation
from model.solver.matrix import Matrix
from model.solver.presolve import reduce
from model.solver.watch import Progress
from tests.support.towns import demanding, searched, town


def test_a_town_is_solved_as_by_the_solver_alone() -> None:
    inputs = town(16, 30)
    alone = whole_model.solve(build(inputs))
    found = searched(inputs, start=greedy.greedy(inputs))
    assert alone.objective is not None
    assert found.objective == pytest.approx(alone.objective, rel=2e-4)
    assert found.status == "optimal"
    assert found.dual_bound is not None
    assert found.dual_bound >= alone.objective - 1e-9


def test_a_start_that_breaks_a_rule_is_repaired() -> None:
    inputs = demanding(12, 40, 0.9)
    poor = frozenset((f"{n}:build", 1) for n in range(3))
    steps: list[Progress] = []
    found = searched(inputs, start=poor, progress=steps.append)
    assert "repair" in {p.step for p in steps}
    assert not found.is_start_used
    assert found.objective is not None
    assert found.objective >= 0.9 - 1e-9
    assert found.status == whole_model.solve(build(inputs)).status == "optimal"


def test_a_start_beyond_the_budget_is_repaired() -> None:
    inputs = demanding(10, 26, 0.8)
    rich = frozenset((option, 1) for option in inputs.options)
    found = searched(inputs, start=rich)
    assert found.status == "optimal"
    assert len(found.plan) <= 26
    assert not found.is_start_used


def test_more_coverage_than_the_budget_can_buy_is_infeasible() -> None:
    inputs = demanding(8, 4, 0.9)
    assert searched(inputs, start=greedy.greedy(inputs)).status == "infeasible"


def test_a_rule_without_variables_that_does_not_hold_is_infeasible() -> None:
    m = build(town(2, 1))
    m.nothing.fix(0)
    m.never = pyo.Constraint(expr=m.nothing >= 1)
    assert orchestrate.solve(m).status == "infeasible"


def test_in_no_time_the_start_is_the_plan_and_the_bound_holds() -> None:
    inputs = town(14, 25)
    start = greedy.greedy(inputs)
    stopped = searched(inputs, time_limit_s=0, start=start)
    best = whole_model.solve(build(inputs)).objective
    assert (stopped.plan, stopped.status, stopped.is_start_used) == (start, "feasible", True)
    assert stopped.objective is not None
    assert stopped.dual_bound is not None
    assert best is not None
    assert stopped.objective <= best <= stopped.dual_bound


def test_in_no_time_without_a_start_there_is_no_plan() -> None:
    found = searched(demanding(14, 60, 0.99), time_limit_s=0)
    assert (found.status, found.plan, found.objective) == ("no_plan", frozenset(), None)


def test_ctrl_c_before_there_is_a_plan_ends_the_solve() -> None:
    def interrupt(p: Progress) -> None:
        if p.step == "relaxation":
            signal.raise_signal(signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        searched(demanding(14, 60, 0.9), progress=interrupt)
    assert signal.getsignal(signal.SIGINT) is before


def test_the_second_ctrl_c_ends_the_solve_though_there_is_a_plan() -> None:
    """Both come in the same state, as soon as a plan is there: how far the solve is by then does not matter."""

    def insist(p: Progress) -> None:
        if p.incumbent is not None:
            told.append(p)
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)

    told: list[Progress] = []
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        searched(town(12, 20), start=greedy.greedy(town(12, 20)), mip_gap=0.0, progress=insist)
    assert len(told) == 1
    assert signal.getsignal(signal.SIGINT) is before


def test_the_same_model_gives_the_same_plan() -> None:
    inputs = town(10, 14)
    one, two = (searched(inputs, start=greedy.greedy(inputs), mip_gap=0.0) for _ in range(2))
    assert one == two


def test_progress_only_gets_better() -> None:
    inputs = town(16, 45)
    told: list[Progress] = []
    found = searched(inputs, start=greedy.greedy(inputs), progress=told.append)
    plans = [p.incumbent for p in told if p.incumbent is not None]
    bounds = [p.dual_bound for p in told if p.dual_bound is not None]
    assert plans == sorted(plans)
    assert bounds == sorted(bounds, reverse=True)
    assert [p.elapsed_s for p in told] == sorted(p.elapsed_s for p in told)
    assert found.objective == plans[-1]
    order = list(dict.fromkeys(p.step for p in told))
    assert order[:4] == ["compile", "start", "relaxation", "search"]
    for p in told:
        if p.incumbent is not None and p.dual_bound is not None:
            assert p.mip_gap == pytest.approx(max(p.dual_bound - p.incumbent, 0) / p.incumbent)


def test_a_small_model_goes_to_the_solver_at_once() -> None:
    told: list[Progress] = []
    orchestrate.solve(build(town(6, 5)), progress=told.append)
    assert list(dict.fromkeys(p.step for p in told)) == ["compile", "start", "proof", "trim"]


def test_an_objective_and_rules_of_ones_own_are_kept() -> None:
    inputs = town(8, 12)
    m = build(inputs)
    m.objective.deactivate()
    m.fewest = pyo.Objective(expr=-sum(m.x[key] for key in m.choice), sense=pyo.maximize)
    m.enough = pyo.Constraint(expr=m.coverage_share["L2", 1] >= 0.5)
    found = orchestrate.solve(m, large_nonzero_count=0)
    assert found.status == "optimal"
    assert found.objective == -len(found.plan)
    assert pyo.value(m.coverage_share["L2", 1]) >= 0.5 - 1e-9
    fewer = build(
        dataclasses.replace(
            inputs, phases=(dataclasses.replace(inputs.phases[0], budget_cad=len(found.plan) - 1),)
        )
    )
    best = whole_model.solve(fewer).objective
    assert best is not None
    assert best < 0.5


def test_a_model_that_minimises_is_refused() -> None:
    m = build(town(2, 1))
    m.objective.sense = pyo.minimize
    with pytest.raises(ValueError, match="maximises"):
        orchestrate.solve(m)


def test_a_relaxation_settles_nothing_that_costs_less_than_the_gap() -> None:
    matrix = compiled(build(town(2, 1))).matrix
    gain = np.where(matrix.is_integer, -0.1, 0.0)
    found = Relaxation("optimal", matrix.lower, gain, 1.0)
    assert (found.settled(matrix, 0.95).upper == np.where(matrix.is_integer, 0.0, matrix.upper)).all()
    assert (found.settled(matrix, 0.85).upper == matrix.upper).all()


def test_a_row_over_a_column_without_bound_is_kept() -> None:
    """Maximise x - y where y >= 2 x and nothing holds y from above: x = 1 would cost more than it brings."""
    matrix = Matrix(
        gain=np.array([1.0, -1.0]),
        constant=0.0,
        rows=sparse.csr_array(np.array([[-2.0, 1.0], [-1.0, 0.0]])),
        row_lower=np.array([0.0, -5.0]),
        row_upper=np.array([np.inf, np.inf]),
        lower=np.zeros(2),
        upper=np.array([1.0, np.inf]),
        is_integer=np.array([True, False]),
    )
    reduced = reduce(matrix)
    assert not reduced.is_infeasible
    assert reduced.matrix.rows.toarray().tolist() == [[-2.0, 1.0]]
