"""The checkout's own PostgreSQL, for a machine without a server: started on demand, furnished once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from psycopg import sql

from db import environment
from db.server import address, roles
from db.server.cluster import SUPERUSER, Cluster
from db.server.postgresql import EXTENSIONS

DATABASE = "planner"
FURNISHING = 2
"""Raised where roles or rights change, so that a cluster that runs already gets them."""


@dataclass(frozen=True)
class Status:
    """How the embedded cluster stands."""

    is_created: bool
    is_running: bool
    port: int
    data: Path
    log: Path


def cluster() -> Cluster:
    """Return the cluster of this checkout."""
    return Cluster(environment.CHECKOUT / ".pg")


def up(chosen: Cluster | None = None) -> None:
    """Start the cluster, made and furnished if need be; quick when it runs already.

    Each start gives the logins their passwords and limits again, which a role may change for itself.

    Raises:
        UsageError: PostgreSQL, PostGIS or pgRouting is missing, or the server does not start.
    """
    chosen = chosen or cluster()
    if _is_ready(chosen):
        return
    with chosen.lock():
        if not _is_ready(chosen):
            chosen.start()
            _furnish(chosen)


def _is_ready(chosen: Cluster) -> bool:
    return chosen.state.furnishing == FURNISHING and chosen.is_running()


def down(chosen: Cluster | None = None) -> bool:
    """Stop the cluster; return whether it ran."""
    chosen = chosen or cluster()
    if not chosen.folder.exists():
        return False
    with chosen.lock():
        return chosen.stop()


def url(role: str = "owner", chosen: Cluster | None = None) -> str:
    """Return `postgresql://...` for a role (owner, planner, reader, service), with the server started."""
    chosen = chosen or cluster()
    up(chosen)
    return _address(chosen, roles.LOGIN_NAMES[role], chosen.state.passwords[role], DATABASE)


def superuser_url(chosen: Cluster, database: str = "postgres") -> str:
    """Return the address of a database of a cluster for its superuser."""
    return _address(chosen, SUPERUSER, chosen.state.passwords[SUPERUSER], database)


def status(chosen: Cluster | None = None) -> Status:
    """Return how the cluster stands, without starting it."""
    chosen = chosen or cluster()
    return Status(chosen.data.exists(), chosen.is_running(), chosen.state.port, chosen.data, chosen.log)


def _address(chosen: Cluster, user: str, password: str, database: str) -> str:
    return f"postgresql://{user}:{quote(password)}@127.0.0.1:{chosen.state.port}/{database}"


def _furnish(chosen: Cluster) -> None:
    """Create roles, database and extensions; may be repeated after a failure half-way."""
    state = chosen.state
    for role in roles.LOGIN_NAMES:
        state.passwords.setdefault(role, secrets.token_urlsafe(24))
    chosen.remember(state)
    with address.open_address(superuser_url(chosen), autocommit=True) as conn:
        roles.create_logins(conn, state.passwords)
        if not conn.execute("select 1 from pg_database where datname = %s", (DATABASE,)).fetchone():
            owner = sql.Identifier(roles.ROLE_NAMES["owner"])
            conn.execute(sql.SQL("create database {} owner {}").format(sql.Identifier(DATABASE), owner))
        roles.close_database(conn, DATABASE)
        for name in ("postgres", "template1"):
            conn.execute(sql.SQL("revoke connect on database {} from public").format(sql.Identifier(name)))
    with address.open_address(superuser_url(chosen, DATABASE), autocommit=True) as conn:
        for extension in EXTENSIONS:
            conn.execute(
                sql.SQL("create extension if not exists {} cascade").format(sql.Identifier(extension))
            )
        roles.close_functions(conn)
        conn.execute(
            sql.SQL("grant create on schema public to {}").format(sql.Identifier(roles.ROLE_NAMES["owner"]))
        )
    state.furnishing = FURNISHING
    chosen.remember(state)
