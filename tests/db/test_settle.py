"""Whatever a solver that stops early leaves beside its decisions, every figure follows from the decisions."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pyomo.core as pyo
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.analysis import slack
from model.data import read, scenario, scenario_store
from model.data.codes import SolveStep
from model.data.inputs import Inputs, Plan
from model.formulation import objective
from model.formulation.build import assign, build, grid_upgrades_of
from model.run import audit, lifecycle, write
from model.run.progress import Recorder
from model.solver import greedy, objective_mode, solve_matrix, whole_model
from model.solver.compiled import Compiled, compiled
from model.solver.matrix import Vector
from model.solver.watch import Progress, Watch
from tests.support.scenarios import file
from tests.support.worlds import (
    all_plans,
    keeps_all_rules,
    keeps_rules,
    objective_value,
    small_inputs,
    station_world,
    worth_with,
)

FEW = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def left_anyhow(form: Compiled, plan: Plan, seed: int) -> Vector:
    """Return values under a plan that keep all rules, everything else pushed wherever chance likes it."""
    held = form.held_to(plan)
    gain = np.random.default_rng(seed).normal(size=len(held.gain)) * (form.matrix.gain == 0)
    values = solve_matrix.run(
        dataclasses.replace(held, gain=gain), solve_matrix.Limits(), Watch(None, 0.0)
    ).values
    assert values is not None
    return values


def stopped(form: Compiled, values: Vector) -> whole_model.Outcome:
    """Return how a solve ends that is stopped with this as the best so far."""
    watch = Watch(0.0, 0.0)
    watch.lower(form.matrix.ceiling())
    watch.keep(values, form.matrix.objective_value(values))
    return whole_model.ended(form, watch, is_infeasible=False, is_start_used=False)


@FEW
@given(small_inputs(), st.integers(0, 2**32 - 1))
def test_figures_follow_from_the_decisions_of_an_incumbent_left_anyhow(inputs: Inputs, seed: int) -> None:
    plans = [plan for plan in all_plans(inputs) if keeps_all_rules(inputs, plan)]
    if not plans:
        return
    plan = plans[seed % len(plans)]
    m = build(inputs)
    form = compiled(m)
    found = objective_mode.worked_out(m, stopped(form, left_anyhow(form, plan, seed)))
    bought = grid_upgrades_of(m, plan)
    assert found.plan == plan
    assert found.dual_bound is not None
    assert keeps_rules(inputs, plan, bought)
    assert found.objective == pytest.approx(worth_with(inputs, plan, bought), abs=1e-9)
    assert found.dual_bound >= objective_value(inputs, plan) - 1e-9
    assert sum(t.contribution for t in objective.values(m)) == pytest.approx(found.objective, abs=1e-9)
    said = [(b.subject, b.found_value, b.slack) for b in slack.constraint_slacks(m)]
    assign(m, plan, bought)
    assert said == [(b.subject, b.found_value, b.slack) for b in slack.constraint_slacks(m)]


@FEW
@given(small_inputs(), st.integers(0, 2**32 - 1))
def test_the_cheapest_grid_upgrade_is_bought_where_it_keeps_all_rules(inputs: Inputs, seed: int) -> None:
    """Purchases are decisions too, but what no rule needs is not bought, weighed or not."""
    plans = [plan for plan in all_plans(inputs) if keeps_all_rules(inputs, plan)]
    if not plans or "grid_area_power" not in inputs.rules:
        return
    plan = plans[seed % len(plans)]
    m = build(inputs)
    form = compiled(m)
    objective_mode.worked_out(m, stopped(form, left_anyhow(form, plan, seed)))
    bought = grid_upgrades_of(m, plan)
    assign(m, plan)
    cheapest = grid_upgrades_of(m, plan)
    if keeps_rules(inputs, plan, cheapest):
        assert bought == cheapest


def test_a_share_that_nothing_weighs_is_stored_as_it_is() -> None:
    """A level of weight 0 is pushed by nothing; its share is counted all the same."""
    inputs = dataclasses.replace(
        station_world(frozenset({"L2"}), covering_sites={(0, "L2"): (0,), (0, "L3"): ()}),
        objective_weight={"coverage.L3": 1.0},
    )
    m = build(inputs)
    objective_mode.solve(m, objective_mode.Limits())
    assert pyo.value(m.coverage_share["L2", 1]) == pytest.approx(sum(inputs.weight[k] for k in [(0, "L2")]))


EVERYTHING = """
[phase.1]
budget_cad = 1500000
actions = ["upgrade", "build", "expand"]
[grid]
upgrade = [{ added_kw = 500, cost_cad = 150000 }, { added_kw = 2000, cost_cad = 600000 }]
[grant.program.zevip]
is_on = true
[rule]
min_served = true
[objective.weight]
double_coverage.L3 = 10
served = 30
efficiency = 5
grid_upgrade = 0.4
"""


@pytest.mark.parametrize("seed", range(3))
def test_the_audit_accepts_what_is_stored_of_an_incumbent_left_anyhow(
    toy_connection: psycopg.Connection[Any], tmp_path: Path, seed: int
) -> None:
    """Double coverage, sessions, grants and grid upgrades as the solver left them are not what is written."""
    conn = toy_connection
    path = file(tmp_path, EVERYTHING, "everything")
    scenario_id = scenario_store.store(conn, *scenario.resolve(path))
    run_id = lifecycle.start(conn, scenario_id)
    inputs = read.read(conn, scenario_id)
    m = build(inputs)
    form = compiled(m)
    plan = greedy.greedy(inputs)
    left = stopped(form, left_anyhow(form, plan, seed))
    as_left = {t.term: t.value for t in objective.values(m)}
    found = objective_mode.worked_out(m, left)
    terms = objective.values(m)
    assert plan
    assert as_left != pytest.approx({t.term: t.value for t in terms}), "the solver left something to do"
    bought = grid_upgrades_of(m, plan)
    recorder = Recorder()
    with recorder.solving(SolveStep.SETTLE):
        recorder(Progress(found.objective, found.dual_bound, found.mip_gap, 0.0, "settle"))
    results = write.Results(inputs, found, bought, terms, slack.constraint_slacks(m), (), recorder)
    write.write(conn, run_id, scenario_id, results, lifecycle.Seconds())
    assert [f for f in audit.audit(conn, run_id) if f.violation_count] == []
