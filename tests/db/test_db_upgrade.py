"""An upgrade brings everything to the present, or leaves everything as it was."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from db.common.errors import UsageError
from db.environment import CHECKOUT
from db.schema import build, upgrade

Connection = psycopg.Connection[tuple[object, ...]]


@pytest.fixture
def conn(database: str) -> Iterator[Connection]:
    with psycopg.connect(database, autocommit=True) as connection:
        yield connection


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Copy the checkout's code, to break it."""
    for name in ("db", "sql"):
        shutil.copytree(CHECKOUT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(CHECKOUT / "alembic.ini", tmp_path)
    return tmp_path


def run_upgrade(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "db", "upgrade"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def relations(conn: Connection) -> list[tuple[object, ...]]:
    """Return all relations of ours with their oids, which change when they are made anew."""
    return conn.execute(
        "select c.oid, n.nspname, c.relname"
        " from pg_class as c join pg_namespace as n on n.oid = c.relnamespace"
        " where n.nspname !~ '^pg_|^information_schema$|^public$' order by 1"
    ).fetchall()


def names(conn: Connection) -> set[tuple[object, ...]]:
    return {(schema, name) for _, schema, name in relations(conn)}


def write_migration(folder: Path, body: str) -> None:
    text = f'''"""Changes something."""
from alembic import op

revision = "9999"
down_revision = "{upgrade.head()}"


def upgrade() -> None:
{body}
'''
    (folder / "db/migrations/versions/9999_change.py").write_text(text, encoding="utf-8")


def test_every_view_of_sql_is_there(conn: Connection) -> None:
    found = {f"{schema}.{name}" for schema, name in names(conn)}
    assert {file.full_name for file in build.view_files() if file.is_relation} <= found
    assert {"raw.load", "plan.run", "plan.alembic_version"} <= found


def test_nothing_changed_means_nothing_is_done(conn: Connection) -> None:
    before = relations(conn)
    assert upgrade.upgrade() is False
    assert relations(conn) == before
    assert upgrade.upgrade(force=True) is True
    assert relations(conn) != before


def test_a_view_lost_by_hand_comes_back(conn: Connection) -> None:
    before = names(conn)
    conn.execute("drop schema core cascade")
    assert upgrade.upgrade() is True
    assert names(conn) == before


def test_a_materialized_view_that_is_not_filled_is_filled(conn: Connection) -> None:
    views = [file.full_name for file in build.view_files() if file.is_materialized]
    view = sql.Identifier(*views[0].split("."))
    conn.execute(sql.SQL("refresh materialized view {} with no data").format(view))
    assert upgrade.upgrade() is True
    query = "select relispopulated from pg_class where oid = %s::regclass"
    assert conn.execute(query, (views[0],)).fetchone() == (True,)


def test_a_broken_view_leaves_everything_as_it_was(conn: Connection, copy: Path) -> None:
    before = relations(conn)
    view = "-- needs: nothing\n-- grain: none\n\ncreate view audit.broken as select no_such_column;\n"
    (copy / "sql/5_audit/broken.sql").write_text(view, encoding="utf-8")
    result = run_upgrade(copy)
    assert result.returncode != 0
    assert "no_such_column" in result.stderr
    assert "in sql/5_audit/broken.sql" in result.stderr
    assert relations(conn) == before


def test_a_migration_that_fails_half_way_leaves_everything_as_it_was(conn: Connection, copy: Path) -> None:
    before = relations(conn)
    write_migration(copy, '    op.execute("create table plan.half (a int)")\n    op.execute("select 1 / 0")')
    result = run_upgrade(copy)
    assert result.returncode != 0
    assert "division by zero" in result.stderr
    assert relations(conn) == before
    assert conn.execute("select version_num from plan.alembic_version").fetchone() == (upgrade.head(),)


def test_a_migration_may_change_a_column_that_views_read(conn: Connection, copy: Path) -> None:
    write_migration(copy, '    op.execute("alter table raw.load alter column metric_srid type bigint")')
    result = run_upgrade(copy)
    assert result.returncode == 0, result.stderr
    assert conn.execute("select version_num from plan.alembic_version").fetchone() == ("9999",)


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("create view public.mine as select * from core.region", "view public.mine"),
        (
            "create function public.mine() returns bigint begin atomic select count(*) from core.region; end",
            "function public.mine()",
        ),
        ("create table public.mine (a core.region)", "table public.mine"),
    ],
)
def test_what_hangs_on_the_views_is_not_dropped(conn: Connection, statement: str, name: str) -> None:
    conn.execute(statement.encode())
    before = relations(conn)
    with pytest.raises(UsageError, match="depend on them") as refusal:
        upgrade.upgrade(force=True)
    assert name in refusal.value.message
    assert relations(conn) == before


def test_down_to_nothing_and_up_again(conn: Connection) -> None:
    before = names(conn)
    upgrade.downgrade("base")
    assert {schema for schema, _ in names(conn)} == {"plan"}
    assert upgrade.upgrade() is True
    assert names(conn) == before


def test_two_upgrades_at_once_wait_for_each_other(conn: Connection) -> None:
    before = names(conn)
    with ThreadPoolExecutor() as pool:
        assert list(pool.map(lambda _: upgrade.upgrade(force=True), range(2))) == [True, True]
    assert names(conn) == before


def test_sessions_do_not_compile_queries(database: str) -> None:
    upgrade.upgrade()
    with psycopg.connect(database) as conn:
        assert conn.execute("show jit").fetchone() == ("off",)
