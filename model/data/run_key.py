"""A run by its number and the time it began, which no run of another database shares."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import psycopg

from db.common.errors import UsageError

Connection = psycopg.Connection[tuple[Any, ...]]
_BEGAN = "select started_at from plan.run where run_id = %s"


@dataclass(frozen=True)
class RunKey:
    """The number of a run, and when it began."""

    run_id: int
    began: dt.datetime


def key_of(conn: Connection, run_id: int) -> RunKey:
    """Return the key of a run that there is."""
    (row,) = conn.execute(_BEGAN, (run_id,)).fetchall()
    return RunKey(run_id, row[0])


def confirm(conn: Connection, key: RunKey) -> None:
    """See that a run is in this database: a worker may have been given another one than the command.

    Raises:
        UsageError: it is not.
    """
    if conn.execute(_BEGAN, (key.run_id,)).fetchall() != [(key.began,)]:
        raise UsageError(
            f"The database of a worker does not have run {key.run_id} of this command: it is another one.",
            "give workers and command the DATABASE_URL of the same database.",
        )
