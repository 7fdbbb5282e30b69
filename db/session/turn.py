"""One session at a time changes the tables and views: load, upgrade, refresh and restore wait for each other.

The lock is one that PostgreSQL gives to the owner alone: it is held on a table that readers and planners may
at most read, so neither can keep a load or an upgrade waiting by taking it first.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import sqlalchemy as sa

from db.common.errors import UsageError
from db.session.overstay import end_overstayers

LOCK_TIMEOUT_S = 60.0
"""No lock is waited for longer than this, seconds."""
# Any number: stands in for the table while a database is set up for the first time.
_KEY = 0x45564348
_TAKEN = (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected)


def take(conn: psycopg.Connection[Any]) -> None:
    """Wait until no other session changes tables or views; held until the transaction ends."""
    if not _has_table(conn):
        conn.execute("select pg_advisory_xact_lock(%s)", (_KEY,))
    if _has_table(conn):
        conn.execute("lock table plan.alembic_version in share update exclusive mode")


def _has_table(conn: psycopg.Connection[Any]) -> bool:
    return conn.execute("select to_regclass('plan.alembic_version') is not null").fetchone() == (True,)


def limit(conn: psycopg.Connection[Any], seconds: float) -> None:
    """Let no statement of this transaction wait for a lock longer than this."""
    conn.execute("select set_config('lock_timeout', %s, true)", (f"{int(seconds * 1000)}ms",))


@contextmanager
def limited(conn: psycopg.Connection[Any]) -> Iterator[None]:
    """Let no statement of the transaction that is open wait for a lock longer than `LOCK_TIMEOUT_S`.

    Raises:
        UsageError: a lock was not to be had in that time.
    """
    limit(conn, LOCK_TIMEOUT_S)
    try:
        yield
    except (*_TAKEN, sa.exc.OperationalError) as error:
        if not isinstance(getattr(error, "orig", error), _TAKEN):
            raise
        raise UsageError(
            "Another session holds the planner's tables or views, and did not release them within"
            f" {LOCK_TIMEOUT_S:g} s.",
            "close open edits and long queries (QGIS, psql), then try again.",
        ) from None


@contextmanager
def turn(conn: psycopg.Connection[Any]) -> Iterator[None]:
    """Change tables and views in the transaction that is open, once it is one's turn.

    Raises:
        UsageError: a lock was not to be had within `LOCK_TIMEOUT_S`.
    """
    with limited(conn):
        end_overstayers(conn)
        try:
            take(conn)
        except _TAKEN:
            raise UsageError(
                f"Another load, upgrade or refresh is at work, and did not end within {LOCK_TIMEOUT_S:g} s.",
                "wait until it is done, then try again.",
            ) from None
        yield
