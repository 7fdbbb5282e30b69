"""Runs whose process has gone: the next command that solves or reports ends them, wherever they were."""

from __future__ import annotations

from typing import Any

import psycopg

from db.session import connection
from db.session.lock_class import LockClass

Connection = psycopg.Connection[tuple[Any, ...]]


_OPEN = """
    select run_id from plan.run where status = 'running' or publication = 'pending' order by run_id
"""
# the lock is asked for in a statement of its own: a run that ended meanwhile is seen as ended by the update
_TAKE = "select pg_try_advisory_lock(%s, %s)"
_LEAVE = "select pg_advisory_unlock(%s, %s)"
_END = """
    update plan.run
    set message = case when status = 'running' then 'Its process ended without a word.'
            else 'Its process ended before the plan was audited, so the plan is not published.' end,
        status = 'failed', publication = 'none', finished_at = now()
    where run_id = %s and (status = 'running' or publication = 'pending')
"""


def end_dead_runs(conn: Connection) -> tuple[int, ...]:
    """Mark runs as failed that are under way in the database although no process is; return their numbers.

    A connection that may not write ends none of them, and neither does a database without tables. `conn` is
    outside a transaction, or in one in which nothing has been done; the transaction is ended here.
    """
    try:
        found = [int(run_id) for (run_id,) in conn.execute(_OPEN)]
        ended = tuple(run_id for run_id in found if _end(conn, run_id))
    except (
        psycopg.errors.UndefinedTable,
        psycopg.errors.InsufficientPrivilege,
        psycopg.errors.ReadOnlySqlTransaction,
    ):
        conn.rollback()
        return ()
    conn.commit()
    return ended


def end_dead_runs_as_owner() -> tuple[int, ...]:
    """Mark dead runs as failed over a connection of its own: for commands that read as the reader."""
    with connection.connect(autocommit=True) as conn:
        return end_dead_runs(conn)


def _end(conn: Connection, run_id: int) -> bool:
    if conn.execute(_TAKE, (LockClass.RUN, run_id)).fetchone() != (True,):
        return False  # its process is alive
    try:
        return conn.execute(_END, (run_id,)).rowcount > 0
    finally:
        if conn.info.transaction_status != psycopg.pq.TransactionStatus.INERROR:
            conn.execute(_LEAVE, (LockClass.RUN, run_id))
