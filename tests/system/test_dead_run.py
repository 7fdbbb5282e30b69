"""Runs whose process was killed: SIGKILL on a real process at each priority_level, and the next command ends the run."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

from db.environment import CHECKOUT
from tests.support.processes import CHILD, run, until
from tests.support.toy_town import NEAR

FAILED = ("failed", "none", True)
STATE = "select status, publication, finished_at is not null from plan.run where run_id = {}"
LAST = "(select max(run_id) from plan.run)"


def one(conn: psycopg.Connection[Any], query: str) -> Any:
    row = conn.execute(query.encode()).fetchone()
    return row[0] if row and len(row) == 1 else row


def start(code: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, "--scenario", str(NEAR)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        cwd=CHECKOUT,
    )


def kill(child: subprocess.Popen[str], conn: psycopg.Connection[Any]) -> None:
    """Kill a process, and wait until the server has noticed."""
    child.send_signal(signal.SIGKILL)
    child.communicate()
    assert child.returncode == -signal.SIGKILL
    until(lambda: not one(conn, "select count(*) from pg_locks where locktype = 'advisory' and objsubid = 2"))


SOLVE = "from db.command.app import run_app\nimport typer\nfrom model import solve\nrun_app(lambda: typer.run(solve.main))"


@pytest.mark.parametrize(
    ("table", "reached", "command"),
    [
        ("plan.site_lock", ("running", "none"), ("model.adopt",)),  # it reads
        ("plan.decision", ("running", "none"), ("report.page",)),  # it writes
        ("plan.run_audit", ("optimal", "pending"), ("report.summary",)),  # written, and not audited
    ],
)
def test_a_killed_solve_is_ended_by_the_next_command(
    toy: psycopg.Connection[Any],
    toy_database: str,
    table: str,
    reached: tuple[str, str],
    command: tuple[str, ...],
) -> None:
    with psycopg.connect(toy_database) as holder:
        holder.execute(f"lock table {table} in access exclusive mode".encode())
        child = start(SOLVE)
        waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
        until(lambda: one(toy, waiting) and one(toy, "select count(*) from plan.run"))
        assert one(toy, "select status, publication from plan.run") == reached
        kill(child, toy)
    done = run(*command)
    assert "Traceback" not in done.stderr, done.stderr
    assert one(toy, STATE.format(LAST)) == FAILED
    assert run("model.solve", "--scenario", str(NEAR)).returncode == 0
    assert one(toy, STATE.format(LAST)) == ("optimal", "published", True)


def test_a_solve_killed_while_it_searches_is_ended_by_the_next_solve(toy: psycopg.Connection[Any]) -> None:
    child = start(CHILD)
    assert child.stderr is not None
    assert next(line for line in child.stderr if "plan " in line)
    kill(child, toy)
    assert one(toy, STATE.format(LAST)) == ("running", "none", False)
    assert run("model.solve", "--scenario", str(NEAR)).returncode == 0
    states = toy.execute(
        "select status, publication, finished_at is not null from plan.run order by run_id"
    ).fetchall()
    assert states == [FAILED, ("optimal", "published", True)]


def test_a_run_whose_process_lives_is_left_alone(toy: psycopg.Connection[Any]) -> None:
    child = start(CHILD)
    assert child.stderr is not None
    assert next(line for line in child.stderr if "plan " in line)
    assert run("model.adopt").returncode == 0
    assert one(toy, STATE.format(LAST)) == ("running", "none", False)
    child.communicate("go on\n")
    assert child.returncode == 0
    assert one(toy, STATE.format(LAST)) == ("optimal", "published", True)


@pytest.mark.parametrize(
    "command",
    [
        ("model.solve", "--scenario", str(NEAR)),
        ("model.sweep", "--scenario", str(NEAR), "--vary", "service_distance=0.9"),
        ("model.pareto", "--scenario", str(NEAR), "--points", "2"),
        ("model.explain", "--run", "1", "--alternatives", "0"),
        ("model.certify", "--run", "1", "--out", "{folder}/plan.npz"),
        ("model.diff", "--runs", "1", "1"),
        ("model.adopt",),
        ("report.summary",),
        ("report.page", "--out", "{folder}/page.html"),
        ("report.figures", "--out", "{folder}"),
        ("report.export", "--out", "{folder}/plan.gpkg"),
        ("report.qgis", "--service", "town"),
    ],
    ids=lambda command: command[0],
)
def test_every_command_that_solves_or_reports_ends_dead_runs(
    planned_database: str, tmp_path: Path, command: tuple[str, ...]
) -> None:
    """What kills leave: rows under way, and no process that holds their locks."""
    with psycopg.connect(planned_database, autocommit=True) as conn:
        dead = conn.execute(
            "insert into plan.run (scenario_id, status, publication) select max(s.scenario_id), v.status, v.publication"
            " from plan.scenario as s cross join (values ('running', 'none'), ('optimal', 'pending')) as v (status,"
            " publication) group by v.status, v.publication returning run_id"
        ).fetchall()
        done = run(*(part.format(folder=tmp_path) for part in command))
        assert done.returncode == 0, done.stderr
        assert [one(conn, STATE.format(run_id)) for (run_id,) in dead] == [FAILED, FAILED]


def test_a_reader_that_may_not_end_a_dead_run_reads_all_the_same(planned_database: str) -> None:
    with psycopg.connect(planned_database, autocommit=True) as conn:
        conn.execute(
            "insert into plan.run (scenario_id, status, publication)"
            " select max(scenario_id), 'running', 'none' from plan.scenario"
        )
        conn.execute(f"alter database {conn.info.dbname} set default_transaction_read_only = on".encode())
    done = run("report.summary")
    assert done.returncode == 0, done.stderr
    assert "run 1" in done.stdout
