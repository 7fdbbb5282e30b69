"""The commands of `python -m db`, as a user calls them: what they print, and their exit codes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import typer

from db.command.app import run_app
from db.common.errors import AuditRejectedError, InfeasibleError, NoPlanError, UsageError
from db.environment import CHECKOUT
from tests.support.processes import run


def db(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return run("db", *arguments, **environment)


def test_the_address_of_a_given_server_is_that_server_s(database: str) -> None:
    result = db("url")
    assert (result.returncode, result.stdout.strip()) == (0, database)


@pytest.mark.usefixtures("database")
def test_another_role_on_a_given_server_is_explained() -> None:
    result = db("url", "--role", "reader")
    assert (result.returncode, result.stdout) == (2, "")
    assert "in role ev_reader" in result.stderr


def test_status_says_where_and_what_but_not_the_password(database: str) -> None:
    result = db("status")
    assert result.returncode == 0
    assert "from DATABASE_URL" in result.stdout
    assert "region    none; run `make load`" in result.stdout
    password = urlsplit(database).password
    assert password
    assert password not in result.stdout


def test_a_server_that_does_not_answer_is_a_sentence() -> None:
    result = db("upgrade", DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert result.returncode == 2
    assert result.stderr.startswith("error: The database cannot be used:")
    assert "Connection refused" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("arguments", [["nonsense"], ["url", "--role", "king"], ["upgrade", "--nonsense"]])
def test_a_mistyped_command_is_the_user_s_mistake(arguments: list[str]) -> None:
    assert db(*arguments).returncode == 2


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("No."), 2),
        (InfeasibleError("No."), 3),
        (NoPlanError("No."), 4),
        (AuditRejectedError("No."), 5),
        (psycopg.OperationalError("No."), 2),
        (KeyboardInterrupt(), 130),
    ],
)
def test_each_end_has_its_exit_code(error: BaseException, code: int) -> None:
    app = typer.Typer()

    @app.command()
    def end() -> None:
        raise error

    sys.argv, before = ["app"], sys.argv
    try:
        with pytest.raises(SystemExit) as ended:
            run_app(app)
    finally:
        sys.argv = before
    assert ended.value.code == code


def test_a_bug_keeps_its_traceback() -> None:
    def app() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_app(app)


def test_warnings_of_libraries_are_for_developers_alone() -> None:
    code = "import warnings; from db.command.app import run_app; run_app(lambda: warnings.warn('inplace goes away'))"

    def said(*options: str) -> str:
        return subprocess.run(
            [sys.executable, *options, "-c", code], capture_output=True, text=True, check=True, cwd=CHECKOUT
        ).stderr

    assert said() == ""
    assert "inplace goes away" in said("-W", "default")


def test_what_is_lost_after_a_dump_comes_back_with_it(planned_database: str, tmp_path: Path) -> None:
    """A plan; and a rule of a view, which pg_restore alone does not bring back."""
    file = str(tmp_path / "town.dump")
    with psycopg.connect(planned_database, autocommit=True) as conn:
        held = (
            "select (select count(*) from report.station_plan),"
            " (select array_agg(tablename || '.' || rulename order by tablename, rulename) from pg_rules where schemaname = 'report')"
        )
        before = conn.execute(held).fetchone()
        assert before
        assert all(before)
        done = db("dump", file)
        assert done.returncode == 0, done.stderr
        conn.execute("delete from plan.run")
        assert db("restore", file).returncode == 2
        done = db("restore", file, "--overwrite")
        assert done.returncode == 0, done.stderr
        assert conn.execute(held).fetchone() == before
