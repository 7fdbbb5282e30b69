"""Blocks of a region, against all plans tried: whatever the blocks and the prices, their bound holds."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.work.pool import HERE, sharing
from model.data.codes import RunStatus
from model.data.inputs import Inputs
from model.solver import solve_matrix
from model.solver.blocks.division import divided
from model.solver.blocks.form import block_form, piece
from model.solver.blocks.joined import Joined, joined
from model.solver.blocks.part import scaled
from model.solver.blocks.solve import solve
from model.solver.blocks.touched import Touched
from model.solver.watch import Watch
from tests.support.draws import examples, one_of, whole
from tests.support.processes import run
from tests.support.scenarios import file
from tests.support.towns import searched, town
from tests.support.worlds import all_plans, keeps_all_rules, objective_value, small_inputs

_ALONE = solve_matrix.Limits(threads=1)


def best_of(inputs: Inputs) -> float:
    good = (objective_value(inputs, plan) for plan in all_plans(inputs) if keeps_all_rules(inputs, plan))
    return max(good, default=-np.inf)


def drawn_blocks(inputs: Inputs, data: st.DataObject, count: int) -> Joined:
    division = divided(inputs, {site: data.draw(whole(1, count)) for site in inputs.sites})
    known = Touched(scaled(inputs))
    forms = [block_form(piece(known, division, block)) for block in division.blocks]
    return joined(forms, block_form(piece(known, division, None)))


@examples(100)
@given(small_inputs(), st.data())
def test_whatever_the_blocks_and_prices_no_plan_is_better_than_their_bound(
    inputs: Inputs, data: st.DataObject
) -> None:
    best = best_of(inputs)
    blocks = drawn_blocks(inputs, data, 3)
    count = len(blocks.keys)
    drawn = data.draw(st.lists(st.floats(-5, 5), min_size=count, max_size=count))
    for prices in (np.zeros(count), data.draw(one_of(1.0, 0.01)) * np.array(drawn)):
        sound = blocks.sound(prices)
        bounds = [
            solve_matrix.run(blocks.priced(n, sound), _ALONE, Watch(None, 0.0)).dual_bound
            for n in range(len(blocks.forms))
        ]
        assert blocks.bound(sound, bounds) >= best - 1e-6
    together = solve_matrix.run(blocks.whole, _ALONE, Watch(None, 0.0)).dual_bound
    assert together >= best - 1e-6


@examples(50)
@given(small_inputs(), st.data())
def test_one_block_is_the_model_of_the_region(inputs: Inputs, data: st.DataObject) -> None:
    blocks = drawn_blocks(inputs, data, 1)
    assert solve_matrix.run(blocks.whole, _ALONE, Watch(None, 0.0)).dual_bound == pytest.approx(
        best_of(inputs), abs=1e-5
    )


@examples(40)
@given(small_inputs(), st.data())
def test_a_plan_by_blocks_keeps_all_rules_and_lies_below_the_bound(
    inputs: Inputs, data: st.DataObject
) -> None:
    best = best_of(inputs)
    home = {site: data.draw(whole(1, 3)) for site in inputs.sites}
    found = solve(inputs, home, HERE).outcome
    if found.status == RunStatus.INFEASIBLE:
        assert best == -np.inf
        return
    if found.objective is None:
        return  # a plan need not be found where blocks hardly leave any
    assert keeps_all_rules(inputs, found.plan)
    assert found.objective <= objective_value(inputs, found.plan) + 1e-6
    assert found.dual_bound is not None
    assert found.objective <= best + 1e-6 <= found.dual_bound + 2e-6


def test_a_town_of_blocks_is_planned_alike_whoever_does_the_work() -> None:
    inputs = town(10, 14.0)
    home = {s.site_id: 1 + (s.x_m > 450) + 2 * (s.y_m > 450) for s in inputs.sites.values()}
    alone = solve(inputs, home, HERE)
    assert alone.block_count > 1
    whole_model = searched(inputs, start=frozenset())
    assert alone.outcome.objective is not None
    assert alone.outcome.dual_bound is not None
    assert whole_model.objective is not None
    assert alone.outcome.objective <= whole_model.objective * (1 + 1e-4)
    assert alone.outcome.dual_bound >= whole_model.objective * (1 - 1e-6)
    assert alone.outcome.mip_gap is not None
    assert alone.outcome.mip_gap < 0.05
    for count in (1, 3):
        with sharing(count, "", print) as pool:
            beside = solve(inputs, home, pool)
        assert beside.outcome == alone.outcome
        assert beside.bought == alone.bought


@pytest.mark.usefixtures("toy_database")
def test_a_plan_by_blocks_is_audited_and_published_as_any_other() -> None:
    whole_model = json.loads(run("model.solve", "--scenario", "full", "--json").stdout)
    done = run("model.solve", "--scenario", "full", "--blocks", "always", "--workers", "2", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert "Planned by blocks, of which model.block_site has 1:" in done.stderr
    assert found["status"] == "feasible"
    assert found["dual_bound"] >= whole_model["objective"] - 1e-6
    assert found["objective"] == pytest.approx(whole_model["objective"], rel=1e-3)


@pytest.mark.usefixtures("toy_database")
def test_priority_levels_are_not_solved_by_blocks(tmp_path: Path) -> None:
    order = '[objective]\nmode = "lexicographic"\norder = [["coverage.L2"], ["capex"]]'
    done = run("model.solve", "--scenario", file(tmp_path, order), "--blocks", "always")
    assert done.returncode == 2
    assert "Only a weighted objective can be solved by blocks" in done.stderr
