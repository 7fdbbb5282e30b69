"""What goes wrong outside the program ends in one sentence, without a secret and without a traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

from db.command import faults
from db.common.errors import UsageError
from db.environment import CHECKOUT
from db.schema import upgrade
from db.server import address, roles
from db.session import connection
from tests.support import forked
from tests.support.processes import run
from tests.support.toy_town.build import write_sources

SECRET = "s3cr3t"  # noqa: S105 - made up
COMMANDS = [
    ("db", "status"),
    ("db", "upgrade"),
    ("etl.load",),
    ("etl.report",),
    ("model.solve", "--scenario", "phase1"),
    ("report.summary",),
    ("report.page",),
    ("report.serve",),
]
MALFORMED = {
    "no address": SECRET,
    "a port that is no number": f"postgresql://u:p@127.0.0.1:{SECRET}/x",
    "a port out of range": f"postgresql://u:{SECRET}@127.0.0.1:99999999999/x",
    "a password with @": f"postgresql://u:p@{SECRET}@127.0.0.1/x",
    "a password with /": f"postgresql://u:{SECRET}/1@127.0.0.1/x",
    "a password with %": f"postgresql://u:{SECRET}%zz@127.0.0.1/x",
    "another server": f"mysql://u:{SECRET}@127.0.0.1/x",
    "an unknown option": f"postgresql://u:p@127.0.0.1/x?{SECRET}=1",
    "an open bracket": f"postgresql://u:{SECRET}@[::1/x",
    "half a setting": f"host=127.0.0.1 password={SECRET} oops",
    "no text": f"postgresql://u:{SECRET}\udcff@127.0.0.1/x",
}


def assert_one_sentence(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    lines = done.stderr.splitlines()
    assert [line.split(":")[0] for line in lines[-2:]] == ["error", "  next"]
    for word in words:
        assert word in done.stderr


def changed(address: str, **parts: str) -> str:
    return urlunsplit(urlsplit(address)._replace(**parts))


@pytest.mark.parametrize("given", MALFORMED.values(), ids=list(MALFORMED))
def test_a_malformed_address_is_named_and_not_repeated(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", given)
    for use in (connection.database_url, connection.connect, upgrade.upgrade):
        with pytest.raises(UsageError, match=r"^DATABASE_URL is not an address") as refused:
            use()
        assert SECRET not in f"{refused.value.message} {refused.value.hint}"
        assert refused.value.__cause__ is None


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c[0])
def test_every_command_says_so_without_the_password(command: tuple[str, ...]) -> None:
    done = run(*command, DATABASE_URL=f"postgresql://u:{SECRET}@127.0.0.1:port/x")
    assert_one_sentence(done, "DATABASE_URL is not an address", "%40")
    assert SECRET not in done.stdout + done.stderr


def test_the_benchmarks_say_so_too() -> None:
    done = run("tests.benchmark", TEST_DATABASE_URL=f"postgresql://u:{SECRET}@127.0.0.1:port/x")
    assert_one_sentence(done, "TEST_DATABASE_URL is not an address")
    assert SECRET not in done.stdout + done.stderr


def test_settings_of_libpq_are_an_address_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "host=/run/pg user='a b' password='p@:/' dbname=x port=5433")
    url = connection.database_url()
    assert url.startswith("postgresql://")
    assert psycopg.conninfo.conninfo_to_dict(url) == {
        "host": "/run/pg", "user": "a b", "password": "p@:/", "dbname": "x", "port": "5433",
    }  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: " ".join(c[:2]))
def test_a_server_that_is_down_is_a_sentence_in_every_command(command: tuple[str, ...]) -> None:
    done = run(*command, DATABASE_URL=f"postgresql://u:{SECRET}@127.0.0.1:1/x")
    assert_one_sentence(done, "The database cannot be used", "Connection refused")
    assert SECRET not in done.stdout + done.stderr


def test_what_the_server_refuses_is_said_with_what_to_do(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    user, place = urlsplit(database).username, urlsplit(database).netloc.rpartition("@")[2]
    cases = {
        changed(database, netloc=f"{user}:{SECRET}@{place}"): (
            "password authentication failed",
            "correct user",
        ),
        changed(database, netloc=f"nobody_{SECRET}:x@{place}"): ("authentication failed", "correct user"),
        changed(database, path="/no_such_database"): ("does not exist", "create it"),
        f"{database}?sslmode=require": ("SSL", "sslmode"),
        changed(database, netloc=f"{user}:{SECRET}@host.invalid"): ("host.invalid", "correct the host"),
    }
    for given, (reason, hint) in cases.items():
        monkeypatch.setenv("DATABASE_URL", given)
        with pytest.raises(UsageError, match=reason) as refused:
            connection.connect()
        assert hint in refused.value.hint
        assert SECRET not in refused.value.message.replace(f"nobody_{SECRET}", "")


def test_an_old_server_is_refused(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert database
    monkeypatch.setattr(address, "OLDEST_SERVER", 99)
    with pytest.raises(UsageError, match="older than 99"):
        connection.connect()


@pytest.fixture(params=["reader", "planner"])
def login(toy_database: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of somebody who is a reader or a planner."""
    name = f"ev_test_{uuid.uuid4().hex[:8]}"
    group = sql.Identifier(roles.ROLE_NAMES[request.param])
    role = sql.Identifier(name)
    with psycopg.connect(toy_database, autocommit=True) as conn:
        conn.execute(sql.SQL("create role {} login password {} in role {}").format(role, SECRET, group))
        place = urlsplit(toy_database).netloc.rpartition("@")[2]
        try:
            yield changed(toy_database, netloc=f"{name}:{SECRET}@{place}")
        finally:
            conn.execute(sql.SQL("drop role {}").format(role))


def test_an_address_that_may_only_read_is_no_traceback_where_a_command_writes(
    login: str, tmp_path: Path
) -> None:
    region = str(write_sources(tmp_path))
    for command in (
        ("db", "upgrade"),
        ("db", "refresh"),
        ("etl.load", "--region", region),
        ("model.solve", "--scenario", "phase1"),
        ("report.qgis",),
    ):
        done = run(*command, DATABASE_URL=login)
        assert_one_sentence(done, "next:")
        assert "owner" in done.stderr
        assert SECRET not in done.stdout + done.stderr
    assert run("etl.report", DATABASE_URL=login).returncode == 0


def test_a_database_without_our_tables_is_a_sentence(templates: Any) -> None:
    with templates.clone("template1"):
        for command in (
            ("report.summary",),
            ("report.serve",),
            ("etl.report",),
            ("model.diff", "--runs", "1", "2"),
        ):
            assert_one_sentence(run(*command), "db upgrade")


@pytest.mark.parametrize("query", ["select pg_terminate_backend(pg_backend_pid())", None])
def test_a_server_that_goes_away_during_the_work_is_explained(database: str, query: str | None) -> None:
    conn, other = psycopg.connect(database), psycopg.connect(database, autocommit=True)
    if query is None:
        other.execute("select pg_terminate_backend(%s, 10000)", (conn.info.backend_pid,))
    with pytest.raises(psycopg.Error) as lost:
        conn.execute((query or "select 1").encode())
    conn.close()
    other.close()
    said = faults.explain(lost.value)
    assert said
    assert "went away during the work" in said.message
    assert "db status" in said.hint


def test_a_full_disk_is_named_where_files_are_written() -> None:
    with pytest.raises(OSError, match="No space left") as full, Path("/dev/full").open("w") as file:
        file.write("x" * 10**6)
    error = RuntimeError("what a library makes of it")
    error.__cause__ = full.value
    said = faults.explain(error)
    assert said
    assert "disk is full" in said.message


def test_a_bug_is_none_of_these() -> None:
    assert faults.explain(ZeroDivisionError()) is None
    assert faults.explain(FileNotFoundError(2, "No such file")) is None


@pytest.fixture
def small_disk(server: str) -> Iterator[Path]:
    """A disk of 1 MB that the server of the tests can write to."""
    if os.geteuid() != 0 or not sys.platform.startswith("linux"):
        pytest.skip("only root can mount a small disk")
    with psycopg.connect(server) as conn:
        row = conn.execute("show data_directory").fetchone()
    data = Path(row[0]) if row else Path("/nowhere")
    if not data.is_dir():
        pytest.skip("the server runs elsewhere")
    with tempfile.TemporaryDirectory(prefix="ev-small-disk-") as name:
        Path(name).chmod(0o711)
        place = Path(name) / "disk"
        place.mkdir()
        options = f"size=1m,uid={data.stat().st_uid},gid={data.stat().st_gid},mode=0700"
        mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
        if subprocess.run(mount, check=False, capture_output=True).returncode:
            pytest.skip("nothing can be mounted here")
        try:
            yield place
        finally:
            subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_of_the_database_ends_a_load_and_loses_nothing(
    toy_database: str, small_disk: Path, tmp_path: Path
) -> None:
    space = sql.Identifier(f"small_{uuid.uuid4().hex[:8]}")
    name = sql.Identifier(urlsplit(toy_database).path.lstrip("/"))
    place = sql.Literal(str(small_disk))
    with psycopg.connect(toy_database, autocommit=True) as conn:
        conn.execute(sql.SQL("create tablespace {} location {}").format(space, place))
        try:
            conn.execute(sql.SQL("alter database {} set default_tablespace = {}").format(name, space))
            region = write_sources(tmp_path)
            region.write_text(region.read_text().replace('title = "Toy Town"', 'title = "Other"'))
            done = run("etl.load", "--region", str(region))
            assert_one_sentence(
                done, "The disk of the database is full", "No space left on device", "free some space"
            )
            assert conn.execute("select title from core.region").fetchone() == ("Toy Town",)
            assert conn.execute("select count(*) from raw.load").fetchone() == (1,)
        finally:
            conn.execute(sql.SQL("alter database {} reset default_tablespace").format(name))
            conn.execute("checkpoint")  # what was deleted goes from the disk now
            conn.execute(sql.SQL("drop tablespace {}").format(space))


@pytest.mark.parametrize("module", forked.commands())
def test_ctrl_c_during_imports_is_quiet(module: str) -> None:
    command = [sys.executable, "-X", "importtime", "-m", module]
    process = subprocess.Popen(
        command, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr
    said: list[str] = []
    for line in process.stderr:
        said.append(line)
        if line.rpartition("|")[2].strip() == "db":  # Ctrl-C is quiet now, and more packages are to come
            break
    process.send_signal(signal.SIGINT)
    rest = process.communicate(timeout=120)[1]
    words = [
        line for line in [*said, *rest.splitlines()] if line.strip() and not line.startswith("import time:")
    ]
    assert (process.returncode, words) == (130, [])


@pytest.mark.parametrize("module", forked.commands())
def test_every_command_starts_by_itself(module: str) -> None:
    """In a process that has imported nothing: those of the other tests have what all commands import."""
    command = [sys.executable, "-m", module, "--help"]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "--help" in done.stdout


def test_a_question_that_takes_too_long_is_no_fault_of_the_server(database: str) -> None:
    with psycopg.connect(database) as conn:
        conn.execute("set statement_timeout = 1")
        with pytest.raises(psycopg.errors.QueryCanceled) as slow:
            conn.execute("select pg_sleep(5)")
    said = faults.explain(slow.value)
    assert said
    assert (said.exit_code, said.message) == (2, "A question to the database took longer than its login may.")
    assert "less busy" in said.hint


def test_our_own_commands_may_read_for_longer_than_other_readers(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database)
    for is_kept in (False, True):
        with connection.connect("reader", autocommit=is_kept) as conn:
            conn.rollback()
            assert conn.execute("show statement_timeout").fetchone() == ("10min",)
