"""The compose file's workers with a real engine: the same results as without, whichever container is killed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import psycopg
import pytest
from docker.models.containers import Container

from db.distance.fill import fill
from db.session.connection import connect
from db.work.pool import HERE, Pool, sharing
from model import sweep
from model.run.adoption import Adopting
from model.solve import solve_scenario
from model.solver.objective_mode import Limits
from tests.support.compose import Compose, project
from tests.support.containers import ask_for_docker
from tests.support.processes import run, until
from tests.support.sample_files import folder_at

COUNT = 3
VARY = ("budget=-20%,+20%", "costs=0.8", "service_distance=0.7")
RUN_COUNT = 5
"""Two budgets, costs, a distance, and the marginal budget."""
Piece = TypeVar("Piece")
Result = TypeVar("Result")
_ROUTES = """
    select tile_id, from_vertex_id, to_vertex_id, distance_m, duration_min from analysis.route order by 1, 2, 3
"""
_PLANS = """
    select v.parameter, v.value, r.status, r.objective, r.publication,
        array(select row (d.site_id, d.phase, d.option_id)::text from plan.decision as d where d.run_id = r.run_id order by 1)
    from plan.run as r join plan.run_variation as v using (run_id)
    where r.parent_run_id = %s
    order by 1, 2
"""
_WAITING = """
    select host(a.client_addr)
    from pg_locks as l join pg_stat_activity as a using (pid)
    where l.relation = 'plan.decision'::regclass and not l.granted and host(a.client_addr) = any(%s)
"""


@pytest.fixture(scope="module")
def compose() -> Iterator[Compose]:
    """Yield a project with three workers, in whose database a small sample was loaded with their help."""
    ask_for_docker()
    with project() as made:
        made.up("--profile", "workers", scale=f"worker={COUNT}")
        region = str(folder_at(0.02) / "sample.toml")
        done = run(
            "etl.load", "--region", region, "--scheduler", made.scheduler, DATABASE_URL=made.database_url
        )
        assert done.returncode == 0, done.stderr
        assert "lost" not in done.stderr
        yield made


@pytest.fixture
def conn(compose: Compose, monkeypatch: pytest.MonkeyPatch) -> Iterator[psycopg.Connection[Any]]:
    """Yield a connection to the project's database, which DATABASE_URL names meanwhile."""
    monkeypatch.setenv("DATABASE_URL", compose.database_url)
    with connect(autocommit=True) as opened:
        yield opened


def solved_anew() -> int:
    """Solve the scenario, so that a sweep finds a run that none has varied; return its number."""
    ended = solve_scenario("phase1", Limits(60.0, threads=1), adopting=Adopting.NEVER)
    assert ended.error is None
    return ended.report.run_id


def swept(conn: psycopg.Connection[Any], pool: Pool) -> list[tuple[Any, ...]]:
    """Sweep a new run; return each of its variations with its plan. Nothing else is left of the sweep."""
    last = (solved_anew(),)
    base, is_cut = sweep.sweep("phase1", VARY, Limits(60.0, threads=1), pool=pool)
    assert not is_cut
    rows = conn.execute(_PLANS, (base.report.run_id,)).fetchall()
    made = conn.execute(
        "select count(*), bool_and(objective is not null) from plan.run where run_id > %s", last
    )
    assert made.fetchone() == (RUN_COUNT, True)
    assert base.report.run_id == last[0]
    assert len(rows) == RUN_COUNT
    return rows


def address(container: Container) -> str:
    """Return the address of a container in the network of its project."""
    container.reload()
    (network,) = container.attrs["NetworkSettings"]["Networks"].values()
    return str(network["IPAddress"])


@dataclass
class Held:
    """A pool in which runs of workers wait before they write, until a container is killed."""

    pool: Pool
    conn: psycopg.Connection[Any]
    compose: Compose
    chosen: Callable[[Container], Container]
    killed: list[Container] = field(default_factory=list)

    def each(
        self, function: Callable[[Piece], Result], pieces: Iterable[Piece]
    ) -> Iterator[tuple[Piece, Result]]:
        self.conn.execute("begin")
        self.conn.execute("lock table plan.decision in share mode")
        killing = threading.Thread(target=self._kill)
        killing.start()
        try:
            yield from self.pool.each(function, pieces)
        finally:
            killing.join()

    def _kill(self) -> None:
        """Kill a container while a worker has half a run in hand, then let all go on."""
        try:
            workers = {address(found): found for found in self.compose.containers("worker")}
            waiting: list[str] = []

            def one_waits() -> list[str]:
                with psycopg.connect(self.compose.database_url) as other:
                    waiting[:] = [host for (host,) in other.execute(_WAITING, (list(workers),))]
                return waiting

            until(one_waits)
            victim = self.chosen(workers[waiting[0]])
            victim.kill()
            self.killed.append(victim)
        finally:
            self.conn.execute("rollback")


@contextmanager
def holding(compose: Compose, pool: Pool, chosen: Callable[[Container], Container]) -> Iterator[Held]:
    """Yield a pool of which a container is killed; afterwards that container runs again."""
    with psycopg.connect(compose.database_url, autocommit=True) as conn:
        held = Held(pool, conn, compose, chosen)
        try:
            yield held
        finally:
            for victim in held.killed:
                victim.start()


def test_workers_are_this_machines_alone_and_have_what_is_theirs(compose: Compose) -> None:
    (scheduler,) = compose.containers("scheduler")
    assert [port["HostIp"] for ports in scheduler.ports.values() for port in ports or []] == ["127.0.0.1"]
    workers = compose.containers("worker")
    assert len(workers) == COUNT
    for worker in workers:
        assert not any(worker.ports.values())
        host = worker.attrs["HostConfig"]
        assert (host["Memory"], host["RestartPolicy"]["Name"]) == (4 * 2**30, "unless-stopped")
        assert {"OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1"} <= set(worker.attrs["Config"]["Env"])
        assert compose.password not in str(worker.image.attrs)


def test_distances_are_the_same_as_without(compose: Compose, conn: psycopg.Connection[Any]) -> None:
    loaded = conn.execute(_ROUTES).fetchall()
    notes: list[str] = []
    with conn.transaction(force_rollback=True):
        fill(conn, HERE)
        assert conn.execute(_ROUTES).fetchall() == loaded
        conn.execute("truncate analysis.route")
        with sharing(0, compose.scheduler, notes.append) as pool:
            fill(conn, pool)
        assert conn.execute(_ROUTES).fetchall() == loaded
    assert loaded
    assert notes == []


def test_the_command_finds_the_same_plans(compose: Compose, conn: psycopg.Connection[Any]) -> None:
    vary = [part for words in VARY for part in ("--vary", words)]
    command = ("model.sweep", "--scenario", "phase1", *vary, "--threads", "1", "--json")
    run_id = solved_anew()
    done = run(*command, "--scheduler", compose.scheduler)
    assert done.returncode == 0, done.stderr
    assert all(line.startswith("note: ") for line in done.stderr.splitlines())
    assert f"note: Run {run_id} has the plan of this scenario" in done.stderr
    assert conn.execute(_PLANS, (run_id,)).fetchall() == swept(conn, HERE)


def test_a_killed_worker_changes_nothing(compose: Compose, conn: psycopg.Connection[Any]) -> None:
    want = swept(conn, HERE)
    notes: list[str] = []
    with (
        sharing(0, compose.scheduler, notes.append) as pool,
        holding(compose, pool, lambda worker: worker) as held,
    ):
        assert swept(conn, held) == want
    assert len(held.killed) == 1
    assert [note for note in notes if "workers lost: 1" in note]
    assert not [note for note in notes if "done here" in note]


def test_a_killed_scheduler_changes_nothing_and_workers_come_back(
    compose: Compose, conn: psycopg.Connection[Any]
) -> None:
    want = swept(conn, HERE)
    (scheduler,) = compose.containers("scheduler")
    notes: list[str] = []
    with (
        sharing(0, compose.scheduler, notes.append) as pool,
        holding(compose, pool, lambda _: scheduler) as held,
    ):
        assert swept(conn, held) == want
    assert held.killed == [scheduler]
    assert "what is left is done here" in notes[-1]
    notes.clear()
    until(lambda: compose.containers("scheduler")[0].health == "healthy")
    with sharing(0, compose.scheduler, notes.append) as pool:
        assert swept(conn, pool) == want
    assert notes == []
