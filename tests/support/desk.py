"""What-ifs for tests: asked for as the desk does, solved by a runner until they have ended."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from desk.runner import Runner
from tests.support.processes import until

Connection = psycopg.Connection[Any]

# Solves a what-if; with its first plan it says so in a file, and waits for another file before it goes on.
WAITING = """
import sys, time
from pathlib import Path
import typer
from db.command.app import run_app
from desk import solve

folder = Path({folder!r})
tell = solve.Teller.__call__

def waiting(self, progress):
    tell(self, progress)
    if progress.incumbent is not None:
        (folder / "has_plan").touch()
        while not (folder / "go_on").exists():
            time.sleep(0.05)

solve.Teller.__call__ = waiting
run_app(lambda: typer.run(solve.main))
"""


def ask(conn: Connection, scenario: str, settings: dict[str, str] | None = None, **more: Any) -> int:
    values = {"title": "Mine", "asked_by": "Ann", "time_limit_s": 60, "parent_what_if_id": None} | more
    row = conn.execute(
        "insert into plan.what_if (load_id, base_scenario, settings, title, asked_by, time_limit_s,"
        " parent_what_if_id) select load_id, %s, %s, %s, %s, %s, %s from core.region returning what_if_id",
        (
            *(scenario, Jsonb(settings or {}), values["title"], values["asked_by"]),
            *(values["time_limit_s"], values["parent_what_if_id"]),
        ),
    ).fetchone()
    assert row
    return int(row[0])


def lock(conn: Connection, what_if: int, site_id: int, kind: str) -> None:
    conn.execute(
        "insert into plan.site_lock (site_id, lock_kind, scenario_name)"
        " select %s, %s, scenario_name from plan.what_if where what_if_id = %s",
        (site_id, kind, what_if),
    )


def wish(conn: Connection, what_if: int, what: str) -> None:
    conn.execute("update plan.what_if set wish = %s where what_if_id = %s", (what, what_if))


def state(conn: Connection, what_if: int) -> str:
    row = conn.execute("select state from plan.what_if where what_if_id = %s", (what_if,)).fetchone()
    assert row
    return str(row[0])


@contextmanager
def running(address: str, *scenarios: str, folder: Path | None = None, jobs: int = 1) -> Iterator[Runner]:
    """Yield a runner on a session of its own; with a folder its processes wait there: see WAITING."""
    command = [sys.executable, "-m", "desk.solve"]
    if folder is not None:
        command = [sys.executable, "-c", WAITING.format(folder=str(folder))]
    with psycopg.connect(address, autocommit=True) as conn:
        runner = Runner(conn, frozenset(scenarios), jobs, command)
        try:
            yield runner
        finally:
            runner.close()


def look_until(runner: Runner, is_so: Any) -> None:
    def looked() -> object:
        runner.look()
        return is_so()

    until(looked)
