"""Analyses vary the run that a scenario has, as long as nothing has changed since."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from model import pareto, sweep
from model.data import scenario
from model.data.read.known import Known
from model.run import standing_run
from model.run.adoption import Adopting
from model.solve import solve_scenario
from model.solver.objective_mode import Limits
from tests.support.scenarios import town_file

VARY = ["service_distance=0.7"]


def planned(path: str, *, adopting: Adopting = Adopting.NEVER) -> int:
    ended = solve_scenario(path, Limits(), adopting=adopting)
    assert ended.error is None
    return ended.report.run_id


def standing(conn: psycopg.Connection[Any], path: str) -> int | None:
    found = standing_run.find(conn, *scenario.resolve(path), Known())
    return found.report.run_id if found else None


def runs_of_their_own(conn: psycopg.Connection[Any]) -> list[int]:
    query = "select run_id from plan.run where parent_run_id is null order by run_id"
    return [run_id for (run_id,) in conn.execute(query)]


def test_a_sweep_and_a_frontier_are_of_the_run_that_is_there(
    toy: psycopg.Connection[Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = town_file(tmp_path)
    ended = solve_scenario(path, Limits())
    run_id = ended.report.run_id
    base, _ = sweep.sweep(path, VARY, Limits())
    pareto.frontier(path, 2, Limits())
    assert f"note: Run {run_id} has the plan of this scenario (gap 0.00%)" in capsys.readouterr().err
    assert runs_of_their_own(toy) == [run_id]
    assert (base.report.run_id, base.plan, base.parameters) == (run_id, ended.plan, ended.parameters)
    assert base.money_scale_cad == ended.money_scale_cad
    assert base.net_capex_cad == ended.net_capex_cad
    told, solved = base.report, ended.report
    assert (told.objective, told.dual_bound, told.gap) == (solved.objective, solved.dual_bound, solved.gap)
    assert (told.actions, told.coverage, told.capex_cad) == (
        solved.actions,
        solved.coverage,
        solved.capex_cad,
    )
    analysis = toy.execute(
        "select sensitivity_run_id, frontier_id is not null from report.run_analysis where run_id = %s",
        (run_id,),
    ).fetchone()
    assert analysis == (run_id, True)


def test_another_sweep_adds_to_the_first(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    path = town_file(tmp_path)
    base, _ = sweep.sweep(path, VARY, Limits())
    again, _ = sweep.sweep(path, [*VARY, "costs=0.8"], Limits())
    assert again.report.run_id == base.report.run_id
    varied = toy.execute(
        "select parameter, count(*) from plan.run_variation join plan.run using (run_id)"
        " where parent_run_id = %s group by parameter order by parameter",
        (base.report.run_id,),
    ).fetchall()
    assert [parameter for parameter, _ in varied] == ["budget", "costs", "service_distance"]
    assert {count for _, count in varied} == {1}


def test_the_adopted_run_comes_first_and_then_the_latest(
    toy: psycopg.Connection[Any], tmp_path: Path
) -> None:
    path = town_file(tmp_path)
    assert standing(toy, path) is None
    first = planned(path)
    assert standing(toy, path) == first
    adopted = planned(path, adopting=Adopting.ALWAYS)
    later = planned(path)
    assert standing(toy, path) == adopted
    toy.execute("delete from plan.adopted_run")
    assert standing(toy, path) == later


def test_a_run_does_not_stand_for_other_parameters_locks_or_without_publication(
    toy: psycopg.Connection[Any], tmp_path: Path
) -> None:
    path = town_file(tmp_path)
    run_id = planned(path)
    assert standing(toy, town_file(tmp_path, budget=26_000)) is None
    town_file(tmp_path)
    assert standing(toy, path) == run_id
    with toy.transaction(force_rollback=True):
        toy.execute("update plan.run set publication = 'kept'")
        assert standing(toy, path) is None
    site_id, _ = toy.execute("select min(site_id), count(*) from report.site").fetchall()[0]
    toy.execute("insert into plan.site_lock (site_id, lock_kind) values (%s, 'force_out')", (site_id,))
    assert standing(toy, path) is None
    base, _ = sweep.sweep(path, VARY, Limits())
    assert runs_of_their_own(toy) == [run_id, base.report.run_id]


def test_a_variation_is_no_run_of_the_scenario_that_it_comes_to(
    toy: psycopg.Connection[Any], tmp_path: Path
) -> None:
    base, _ = sweep.sweep(town_file(tmp_path), ["budget=26000"], Limits())
    varied = toy.execute(
        "select run_id from plan.run join plan.run_variation using (run_id) where parent_run_id = %s and value = %s",
        (base.report.run_id, Jsonb(26000)),
    ).fetchall()
    assert len(varied) == 1
    assert standing(toy, town_file(tmp_path, budget=26_000)) is None
