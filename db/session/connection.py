"""The one way to the database."""

from __future__ import annotations

import re
from typing import Any

import psycopg
from psycopg import sql

from db.environment import setting
from db.server import embedded
from db.server.address import open_address, parts_of, uri_of


def given_url() -> str | None:
    """Return DATABASE_URL as `postgresql://...`; None where it is not set.

    Raises:
        UsageError: it is no address of a PostgreSQL database; its content is not repeated.
    """
    given = (setting("DATABASE_URL") or "").strip()
    if not given:
        return None
    address = re.sub(r"^postgres(ql)?(\+\w+)?://", "postgresql://", given)
    parts = parts_of(address, "DATABASE_URL")
    return address if "://" in address else uri_of(parts)


def database_url(role: str = "owner") -> str:
    """Return the address of the database as `postgresql://...` for a role: owner, planner, reader or service.

    `DATABASE_URL` if it is set, else the embedded cluster, which is started when it does not run.

    Raises:
        UsageError: the embedded cluster cannot be started (the hint says what to install), or DATABASE_URL is
            no address.
    """
    given = given_url()
    if given:
        return given
    return embedded.url(role)


_PATIENCE = "10min"
"""How long a statement of our own commands may take: the limit of a reader's login is for what others ask."""


def connect(role: str = "owner", *, autocommit: bool = False) -> psycopg.Connection[tuple[Any, ...]]:
    """Open a psycopg connection; as a reader its statements may take ten minutes.

    Raises:
        UsageError: no connection comes about, or the server is too old; why, and what to do.
    """
    conn = open_address(database_url(role), autocommit=autocommit)
    if role == "reader":
        conn.execute(sql.SQL("set statement_timeout = {}").format(_PATIENCE))
        if not autocommit:
            conn.commit()
    return conn
