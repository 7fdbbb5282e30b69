"""What the logins of a cluster of our own can do to it, tried as these logins."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from db.common.errors import UsageError
from db.environment import child_environment
from db.schema import upgrade
from db.server import embedded, postgresql
from db.server.address import described, open_address
from db.server.cluster import Cluster
from db.session import overstay
from report.serve.pool import check, open_pool
from tests.support.databases import throwaway_cluster

Connection = psycopg.Connection[Any]
DENIED = [
    "select lo_create(0)",
    "select lo_from_bytea(0, 'x')",
    "select lo_creat(-1)",
    "select pg_advisory_lock(7291847, 1)",
    "select pg_try_advisory_lock(7291847, 1)",
    "select pg_advisory_xact_lock(1163281736)",
    "select pg_advisory_lock_shared(1)",
    "select pg_logical_emit_message(false, 'a', 'b')",
    "create temporary table mine (a int)",
    "create table public.mine (a int)",
    "create schema mine",
    "create function pg_temp.mine() returns int language sql return 1",
    "lock table plan.alembic_version in share update exclusive mode",
    "lock table raw.load in row exclusive mode",
    "set temp_file_limit = -1",
    "alter role current_user set temp_file_limit = -1",
    "alter role current_user connection limit -1",
    "alter role current_user createdb",
    "alter database planner set statement_timeout = 0",
    "set role ev_owner",
    "copy (select 1) to program 'true'",
    "select pg_read_file('postgresql.conf')",
]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with throwaway_cluster() as made, pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", embedded.url("owner", made))
        upgrade.upgrade()
        yield made


@pytest.fixture(params=["reader", "planner"])
def session(cluster: Cluster, request: pytest.FixtureRequest) -> Iterator[Connection]:
    """A session of a login that has taken off what it can of its own limits."""
    with psycopg.connect(embedded.url(request.param, cluster), autocommit=True) as conn:
        conn.execute("set default_transaction_read_only = off")
        conn.execute("set statement_timeout = 0")
        yield conn


@pytest.mark.parametrize("statement", DENIED)
def test_readers_and_planners_are_denied(session: Connection, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege), session.transaction():
        session.execute(statement.encode())


@pytest.mark.parametrize("role", ["reader", "planner", "service"])
@pytest.mark.parametrize("database", ["postgres", "template1"])
def test_no_login_enters_another_database(cluster: Cluster, role: str, database: str) -> None:
    with pytest.raises(UsageError, match="permission denied for database") as refused:
        open_address(embedded.url(role, cluster).replace("/planner", f"/{database}"))
    assert "grant connect" in refused.value.hint


@pytest.mark.parametrize("role", ["reader", "planner", "service"])
def test_every_login_begins_with_limits_and_has_them_again_after_a_start(cluster: Cluster, role: str) -> None:
    query = "select current_setting('statement_timeout'), current_setting('temp_file_limit'), rolconnlimit > 0 from pg_roles where rolname = current_user"
    limits = ("1min", "2GB", True)
    with psycopg.connect(embedded.url(role, cluster), autocommit=True) as conn:
        assert conn.execute(query.encode()).fetchone() == limits
        conn.execute("set default_transaction_read_only = off")
        conn.execute("alter role current_user set statement_timeout = 0")
    with psycopg.connect(embedded.url(role, cluster)) as conn:
        assert conn.execute("show statement_timeout").fetchone() == ("0",), "PostgreSQL allows it"
    assert embedded.down(cluster)
    with psycopg.connect(embedded.url(role, cluster)) as conn:
        assert conn.execute(query.encode()).fetchone() == limits


def test_sessions_that_outstay_the_limits_are_ended_by_the_owner(
    session: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.execute("begin")
    session.execute("select 1 from core.region")
    upgrade.upgrade()
    session.execute("select 1")  # not yet
    monkeypatch.setattr(overstay, "IDLE_MAX_S", 0)
    upgrade.upgrade()
    with pytest.raises(psycopg.OperationalError, match="terminating connection"):
        session.execute("select 1")


def test_the_owner_does_what_commands_need(cluster: Cluster) -> None:
    with psycopg.connect(embedded.url("owner", cluster)) as conn:
        conn.execute("select pg_advisory_lock(7291847, 1), pg_advisory_unlock(7291847, 1)")
        conn.execute("create temporary table mine (a int)")
        conn.execute("create table public.mine (a int)")
        conn.rollback()


def test_pg_dump_is_not_disturbed(cluster: Cluster, session: Connection) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        session.execute("select lo_create(0)")
    program = postgresql.find().bin_dir / "pg_dump"
    done = subprocess.run(
        [program, "--schema-only", embedded.url("owner", cluster)],
        env=child_environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_the_service_is_a_reader_from_its_first_query_on(cluster: Cluster) -> None:
    address = embedded.url("service", cluster)
    check(address)

    async def look() -> list[Any]:
        pool = await open_pool(address, 1)
        found = []
        for _ in range(2):  # a connection that comes back to the pool, too
            async with pool.acquire() as conn:
                query = "select current_user::text, current_setting('transaction_read_only'), count(*) from report.load"
                found.append(tuple(await conn.fetchrow(query)))
        await pool.close()
        return found

    assert asyncio.run(look()) == [("ev_reader", "on", 0)] * 2


def test_addresses_are_shown_without_user_and_password(cluster: Cluster) -> None:
    assert described(embedded.url("reader", cluster)) == f"127.0.0.1:{cluster.state.port}/planner"
