"""The one way to the database, and the only reader of the environment."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa

CHECKOUT = Path(__file__).resolve().parent.parent
ROLES = ("owner", "planner", "reader")


def setting(name: str, default: str | None = None) -> str | None:
    """Return an environment variable; empty counts as not set."""
    return os.environ.get(name) or default


def child_environment() -> dict[str, str]:
    """Return the environment for PostgreSQL's own programs: without PG* variables, messages in English."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C"}


def database_url(role: str = "owner") -> str:
    """Return the address of the database as `postgresql://...` for a role: owner, planner or reader.

    `DATABASE_URL` if it is set, else the embedded cluster, which is started when it does not run.

    Raises:
        UsageError: the embedded cluster cannot be started; the hint says what to install.
    """
    given = setting("DATABASE_URL")
    if given:
        return re.sub(r"^postgres(ql)?(\+\w+)?://", "postgresql://", given)
    from db import embedded  # noqa: PLC0415 - only those who need a cluster pay for it

    return embedded.url(role)


def connect(role: str = "owner", *, autocommit: bool = False) -> psycopg.Connection[tuple[Any, ...]]:
    """Open a psycopg connection."""
    return psycopg.connect(database_url(role), autocommit=autocommit, application_name="ev-charging-planner")


def engine(role: str = "owner") -> sa.Engine:
    """Return a SQLAlchemy engine, for Alembic; it keeps no connection open behind one's back."""
    address = database_url(role).replace("postgresql://", "postgresql+psycopg://", 1)
    return sa.create_engine(address, poolclass=sa.NullPool)
