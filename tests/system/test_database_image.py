"""The image of the database, run by a real engine: passwords, signals, data that stay, volumes of others."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import docker
import psycopg
import pytest

from db.common.errors import UsageError
from db.environment import CHECKOUT
from tests.support.containers import (
    VOLUME,
    ask_for_docker,
    container_server,
    database_container,
    database_image,
    healthy,
    volume,
)

PASSWORD = f"a word: with 'signs' @ and $pace {uuid.uuid4().hex}"


@pytest.fixture(scope="module")
def image() -> str:
    ask_for_docker()
    return database_image()


@pytest.fixture
def data(image: str) -> Iterator[str]:  # noqa: ARG001 - it is built first
    with volume() as name:
        yield name


def opened(port: int, **parts: str) -> psycopg.Connection[tuple[object, ...]]:
    given = {"user": "planner", "password": PASSWORD, "dbname": "planner"} | parts
    return psycopg.connect(host="127.0.0.1", port=port, autocommit=True, **given)


def refused(volume_name: str, **options: object) -> str:
    """Return what a container says that must not start."""
    with database_container(volume_name, **options) as container:
        assert container.wait(timeout=60)["StatusCode"] == 2
        return str(container.logs().decode())


def put(volume_name: str, command: str) -> str:
    """Run a command of the shell in a volume, as the server's user; return what it prints."""
    said = docker.from_env().containers.run(
        database_image(),
        ["sh", "-c", command],
        remove=True,
        working_dir=VOLUME,
        volumes=[f"{volume_name}:{VOLUME}"],
    )
    return str(said.decode())


def test_it_does_not_start_without_a_password(data: str) -> None:
    assert "no password was given" in refused(data)
    assert "no password was given" in refused(data, environment={"POSTGRES_PASSWORD": ""})
    both = {"POSTGRES_PASSWORD": PASSWORD, "POSTGRES_PASSWORD_FILE": "/run/secrets/word"}
    assert "both set" in refused(data, environment=both)
    assert "cannot be read" in refused(data, environment={"POSTGRES_PASSWORD_FILE": "/run/secrets/word"})
    assert "one line" in refused(data, environment={"POSTGRES_PASSWORD": "one\ntwo"})
    odd = {"POSTGRES_PASSWORD": PASSWORD, "POSTGRES_USER": 'a"b'}
    assert "has a quotation mark" in refused(data, environment=odd)
    assert put(data, "ls -A") == ""


def test_a_password_from_a_file_is_asked_for_at_every_door(data: str, tmp_path: Path) -> None:
    secret = tmp_path / "word"
    secret.write_text(f"{PASSWORD}\n", encoding="utf-8")
    secret.chmod(0o644)
    with database_container(
        data,
        environment={"POSTGRES_PASSWORD_FILE": "/run/secrets/word"},
        volumes={str(secret): {"bind": "/run/secrets/word", "mode": "ro"}},
    ) as container:
        port = healthy(container)
        with opened(port) as conn:
            stored = conn.execute("select rolpassword from pg_authid where rolname = 'planner'").fetchone()
            assert str(stored).startswith("('SCRAM-SHA-256$")
            ways = conn.execute("select distinct auth_method from pg_hba_file_rules").fetchall()
            assert ways == [("scram-sha-256",)]
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            opened(port, password=PASSWORD.upper())
        for host in ("127.0.0.1", "/var/run/postgresql"):
            inside = container.exec_run(
                ["psql", "--no-password", "-h", host, "-U", "planner", "-c", "select 1"]
            )
            assert inside.exit_code
            assert b"no password supplied" in inside.output
        _, processes = container.exec_run(["sh", "-c", "cat /proc/[0-9]*/environ"])
        assert PASSWORD.encode() not in processes


def test_the_image_holds_no_password_and_runs_as_postgres(image: str) -> None:
    facts = docker.from_env().images.get(image).attrs["Config"]
    assert facts["User"] == "postgres"
    assert not [value for value in facts["Env"] if "PASSWORD" in value]
    keys = ["find", "/etc/ssl/private", "/var/lib/postgresql", "-type", "f"]
    with database_container(command=keys, user="root") as container:
        assert container.wait(timeout=60)["StatusCode"] == 0
        assert container.logs() == b""


def test_it_has_the_extensions_and_the_settings(data: str) -> None:
    with database_container(data, environment={"POSTGRES_PASSWORD": PASSWORD}) as container:
        with opened(healthy(container)) as conn:
            conn.execute("create extension postgis; create extension pgrouting")
            found = conn.execute(
                "select current_setting('shared_buffers'), current_setting('jit')"
            ).fetchone()
            assert found == ("256MB", "off")
            assert conn.execute("show server_encoding").fetchone() == ("UTF8",)
        _, said = container.exec_run(["sh", "-c", "cat /proc/1/status"])
        assert b"Uid:\t999" in said


@pytest.mark.parametrize("signal", ["SIGTERM", "SIGINT"])
def test_signals_end_it_at_once_and_the_data_stays(data: str, signal: str) -> None:
    """SIGTERM would have PostgreSQL itself wait for the session that is open here."""
    with database_container(data, environment={"POSTGRES_PASSWORD": PASSWORD}) as container:
        conn = opened(healthy(container))
        conn.execute("create table kept as select 42 as answer")
        container.kill(signal)
        assert container.wait(timeout=60)["StatusCode"] == 0
        assert b"database system is shut down" in container.logs()
        with pytest.raises(psycopg.OperationalError):
            conn.execute("select 1")
    with database_container(data) as container, opened(healthy(container)) as conn:
        assert conn.execute("select answer from kept").fetchone() == (42,)
        assert b"database system was not properly shut down" not in container.logs()


def test_a_start_that_was_cut_off_is_made_again(data: str) -> None:
    major = put(data, "postgres --version | sed 's/.*) \\([0-9]*\\).*/\\1/'").strip()
    put(data, f"mkdir {major}.part && echo {major} > {major}.part/PG_VERSION && touch {major}.part/half")
    with database_container(data, environment={"POSTGRES_PASSWORD": PASSWORD}) as container:
        opened(healthy(container)).close()
    assert put(data, "ls") == f"{major}\n"


@pytest.mark.parametrize("place", [".", "12"])
def test_a_volume_of_another_version_is_left_as_it_is(data: str, place: str) -> None:
    put(data, f"mkdir -p {place} && echo 12 > {place}/PG_VERSION")
    before = put(data, "find . | sort")
    said = refused(data, environment={"POSTGRES_PASSWORD": PASSWORD})
    assert "data of PostgreSQL 12" in said
    assert put(data, "find . | sort") == before


def test_another_user_and_database_and_options_of_the_server(data: str) -> None:
    names = {"POSTGRES_USER": "town planner", "POSTGRES_DB": 'a "town"', "POSTGRES_PASSWORD": PASSWORD}
    command = ["postgres", "-c", "work_mem=1MB"]
    with (
        database_container(data, environment=names, command=command) as container,
        opened(healthy(container), user="town planner", dbname='a "town"') as conn,
    ):
        assert conn.execute("show work_mem").fetchone() == ("1MB",)


def test_a_container_without_an_engine_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere.sock")
    with (
        pytest.raises(UsageError, match="asks for a container, and no Docker engine answers"),
        container_server(),
    ):
        pass


def test_the_packages_are_those_of_the_embedded_cluster() -> None:
    script = (CHECKOUT / "db/install_system_packages.sh").read_text(encoding="utf-8")
    dockerfile = (CHECKOUT / "db/image/Dockerfile").read_text(encoding="utf-8")
    assert "install_system_packages.sh --server" in dockerfile
    assert "postgis-3" in script
    assert "postgis-3" not in dockerfile
