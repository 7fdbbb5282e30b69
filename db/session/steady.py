"""Reads that take several queries, all from one moment of the database and one making of the views."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg

from db.common.errors import UsageError

_TRIES = 3
Result = TypeVar("Result")
Connection = psycopg.Connection[Any]


def making(conn: Connection) -> int | None:
    """Return the number of the views' present making; a load or an upgrade replaces them all at once."""
    row = conn.execute("select to_regnamespace('core')::oid::bigint").fetchone()
    return row[0] if row else None


def read(conn: Connection, work: Callable[[], Result], prepare: Callable[[], None] = lambda: None) -> Result:
    """Return what `work` reads through `conn`, in a transaction that sees one moment and changes nothing.

    Names are looked up as they stand at each query, whatever the transaction sees otherwise. Where the views
    were replaced in between, `work` would mix former and new ones, so it is done again. `prepare` writes what
    `work` is to find, before each try.

    Raises:
        UsageError: the views were replaced again and again.
    """
    for _ in range(_TRIES):
        before = making(conn)
        try:
            prepare()
            if conn.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
                conn.commit()
            with conn.transaction():
                conn.execute("set transaction isolation level repeatable read, read only")
                found = work()
        except Exception:
            if making(conn) == before:
                raise
            continue
        if making(conn) == before:
            return found
    raise _replaced()


@contextmanager
def unchanged(conn: Connection) -> Iterator[None]:
    """Make sure that the views were not replaced while the body worked with them; for work that writes.

    Raises:
        UsageError: they were; leave the transaction by it, so that nothing of it stays.
    """
    before = making(conn)
    yield
    if making(conn) != before:
        raise _replaced()


def _replaced() -> UsageError:
    return UsageError("The data was loaded anew in the meantime.", "run the command again.")
