"""Connections to the database as a reader who cannot write, nor hold the server for long."""

from __future__ import annotations

from typing import Any

import asyncpg
import psycopg
from psycopg import sql
from tipg.database import connection_factory

from db.common.errors import UsageError
from db.server import roles
from db.server.address import open_address

POOL_SIZE = 8
_ROLE = roles.ROLE_NAMES["reader"]
_SETTINGS = {
    "application_name": "ev-charging-planner serve",
    "default_transaction_read_only": "on",
    "jit": "off",
}
_register = connection_factory(["report"], "pg_temp")


async def _prepare(connection: asyncpg.Connection[Any]) -> None:
    """Give a connection the functions that tipg finds views with, in its own temporary schema.

    Readers may make nothing that is temporary, so this comes first; from then on it is a reader.
    """
    await connection.execute("set default_transaction_read_only = off")
    await _register(connection)
    await connection.execute("set default_transaction_read_only = on")
    await connection.execute(f"set role {_ROLE}")


def check(address: str) -> None:
    """See whether the service can run: the database answers, holds the views, and lets it be a reader.

    Raises:
        UsageError: it cannot; why, and what to do.
    """
    role = sql.Identifier(_ROLE)
    with open_address(address) as conn:
        try:
            conn.execute(sql.SQL("set role {}").format(role))
        except (psycopg.errors.InvalidParameterValue, psycopg.errors.InsufficientPrivilege) as error:
            raise UsageError(
                f"The service runs as {_ROLE} only, and this login cannot: {error}.",
                f"there: grant {_ROLE} to the login that DATABASE_URL names.",
            ) from None
        if conn.execute("select to_regclass('report.published_run') is null").fetchone() == (True,):
            raise UsageError("The database is not set up.", "run `planner db upgrade`, then `make load`.")


async def open_pool(address: str, statement_s: int) -> asyncpg.Pool[Any]:
    """Return a pool of connections under the reader role, whose statements end after so many seconds."""
    settings = _SETTINGS | {"statement_timeout": f"{statement_s}s"}
    return await asyncpg.create_pool(
        address,
        min_size=1,
        max_size=POOL_SIZE,
        init=_prepare,
        server_settings=settings,
    )
