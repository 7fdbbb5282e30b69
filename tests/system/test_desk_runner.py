"""What-ifs are solved in their order, each with its own locks, once, and whatever becomes of desk and process."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
import requests

from db.environment import CHECKOUT
from desk import queue
from desk.queue import Job, Work
from tests.support.compose import free_port
from tests.support.desk import ask, lock, look_until, running, state, wish
from tests.support.processes import run, until
from tests.support.scenarios import town_file

Connection = psycopg.Connection[Any]
WIDE = "\n[publication]\nmip_gap_max = 1e9\n"
PLENTY = {"budget": "200000"}


@pytest.fixture
def candidate(toy: Connection) -> int:
    row = toy.execute("select min(site_id) from core.site where not is_existing").fetchone()
    assert row
    return int(row[0])


def built(conn: Connection, what_if: int) -> set[int]:
    query = "select d.site_id from plan.decision as d join plan.what_if as w using (run_id) where w.what_if_id = %s"
    return {site_id for (site_id,) in conn.execute(query, (what_if,))}


def test_each_is_solved_with_its_own_values_and_locks(
    toy_database: str, toy: Connection, candidate: int, tmp_path: Path
) -> None:
    town = town_file(tmp_path)
    with_lock, without, poor = (
        ask(toy, town, PLENTY),
        ask(toy, town, PLENTY),
        ask(toy, town, {"budget": "0"}),
    )
    lock(toy, with_lock, candidate, "force_in")
    ((other,),) = toy.execute("select max(site_id) from core.site where not is_existing").fetchall()
    lock(toy, without, candidate, "force_out")
    lock(toy, without, other, "force_in")
    with running(toy_database, town) as runner:
        look_until(runner, lambda: state(toy, poor) == "done")
    rows = toy.execute(
        "select w.what_if_id, w.state, r.publication, s.name, w.message, w.attempt_count from plan.what_if as w"
        " join plan.run as r using (run_id) join plan.scenario as s using (scenario_id) order by w.started_at"
    ).fetchall()
    assert rows == [
        (n, "done", "published", f"town [what-if {n}]", None, 1) for n in (with_lock, without, poor)
    ]
    assert candidate in built(toy, with_lock)
    assert built(toy, without) == {other}
    assert built(toy, poor) == set()
    assert toy.execute("select count(*) from plan.adopted_run").fetchone() == (0,)
    assert toy.execute("select count(*) > 0 from report.what_if_progress").fetchone() == (True,)


def test_two_desks_take_up_different_ones(toy_database: str, toy: Connection) -> None:
    first, second = ask(toy, "phase1"), ask(toy, "phase1")
    with psycopg.connect(toy_database, autocommit=True) as one, psycopg.connect(toy_database) as other:
        # the other one is in the middle of taking the first
        other.execute("select from plan.what_if where what_if_id = %s for update", (first,))
        assert queue.take(one) == Job(Work.WHAT_IF, second)
        other.commit()
        other.autocommit = True
        assert queue.take(other) == Job(Work.WHAT_IF, first)
        assert queue.take(one) is None


def test_one_whose_process_has_gone_waits_again_and_fails_the_second_time(
    toy_database: str, toy: Connection
) -> None:
    what_if = ask(toy, "phase1")
    for expected in ("queued", "failed"):
        with psycopg.connect(toy_database, autocommit=True) as lost:
            assert queue.take(lost) == Job(Work.WHAT_IF, what_if)
            queue.take_back_lost(toy)
            assert state(toy, what_if) == "running", "its session is there"
        until(lambda: queue.take_back_lost(toy) or state(toy, what_if) != "running")
        assert state(toy, what_if) == expected
    assert toy.execute("select message from plan.what_if").fetchone() == (queue.LOST,)


def test_what_waits_is_cancelled(toy_database: str, toy: Connection, tmp_path: Path) -> None:
    what_if = ask(toy, town_file(tmp_path))
    wish(toy, what_if, "cancel")
    with running(toy_database, town_file(tmp_path)) as runner:
        runner.look()
    assert state(toy, what_if) == "cancelled"
    assert toy.execute("select count(*) from plan.run").fetchone() == (0,)


@pytest.mark.parametrize(("what", "ends"), [("stop", "done"), ("cancel", "cancelled")])
def test_a_solve_is_stopped_with_its_plan_or_cancelled(
    toy_database: str, toy: Connection, tmp_path: Path, what: str, ends: str
) -> None:
    town = town_file(tmp_path, WIDE)
    what_if = ask(toy, town, PLENTY)
    with running(toy_database, town, folder=tmp_path) as runner:
        look_until(runner, (tmp_path / "has_plan").exists)
        until(lambda: toy.execute("select count(*) > 0 from report.what_if_progress").fetchone() == (True,))
        wish(toy, what_if, what)
        runner.look()
        (tmp_path / "go_on").touch()
        look_until(runner, lambda: state(toy, what_if) != "running")
    assert state(toy, what_if) == ends
    status = toy.execute("select status, publication from plan.run").fetchall()
    assert status == [("feasible", "published") if what == "stop" else ("interrupted", "none")]
    assert toy.execute("select wish from plan.what_if").fetchone() == (None,)


def test_a_desk_that_ends_lets_what_it_solves_wait_for_the_next(
    toy_database: str, toy: Connection, tmp_path: Path
) -> None:
    town = town_file(tmp_path)
    what_if = ask(toy, town)
    with running(toy_database, town, folder=tmp_path) as runner:
        look_until(runner, (tmp_path / "has_plan").exists)
        (tmp_path / "go_on").touch()
        for child in runner.children.values():
            child.process.send_signal(signal.SIGSTOP)  # so that it has not ended by itself before
        for child in runner.children.values():
            child.process.send_signal(signal.SIGTERM)
            child.process.send_signal(signal.SIGCONT)
    assert toy.execute("select state, attempt_count from plan.what_if").fetchone() in {
        ("queued", 0),
        ("done", 1),
    }
    with running(toy_database, town) as runner:
        look_until(runner, lambda: state(toy, what_if) == "done")


def test_what_cannot_be_solved_says_why(
    toy_database: str, toy: Connection, candidate: int, tmp_path: Path
) -> None:
    town = town_file(tmp_path)
    strange, wrong, dear = (
        ask(toy, "/somewhere/else.toml"),
        ask(toy, town, {"budget": "many"}),
        ask(toy, town, {"budget": "0"}),
    )
    lock(toy, dear, candidate, "force_in")
    with running(toy_database, town) as runner:
        look_until(runner, lambda: state(toy, dear) == "failed")
    found = dict(
        toy.execute("select what_if_id, message from plan.what_if where state = 'failed'").fetchall()
    )
    assert found[strange] == "This desk does not know the scenario that it changes."
    assert "many" in found[wrong]
    assert "lock" in found[dear].lower()
    assert toy.execute(
        "select status from plan.run join plan.what_if using (run_id) where what_if_id = %s", (dear,)
    ).fetchone() == ("infeasible",)


def test_a_plan_is_adopted_as_it_is_wished(toy_database: str, toy: Connection, tmp_path: Path) -> None:
    town = town_file(tmp_path)
    what_if = ask(toy, town, PLENTY)
    with running(toy_database, town) as runner:
        look_until(runner, lambda: state(toy, what_if) == "done")
        wish(toy, what_if, "adopt")
        runner.look()
        assert toy.execute("select is_adopted, wish, message from report.what_if").fetchone() == (
            True,
            None,
            None,
        )
        toy.execute("update plan.run set publication = 'kept'")
        wish(toy, what_if, "adopt")
        runner.look()
        ((message,),) = toy.execute("select message from report.what_if").fetchall()
        assert "cannot be adopted" in message


@pytest.mark.usefixtures("toy_database")
def test_a_runner_ends_with_its_desk(toy: Connection, tmp_path: Path) -> None:
    what_if = ask(toy, town_file(tmp_path))
    command = [sys.executable, "-m", "desk.runner", "--scenario", town_file(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, cwd=CHECKOUT) as runner:
        until(lambda: state(toy, what_if) == "done")
        assert runner.stdin
        runner.stdin.close()
        assert runner.wait(timeout=120) == 0


@pytest.mark.usefixtures("toy_database")
def test_a_what_if_that_is_not_there_cannot_be_solved() -> None:
    found = run("desk.solve", "7")
    assert (found.returncode, found.stderr.splitlines()[0]) == (2, "error: There is no what-if 7.")


@pytest.mark.usefixtures("toy_database")
@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_a_desk_that_is_told_to_end_says_so_even_in_the_background_of_a_shell(told: signal.Signals) -> None:
    """There a shell has Ctrl-C ignored: with uvicorn alone the desk ended with exit code 0."""
    port = free_port()
    command = [sys.executable, "-m", "desk", "--port", str(port)]
    ignoring = ["sh", "-c", 'trap "" INT; exec "$@"', "sh", *command]
    with subprocess.Popen(ignoring, stdout=subprocess.DEVNULL, cwd=CHECKOUT) as desk:
        until(lambda: answers(port) or desk.poll() is not None)
        children = psutil.Process(desk.pid).children()
        desk.send_signal(told)
        assert desk.wait(timeout=120) == 130
    assert not psutil.wait_procs(children, timeout=60)[1], "its runner ends with it"


def answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/", timeout=60).status_code == 401
    except requests.ConnectionError:
        return False
