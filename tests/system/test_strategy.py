"""The way of large models against all plans tried: as good as trying everything, and its dual bound holds."""

from __future__ import annotations

import signal

import numpy as np
import pyomo.core as pyo
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.data.inputs import Inputs
from model.formulation.build import assign, build
from model.solver import greedy, whole_model
from model.solver.compiled import compiled
from model.solver.lp_relaxation import priced, relax
from model.solver.presolve import reduce
from model.solver.watch import Progress, Watch
from tests.support.towns import searched, town
from tests.support.worlds import all_plans, keeps_all_rules, objective_value, small_inputs

FEW = settings(max_examples=25)


@FEW
@given(small_inputs())
def test_the_search_finds_what_trying_everything_finds(inputs: Inputs) -> None:
    good = [objective_value(inputs, plan) for plan in all_plans(inputs) if keeps_all_rules(inputs, plan)]
    outcome = searched(inputs, start=greedy.greedy(inputs))
    if not good:
        assert outcome.status == "infeasible"
        return
    assert outcome.status == "optimal"
    assert keeps_all_rules(inputs, outcome.plan)
    assert outcome.objective == pytest.approx(objective_value(inputs, outcome.plan), abs=1e-6)
    assert outcome.objective == pytest.approx(max(good), rel=2e-4, abs=1e-6)
    assert outcome.dual_bound is not None
    assert outcome.dual_bound >= max(good) - 1e-6


@FEW
@given(small_inputs(), st.data())
def test_any_prices_of_the_rows_give_a_bound(inputs: Inputs, data: st.DataObject) -> None:
    good = [objective_value(inputs, plan) for plan in all_plans(inputs) if keeps_all_rules(inputs, plan)]
    matrix = compiled(build(inputs)).matrix
    price = data.draw(
        st.lists(st.floats(-5, 5), min_size=len(matrix.row_lower), max_size=len(matrix.row_lower))
    )
    _, dual_bound = priced(matrix, np.array(price))
    assert dual_bound >= max(good, default=-np.inf) - 1e-6
    assert matrix.ceiling() >= max(good, default=-np.inf) - 1e-6


@FEW
@given(small_inputs())
def test_the_bound_of_the_relaxation_holds_and_what_it_settles_keeps_every_better_plan(
    inputs: Inputs,
) -> None:
    m = build(inputs)
    form = compiled(m)
    found = relax(form.matrix, Watch(None, 0.0), time_limit_s=10.0, threads=None)
    good = [plan for plan in all_plans(inputs) if keeps_all_rules(inputs, plan)]
    if not good:
        return
    assert found.status == "optimal"
    assert found.dual_bound >= max(objective_value(inputs, plan) for plan in good) - 1e-6
    middle = sorted(objective_value(inputs, plan) for plan in good)[len(good) // 2]
    settled = found.settled(form.matrix, middle)
    for plan in good:
        if objective_value(inputs, plan) > middle:
            values = whole_model.complete(form, plan, Watch(None, 0.0), threads=None)
            assert values is not None
            assert (values >= settled.lower - 1e-9).all()
            assert (values <= settled.upper + 1e-9).all()


@FEW
@given(small_inputs())
def test_the_matrix_judges_values_as_pyomo_does(inputs: Inputs) -> None:
    m = build(inputs)
    form = compiled(m)
    for plan in list(all_plans(inputs))[:6]:
        values = values_of(m, plan)
        by_pyomo = all(
            pyo.value(c.slack()) >= -1e-6 for c in m.component_data_objects(pyo.Constraint, active=True)
        )
        assert form.matrix.is_feasible(values) == by_pyomo
        assert form.matrix.objective_value(values) == pytest.approx(pyo.value(m.objective), abs=1e-7)
        assert form.plan(values) == plan


@FEW
@given(small_inputs())
def test_a_plan_can_be_completed_if_and_only_if_it_keeps_all_rules(inputs: Inputs) -> None:
    form = compiled(build(inputs))
    for plan in list(all_plans(inputs))[:6]:
        values = whole_model.complete(form, plan, Watch(None, 0.0), threads=None)
        assert (values is not None) == keeps_all_rules(inputs, plan)
        if values is not None:
            assert form.plan(values) == plan
            assert form.matrix.objective_value(values) == pytest.approx(
                objective_value(inputs, plan), abs=1e-6
            )


@FEW
@given(small_inputs())
def test_reducing_loses_no_plan(inputs: Inputs) -> None:
    m = build(inputs)
    form = compiled(m)
    for plan in list(all_plans(inputs))[:6]:
        reduced = reduce(form.held_to(plan))
        if not keeps_all_rules(inputs, plan):
            continue
        assert not reduced.is_infeasible
        values = whole_model.complete(form, plan, Watch(None, 0.0), threads=None)
        assert values is not None
        left = values[reduced.columns]
        assert reduced.matrix.is_feasible(left)
        assert form.plan(reduced.whole(left)) == plan
        assert reduced.matrix.objective_value(left) == pytest.approx(objective_value(inputs, plan), abs=1e-6)


def values_of(m: pyo.ConcreteModel, plan: frozenset[tuple[str, int]]) -> np.ndarray:
    """The values of all columns under a plan."""
    assign(m, plan)
    return np.array([v.value for v in compiled(m).variables], dtype=float)


@pytest.mark.parametrize("step", ["relaxation", "search", "proof"])
def test_ctrl_c_keeps_the_best_plan(step: str) -> None:
    inputs = town(16, 45)

    def interrupt(p: Progress) -> None:
        if p.step == step and not seen:
            seen.append(p)
            signal.raise_signal(signal.SIGINT)

    seen: list[Progress] = []
    found = searched(inputs, start=greedy.greedy(inputs), mip_gap=0.0, progress=interrupt)
    assert seen
    assert found.is_interrupted
    assert keeps_all_rules(inputs, found.plan)
    assert found.objective == pytest.approx(objective_value(inputs, found.plan))
    assert found.objective >= (seen[0].incumbent or 0) - 1e-9
    best = whole_model.solve(build(inputs)).objective
    assert found.dual_bound is not None
    assert best is not None
    assert found.dual_bound >= best - 1e-9
