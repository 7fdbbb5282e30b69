"""Brings a database to the present: extensions, migrations, views and grants, all in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg import sql

from db import build, connection, fingerprint, roles
from db.errors import UsageError
from db.postgresql import EXTENSIONS, install_hint

DEFAULT_SRID = 3857


def current_srid(raw: psycopg.Connection[Any]) -> int:
    """Return the EPSG code of the current load's metric CRS; a stand-in while nothing is loaded."""
    row = raw.execute("select metric_srid from raw.load where is_current").fetchone()
    return int(row[0]) if row else DEFAULT_SRID


def _config() -> Config:
    config = Config(connection.CHECKOUT / "alembic.ini")
    config.set_main_option(
        "script_location", str(connection.CHECKOUT / "db" / "migrations").replace("%", "%%")
    )
    return config


def head() -> str:
    """Return the newest revision of the migrations."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def revision(bind: sa.Connection) -> str | None:
    """Return the revision a database stands at; None when it holds none of our tables."""
    options = {"version_table": "alembic_version", "version_table_schema": "plan"}
    return MigrationContext.configure(bind, opts=options).get_current_revision()


@contextmanager
def _transaction() -> Iterator[tuple[sa.Connection, psycopg.Connection[Any]]]:
    with connection.engine().begin() as bind:
        raw: psycopg.Connection[Any] = bind.connection.driver_connection  # type: ignore[assignment]
        raw.execute("set local lock_timeout = '60s'")
        try:
            build.lock(raw)
            yield bind, raw
        except psycopg.errors.LockNotAvailable:
            raise UsageError(
                "Another session holds the planner's tables or views, and did not let go within a minute.",
                "close open edits and long queries (QGIS, psql), then try again.",
            ) from None


def _create_extensions(raw: psycopg.Connection[Any]) -> None:
    for extension in EXTENSIONS:
        try:
            raw.execute(
                sql.SQL("create extension if not exists {} cascade").format(sql.Identifier(extension))
            )
        except psycopg.errors.InsufficientPrivilege:
            raise UsageError(
                f"The database lacks the extension {extension}, and this role may not create it.",
                f"ask its administrator for `create extension {extension}`.",
            ) from None
        except (psycopg.errors.UndefinedFile, psycopg.errors.FeatureNotSupported):
            raise UsageError(f"The server of the database has no {extension}.", install_hint()) from None


def _spare_compilation(raw: psycopg.Connection[Any]) -> None:
    """Let every session run queries uncompiled: views upon views take seconds to compile, tenths to run."""
    try:
        with raw.transaction():
            raw.execute(sql.SQL("alter database {} set jit = off").format(sql.Identifier(raw.info.dbname)))
    except psycopg.errors.InsufficientPrivilege:
        return


def upgrade(*, force: bool = False, progress: Callable[[str], None] = lambda _: None) -> bool:
    """Drop the derived schemas, migrate, create and fill the views, grant; a failure leaves all as it was.

    Returns whether there was anything to do: views made from the same files and the same load stay, unless
    `force`.

    Raises:
        UsageError: an extension is missing, or something outside depends on the views.
    """
    with _transaction() as (bind, raw):
        _create_extensions(raw)
        raw.execute("create schema if not exists plan")
        is_migrated = revision(bind) == head()
        if is_migrated and not force and fingerprint.is_current(raw):
            roles.grant(raw)
            _spare_compilation(raw)
            return False
        build.drop_views(raw)
        config = _config()
        config.attributes["connection"] = bind
        command.upgrade(config, "head")
        build.create_views(raw, current_srid(raw))
        build.refresh(raw, progress=progress)
        fingerprint.record(raw)
        roles.grant(raw)
        _spare_compilation(raw)
        return True


def downgrade(to: str) -> None:
    """Take the tables back to a former revision (`base` for none); the views are the head's, so they go."""
    with _transaction() as (bind, raw):
        build.drop_views(raw)
        config = _config()
        config.attributes["connection"] = bind
        command.downgrade(config, to)
