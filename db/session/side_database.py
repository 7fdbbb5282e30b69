"""A database beside the planner's own, on the same server, for what must not touch that one."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from db.common.errors import UsageError
from db.server import embedded
from db.server.address import open_address, parts_of, uri_of
from db.server.postgresql import EXTENSIONS
from db.server.roles import ROLE_NAMES
from db.session import connection

_PREFIX = "planner_side_"


@contextmanager
def side_database() -> Iterator[str]:
    """Yield the owner's address of a new, empty database; it is dropped afterwards, whatever happens.

    Raises:
        UsageError: the login of DATABASE_URL may not create databases, or extensions in them.
    """
    name = f"{_PREFIX}{secrets.token_hex(4)}"
    given = connection.given_url()
    if given:
        maker, owner = given, None
    else:
        connection.database_url()  # starts the cluster
        maker, owner = embedded.superuser_url(embedded.cluster()), ROLE_NAMES["owner"]
    try:
        _create(maker, name, owner)
        yield _address(given or connection.database_url(), name)
    finally:
        with open_address(maker, autocommit=True) as conn:
            conn.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def _create(maker: str, name: str, owner: str | None) -> None:
    place = sql.Identifier(name)
    of = sql.SQL(" owner {}").format(sql.Identifier(owner)) if owner else sql.SQL("")
    try:
        with open_address(maker, autocommit=True) as conn:
            conn.execute(sql.SQL("create database {} template template0").format(place) + of)
            conn.execute(sql.SQL("revoke all on database {} from public").format(place))
        with open_address(_address(maker, name), autocommit=True) as conn:
            for extension in EXTENSIONS:
                conn.execute(
                    sql.SQL("create extension if not exists {} cascade").format(sql.Identifier(extension))
                )
            if owner:
                conn.execute(sql.SQL("grant create on schema public to {}").format(sql.Identifier(owner)))
    except psycopg.errors.InsufficientPrivilege:
        raise UsageError(
            "The login of DATABASE_URL may not create a database with PostGIS beside its own.",
            "use a login that may (createdb, and a superuser for the extensions), or unset DATABASE_URL.",
        ) from None


def _address(address: str, name: str) -> str:
    """Return an address with another database."""
    parts = urlsplit(address)
    if parts.path.strip("/"):
        return urlunsplit(parts._replace(path=f"/{quote(name)}"))
    return uri_of(parts_of(address, "DATABASE_URL") | {"dbname": name})
