"""Roles and logins of the server: owner, planners (who may edit locks), readers, the service."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import psycopg
from psycopg import sql

ROLE_NAMES = {"owner": "ev_owner", "planner": "ev_planner", "reader": "ev_reader"}
LOGIN_NAMES = ROLE_NAMES | {"service": "ev_service"}
"""The logins of a cluster of our own: the service is a reader that may make temporary functions, too."""
_SETTINGS = {
    "planner": {"statement_timeout": "60s"},
    "reader": {"statement_timeout": "60s", "default_transaction_read_only": "on"},
    "service": {"statement_timeout": "60s", "default_transaction_read_only": "on"},
}
_CONNECTIONS_MAX = {"owner": -1, "planner": 10, "reader": 20, "service": 10}
# of the settings, the one that a role cannot change for itself: what its queries may lay down on the disk
_TEMP_FILES_MAX = "2GB"
# What PostgreSQL lets every role do, and no reader or planner needs: to write large objects, which nothing
# here uses and pg_dump stumbles over; to take the locks by which a run shows that it is alive; to write to
# the log of changes. To give a lock back stays allowed: pools of connections do so.
_FUNCTIONS_CLOSED = """
    select p.oid::regprocedure::text
    from pg_proc as p
    where p.pronamespace = 'pg_catalog'::regnamespace
        and p.proname ~ '^(lo_|lowrite$|loread$|pg_(try_)?advisory_(xact_)?lock|pg_logical_emit_message$)'
        and has_function_privilege('public', p.oid, 'execute')
    order by 1
"""


def create_logins(connection: psycopg.Connection[Any], passwords: dict[str, str]) -> None:
    """Create the logins, or give them these passwords and their limits again; for a cluster of our own."""
    for role in LOGIN_NAMES:
        create_login(connection, role, passwords[role])
    owner = sql.Identifier(LOGIN_NAMES["owner"])
    connection.execute(sql.SQL("grant pg_monitor, pg_signal_backend to {}").format(owner))


def create_login(connection: psycopg.Connection[Any], role: str, password: str) -> None:
    """Create the login of a role, or give it this password and its limits again."""
    login = sql.Identifier(LOGIN_NAMES[role])
    if not existing(connection, [LOGIN_NAMES[role]]):
        connection.execute(sql.SQL("create role {} login").format(login))
    statements = [
        sql.SQL("alter role {} login password {} connection limit {}").format(
            login, sql.Literal(password), sql.Literal(_CONNECTIONS_MAX[role])
        ),
        sql.SQL("alter role {} reset all").format(login),
    ]
    for statement in statements:
        connection.execute(statement)
    set_limits(connection, role)
    if role == "service":
        reader = sql.Identifier(ROLE_NAMES["reader"])
        create_group(connection, "reader")
        connection.execute(sql.SQL("grant {} to {}").format(reader, login))


def create_group(connection: psycopg.Connection[Any], role: str) -> None:
    """Create a role that cannot log in, unless it is there; leave it out where that is not permitted."""
    name = ROLE_NAMES[role]
    if existing(connection, [name]):
        return
    # Another session may create the same role at this moment; then it is there all the same.
    try:
        with connection.transaction():
            connection.execute(sql.SQL("create role {} nologin").format(sql.Identifier(name)))
            set_limits(connection, role)
    except (
        psycopg.errors.InsufficientPrivilege,
        psycopg.errors.DuplicateObject,
        psycopg.errors.UniqueViolation,
    ):
        return


def close_database(connection: psycopg.Connection[Any], database: str) -> None:
    """Let our logins alone into this database, with their limits; owner and service make temporary tables."""
    place = sql.Identifier(database)
    names = {role: sql.Identifier(name) for role, name in LOGIN_NAMES.items()}
    everyone = sql.SQL(", ").join(names.values())
    for statement in (
        sql.SQL("revoke all on database {} from public, {}").format(place, everyone),
        sql.SQL("grant connect on database {} to {}").format(place, everyone),
        sql.SQL("grant all on database {} to {}").format(place, names["owner"]),
        sql.SQL("grant temporary on database {} to {}").format(place, names["service"]),
    ):
        connection.execute(statement)
    for role in ("planner", "reader", "service"):
        limit_temporary_files(connection, role, database)


def limit_temporary_files(connection: psycopg.Connection[Any], role: str, database: str) -> None:
    """Limit what the queries of a login may lay down on the disk; only a superuser may."""
    here = sql.SQL("alter role {} in database {} ").format(
        sql.Identifier(LOGIN_NAMES[role]), sql.Identifier(database)
    )
    connection.execute(here + sql.SQL("reset all"))
    connection.execute(here + sql.SQL("set temp_file_limit = {}").format(sql.Literal(_TEMP_FILES_MAX)))


def close_functions(connection: psycopg.Connection[Any]) -> None:
    """Take from everybody but the owner the functions of this database that no reader or planner needs.

    Only a superuser may: with another login everything stays as it is.
    """
    if connection.execute("select rolsuper from pg_roles where rolname = current_user").fetchone() != (True,):
        return
    owners = existing(connection, [ROLE_NAMES["owner"]])
    for (function,) in connection.execute(_FUNCTIONS_CLOSED).fetchall():
        # the name comes from the catalogue, written as PostgreSQL writes it
        name = sql.SQL(function)
        connection.execute(sql.SQL("revoke execute on function {} from public").format(name))
        if owners:
            connection.execute(
                sql.SQL("grant execute on function {} to {}").format(name, sql.Identifier(owners[0]))
            )
    connection.execute("revoke create on schema public from public")


def set_limits(connection: psycopg.Connection[Any], role: str) -> None:
    """Give a role the settings that its sessions begin with."""
    for parameter, value in _SETTINGS.get(role, {}).items():
        statement = sql.SQL("alter role {} set {} = {}")
        connection.execute(
            statement.format(sql.Identifier(LOGIN_NAMES[role]), sql.Identifier(parameter), sql.Literal(value))
        )


def existing(connection: psycopg.Connection[Any], names: Iterable[str]) -> list[str]:
    """Return those of the names that are roles of the server, sorted."""
    rows = connection.execute(
        "select rolname::text from pg_roles where rolname = any(%s) order by 1", (list(names),)
    )
    return [row[0] for row in rows]
