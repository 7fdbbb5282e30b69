"""Checks say what is wrong and what to do, whatever state things are in."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

from db.command.setup_checks import setup_checks
from db.environment import CHECKOUT
from db.schema import rebuild
from db.schema.checks import LOAD_LOCK_COUNT, database_checks, run_data_checks
from tests.support.processes import run

CHECK = """\
-- Numbers are small.
-- hint: take smaller ones.

select n, 'a' as name from generate_series(1, 9) as n where n > {}
"""


def check(**environment: str) -> subprocess.CompletedProcess[str]:
    return run("db", "check", **environment)


def test_a_data_check_returns_the_offending_rows(connection: psycopg.Connection[Any], tmp_path: Path) -> None:
    (tmp_path / "holds.sql").write_text(CHECK.format(9), encoding="utf-8")
    (tmp_path / "fails.sql").write_text(CHECK.format(4), encoding="utf-8")
    (tmp_path / "breaks.sql").write_text(CHECK.format("no_such_column"), encoding="utf-8")
    breaks, fails, holds = run_data_checks(connection, tmp_path)
    assert (holds.is_ok, holds.claim, holds.hint) == (True, "Numbers are small.", "take smaller ones.")
    assert not fails.is_ok
    assert fails.detail == "5 offending row(s), such as n 5, name a; n 6, name a; n 7, name a"
    assert not breaks.is_ok
    assert "no_such_column" in breaks.detail
    assert connection.execute("select 1").fetchone() == (1,)


def test_the_machine_that_runs_the_tests_is_set_up() -> None:
    """All but the checkout's own cluster, which tests neither need nor make."""
    assert [result for result in setup_checks() if not result.is_ok and result.name != "cluster"] == []


@pytest.mark.usefixtures("database")
def test_an_empty_database_is_told_to_load() -> None:
    failed = [result for result in database_checks() if not result.is_ok]
    assert [result.name for result in failed] == ["load"]
    assert "make load" in failed[0].hint


def test_a_database_without_tables_is_told_to_upgrade(connection: psycopg.Connection[Any]) -> None:
    connection.execute("drop schema plan cascade")
    connection.commit()
    failed = [result for result in database_checks() if not result.is_ok]
    assert [(result.name, result.hint) for result in failed] == [("migrations", "run `planner db upgrade`.")]


@pytest.mark.usefixtures("toy_database")
def test_a_loaded_region_passes() -> None:
    assert [result for result in database_checks() if not result.is_ok] == []


def test_a_load_takes_about_as_many_locks_as_the_check_asks_for(
    toy_connection: psycopg.Connection[Any],
) -> None:
    rebuild.rebuild(toy_connection)
    (count,) = toy_connection.execute(
        "select count(*) from pg_locks where pid = pg_backend_pid()"
    ).fetchone() or (0,)
    assert LOAD_LOCK_COUNT / 2 < count <= LOAD_LOCK_COUNT


def test_a_server_that_does_not_answer_is_one_failure_without_traceback() -> None:
    result = check(DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert result.returncode == 2
    assert "FAIL  The database can be reached." in result.stdout
    assert "1 check(s) failed: database" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_python_without_the_packages_is_told_to_set_up() -> None:
    command = [
        sys.executable,
        "-I",
        "-S",
        "-c",
        "import sys, runpy; sys.path.insert(0, '.'); runpy.run_module('db')",
    ]
    result = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert "is not installed here" in result.stderr
    assert "make setup" in result.stderr
