"""Logins on a server of the user's own, which the embedded cluster has from its start."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

from db.common.errors import UsageError
from db.server import roles


def let_log_in(connection: psycopg.Connection[Any], role: str, password: str) -> str:
    """Let planner, reader or service log in with a password, within their limits; return the login's name.

    Raises:
        UsageError: the login of this connection may not make roles; nothing is changed then.
    """
    name = roles.LOGIN_NAMES[role]
    database = connection.info.dbname
    try:
        with connection.transaction():
            roles.create_login(connection, role, password)
            roles.limit_temporary_files(connection, role, database)
            if role == "service":
                connection.execute(
                    sql.SQL("grant connect, temporary on database {} to {}").format(
                        sql.Identifier(database), sql.Identifier(name)
                    )
                )
    except psycopg.errors.InsufficientPrivilege as error:
        raise UsageError(
            f"The login {connection.info.user} may not let {name} log in: {error.diag.message_primary}.",
            "name a superuser in DATABASE_URL for this command.",
        ) from None
    return name
