"""What a run says of its solve: bound and plan against time, and what its seconds went into, however it ends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest

from model.data.codes import SolveStep
from model.solve import Limits, solve_scenario
from model.solver.watch import Progress
from tests.support.findings import violations
from tests.support.scenarios import ONE_SHARE, file

LEXICOGRAPHIC = """
[objective]
mode = "lexicographic"
order = [["coverage.L3"], ["capex"]]
"""
IMPOSSIBLE = """
[phase.1]
budget_cad = 0
[phase.1.coverage_min_share]
L3 = 1.0
"""

Rows = list[tuple[Any, ...]]


def progress(conn: psycopg.Connection[Any], run_id: int) -> Rows:
    return conn.execute(
        "select solve_step, priority_level, elapsed_s, incumbent, dual_bound, mip_gap"
        " from report.run_progress where run_id = %s order by number",
        (run_id,),
    ).fetchall()


def seconds(conn: psycopg.Connection[Any], run_id: int) -> dict[str, float]:
    return dict(
        conn.execute(
            "select solve_step, step_s from report.run_step where run_id = %s order by run_step_id", (run_id,)
        ).fetchall()
    )


def test_a_run_ends_where_its_progress_ends(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    ended = solve_scenario(file(tmp_path, f"extends = 'phase1'\n{ONE_SHARE}"), Limits())
    rows = progress(toy, ended.report.run_id)
    assert [rows[0][0], rows[-1][0]] == ["greedy", "settle"]
    assert rows[0][2:] == (0.0, None, None, None)
    assert rows[-1][3:5] == (ended.report.objective, ended.report.dual_bound)
    assert rows[-1][5] == pytest.approx(ended.report.gap)
    assert [row[2] for row in rows] == sorted(row[2] for row in rows)


def test_the_seconds_of_the_steps_are_those_of_the_run(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    ended = solve_scenario(file(tmp_path, f"extends = 'phase1'\n{ONE_SHARE}"), Limits())
    found, told = seconds(toy, ended.report.run_id), ended.report.seconds
    assert found == ended.report.steps
    assert list(found)[:3] == ["work_out", "read", "build"]
    assert list(found)[-3:] == ["write", "audit", "other"]
    assert sum(s for step, s in found.items() if step in set(SolveStep)) == pytest.approx(told.solve)
    assert [found[step] for step in ("work_out", "read", "write")] == [told.work_out, told.read, told.write]
    row = toy.execute(
        "select extract(epoch from finished_at - started_at) from plan.run where run_id = %s",
        (ended.report.run_id,),
    ).fetchone()
    assert row is not None
    assert sum(found.values()) >= float(row[0])


def test_each_priority_level_has_a_progress_of_its_own(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    ended = solve_scenario(file(tmp_path, f"extends = 'phase1'\n{ONE_SHARE}{LEXICOGRAPHIC}"), Limits())
    run_id = ended.report.run_id
    last = {row[1]: row[3:5] for row in progress(toy, run_id)}
    asked = toy.execute(
        "select priority_level, objective, dual_bound from plan.run_priority_level where run_id = %s",
        (run_id,),
    ).fetchall()
    assert len(asked) == 2
    assert last == {None: (None, None)} | {level: tuple(figures) for level, *figures in asked}
    assert violations(toy) == {}


def test_a_scenario_without_a_plan_says_how_far_its_bound_came(
    toy: psycopg.Connection[Any], tmp_path: Path
) -> None:
    ended = solve_scenario(file(tmp_path, f"extends = 'phase1'\n{ONE_SHARE}{IMPOSSIBLE}"), Limits())
    assert ended.report.status == "infeasible"
    rows = progress(toy, ended.report.run_id)
    assert rows[-1][0] == "conflict"
    assert {row[3] for row in rows} == {None}
    assert seconds(toy, ended.report.run_id)["conflict"] > 0


def test_a_run_that_is_stopped_keeps_what_it_had_come_to(
    toy: psycopg.Connection[Any], tmp_path: Path
) -> None:
    def stop(told: Progress) -> None:
        if told.step == "start":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        solve_scenario(file(tmp_path, f"extends = 'phase1'\n{ONE_SHARE}"), Limits(), stop)
    row = toy.execute("select max(run_id), bool_and(solve_s > 0) from plan.run").fetchone()
    assert row is not None
    assert row[1]
    steps = [found[0] for found in progress(toy, row[0])]
    assert [steps[0], steps[-1]] == ["greedy", "start"]


def test_progress_goes_with_its_run(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    ended = solve_scenario(file(tmp_path, f"extends = 'phase1'\n{ONE_SHARE}"), Limits())
    toy.execute("delete from plan.run where run_id = %s", (ended.report.run_id,))
    assert toy.execute("select count(*) from plan.run_progress").fetchone() == (0,)
