"""Blocks of a region, against all plans tried: whatever the blocks and the prices, their bound holds."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.work.pool import HERE, Pool, Workers, sharing
from model.analysis.conflict import conflicting_rules
from model.data.codes import LockEffect, RunStatus, SolveStep
from model.data.inputs import Inputs, Lock
from model.solver import solve_matrix
from model.solver.blocks.division import divided
from model.solver.blocks.form import block_form, piece
from model.solver.blocks.joined import Joined, joined
from model.solver.blocks.part import scaled
from model.solver.blocks.solve import solve
from model.solver.blocks.touched import Touched
from model.solver.watch import Progress, Watch
from tests.support.draws import examples, one_of, whole
from tests.support.processes import run
from tests.support.scenarios import file
from tests.support.towns import searched, town
from tests.support.worlds import all_plans, keeps_all_rules, objective_value, small_inputs
from tests.system.test_work_pool import scheduler

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
    for count, is_one_killed in ((1, False), (2, True), (3, False)):
        notes: list[str] = []
        with sharing(count, "", notes.append) as pool:
            beside = solve(inputs, home, _Killing(pool, kill_a_worker) if is_one_killed else pool)
        assert beside.outcome == alone.outcome
        assert beside.bought == alone.bought
        assert any(note.startswith("workers lost: 1") for note in notes) == is_one_killed


def test_a_lost_scheduler_changes_no_plan(tmp_path: Path) -> None:
    inputs, home = small_town()
    notes: list[str] = []
    with scheduler(2, tmp_path) as (address, (process, *_)), sharing(0, address, notes.append) as pool:

        def kill(_: Pool) -> None:
            process.kill()
            process.wait()

        beside = solve(inputs, home, _Killing(pool, kill))
    assert beside.outcome == solve(inputs, home, HERE).outcome
    assert any("what is left is done here" in note for note in notes)


def test_ctrl_c_ends_it_with_the_best_plan_so_far() -> None:
    inputs, home = small_town()
    whole_plan = solve(inputs, home, HERE).outcome
    found = solve(inputs, home, HERE, mip_gap=0.0, progress=interrupting(lambda p: p.incumbent is not None))
    assert found.outcome.is_interrupted
    assert found.outcome.status == RunStatus.FEASIBLE
    assert found.m is not None
    assert keeps_all_rules(inputs, found.outcome.plan)
    assert found.outcome.objective is not None
    assert whole_plan.objective is not None
    assert found.outcome.objective <= whole_plan.objective
    assert found.outcome.dual_bound is not None
    assert found.outcome.dual_bound >= whole_plan.objective - 1e-6


def test_ctrl_c_before_there_is_a_plan_interrupts_it() -> None:
    inputs, home = small_town()
    with pytest.raises(KeyboardInterrupt):
        solve(inputs, home, HERE, progress=interrupting(lambda p: p.step == SolveStep.RELAXATION))


def test_a_plan_that_meets_its_bound_is_optimal() -> None:
    inputs = replace(town(3, 100.0), objective_weight={"coverage.L2": 1.0, "capex": 0.01, "opex": 0.0})
    found = solve(inputs, dict.fromkeys(inputs.sites, 1), HERE).outcome
    assert found.status == RunStatus.OPTIMAL
    assert found.is_trimmed
    assert found.objective == pytest.approx(searched(inputs, start=frozenset()).objective)


def test_a_block_that_has_no_plan_by_itself_is_told() -> None:
    inputs, home = small_town()
    site = min(s for s, block in home.items() if block == 2)
    effects = LockEffect.FORCE_IN, LockEffect.FORCE_OUT
    locks = tuple(Lock(n, site, effect) for n, effect in enumerate(effects))
    found = solve(replace(inputs, locks=locks, rules=inputs.rules | {"locks"}), home, HERE)
    assert found.outcome.status == RunStatus.INFEASIBLE
    assert found.conflict is not None
    assert site in found.conflict.sites
    assert conflicting_rules(found.conflict) == ("locks",)


def small_town() -> tuple[Inputs, dict[int, int]]:
    inputs = town(5, 4.0)
    return inputs, {s.site_id: 1 + (s.x_m > 150) for s in inputs.sites.values()}


def interrupting(when: Callable[[Progress], bool]) -> Callable[[Progress], None]:
    """Press Ctrl-C once, as soon as progress is such."""
    pressed = []

    def see(progress: Progress) -> None:
        if not pressed and when(progress):
            pressed.append(progress)
            os.kill(os.getpid(), signal.SIGINT)

    return see


def kill_a_worker(pool: Pool) -> None:
    assert isinstance(pool, Workers)
    worker = min(pool._client.run(os.getpid).values())
    os.kill(worker, signal.SIGKILL)


class _Killing:
    """A pool in which something is killed once the first piece is done."""

    def __init__(self, pool: Pool, kill: Callable[[Pool], None]) -> None:
        self._pool, self._kill = pool, kill
        self._is_done = False

    def each(self, function: Callable[[Any], Any], pieces: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
        for made in self._pool.each(function, pieces):
            if not self._is_done:
                self._is_done = True
                self._kill(self._pool)
            yield made


@pytest.mark.usefixtures("toy_database")
def test_a_plan_by_blocks_is_audited_and_published_as_any_other() -> None:
    whole_model = json.loads(run("model.solve", "--scenario", "full", "--json").stdout)
    done = run("model.solve", "--scenario", "full", "--blocks", "always", "--workers", "2", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert "Planned by blocks, of which model.block_site has 1:" in done.stderr
    assert found["status"] in ("feasible", "optimal")
    assert found["dual_bound"] >= whole_model["objective"] - 1e-6
    assert found["objective"] == pytest.approx(whole_model["objective"], rel=1e-3)


@pytest.mark.usefixtures("toy_database")
def test_a_plan_by_blocks_that_changes_nothing_says_why(tmp_path: Path) -> None:
    poor = file(tmp_path, '[phase.1]\ntitle = "Nothing"\nbudget_cad = 0\nactions = ["upgrade"]')
    done = run("model.solve", "--scenario", poor, "--blocks", "always", "--workers", "1")
    assert done.returncode == 0, done.stderr
    assert "The plan changes nothing: no phase can pay for any of" in done.stderr
    assert "--scenario base" not in done.stderr


@pytest.mark.usefixtures("toy_database")
def test_priority_levels_are_not_solved_by_blocks(tmp_path: Path) -> None:
    order = '[objective]\nmode = "lexicographic"\norder = [["coverage.L2"], ["capex"]]'
    done = run("model.solve", "--scenario", file(tmp_path, order), "--blocks", "always")
    assert done.returncode == 2
    assert "Only a weighted objective can be solved by blocks" in done.stderr
