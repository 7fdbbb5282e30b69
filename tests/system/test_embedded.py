"""The embedded cluster: private, and hard to break."""

from __future__ import annotations

import multiprocessing
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from db.common.errors import UsageError
from db.environment import CHECKOUT
from db.server import embedded, postgresql
from db.server.cluster import Cluster
from tests.support.databases import throwaway_cluster

UP = """
import pathlib, sys
from db.server import cluster, embedded
c = cluster.Cluster(pathlib.Path(sys.argv[1]), is_throwaway=True)
embedded.up(c)
print(c.server_pid())
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """Yield a folder that other accounts may enter, unlike pytest's own."""
    made = Path(tempfile.mkdtemp(prefix="ev-test-"))
    made.chmod(0o711)
    yield made
    for path in [made, *made.rglob("cluster.json")]:
        if path.name == "cluster.json":
            Cluster(path.parent).destroy()
    shutil.rmtree(made)


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """Yield a cluster that is furnished and down, to copy."""
    with throwaway_cluster() as cluster:
        embedded.down(cluster)
        yield cluster.folder


def copy_of(made: Path, folder: Path) -> Cluster:
    subprocess.run(["cp", "-a", str(made), str(folder)], check=True)
    return Cluster(folder, is_throwaway=True)


@pytest.fixture
def cluster(made: Path, folder: Path) -> Cluster:
    copy = copy_of(made, folder / "pg")
    embedded.up(copy)
    return copy


@pytest.fixture
def safe_cluster(cluster: Cluster) -> Cluster:
    """Return the same as `cluster`, but what is committed stays, whatever happens to the server."""
    embedded.down(cluster)
    safe = Cluster(cluster.folder)
    embedded.up(safe)
    return safe


def kill(pid: int) -> None:
    """Kill a process and wait until it is gone, or a zombie: its folder is the last thing that it gives up."""
    os.kill(pid, signal.SIGKILL)
    while Path(f"/proc/{pid}/cwd").exists():
        time.sleep(0.01)


def remember(cluster: Cluster, word: str) -> None:
    with psycopg.connect(embedded.url("owner", cluster)) as conn:
        conn.execute("create table memory as select %s as word", (word,))


def recall(cluster: Cluster) -> str:
    with psycopg.connect(embedded.url("owner", cluster)) as conn:
        row = conn.execute("select word from memory").fetchone()
    assert row
    return str(row[0])


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_it_is_private(cluster: Cluster) -> None:
    server = cluster.data.stat().st_uid
    assert server != 0
    assert mode(cluster.folder / "cluster.json") == 0o600
    for path in (cluster.home, cluster.data, Path(cluster.state.socket_folder)):
        assert (mode(path), path.stat().st_uid) == (0o700, server)
    hba = (cluster.data / "pg_hba.conf").read_text(encoding="utf-8")
    assert {line.split()[-1] for line in hba.splitlines()} == {"scram-sha-256"}
    with psycopg.connect(embedded.superuser_url(cluster)) as conn:
        assert conn.execute("show listen_addresses").fetchone() == ("127.0.0.1",)
        query = "select bool_and(rolpassword like 'SCRAM-SHA-256$%') from pg_authid where rolcanlogin"
        assert conn.execute(query).fetchone() == (True,)


@pytest.mark.parametrize("password", ["", "wrong"])
def test_nobody_comes_in_without_the_password(cluster: Cluster, password: str) -> None:
    state = cluster.state
    for host in ("127.0.0.1", state.socket_folder):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(
                host=host,
                port=state.port,
                user="postgres",
                password=password,
                dbname="postgres",
                passfile="/dev/null",
            )


def test_the_three_roles_come_in(cluster: Cluster) -> None:
    remember(cluster, "something")
    for role in ("owner", "planner", "reader"):
        with psycopg.connect(embedded.url(role, cluster)) as conn:
            row = conn.execute(
                "select current_user, rolsuper from pg_roles where rolname = current_user"
            ).fetchone()
            assert row == (f"ev_{role}", False)
    with psycopg.connect(embedded.url("reader", cluster)) as conn, pytest.raises(psycopg.errors.Error):
        conn.execute("create table public.mine (a int)")


def test_down_and_up_again_keeps_data_port_and_passwords(cluster: Cluster) -> None:
    remember(cluster, "elephant")
    before = cluster.state
    assert embedded.down(cluster) is True
    assert embedded.down(cluster) is False
    assert embedded.status(cluster).is_running is False
    assert recall(cluster) == "elephant"
    assert cluster.state == before


def test_it_survives_a_killed_server(safe_cluster: Cluster) -> None:
    remember(safe_cluster, "phoenix")
    pid = safe_cluster.server_pid()
    assert pid
    kill(pid)
    assert (safe_cluster.data / "postmaster.pid").exists()
    assert recall(safe_cluster) == "phoenix"
    assert safe_cluster.server_pid() != pid


def test_it_survives_a_pid_file_whose_number_belongs_to_another_process(cluster: Cluster) -> None:
    remember(cluster, "still here")
    lines = (cluster.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    embedded.down(cluster)
    with subprocess.Popen(["sleep", "60"], user=cluster.account.uid) as other:
        (cluster.data / "postmaster.pid").write_text(
            "\n".join([str(other.pid), *lines[1:]]) + "\n", encoding="utf-8"
        )
        cluster.account.own(cluster.data / "postmaster.pid", 0o600)
        assert cluster.is_running() is False
        assert embedded.down(cluster) is False
        assert recall(cluster) == "still here"
        assert other.poll() is None
        other.kill()


def test_it_survives_rubbish_in_the_pid_file(cluster: Cluster) -> None:
    embedded.down(cluster)
    (cluster.data / "postmaster.pid").write_text("", encoding="utf-8")
    cluster.account.own(cluster.data / "postmaster.pid", 0o600)
    embedded.up(cluster)
    assert cluster.is_running()


def test_a_half_made_cluster_is_made_again(folder: Path) -> None:
    cluster = Cluster(folder / "pg", is_throwaway=True)
    (cluster.home / "data.part/base").mkdir(parents=True)
    cluster.account.own(cluster.home, 0o700)
    embedded.up(cluster)
    assert cluster.is_running()


def test_a_taken_port_gives_way_to_another(cluster: Cluster, made: Path, folder: Path) -> None:
    second = copy_of(made, folder / "second")
    state = second.state
    state.port = cluster.state.port
    second.remember(state)
    embedded.up(second)
    assert second.state.port != cluster.state.port
    assert cluster.is_running()
    assert second.is_running()


def test_two_processes_at_once_start_one_server(folder: Path) -> None:
    def start(_: int) -> str:
        command = [sys.executable, "-c", UP, str(folder / "pg")]
        return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout

    with ThreadPoolExecutor() as pool:
        pids = set(pool.map(start, range(2)))
    assert pids == {f"{Cluster(folder / 'pg').server_pid()}\n"}


def test_a_checkout_may_move_while_the_server_runs(safe_cluster: Cluster, folder: Path) -> None:
    remember(safe_cluster, "nomad")
    (folder / "moved").mkdir(mode=0o711)
    shutil.move(safe_cluster.folder, folder / "moved/pg")
    moved = Cluster(folder / "moved/pg")
    assert recall(moved) == "nomad"
    embedded.down(moved)
    embedded.up(moved)
    assert recall(moved) == "nomad"


def test_a_copy_of_a_checkout_gets_a_server_of_its_own(cluster: Cluster, folder: Path) -> None:
    remember(cluster, "twin")
    with psycopg.connect(embedded.superuser_url(cluster)) as conn:
        conn.execute("checkpoint")
    copy = copy_of(cluster.folder, folder / "copy")
    assert copy.server_pid() is None
    assert recall(copy) == "twin"
    assert copy.server_pid() != cluster.server_pid()
    embedded.down(copy)
    assert cluster.is_running()


def test_a_long_path_gets_a_short_socket_folder(made: Path, folder: Path) -> None:
    deep = folder / ("long" * 30)
    deep.mkdir(mode=0o711)
    cluster = copy_of(made, deep / "pg")
    embedded.up(cluster)
    socket_folder = Path(cluster.state.socket_folder)
    assert (mode(socket_folder), socket_folder.stat().st_uid) == (0o700, cluster.account.uid)
    with psycopg.connect(embedded.superuser_url(cluster), host=str(socket_folder)) as conn:
        assert conn.execute("select 1").fetchone() == (1,)
    embedded.down(cluster)
    embedded.up(cluster)
    assert cluster.state.socket_folder == str(socket_folder)
    cluster.destroy()
    assert not socket_folder.exists()


@pytest.mark.skipif(
    os.geteuid() != 0, reason="only root can make a folder that the server's account cannot enter"
)
def test_a_folder_that_the_server_cannot_enter_has_its_data_elsewhere(made: Path, folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    cluster = copy_of(made, closed / "pg")
    remember(cluster, "outside")
    assert not cluster.data.is_relative_to(folder)
    assert mode(cluster.home) == 0o700
    embedded.down(cluster)
    copy = copy_of(cluster.folder, closed / "copy")
    embedded.up(copy)
    assert copy.home != cluster.home
    assert recall(cluster) == "outside"
    home = cluster.home
    cluster.destroy()
    assert not home.exists()


def _live_as(user: str, folder: str, answers: multiprocessing.SimpleQueue[object]) -> None:
    entry = pwd.getpwnam(user)
    os.setgroups([])
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)
    cluster = Cluster(Path(folder) / "pg", is_throwaway=True)
    try:
        remember(cluster, "plain")
        answers.put((recall(cluster), mode(cluster.folder), embedded.down(cluster)))
    except BaseException as error:
        answers.put(repr(error))
        raise


@pytest.mark.skipif(os.geteuid() != 0, reason="everything else runs as an ordinary user already")
def test_it_works_for_an_ordinary_user(folder: Path, cluster: Cluster) -> None:
    remember(cluster, "modules are imported before the account changes, which may not read them")
    home = folder / "home"
    home.mkdir()
    os.chown(home, pwd.getpwnam("nobody").pw_uid, -1)
    context = multiprocessing.get_context("fork")
    answers: multiprocessing.SimpleQueue[object] = context.SimpleQueue()
    process = context.Process(target=_live_as, args=("nobody", str(home), answers))
    process.start()
    answer = answers.get()
    process.join()
    assert answer == ("plain", 0o700, True)
    # Root finds it, too, and runs it as its owner.
    assert recall(Cluster(home / "pg", is_throwaway=True)) == "plain"


def test_a_state_of_another_account_is_explained(cluster: Cluster) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    (cluster.folder / "cluster.json").chmod(0)
    try:
        with pytest.raises(UsageError, match="belongs to another account"):
            embedded.status(cluster)
    finally:
        (cluster.folder / "cluster.json").chmod(0o600)


def test_two_checkouts_side_by_side(folder: Path) -> None:
    addresses = []
    for name in ("one", "two"):
        shutil.copytree(CHECKOUT / "db", folder / name / "db", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copytree(CHECKOUT / "sql", folder / name / "sql")
        environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        command = [sys.executable, "-m", "db", "url", "--role", "reader", "--long"]
        result = subprocess.run(
            command, cwd=folder / name, capture_output=True, text=True, check=True, env=environment
        )
        address, host, port, database, user, password = result.stdout.splitlines()
        fields = [line.split()[1] for line in (host, port, database, user, password)]
        with psycopg.connect(address) as conn:
            assert [
                conn.info.host,
                str(conn.info.port),
                conn.info.dbname,
                conn.info.user,
                conn.info.password,
            ] == fields
        addresses.append(address)
    assert len(set(addresses)) == 2


def test_a_server_without_postgis_is_named_with_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for program, answer in {
        "initdb": "",
        "pg_ctl": "",
        "postgres": "postgres (PostgreSQL) 99.1",
        "pg_config": str(tmp_path),
    }.items():
        (tmp_path / program).write_text(f"#!/bin/sh\necho '{answer}'\n", encoding="utf-8")
        (tmp_path / program).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with pytest.raises(
        UsageError, match="PostgreSQL 99 is installed without PostGIS and pgRouting"
    ) as refusal:
        postgresql.find(99)
    if shutil.which("apt-get"):
        assert (
            "apt-get install postgresql-99 postgresql-99-postgis-3 postgresql-99-pgrouting"
            in refusal.value.hint
        )
    assert postgresql.find().major != 99, "a complete server comes first, even if it is older"


def test_a_cluster_of_a_server_that_is_gone_says_which() -> None:
    with pytest.raises(UsageError, match="PostgreSQL 7, which made the cluster"):
        postgresql.find(7)


def test_a_broken_configuration_is_quoted_from_the_log(cluster: Cluster) -> None:
    embedded.down(cluster)
    with (cluster.data / "postgresql.auto.conf").open("a", encoding="utf-8") as file:
        file.write("no_such_setting = 1\n")
    with pytest.raises(UsageError, match=r"PostgreSQL did not start: .* contains errors") as refusal:
        embedded.up(cluster)
    assert str(cluster.log) in refusal.value.hint


def test_up_leaves_a_cluster_that_runs_as_it_is(cluster: Cluster) -> None:
    state = cluster.folder / "cluster.json"
    before = cluster.server_pid(), state.read_bytes(), state.stat().st_mtime_ns
    for _ in range(20):
        embedded.up(cluster)
    assert (cluster.server_pid(), state.read_bytes(), state.stat().st_mtime_ns) == before
