"""Solves one what-if that a runner took up, in a process of its own.

`python -m desk.solve WHAT_IF`
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from types import TracebackType
from typing import Annotated, Any, Self

import psycopg
import typer

from db.command.app import run_app
from db.common.errors import UsageError
from db.session import connection
from db.work.cores import core_count
from db.work.pool import sharing
from desk import queue
from desk.queue import Asked, Job, Work
from model.analysis import what_if
from model.data.clock import since_process_began
from model.data.codes import Publication, WhatIfState
from model.run import pipeline, signals
from model.run.adoption import Adopting
from model.run.by_blocks import Blocks, Splitting
from model.run.pipeline import Ended, perform
from model.solver.objective_mode import Limits
from model.solver.watch import Progress

Connection = psycopg.Connection[tuple[Any, ...]]
TELL_S = 0.5
_ROWS = 400
"""Rows that are told at most, about: the longer a solve takes, the rarer they are."""
_ROW = """
    insert into plan.what_if_progress (
        what_if_id, number, priority_level, step, elapsed_s, incumbent, dual_bound
    )
    values (%s, %s, %s, %s, %s, %s, %s)
"""


class Teller(AbstractContextManager["Teller"]):
    """A watcher that writes what a solve tells into the database, in a thread of its own, not too often."""

    def __init__(self, conn: Connection, what_if_id: int) -> None:
        self._conn, self._what_if_id = conn, what_if_id
        self._last: Progress | None = None
        self._lock, self._is_over = threading.Lock(), threading.Event()
        self._began_s = time.monotonic()
        self._number, self._told_s = 0, -TELL_S
        self._thread = threading.Thread(target=self._tell_all, daemon=True)

    def __call__(self, progress: Progress) -> None:
        """Take what a solver tells, in whichever thread."""
        with self._lock:
            self._last = progress

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_over.set()
        self._thread.join()

    def _tell_all(self) -> None:
        is_over = False
        while not is_over:
            is_over = self._is_over.wait(TELL_S)
            now_s = time.monotonic() - self._began_s
            if is_over or now_s - self._told_s >= max(TELL_S, now_s / _ROWS):
                self._tell(now_s)

    def _tell(self, now_s: float) -> None:
        with self._lock:
            progress, self._last = self._last, None
        if progress is None:
            return
        self._number, self._told_s = self._number + 1, now_s
        self._conn.execute(
            _ROW,
            (
                *(self._what_if_id, self._number, progress.priority_level, progress.step, now_s),
                *(progress.incumbent, progress.dual_bound),
            ),
        )


def solve(conn: Connection, asked: Asked, teller: Teller) -> Ended:
    """Solve a what-if; its plan is written, audited and published as any other, and adopted by nobody.

    Raises:
        UsageError: scenario, values or locks are not as they must be.
        KeyboardInterrupt: it was stopped before there was a plan.
    """
    _, parameters = what_if.resolve(asked.base_scenario, asked.settings)
    count = core_count() if core_count() > 1 else 0
    quietly: Callable[[str], None] = partial(typer.echo, err=True)
    job = pipeline.Job(
        asked.scenario_name,
        parameters,
        adopting=Adopting.NEVER,
        clock=since_process_began(asked.time_limit_s),
        blocks=Blocks(Splitting.AUTO, partial(sharing, count, "", quietly)),
    )
    return perform(conn, job, Limits(asked.time_limit_s, 1e-4, None), teller)


def end_of(ended: Ended) -> dict[str, Any]:
    """Return what `queue.end` is told of a solve that ended in whichever way but by a signal."""
    run_id, error = ended.report.run_id, ended.error
    if error is not None:
        return {
            "state": WhatIfState.FAILED,
            "result": run_id,
            "message": error.message,
            "hint": error.hint or None,
        }
    is_kept = ended.publication == Publication.KEPT
    words = "Its gap is too wide to publish it: the plan is kept." if is_kept else None
    hint = "give it more time." if is_kept else None
    return {"state": WhatIfState.DONE, "result": run_id, "message": words, "hint": hint}


def main(number: Annotated[int, typer.Argument(metavar="WHAT_IF", help="Number of the what-if.")]) -> None:
    """Solve a what-if that is marked as running, and say in the database how it ended.

    Ctrl-C keeps the best plan found so far; told to end (SIGTERM) it keeps none, and the what-if waits again
    unless somebody wished to cancel it.
    """
    job = Job(Work.WHAT_IF, number)
    with (
        signals.heeding_termination(),
        connection.connect(autocommit=True) as told,
        connection.connect(autocommit=True) as conn,
    ):
        queue.share(told, job)
        asked = queue.read(told, number)
        if asked is None:
            raise UsageError(f"There is no what-if {number}.", "plan.what_if lists them.")
        with queue.ending(told, job):
            with Teller(told, number) as teller:
                ended = solve(conn, asked, teller)
            queue.end(told, job, **end_of(ended))


if __name__ == "__main__":
    run_app(lambda: typer.run(main))
