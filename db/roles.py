"""Roles: owner, planners (who may edit locks) and readers; granted anew whenever the views are rebuilt."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import psycopg
from psycopg import sql

from db import build

ROLE_NAMES = {"owner": "ev_owner", "planner": "ev_planner", "reader": "ev_reader"}
_READER_SETTINGS = {"statement_timeout": "60s", "default_transaction_read_only": "on"}
_PROVENANCE = ("load", "load_source", "load_assumption", "reject", "site_registry")


def create_logins(connection: psycopg.Connection[Any], passwords: dict[str, str]) -> None:
    """Create the three roles with a password each, or give them these passwords; for a cluster of our own."""
    for role, name in ROLE_NAMES.items():
        if not _existing(connection, [name]):
            connection.execute(sql.SQL("create role {} login").format(sql.Identifier(name)))
        secret = sql.SQL("alter role {} login password {}").format(
            sql.Identifier(name), sql.Literal(passwords[role])
        )
        connection.execute(secret)
    _limit_reader(connection)


def grant(connection: psycopg.Connection[Any]) -> None:
    """Let planners and readers see the derived schemas, `plan` and where data came from; planners edit locks.

    On a server that is not ours the roles are groups that cannot log in; they are created where that is
    permitted and left out where it is not.
    """
    groups = [ROLE_NAMES["planner"], ROLE_NAMES["reader"]]
    for name in sorted(set(groups) - set(_existing(connection, groups))):
        _create_group(connection, name)
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
    if ROLE_NAMES["planner"] in present:
        planner = sql.Identifier(ROLE_NAMES["planner"])
        for name in ("plan", "report"):  # the view is the table on the map
            locks = sql.Identifier(name, "site_lock")
            connection.execute(sql.SQL("grant insert, update, delete on {} to {}").format(locks, planner))


def _create_group(connection: psycopg.Connection[Any], name: str) -> None:
    # Somebody else's session may create the same role at this moment; then it is there all the same.
    try:
        with connection.transaction():
            connection.execute(sql.SQL("create role {} nologin").format(sql.Identifier(name)))
            if name == ROLE_NAMES["reader"]:
                _limit_reader(connection)
    except (
        psycopg.errors.InsufficientPrivilege,
        psycopg.errors.DuplicateObject,
        psycopg.errors.UniqueViolation,
    ):
        return


def _limit_reader(connection: psycopg.Connection[Any]) -> None:
    for parameter, value in _READER_SETTINGS.items():
        statement = sql.SQL("alter role {} set {} = {}")
        connection.execute(
            statement.format(
                sql.Identifier(ROLE_NAMES["reader"]), sql.Identifier(parameter), sql.Literal(value)
            )
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
