"""Runs of a sweep, points of a frontier and questions to a plan, shared out among Dask workers: the same, whatever befalls workers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from db.common.errors import UsageError
from db.environment import CHECKOUT
from db.session.connection import connect
from db.work.pool import sharing
from model import explain, pareto, sweep
from model.analysis import drop_one
from model.analysis.past_run import reopen
from model.analysis.reason import Loss
from model.analysis.variation import vary
from model.data import scenario
from model.data.run_key import RunKey, key_of
from model.run import varied
from model.run.adoption import Adopting
from model.run.varied import Piece, Solved
from model.solve import solve_scenario
from model.solver.objective_mode import Limits
from tests.support.processes import run as command
from tests.support.scenarios import town_file
from tests.support.toy_town import NEAR

FUTURES = ("service_distance=0.8",)
VARY = ("budget=-20%,+20%", "costs=0.8", "service_distance=0.7")
_PLANS = """
    select v.parameter, v.value, r.is_parent_plan, r.status, r.objective, r.publication,
        array(select row (d.site_id, d.phase, d.option_id)::text from plan.decision as d where d.run_id = r.run_id order by 1)
    from plan.run as r join plan.run_variation as v using (run_id)
    where r.parent_run_id = %s
    order by 1, 2, 3
"""


def solve_anew(path: str) -> None:
    """Solve a scenario, so that an analysis finds a run that none has varied."""
    ended = solve_scenario(path, Limits(60.0, threads=1), adopting=Adopting.NEVER)
    assert ended.error is None


def swept(conn: psycopg.Connection[Any], path: str, workers: int) -> list[tuple[Any, ...]]:
    """Sweep a new run of the scenario; return each run with its plan."""
    solve_anew(path)
    with sharing(workers, "", lambda _: None) as pool:
        base, is_cut = sweep.sweep(path, VARY, Limits(60.0, threads=1), futures=FUTURES, pool=pool)
    assert not is_cut
    rows = conn.execute(_PLANS, (base.report.run_id,)).fetchall()
    # two budgets, and the marginal one; a plan for the future, and the plan as it is in it
    assert len(rows) == len(VARY) + 4
    return rows


@pytest.mark.usefixtures("toy_database")
def test_workers_take_the_longest_first(tmp_path: Path) -> None:
    path = town_file(tmp_path)
    solve_anew(path)
    name, parameters = scenario.resolve(path)
    with connect(autocommit=True) as conn:
        (run_id,) = conn.execute("select max(run_id) from plan.run").fetchone() or ()
        parent = key_of(conn, run_id)
        pieces = [
            Piece(name, one.parameters, parent, None, (), Limits(), one.text)
            for text in ("budget=-20%", "costs=0.8", "service_distance=0.7", "budget=+20%")
            for one in vary(parameters, text)
        ]
        titles = [piece.title.split("=")[0] for piece in varied.longest_first(conn, pieces, parent)]
    assert titles == ["service_distance", "costs", "budget", "budget"]


@pytest.mark.usefixtures("toy_database")
def test_the_same_plans_from_any_number_of_workers(tmp_path: Path) -> None:
    with connect(autocommit=True) as conn:
        plans = [swept(conn, town_file(tmp_path), workers) for workers in (0, 1, 2, 3)]
    assert plans[0] == plans[1] == plans[2] == plans[3]


def kill_once(piece: Piece) -> Solved:
    """Solve, but for the first time at a price: kill the worker when the run has been written."""
    mark = Path(os.environ["KILL_MARK"])
    solved = varied.solve(piece)
    if not mark.exists():
        mark.write_text("killed")
        os.kill(os.getpid(), signal.SIGKILL)
    return solved


def kill_in_the_middle(piece: Piece) -> Solved:
    """Kill the worker once while its run is under way."""
    mark = Path(os.environ["KILL_MARK"])

    def die(_progress: object) -> None:
        if not mark.exists():
            mark.write_text("killed")
            os.kill(os.getpid(), signal.SIGKILL)

    return varied.solve(piece, lambda _: nullcontext(die))


@pytest.mark.usefixtures("toy_database")
@pytest.mark.parametrize("solve", [kill_once, kill_in_the_middle], ids=lambda f: f.__name__)
def test_a_killed_worker_leaves_each_variation_once(
    solve: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = town_file(tmp_path)
    monkeypatch.setenv("KILL_MARK", str(tmp_path / "mark"))
    with connect(autocommit=True) as conn:
        want = swept(conn, path, 0)
        monkeypatch.setattr(sweep.varied, "solve", solve)
        found = swept(conn, path, 2)
    assert (tmp_path / "mark").exists()
    assert found == want


@pytest.mark.usefixtures("toy_database")
def test_the_command_with_workers(tmp_path: Path) -> None:
    done = command(
        "model.sweep", "--scenario", town_file(tmp_path), "--vary", "budget=-20%", "--workers", "2", "--json"
    )
    assert done.returncode == 0
    assert done.stderr.startswith("note: The service distance of L3 is 5,000 m")
    assert done.stderr.count("\n") == 1
    assert '"runs"' in done.stdout


def kill_for_a_question(question: drop_one.Question) -> Loss:
    """Answer, but for the first time at a price: kill the worker when it has the answer."""
    mark = Path(os.environ["KILL_MARK"])
    loss = drop_one.loss(question)
    if not mark.exists():
        mark.write_text("killed")
        os.kill(os.getpid(), signal.SIGKILL)
    return loss


@pytest.mark.usefixtures("toy_database")
def test_the_same_explanation_from_any_number_of_workers_and_after_a_killed_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect(autocommit=True) as conn:
        run_id = solve_scenario(str(NEAR), Limits(60.0)).report.run_id
        past = reopen(conn, run_id)

    def losses(workers: int) -> list[tuple[Any, ...]]:
        with sharing(workers, "", lambda _: None) as pool:
            found = explain.explain(past, Limits(60.0, threads=1), count=0, pool=pool)
        return sorted((loss.site_id, loss.loss, loss.is_impossible) for loss in found.losses)

    first, *others = [losses(workers) for workers in (0, 1, 2, 3)]
    assert others == [first] * 3
    assert len(first) >= 2
    site_id, loss, _ = first[0]
    drop_one._KEPT.clear()  # as in a process that has not read the run
    assert drop_one.loss(drop_one.Question(past.key, site_id, Limits(60.0, threads=1))).loss == loss
    monkeypatch.setenv("KILL_MARK", str(tmp_path / "mark"))
    monkeypatch.setattr(drop_one, "loss", kill_for_a_question)
    assert losses(2) == first
    assert (tmp_path / "mark").exists()


def frontier(path: str, workers: int, points: int = 4) -> list[dict[str, Any]]:
    """Solve a frontier of a new run of the scenario; return its points, each with its plan."""
    solve_anew(path)
    with sharing(workers, "", lambda _: None) as pool:
        frontier_id, _, is_cut = pareto.frontier(path, points, Limits(60.0, threads=1), pool=pool)
    assert not is_cut
    with connect(autocommit=True) as conn:
        rows = pareto.found(conn, frontier_id)
        assert [row["point"] for row in rows] == list(range(1, points + 1))
        runs = conn.execute(
            "select run_id from plan.run where parent_run_id = %s order by run_id",
            (rows[0]["parent_run_id"],),
        ).fetchall()
        assert sorted(row["run_id"] for row in rows) == [run_id for (run_id,) in runs]
        for row in rows:
            row["plan"] = conn.execute(
                "select site_id, option_id, phase, r.objective from plan.decision as d join plan.run as r using (run_id)"
                " where run_id = %s order by 1",
                (row["run_id"],),
            ).fetchall()
    numbers = ("pareto_point_id", "frontier_id", "parent_run_id", "run_id")
    return [{key: value for key, value in row.items() if key not in numbers} for row in rows]


@pytest.mark.usefixtures("toy_database")
def test_the_same_frontier_from_any_number_of_workers(tmp_path: Path) -> None:
    path = town_file(tmp_path, budget=75_000)
    points = [frontier(path, workers) for workers in (0, 1, 2, 3)]
    assert points[0] == points[1] == points[2] == points[3]
    shares = [point["coverage_share"] for point in points[0]]
    assert shares == sorted(shares)
    assert shares[-1] > shares[0]


@pytest.mark.usefixtures("toy_database")
@pytest.mark.parametrize("solve", [kill_once, kill_in_the_middle], ids=lambda f: f.__name__)
def test_a_killed_worker_leaves_each_point_once(
    solve: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = town_file(tmp_path, budget=75_000)
    monkeypatch.setenv("KILL_MARK", str(tmp_path / "mark"))
    want = frontier(path, 0)
    monkeypatch.setattr(varied, "solve", solve)
    found = frontier(path, 2)
    assert (tmp_path / "mark").exists()
    assert found == want


@pytest.mark.usefixtures("toy_database")
def test_a_frontier_with_workers_counts_what_is_done(tmp_path: Path) -> None:
    path = town_file(tmp_path, budget=75_000)
    done = command(
        "model.pareto", "--scenario", path, "--points", "3", "--workers", "2", "--json", "--progress"
    )
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["points"]) == 3
    for count in (1, 2, 3):
        assert f"{count} of 3 done: point " in done.stderr


@pytest.mark.usefixtures("toy_database")
def test_ctrl_c_keeps_the_points_that_workers_have_solved(
    toy_connection: psycopg.Connection[Any], tmp_path: Path
) -> None:
    """The terminal sends it to the command and to its workers: the first point is there by then, and stays."""
    path = town_file(tmp_path, budget=75_000)
    child = subprocess.Popen(
        [
            *(sys.executable, "-m", "model.pareto", "--scenario", path, "--points", "60"),
            *("--workers", "1", "--progress", "--json"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=CHECKOUT,
        start_new_session=True,
    )
    assert child.stderr is not None
    first = next((line for line in child.stderr if line.startswith("1 of 60 done")), "")
    os.killpg(child.pid, signal.SIGINT)
    shown, said = child.communicate(timeout=120)
    assert (first != "", child.returncode) == (True, 0), said
    assert "stopped by the user; the points solved until then are kept" in said
    assert "Traceback" not in said
    found = json.loads(shown)
    assert 1 <= len(found["points"]) < 60
    kept = toy_connection.execute("select count(*) from plan.pareto_point").fetchone()
    assert kept == (len(found["points"]),)


@pytest.mark.usefixtures("toy_database")
def test_a_worker_with_another_database_is_refused(tmp_path: Path) -> None:
    """The run has the same number there, and is another one."""
    with connect(autocommit=True) as conn:
        run_id = solve_scenario(town_file(tmp_path), Limits(60.0, threads=1)).report.run_id
        past = reopen(conn, run_id)
        count = conn.execute("select count(*) from plan.run").fetchone()
        key = RunKey(run_id, past.key.began - timedelta(seconds=1))
        piece = Piece("town", scenario.resolve(town_file(tmp_path))[1], key, past.plan, (), Limits(60.0), "")
        for ask in (
            lambda: varied.solve(piece),
            lambda: drop_one.loss(drop_one.Question(key, 1, Limits(60.0))),
        ):
            with pytest.raises(UsageError, match=f"does not have run {run_id} of this command"):
                ask()
        assert conn.execute("select count(*) from plan.run").fetchone() == count


@pytest.mark.usefixtures("toy_database")
def test_two_attempts_at_a_variation_make_one_run(tmp_path: Path) -> None:
    """As where a worker goes on that its scheduler has given up: the second waits, and takes what is there."""
    path = town_file(tmp_path)
    with connect(autocommit=True) as conn:
        name, parameters = scenario.resolve(path)
        run_id = solve_scenario(path, Limits(60.0, threads=1)).report.run_id
        past = reopen(conn, run_id)
        vary = (("budget", 20_000.0, 25_000.0),)
        piece = Piece(name, parameters, past.key, past.plan, vary, Limits(60.0, threads=1), "")
        with ThreadPoolExecutor(3) as threads:
            solved = list(threads.map(varied.solve, [piece] * 3))
        assert len({found.run_id for found in solved}) == 1
        rows = conn.execute("select run_id from plan.run where parent_run_id = %s", (run_id,)).fetchall()
    assert rows == [(solved[0].run_id,)]
