"""What readers and planners may do, and that they still may after the views are rebuilt."""

from __future__ import annotations

import uuid
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import InsufficientPrivilege

from db.schema import build, grants
from db.server import roles

Connection = psycopg.Connection[Any]
LOCK = "insert into plan.site_lock (site_id, lock_kind) values (%s, 'force_out')"


@pytest.fixture
def site_id(connection: Connection) -> int:
    row = connection.execute(
        "insert into raw.site_registry (region, site_key) values ('a', 'b') returning site_id"
    ).fetchone()
    assert row
    return int(row[0])


def become(connection: Connection, role: str) -> None:
    connection.execute(sql.SQL("set local role {}").format(sql.Identifier(roles.ROLE_NAMES[role])))


def select_nothing(connection: Connection, name: str) -> None:
    """Read a table without a row; permission is asked for all the same."""
    connection.execute(sql.SQL("select * from {} limit 0").format(sql.Identifier(*name.split("."))))


def see_everything(connection: Connection) -> None:
    views = [file.full_name for file in build.view_files() if file.is_relation]
    tables = ["plan.run", "plan.decision", "plan.site_lock", "raw.load", "raw.load_source", "raw.reject"]
    for name in views + tables:
        select_nothing(connection, name)


@pytest.mark.parametrize("role", ["planner", "reader"])
def test_everyone_sees_views_plans_and_where_data_came_from(connection: Connection, role: str) -> None:
    become(connection, role)
    see_everything(connection)


def test_readers_still_see_everything_when_the_views_are_new(connection: Connection) -> None:
    build.create_views(connection, 26917)
    build.refresh(connection)
    grants.grant(connection)
    become(connection, "reader")
    see_everything(connection)


@pytest.mark.parametrize("role", ["planner", "reader"])
@pytest.mark.parametrize("table", ["raw.address", "raw.census_area"])
def test_raw_records_are_not_for_everyone(connection: Connection, role: str, table: str) -> None:
    become(connection, role)
    with pytest.raises(InsufficientPrivilege):
        select_nothing(connection, table)


def test_planners_edit_locks_and_nothing_else(connection: Connection, site_id: int) -> None:
    become(connection, "planner")
    connection.execute(LOCK, (site_id,))
    connection.execute(LOCK.replace("plan.", "report."), (site_id,))
    connection.execute("update plan.site_lock set note = 'agreed with the city'")
    assert connection.execute("delete from report.site_lock where lock_kind = 'force_in'").rowcount == 0
    assert connection.execute("delete from plan.site_lock").rowcount == 2
    with pytest.raises(InsufficientPrivilege):
        connection.execute("update plan.run set status = 'optimal'")


def test_readers_change_nothing(connection: Connection, site_id: int) -> None:
    become(connection, "reader")
    with pytest.raises(InsufficientPrivilege), connection.transaction():
        connection.execute(LOCK, (site_id,))
    with pytest.raises(InsufficientPrivilege):
        connection.execute(LOCK.replace("plan.", "report."), (site_id,))


def test_readers_do_not_hold_the_server(connection: Connection) -> None:
    query = "select rolconfig from pg_roles where rolname = %s"
    assert connection.execute(query, (roles.ROLE_NAMES["reader"],)).fetchone() == (
        ["statement_timeout=60s", "default_transaction_read_only=on"],
    )


def test_without_the_right_to_create_roles_the_groups_are_left_out(connection: Connection) -> None:
    own = uuid.uuid4().hex[:8]
    for role in ("planner", "reader"):
        names = map(sql.Identifier, (roles.ROLE_NAMES[role], f"ev_hidden_{role}_{own}"))
        connection.execute(sql.SQL("alter role {} rename to {}").format(*names))
    plain = sql.Identifier(f"ev_test_plain_{own}")
    connection.execute(sql.SQL("create role {}").format(plain))
    connection.execute(sql.SQL("set local role {}").format(plain))
    grants.grant(connection)
    query = "select count(*) from pg_roles where rolname = any(%s)"
    assert connection.execute(query, (list(roles.ROLE_NAMES.values())[1:],)).fetchone() == (0,)
    # roles belong to the server, which may outlive the test
    connection.rollback()
