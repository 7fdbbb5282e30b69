"""The compose file with a real engine: a plan in its database, which stays, and the services on top of it."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import requests

from db.environment import CHECKOUT
from tests.support.compose import Compose, project
from tests.support.containers import ask_for_docker
from tests.support.processes import run
from tests.support.sample_files import folder_at

SCALE = 0.02


@pytest.fixture
def compose() -> Iterator[Compose]:
    ask_for_docker()
    with project() as made:
        yield made


def run_all(compose: Compose, tmp_path: Path) -> None:
    """Run what `make run` runs after the set-up, on a small sample."""
    region = folder_at(SCALE) / "sample.toml"
    made = subprocess.run(
        ["make", "--dry-run", "run", f"REGION={region}"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    commands = [shlex.split(found) for found in re.findall(r"^\S*python -m (.*)$", made.stdout, re.MULTILINE)]
    assert ["model.solve", "--scenario", "phase1"] in commands
    for command in commands:
        place = ["--out", str(tmp_path / "plan.html")] if command == ["report.page"] else []
        done = run(*command, *place, DATABASE_URL=compose.database_url)
        assert done.returncode == 0, (command, done.stderr)


def summary(compose: Compose) -> str:
    done = run("report.summary", DATABASE_URL=compose.database_url)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_plan_is_made_and_stays_and_is_served_to_readers(compose: Compose, tmp_path: Path) -> None:
    compose.up()
    run_all(compose, tmp_path)
    before = summary(compose)

    assert compose.run("down").returncode == 0
    assert compose.containers() == []
    compose.up("--profile", "services")
    assert summary(compose) == before
    is_served_as_reader(compose)

    assert compose.run("--profile", "services", "down", "--volumes").returncode == 0
    compose.up()
    assert "tables    none" in run("db", "status", DATABASE_URL=compose.database_url).stdout


def is_served_as_reader(compose: Compose) -> None:
    service = f"http://127.0.0.1:{compose.service_port}"
    links = requests.get(service, timeout=60).json()["links"]
    assert {"rel": "alternate", "href": f"{service}/page"}.items() <= links[-1].items()
    found = requests.get(f"{service}/collections/report.decision/items", timeout=60).json()
    assert found["numberMatched"] > 0
    page = requests.get(f"{service}/page", timeout=60)
    assert page.status_code == 200
    assert "phase1" in page.text

    with psycopg.connect(compose.database_url) as conn:
        logins = conn.execute(
            "select distinct usename::text from pg_stat_activity where client_addr <> '127.0.0.1' and pid <> pg_backend_pid()"
        ).fetchall()
    assert ("ev_service",) in logins
    with psycopg.connect(compose.service_url, autocommit=True) as conn:
        conn.execute("set default_transaction_read_only = off")
        for statement in ("delete from plan.run", "create table public.mine ()", "create schema mine"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute(statement)


def test_without_a_password_nothing_starts(compose: Compose) -> None:
    done = compose.run("up", "--detach", PLANNER_DB_PASSWORD="")
    assert done.returncode != 0
    assert "set PLANNER_DB_PASSWORD to a password of your own" in done.stderr
    assert compose.containers() == []
