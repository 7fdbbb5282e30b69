"""What-ifs for tests: asked for as the desk does, solved by a runner until they have ended."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from desk.queue import Work
from desk.runner import Runner
from tests.support.processes import until

Connection = psycopg.Connection[Any]

# Works places in; with its first step it says so in a file, and waits for another file before it goes on.
WAITING_LOAD = """
import sys, time
from pathlib import Path
import typer
from db.command.app import run_app
from desk import work_in

folder = Path({folder!r})
tell = work_in.StepTeller.__call__

def waiting(self, step):
    tell(self, step)
    (folder / "has_begun").touch()
    while not (folder / "go_on").exists():
        time.sleep(0.05)

work_in.StepTeller.__call__ = waiting
run_app(lambda: typer.run(work_in.main))
"""

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


def draw(conn: Connection, lon: float, lat: float, name: str | None = "Ann's lot") -> int:
    """Draw a place in the region that is loaded, and return its number."""
    row = conn.execute(
        "insert into plan.own_place (region, name, lon, lat, asked_by) select region, %s, %s, %s, 'Ann'"
        " from core.region returning own_place_id",
        (name, lon, lat),
    ).fetchone()
    assert row
    return int(row[0])


def ask_for_load(conn: Connection) -> int:
    """Ask for a load that works the places in, and return its number."""
    row = conn.execute(
        "insert into plan.place_load (region, asked_by) select region, 'Ann' from core.region"
        " returning place_load_id"
    ).fetchone()
    assert row
    return int(row[0])


def load_state(conn: Connection, number: int) -> str:
    """Return how a load that was asked for stands."""
    row = conn.execute("select state from plan.place_load where place_load_id = %s", (number,)).fetchone()
    assert row
    return str(row[0])


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
    commands = {}
    if folder is not None:
        for work, script in ((Work.WHAT_IF, WAITING), (Work.PLACE_LOAD, WAITING_LOAD)):
            commands[work] = [sys.executable, "-c", script.format(folder=str(folder))]
    with psycopg.connect(address, autocommit=True) as conn:
        runner = Runner(conn, frozenset(scenarios), jobs, commands)
        try:
            yield runner
        finally:
            runner.close()


def look_until(runner: Runner, is_so: Any) -> None:
    def looked() -> object:
        runner.look()
        return is_so()

    until(looked)
