"""Loads the region again with the places that people drew, in a process of its own.

`python -m desk.work_in PLACE_LOAD`
"""

from __future__ import annotations

import time
from typing import Annotated, Any

import psycopg
import typer

from db.command.app import run_app
from db.common.errors import UsageError
from db.session import connection
from desk import queue
from desk.queue import Job, Work
from etl import store
from etl.loading.again import load_again
from model.data.codes import WhatIfState
from model.run import signals

Connection = psycopg.Connection[tuple[Any, ...]]
TELL_S = 0.5
_TELL = "update plan.place_load set step_number = %s, step_count = %s where place_load_id = %s"
_EXISTS = "select exists (select from plan.place_load where place_load_id = %s)"


class StepTeller:
    """Writes into the database which step of how many a load has come to, not too often."""

    def __init__(self, conn: Connection, number: int) -> None:
        self._conn, self._number = conn, number
        self._step, self._count, self._told_s = 0, 0, -TELL_S

    def expect(self, count: int) -> None:
        """Take how many steps there are to come."""
        self._step, self._count = 0, count

    def __call__(self, _step: str) -> None:
        """Take note that a step begins."""
        self._step += 1
        now_s = time.monotonic()
        if now_s >= self._told_s + TELL_S:
            self._told_s = now_s
            self._conn.execute(_TELL, (self._step, max(self._step, self._count), self._number))


def main(
    number: Annotated[
        int, typer.Argument(metavar="PLACE_LOAD", help="Number of the load that was asked for.")
    ],
) -> None:
    """Do a load that is marked as running, and say in the database how it ended.

    Told to end it changes nothing, and waits again unless somebody wished to cancel it.
    """
    job = Job(Work.PLACE_LOAD, number)
    with (
        signals.heeding_termination(),
        connection.connect(autocommit=True) as told,
        connection.connect() as conn,
    ):
        queue.share(told, job)
        if told.execute(_EXISTS, (number,)).fetchone() != (True,):
            raise UsageError(f"There is no load {number} to work in.", "plan.place_load lists them.")
        with queue.ending(told, job):
            teller = StepTeller(told, number)
            before = store.find_current_load(told)
            try:
                load_again(conn, progress=teller, expect=teller.expect)
            finally:  # what was told to end a moment too late is done
                now = store.find_current_load(told)
                if now != before:
                    queue.end(told, job, WhatIfState.DONE, result=now)
            queue.end(told, job, WhatIfState.DONE, result=now)


if __name__ == "__main__":
    run_app(lambda: typer.run(main))
