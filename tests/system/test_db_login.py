"""Logins that `python -m db login` makes on a server of the user's own, used as these logins."""

from __future__ import annotations

import subprocess
import uuid
from collections.abc import Iterator

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from db.server import embedded
from db.server.cluster import Cluster
from report.serve.pool import check
from tests.support.databases import throwaway_cluster
from tests.support.processes import run

PASSWORD = f"a word: with 'signs' @ and $pace {uuid.uuid4().hex}"


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A cluster whose database belongs to its superuser, without roles of ours, as on other servers."""
    with throwaway_cluster() as made:
        with psycopg.connect(embedded.superuser_url(made), autocommit=True) as conn:
            conn.execute("create database town")
        with psycopg.connect(embedded.superuser_url(made, "planner"), autocommit=True) as conn:
            conn.execute("reassign owned by ev_owner to postgres")
            for name in ("ev_service", "ev_reader"):
                conn.execute(f"drop owned by {name}")
                conn.execute(f"drop role {name}")
        yield made


def login(cluster: Cluster, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    address = {"DATABASE_URL": embedded.superuser_url(cluster, "town")}
    return run("db", "login", *arguments, **address | environment)


def test_the_service_logs_in_as_a_reader(cluster: Cluster) -> None:
    for password in ("first", PASSWORD):  # the second time it gets another password
        done = login(cluster, "service", PLANNER_SERVICE_PASSWORD=password)
        assert (done.returncode, done.stdout) == (0, "ev_service can log in.\n")
    done = run("db", "upgrade", DATABASE_URL=embedded.superuser_url(cluster, "town"))
    assert done.returncode == 0, done.stderr
    address = make_conninfo(embedded.superuser_url(cluster, "town"), user="ev_service", password=PASSWORD)
    check(address)
    with psycopg.connect(address, autocommit=True) as conn:
        assert conn.execute("show temp_file_limit").fetchone() == ("2GB",)
        assert conn.execute("show default_transaction_read_only").fetchone() == ("on",)
        conn.execute("set default_transaction_read_only = off")
        conn.execute("create temporary table mine (a int)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute("delete from plan.run")
    with psycopg.connect(address, autocommit=True) as conn:
        conn.execute("select * from report.published_run")


def test_who_may_not_make_roles_is_told(cluster: Cluster) -> None:
    assert login(cluster, "planner", PLANNER_PLANNER_PASSWORD=PASSWORD).returncode == 0
    address = make_conninfo(embedded.superuser_url(cluster, "town"), user="ev_planner", password=PASSWORD)
    done = login(cluster, "reader", DATABASE_URL=address, PLANNER_READER_PASSWORD=PASSWORD)
    assert done.returncode == 2
    assert "error: The login ev_planner may not let ev_reader log in: " in done.stderr
    assert "superuser" in done.stderr


def test_a_password_and_a_server_are_asked_for(cluster: Cluster) -> None:
    done = login(cluster, "reader", PLANNER_READER_PASSWORD="")
    assert (done.returncode, done.stderr.splitlines()[0]) == (2, "error: PLANNER_READER_PASSWORD is not set.")
    done = login(cluster, "reader", DATABASE_URL="", PLANNER_READER_PASSWORD=PASSWORD)
    assert done.returncode == 2
    assert "DATABASE_URL is not set" in done.stderr
    assert login(cluster, "owner").returncode == 2
