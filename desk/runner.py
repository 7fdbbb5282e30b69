"""Does what is asked for at the desk, what-ifs and loads, each in a process of its own, until its input ends.

`python -m desk.runner [--scenario FILE ...] [--jobs N]`
"""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Annotated, Any

import psycopg
import typer

from db.command.app import run_app
from db.common.errors import PlannerError
from db.environment import CHECKOUT
from db.session import connection
from db.session.dead_run import end_dead_runs
from desk import queue
from desk.queue import Job, Work
from desk.scenarios import known_scenarios
from model.data.codes import WhatIfState, Wish
from model.run import adoption

Connection = psycopg.Connection[tuple[Any, ...]]
LOOK_S = 0.3
_PATIENCE_S = 60.0
"""What a process has to end by itself once it was told to."""
_SIGNALS = {Wish.STOP: signal.SIGINT, Wish.CANCEL: signal.SIGTERM}
_SAID_MAX = 500


@dataclass
class Child:
    """The process of a job, what it says, and which wish it has been told."""

    process: subprocess.Popen[bytes]
    said: IO[bytes]
    wish: Wish | None = None
    told_s: float = field(default=0.0)

    def last_words(self) -> str:
        """Return the last line that the process wrote, or that it ended without a word."""
        self.said.seek(0)
        lines = self.said.read().decode(errors="replace").strip().splitlines()
        return lines[-1][-_SAID_MAX:] if lines else queue.LOST


class Runner:
    """Takes up jobs in their order, at most `jobs` at a time, and does what is wished of them.

    `scenarios` are those that a what-if may change: a file of somebody else's is not read. `conn` is in
    autocommit mode. `commands` are called with the number of a job, instead of the module of its work.
    """

    def __init__(
        self,
        conn: Connection,
        scenarios: frozenset[str],
        jobs: int = 1,
        commands: Mapping[Work, Sequence[str]] | None = None,
    ) -> None:
        self._conn, self._scenarios, self._jobs = conn, scenarios, jobs
        modules = {work: (sys.executable, "-m", work.module) for work in Work}
        self._commands: dict[Work, Sequence[str]] = {**modules, **(commands or {})}
        self.children: dict[Job, Child] = {}

    def look(self) -> None:
        """Do once whatever there is to do."""
        self._end_children()
        self._tell_children()
        queue.cancel_queued(self._conn)
        self._grant_wishes()
        queue.take_back_lost(self._conn, self.children)
        while len(self.children) < self._jobs and self._begin():
            pass

    def close(self) -> None:
        """End all processes; what they solved waits again."""
        for child in self.children.values():
            child.process.send_signal(signal.SIGTERM)
        end_s = time.monotonic() + _PATIENCE_S
        for job, child in self.children.items():
            try:
                child.process.wait(max(end_s - time.monotonic(), 0))
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()
            queue.queue_again(self._conn, job, is_own_doing=True)
            queue.leave(self._conn, job)
            child.said.close()
        self.children.clear()

    def _begin(self) -> bool:
        job = queue.take(self._conn)
        if job is None:
            return False
        if job.work is Work.WHAT_IF:
            asked = queue.read(self._conn, job.number)
            if asked is None or asked.base_scenario not in self._scenarios:
                self._refuse(job)
                return True
        said = TemporaryFile()  # noqa: SIM115 - it is closed with the child
        process = subprocess.Popen(  # noqa: S603 - a module of ours
            [*self._commands[job.work], str(job.number)],
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=said,
            start_new_session=True,  # a Ctrl-C in the terminal of the desk is for the desk
        )
        self.children[job] = Child(process, said)
        return True

    def _refuse(self, job: Job) -> None:
        message = "This desk does not know the scenario that it changes."
        hint = "start the desk with --scenario and its file."
        queue.end(self._conn, job, WhatIfState.FAILED, message=message, hint=hint)
        queue.leave(self._conn, job)

    def _end_children(self) -> None:
        for job, child in list(self.children.items()):
            if child.process.poll() is None:
                continue
            del self.children[job]
            queue.lose(self._conn, job, child.last_words())
            queue.leave(self._conn, job)
            child.said.close()
            end_dead_runs(self._conn)

    def _tell_children(self) -> None:
        for job, child in self.children.items():
            wish = queue.wish_of(self._conn, job)
            if wish in _SIGNALS and wish != child.wish:
                child.wish, child.told_s = wish, time.monotonic()
                child.process.send_signal(_SIGNALS[wish])
            elif child.wish == Wish.CANCEL and time.monotonic() > child.told_s + _PATIENCE_S:
                child.process.kill()

    def _grant_wishes(self) -> None:
        with self._conn.transaction():
            for number, run_id, is_adoption in queue.idle_wishes(self._conn):
                message = hint = None
                if is_adoption and run_id is not None:
                    try:
                        adoption.adopt(self._conn, run_id)
                    except PlannerError as error:
                        message, hint = error.message, error.hint
                queue.granted(self._conn, number, message, hint)


def _until_input_ends(is_over: threading.Event) -> None:
    while sys.stdin.buffer.read(1):
        pass
    is_over.set()


def main(
    scenario: Annotated[
        list[Path] | None, typer.Option(help="A scenario file of one's own that what-ifs may change, too.")
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, max=64, help="What-ifs that are solved at a time.")] = 1,
) -> None:
    """Do what is asked for at the desk until the input ends: the desk holds its other end."""
    is_over = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: is_over.set())
    signal.signal(signal.SIGINT, lambda *_: is_over.set())
    threading.Thread(target=_until_input_ends, args=(is_over,), daemon=True).start()
    with connection.connect(autocommit=True) as conn:
        runner = Runner(conn, frozenset(known_scenarios(scenario or [])), jobs)
        try:
            while not is_over.wait(LOOK_S):
                runner.look()
        finally:
            runner.close()


if __name__ == "__main__":
    run_app(lambda: typer.run(main))
