"""Roles: owner, planners (who may edit locks) and readers; granted anew whenever the views are rebuilt."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import psycopg
from psycopg import sql

from db import build

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
_QGIS_TABLES = """
    select relname::text
    from pg_class
    where relnamespace = 'public'::regnamespace and relname in ('qgis_projects', 'layer_styles')
        and pg_has_role(relowner, 'usage')
"""
_PROVENANCE = ("load", "load_source", "load_assumption", "reject", "site_registry")
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
    for role, name in LOGIN_NAMES.items():
        login = sql.Identifier(name)
        if not _existing(connection, [name]):
            connection.execute(sql.SQL("create role {} login").format(login))
        statements = [
            sql.SQL("alter role {} login password {} connection limit {}").format(
                login, sql.Literal(passwords[role]), sql.Literal(_CONNECTIONS_MAX[role])
            ),
            sql.SQL("alter role {} reset all").format(login),
        ]
        for statement in statements:
            connection.execute(statement)
        _limit(connection, role)
    names = {role: sql.Identifier(name) for role, name in LOGIN_NAMES.items()}
    connection.execute(sql.SQL("grant {} to {}").format(names["reader"], names["service"]))
    connection.execute(sql.SQL("grant pg_monitor, pg_signal_backend to {}").format(names["owner"]))


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
        here = sql.SQL("alter role {} in database {} ").format(names[role], place)
        connection.execute(here + sql.SQL("reset all"))
        connection.execute(here + sql.SQL("set temp_file_limit = {}").format(sql.Literal(_TEMP_FILES_MAX)))


def close_functions(connection: psycopg.Connection[Any]) -> None:
    """Take from everybody but the owner the functions of this database that no reader or planner needs.

    Only a superuser may: with another login everything stays as it is.
    """
    if connection.execute("select rolsuper from pg_roles where rolname = current_user").fetchone() != (True,):
        return
    owners = _existing(connection, [ROLE_NAMES["owner"]])
    for (function,) in connection.execute(_FUNCTIONS_CLOSED).fetchall():
        # the name comes from the catalogue, written as PostgreSQL writes it
        name = sql.SQL(function)
        connection.execute(sql.SQL("revoke execute on function {} from public").format(name))
        if owners:
            connection.execute(
                sql.SQL("grant execute on function {} to {}").format(name, sql.Identifier(owners[0]))
            )
    connection.execute("revoke create on schema public from public")


def grant(connection: psycopg.Connection[Any]) -> None:
    """Let planners and readers see the derived schemas, `plan` and where data came from; planners edit locks.

    On a server that is not ours the roles are groups that cannot log in; they are created where that is
    permitted and left out where it is not.
    """
    groups = [ROLE_NAMES["planner"], ROLE_NAMES["reader"]]
    for role in ("planner", "reader"):
        if not _existing(connection, [ROLE_NAMES[role]]):
            _create_group(connection, role)
    close_functions(connection)
    present = _existing(connection, groups)
    if not present:
        return
    everyone = sql.SQL(", ").join(map(sql.Identifier, present))
    for schema in _existing_schemas(connection, [*build.schemas(), "plan"]):
        place = sql.Identifier(schema)
        connection.execute(sql.SQL("grant usage on schema {} to {}").format(place, everyone))
        connection.execute(sql.SQL("grant select on all tables in schema {} to {}").format(place, everyone))
    connection.execute(sql.SQL("grant usage on schema raw to {}").format(everyone))
    for table in _PROVENANCE:
        connection.execute(sql.SQL("grant select on {} to {}").format(sql.Identifier("raw", table), everyone))
    for (table,) in connection.execute(_QGIS_TABLES).fetchall():
        place = sql.Identifier("public", table)
        connection.execute(sql.SQL("grant select on {} to {}").format(place, everyone))
    if ROLE_NAMES["planner"] in present:
        planner = sql.Identifier(ROLE_NAMES["planner"])
        for name in ("plan", "report"):  # the view is the table on the map
            locks = sql.Identifier(name, "site_lock")
            connection.execute(sql.SQL("grant insert, update, delete on {} to {}").format(locks, planner))


def _create_group(connection: psycopg.Connection[Any], role: str) -> None:
    # Somebody else's session may create the same role at this moment; then it is there all the same.
    try:
        with connection.transaction():
            connection.execute(sql.SQL("create role {} nologin").format(sql.Identifier(ROLE_NAMES[role])))
            _limit(connection, role)
    except (
        psycopg.errors.InsufficientPrivilege,
        psycopg.errors.DuplicateObject,
        psycopg.errors.UniqueViolation,
    ):
        return


def _limit(connection: psycopg.Connection[Any], role: str) -> None:
    for parameter, value in _SETTINGS.get(role, {}).items():
        statement = sql.SQL("alter role {} set {} = {}")
        connection.execute(
            statement.format(sql.Identifier(LOGIN_NAMES[role]), sql.Identifier(parameter), sql.Literal(value))
        )


def _existing(connection: psycopg.Connection[Any], names: Iterable[str]) -> list[str]:
    rows = connection.execute(
        "select rolname::text from pg_roles where rolname = any(%s) order by 1", (list(names),)
    )
    return [row[0] for row in rows]


def _existing_schemas(connection: psycopg.Connection[Any], names: Iterable[str]) -> list[str]:
    rows = connection.execute(
        "select nspname::text from pg_namespace where nspname = any(%s) order by 1", (list(names),)
    )
    return [row[0] for row in rows]
