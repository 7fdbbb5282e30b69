"""Neighbourhoods searched by real Dask workers beside a solve: they help, and nothing depends on them."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyomo.core as pyo
import pytest

from db.work.pool import Workers, sharing
from model.formulation.build import build
from model.solver import orchestrate, remote_search
from model.solver.compiled import Compiled, compiled
from model.solver.large_neighbourhood import SearchSpace, search_space
from model.solver.matrix import Vector
from model.solver.remote_search import RemoteSearch, SearchPiece, improved
from model.solver.watch import Watch
from model.solver.whole_model import Outcome, complete
from tests.support.processes import run as command
from tests.support.processes import until
from tests.support.scenarios import town_file
from tests.support.towns import town
from tests.system.test_work_pool import scheduler

INPUTS = town(8, 6)


@pytest.fixture(scope="module")
def form() -> Compiled:
    return compiled(build(INPUTS))


@pytest.fixture(scope="module")
def space(form: Compiled) -> SearchSpace:
    return search_space(form, INPUTS)


@pytest.fixture(scope="module")
def nothing(form: Compiled) -> Vector:
    """The values of a plan that changes nothing."""
    values = complete(form, frozenset(), Watch(60, 0.0), threads=1)
    assert values is not None
    return values


@contextmanager
def workers(count: int, notes: list[str] | None = None) -> Iterator[Workers]:
    with sharing(count, "", (notes if notes is not None else []).append) as pool:
        assert isinstance(pool, Workers)
        yield pool


def solved(count: int) -> Outcome:
    """Solve to the last digit, in neighbourhoods first, with so many workers."""
    with sharing(count, "", lambda _: None) as pool:
        return orchestrate.solve(build(INPUTS), mip_gap=0, large_nonzero_count=0, threads=1, pool=pool)


def test_the_same_plan_with_any_number_of_workers() -> None:
    """No other plan is as good, so that there is no tie to break: without it, the best is worse."""
    found = [solved(count) for count in (0, 1, 2, 3)]
    plan, value = found[0].plan, found[0].objective
    assert value is not None
    m = build(INPUTS)
    m.other = pyo.Constraint(
        expr=sum(1 - m.x[key] if key in plan else m.x[key] for key in m.choice) >= 1  # type: ignore[attr-defined]
    )
    second = orchestrate.solve(m, mip_gap=0, threads=1).objective
    assert second is not None
    assert second < value - 1e-6
    assert [(f.status, f.plan) for f in found] == [("optimal", plan)] * 4
    assert [f.objective for f in found] == [value] * 4


class Awaited(RemoteSearch):
    """A search whose workers have come to their first piece before the solve goes on."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        until(Path(os.environ["SPOIL_MARK"]).exists)


def test_the_same_plan_after_a_killed_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    want = solved(0)
    monkeypatch.setenv("SPOIL_MARK", str(tmp_path / "mark"))
    monkeypatch.setattr(remote_search, "improved", kill_once)
    monkeypatch.setattr(orchestrate, "RemoteSearch", Awaited)
    found = solved(2)
    assert (tmp_path / "mark").exists()
    assert (found.status, found.plan, found.objective) == (want.status, want.plan, want.objective)


def test_a_worker_returns_a_better_plan_or_nothing(
    form: Compiled, space: SearchSpace, nothing: Vector
) -> None:
    values = improved(space, SearchPiece(nothing, float("inf"), 60.0, 1))
    assert values is not None
    assert form.matrix.is_feasible(values)
    assert form.matrix.objective_value(values) > form.matrix.objective_value(nothing)
    assert improved(space, SearchPiece(nothing, float("inf"), 0.0, 1)) is None


def better(space: SearchSpace, nothing: Vector, pool: Workers) -> Watch:
    """Let workers alone search from a plan that changes nothing, until they have found a better one."""
    watch, is_found = Watch(300, 0.0), threading.Event()
    watch.keep(nothing, space.matrix.objective_value(nothing))
    watch.listeners.append(lambda _: is_found.set())
    with closing(RemoteSearch(space, watch, pool, lambda: None)) as search:
        assert is_found.wait(300)
    assert search.failure is None
    return watch


def test_workers_alone_find_a_better_plan(space: SearchSpace, nothing: Vector) -> None:
    with workers(2) as pool:
        watch = better(space, nothing, pool)
    assert watch.values is not None
    assert space.matrix.is_feasible(watch.values)


def once(space: SearchSpace, piece: SearchPiece, spoil: Callable[[], Vector | None]) -> Vector | None:
    """Search, but for the first time in all workers."""
    mark = Path(os.environ["SPOIL_MARK"])
    if not mark.exists():
        mark.write_text("spoilt")
        return spoil()
    return improved(space, piece)


def kill_once(space: SearchSpace, piece: SearchPiece) -> Vector | None:
    return once(space, piece, lambda: os.kill(os.getpid(), signal.SIGKILL))


def lie_once(space: SearchSpace, piece: SearchPiece) -> Vector | None:
    """Return a plan that does everything at once, which no rule allows."""
    return once(space, piece, lambda: np.ones_like(piece.values))


def shorten_once(space: SearchSpace, piece: SearchPiece) -> Vector | None:
    return once(space, piece, lambda: piece.values[:-1])


def no_number_once(space: SearchSpace, piece: SearchPiece) -> Vector | None:
    return once(space, piece, lambda: np.full_like(piece.values, np.nan))


@pytest.mark.parametrize("search", [kill_once, lie_once, shorten_once, no_number_once])
def test_what_befalls_or_is_told_by_a_worker_does_no_harm(
    space: SearchSpace, nothing: Vector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, search: object
) -> None:
    monkeypatch.setenv("SPOIL_MARK", str(tmp_path / "mark"))
    monkeypatch.setattr(remote_search, "improved", search)
    with workers(1) as pool:
        watch = better(space, nothing, pool)
    assert (tmp_path / "mark").exists()
    assert watch.values is not None
    assert space.matrix.is_feasible(watch.values)


def test_a_lost_scheduler_is_told_and_the_solve_goes_on(tmp_path: Path) -> None:
    notes: list[str] = []
    with scheduler(1, tmp_path) as (address, (process, *_)), sharing(0, address, notes.append) as pool:
        told: list[float] = []

        def kill(_progress: object) -> None:
            if not told:
                told.append(1.0)
                process.kill()
                process.wait()

        found = orchestrate.solve(
            build(INPUTS), mip_gap=0, large_nonzero_count=0, threads=1, pool=pool, progress=kill
        )
    assert told
    assert found.status == "optimal"
    assert found.objective == solved(0).objective


@pytest.mark.usefixtures("toy_database")
def test_the_command_with_workers(tmp_path: Path) -> None:
    done = command("model.solve", "--scenario", town_file(tmp_path), "--workers", "2", "--json")
    assert done.returncode == 0, done.stderr
    assert '"objective": 0.65' in done.stdout
