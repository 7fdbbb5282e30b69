"""Addresses of PostgreSQL databases, and opening one: what is wrong is said without repeating a password."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, urlencode

import psycopg
from psycopg.conninfo import conninfo_to_dict

from db.common.errors import UsageError

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
_ELSE = "`planner db status` says where it should be, and whether it runs."


def parts_of(address: str, name: str) -> dict[str, str]:
    """Return the parts of an address; `name` is the setting that it comes from.

    Raises:
        UsageError: it is no address of a PostgreSQL database; its content is not repeated.
    """
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


def uri_of(parts: dict[str, str]) -> str:
    """Write `host=... user=...` as `postgresql://...`."""
    rest = {name: value for name, value in parts.items() if name not in ("user", "password", "dbname")}
    who = ":".join(quote(parts[name], safe="") for name in ("user", "password") if name in parts)
    name = quote(parts.get("dbname", ""), safe="")
    return f"postgresql://{f'{who}@' if who else ''}/{name}?{urlencode(rest, quote_via=quote)}"


def described(address: str) -> str:
    """Return host, port and database of an address, for people: no user, no password."""
    parts = conninfo_to_dict(address)
    return f"{parts.get('host', 'local socket')}:{parts.get('port', 5432)}/{parts.get('dbname', '')}"


def open_address(
    address: str, *, autocommit: bool = False, name: str = "DATABASE_URL"
) -> psycopg.Connection[tuple[Any, ...]]:
    """Open a psycopg connection to an address; `name` is the setting that it comes from.

    Raises:
        UsageError: no connection comes about, or the server is too old; why, and what to do.
    """
    options: dict[str, Any] = {"connect_timeout": CONNECT_TIMEOUT_S, **parts_of(address, name)}
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
