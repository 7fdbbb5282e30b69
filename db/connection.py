"""The one way to the database, and the only reader of the environment."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import psycopg
import sqlalchemy as sa
from psycopg.conninfo import conninfo_to_dict

from db.errors import UsageError

CHECKOUT = Path(__file__).resolve().parent.parent
OLDEST_SERVER = 14
CONNECT_TIMEOUT_S = 10
_PORT_MAX = 65535
_FORM = (
    "write postgresql://USER:PASSWORD@HOST:5432/DATABASE; in user and password @ is %40, : is %3A, / is %2F,"
    " ? is %3F, # is %23, % is %25."
)
# What PostgreSQL or its client says when no connection comes about, and what to do then.
_HINTS = {
    "password authentication failed|no password supplied": "correct user and password in DATABASE_URL.",
    'database ".*" does not exist': "create it (`createdb`), or correct the name in DATABASE_URL.",
    'role ".*" does not exist': "create that role, or correct the user in DATABASE_URL.",
    "no encryption|SSL connection is required|SSL off": "add ?sslmode=require to DATABASE_URL.",
    "does not support SSL": "take sslmode=require out of DATABASE_URL.",
    "no pg_hba.conf entry": "ask the server's administrator to let this machine and login in (pg_hba.conf).",
    "too many (clients|connections)|connection slots": "close other sessions, then try again.",
    "permission denied for database": "there: grant connect on the database to this login.",
    "translate host name|Name or service": "correct the host in DATABASE_URL.",
    "starting up|shutting down|recovery mode|not yet accepting": "wait a little, then try again.",
}
_ELSE = "`python -m db status` says where it should be, and whether it runs."


def setting(name: str, default: str | None = None) -> str | None:
    """Return an environment variable; empty counts as not set."""
    return os.environ.get(name) or default


def child_environment() -> dict[str, str]:
    """Return the environment for PostgreSQL's own programs: without PG* variables, messages in English."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C"}


def given_url() -> str | None:
    """Return DATABASE_URL as `postgresql://...`; None where it is not set.

    Raises:
        UsageError: it is no address of a PostgreSQL database; its content is not repeated.
    """
    given = (setting("DATABASE_URL") or "").strip()
    if not given:
        return None
    address = re.sub(r"^postgres(ql)?(\+\w+)?://", "postgresql://", given)
    parts = _parts(address, "DATABASE_URL")
    return address if "://" in address else _uri(parts)


def _parts(address: str, name: str) -> dict[str, str]:
    try:
        parts = {key: str(value) for key, value in conninfo_to_dict(address).items()}
        _check(parts)
    except (psycopg.Error, ValueError):  # what they say repeats parts of the address, the password among them
        raise UsageError(f"{name} is not an address of a PostgreSQL database.", _FORM) from None
    return parts


def _check(parts: dict[str, str]) -> None:
    ports = [port for port in parts.get("port", "").split(",") if port]
    if not all(port.isascii() and port.isdigit() and 0 < int(port) <= _PORT_MAX for port in ports):
        raise ValueError("port")
    if any("@" in parts.get(name, "") for name in ("host", "dbname")):
        raise ValueError("a password with @")
    "".join(parts.values()).encode()


def _uri(parts: dict[str, str]) -> str:
    """Write `host=... user=...` as `postgresql://...`."""
    rest = {name: value for name, value in parts.items() if name not in ("user", "password", "dbname")}
    who = ":".join(quote(parts[name], safe="") for name in ("user", "password") if name in parts)
    name = quote(parts.get("dbname", ""), safe="")
    return f"postgresql://{f'{who}@' if who else ''}/{name}?{urlencode(rest, quote_via=quote)}"


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
    from db import embedded  # noqa: PLC0415 - only those who need a cluster pay for it

    return embedded.url(role)


def described(address: str) -> str:
    """Return host, port and database of an address, for people: no user, no password."""
    parts = conninfo_to_dict(address)
    return f"{parts.get('host', 'local socket')}:{parts.get('port', 5432)}/{parts.get('dbname', '')}"


def connect(role: str = "owner", *, autocommit: bool = False) -> psycopg.Connection[tuple[Any, ...]]:
    """Open a psycopg connection.

    Raises:
        UsageError: no connection comes about, or the server is too old; why, and what to do.
    """
    return open_address(database_url(role), autocommit=autocommit)


def open_address(
    address: str, *, autocommit: bool = False, name: str = "DATABASE_URL"
) -> psycopg.Connection[tuple[Any, ...]]:
    """Open a psycopg connection to an address; `name` is the setting that it comes from.

    Raises:
        UsageError: no connection comes about, or the server is too old; why, and what to do.
    """
    options: dict[str, Any] = {"connect_timeout": CONNECT_TIMEOUT_S, **_parts(address, name)}
    try:
        conn = psycopg.connect(**options, autocommit=autocommit, application_name="ev-charging-planner")
    except (psycopg.Error, ValueError) as error:
        raise _refused(str(error), str(options.get("password") or "")) from None
    if conn.info.server_version < OLDEST_SERVER * 10_000:
        found = conn.info.server_version // 10_000
        conn.close()
        raise UsageError(
            f"The database cannot be used: its server is PostgreSQL {found}, older than {OLDEST_SERVER}.",
            f"set DATABASE_URL to a server of PostgreSQL {OLDEST_SERVER} or newer.",
        )
    return conn


def _refused(said: str, password: str) -> UsageError:
    lines = [line.strip(" \t-") for line in said.splitlines() if line.strip()]
    reason = next((line for line in lines if "FATAL" in line), lines[0] if lines else "it gave no reason")
    if password:
        reason = reason.replace(password, "***")
    hint = next((hint for words, hint in _HINTS.items() if re.search(words, said)), _ELSE)
    return UsageError(f"The database cannot be used: {reason}", hint)


def engine(role: str = "owner") -> sa.Engine:
    """Return a SQLAlchemy engine, for Alembic; it keeps no connection open behind one's back."""
    return sa.create_engine("postgresql+psycopg://", creator=lambda: connect(role), poolclass=sa.NullPool)
