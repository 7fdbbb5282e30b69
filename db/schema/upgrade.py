"""Brings a database to the present: extensions, migrations, views and grants, all in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from psycopg import sql

from db import environment
from db.common.errors import UsageError
from db.schema import build, fingerprint, grants, rebuild
from db.server.postgresql import EXTENSIONS, install_hint
from db.session import connection
from db.session.turn import turn

_UNRELEASED = frozenset(f"{number:04}" for number in range(1, 15))
"""Revisions that no revision follows: those of before the baseline."""
_START_ANEW = (
    "`planner db dump FILE` keeps it all for the version that made it; then set DATABASE_URL to a new"
    " database, or empty this one by `psql \"$(planner db url)\" -c 'drop schema raw, plan cascade'`,"
    " and run `make load`."
)


def _config() -> Config:
    config = Config(environment.CHECKOUT / "alembic.ini")
    config.set_main_option(
        "script_location", str(environment.CHECKOUT / "db" / "migrations").replace("%", "%%")
    )
    return config


def head() -> str:
    """Return the newest revision of the migrations."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def revisions() -> set[str]:
    """Return all revisions that this version knows."""
    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def revision(conn: psycopg.Connection[Any]) -> str | None:
    """Return the revision a database stands at; None when it holds none of our tables."""
    if conn.execute("select to_regclass('plan.alembic_version') is null").fetchone() == (True,):
        return None
    row = conn.execute("select version_num from plan.alembic_version").fetchone()
    return str(row[0]) if row else None


def unknown(found: str | None, subject: str = "The database") -> UsageError | None:
    """Return what to say of tables at a revision that is none of this version's; None where it is one.

    `subject` is what holds them: the database, or the file of a dump.
    """
    if found is None or found in revisions():
        return None
    if found in _UNRELEASED:
        return UsageError(
            f"{subject} holds tables at revision {found}, of before the first release, which cannot be"
            " brought up to date; nothing was changed.",
            _START_ANEW,
        )
    return UsageError(
        f"{subject} was made by a newer version of the planner (tables at revision {found}).",
        "use that version.",
    )


def _ask_for_known(conn: psycopg.Connection[Any]) -> None:
    refusal = unknown(revision(conn))
    if refusal:
        raise refusal


def engine() -> sa.Engine:
    """Return a SQLAlchemy engine, for Alembic; it keeps no connection open behind one's back."""
    return sa.create_engine("postgresql+psycopg://", creator=connection.connect, poolclass=sa.NullPool)


@contextmanager
def _transaction() -> Iterator[tuple[sa.Connection, psycopg.Connection[Any]]]:
    with engine().begin() as bind:
        raw: psycopg.Connection[Any] = bind.connection.driver_connection  # type: ignore[assignment]
        with turn(raw):
            yield bind, raw


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


def create_extensions() -> None:
    """Create the extensions that the tables need, in a transaction of their own.

    Raises:
        UsageError: one is missing, and this login may not create it.
    """
    with _transaction() as (_, raw):
        _create_extensions(raw)


def _spare_compilation(raw: psycopg.Connection[Any]) -> None:
    """Let every session run queries uncompiled: views upon views take seconds to compile, tenths to run."""
    try:
        with raw.transaction():
            raw.execute(sql.SQL("alter database {} set jit = off").format(sql.Identifier(raw.info.dbname)))
    except psycopg.errors.InsufficientPrivilege:
        return


def upgrade(*, force: bool = False, progress: Callable[[str], None] = lambda _: None) -> bool:
    """Migrate, create and fill the views, grant; a failure leaves all as it was.

    Readers read the former views until the new ones are whole; only where tables have to change do they wait.
    Returns whether there was anything to do: views made from the same files and the same load stay, unless
    `force`.

    Raises:
        UsageError: an extension is missing, something outside depends on the views, another session holds
            them or is at work, or the tables are at a revision that this version does not know.
    """
    with connection.connect(autocommit=True) as conn:
        _ask_for_known(conn)
        rebuild.tidy(conn)  # what a command that was killed left behind
    with _transaction() as (bind, raw):
        _ask_for_known(raw)
        _create_extensions(raw)
        raw.execute("create schema if not exists plan")
        is_migrated = revision(raw) == head()
        is_needed = force or not is_migrated or not fingerprint.is_current(raw)
        if not is_migrated:
            build.drop_views(raw)
            config = _config()
            config.attributes["connection"] = bind
            command.upgrade(config, "head")
        if is_needed:
            rebuild.rebuild(raw, progress)
        else:
            grants.grant(raw)
        _spare_compilation(raw)
    with connection.connect(autocommit=True) as conn:
        rebuild.finish(conn, progress)
    return is_needed


def refresh(progress: Callable[[str], None] = lambda _: None) -> None:
    """Fill the views again, in new ones beside those that stand; readers read these until the commit.

    Raises:
        UsageError: the tables are not those of this version, or another session is at work.
    """
    with _transaction() as (_, raw):
        _ask_for_known(raw)
        if revision(raw) != head():
            raise UsageError("The database is not up to date.", "run `planner db upgrade`.")
        rebuild.rebuild(raw, progress)
    with connection.connect(autocommit=True) as conn:
        rebuild.finish(conn, progress)


def downgrade(to: str) -> None:
    """Take the tables back to a former revision (`base` for none); the views are the head's, so they go."""
    with _transaction() as (bind, raw):
        _ask_for_known(raw)
        build.drop_views(raw)
        config = _config()
        config.attributes["connection"] = bind
        command.downgrade(config, to)
