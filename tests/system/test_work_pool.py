"""Work shared out among real Dask workers, some of which are killed, and their scheduler too."""

from __future__ import annotations

import gc
import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from subprocess import DEVNULL
from typing import Any

import psutil
import psycopg
import pytest

from db.common.errors import UsageError
from db.distance.fill import fill
from db.distance.search import Tile, routes
from db.environment import CHECKOUT, own_environment
from db.work.makeup import makeup, refuse_others
from db.work.pool import Pool, Workers, sharing

PIECES = range(12)
WANT = {n: n * n for n in PIECES}


def square(n: int) -> tuple[int, int]:
    """Return the square, and the process that made it."""
    time.sleep(0.05)
    return n * n, os.getpid()


def no_seven(n: int) -> int:
    if n == 7:
        raise UsageError("Seven is not allowed.", "take another number.")
    return n


def lose_the_connection_once(folder: str) -> int:
    """Lose the connection to the database at the first attempt."""
    with (Path(folder) / "attempts").open("a") as file:
        file.write("x")
    attempts = len((Path(folder) / "attempts").read_text())
    if attempts == 1:
        raise psycopg.OperationalError("server closed the connection unexpectedly")
    return attempts


def squares(pool: Pool) -> dict[int, int]:
    return {n: made for n, (made, _) in pool.each(square, PIECES)}


@contextmanager
def scheduler(
    worker_count: int, folder: Path, checkout: Path = CHECKOUT
) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Start a scheduler and workers, as a user does, and yield the address and their processes."""
    dask = Path(sys.executable).with_name("dask")
    file = folder / "scheduler.json"
    ours = own_environment(PYTHONPATH=str(checkout), DASK_DISTRIBUTED__LOGGING__DISTRIBUTED="critical")
    command = [
        dask,
        "scheduler",
        "--host",
        "127.0.0.1",
        "--port",
        "0",
        "--no-dashboard",
        "--scheduler-file",
        file,
    ]
    running = [subprocess.Popen(list(map(str, command)), env=ours, cwd=folder)]
    try:
        while not file.exists():
            assert running[0].poll() is None
            time.sleep(0.05)
        worker = [
            dask,
            "worker",
            "--scheduler-file",
            file,
            "--nthreads",
            "1",
            "--no-dashboard",
            "--no-nanny",
        ]
        running += [
            subprocess.Popen(list(map(str, worker)), env=ours, cwd=folder) for _ in range(worker_count)
        ]
        address = json.loads(file.read_text())["address"]
        yield address, running
    finally:
        for process in running:
            process.kill()
        for process in running:
            process.wait()


@pytest.mark.parametrize("workers", [0, 1, 2, 3])
def test_any_number_of_workers_makes_the_same(workers: int) -> None:
    notes: list[str] = []
    with sharing(workers, "", notes.append) as pool:
        made = dict(pool.each(square, PIECES))
    assert {n: result for n, (result, _) in made.items()} == WANT
    processes = {process for _, process in made.values()}
    assert processes == {os.getpid()} if workers == 0 else os.getpid() not in processes
    assert notes == []


FORKED = """
import gc
import sys
from db.work.pool import sharing

def imported(_piece):
    is_left_alone = gc.isenabled() and gc.get_freeze_count() > len(sys.modules)
    return "model.run.varied" in sys.modules and is_left_alone

if __name__ == "__main__":
    import model.run.varied
    with sharing(2, "", print) as pool:
        print(*(found for _, found in pool.each(imported, range(4))))
"""


def test_workers_have_what_the_command_imported_and_look_for_no_garbage_in_it_wherever_it_is_begun(
    tmp_path: Path,
) -> None:
    script = tmp_path / "script.py"
    script.write_text(FORKED)
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in ("db", "model"):
        (folder / f"{name}.py").write_text("print('a stranger')")
    ours = own_environment(PYTHONPATH=str(CHECKOUT))
    done = subprocess.run(
        [sys.executable, str(script)], cwd=folder, env=ours, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "True True True True\n", "")


def forked() -> list[psutil.Process]:
    """Return the processes that were forked from one that this one began."""
    return [p for p in psutil.Process().children(recursive=True) if p.ppid() != os.getpid()]


def test_workers_that_will_be_needed_are_begun_before_they_are_asked_for() -> None:
    with sharing(2, "", print, is_certain=True):
        while len(forked()) < 2:
            time.sleep(0.01)
    assert forked() == []


def test_a_killed_worker_costs_nothing_but_time() -> None:
    made, killed, notes = {}, 0, list[str]()
    with sharing(2, "", notes.append) as pool:
        for n, (result, process) in pool.each(square, PIECES):
            made[n] = result
            if not killed:
                killed = process
                os.kill(process, signal.SIGKILL)
    assert made == WANT
    assert [note for note in notes if note.startswith("workers lost: 1, there: ")]


def test_a_worker_killed_between_two_pieces_of_work_is_noted() -> None:
    notes = list[str]()
    with sharing(2, "", notes.append) as pool:
        assert isinstance(pool, Workers)
        known = pool._client.nthreads().keys()
        killed = [process for _, (_, process) in pool.each(square, PIECES)][-1]
        os.kill(killed, signal.SIGKILL)
        while pool._client.nthreads().keys() >= known:
            time.sleep(0.01)
        assert notes == []
        assert squares(pool) == WANT
    assert [note for note in notes if note.startswith("workers lost: 1, there: ")]


def test_workers_that_never_come_are_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.work.pool._LOOK_S", 0.01)
    monkeypatch.setattr("db.work.pool._PATIENCE_S", 0.0)
    notes: list[str] = []
    with scheduler(0, tmp_path) as (address, _), sharing(0, address, notes.append) as pool:
        assert squares(pool) == WANT
    (note,) = notes
    assert "what is left is done here" in note


def test_what_a_piece_raises_is_raised_and_the_pool_works_on() -> None:
    with sharing(2, "", lambda _: None) as pool:
        with pytest.raises(UsageError, match="Seven is not allowed"):
            dict(pool.each(no_seven, PIECES))
        assert squares(pool) == WANT


@pytest.mark.parametrize("workers", [0, 1])
def test_a_piece_that_lost_the_database_begins_again(workers: int, tmp_path: Path) -> None:
    with sharing(workers, "", lambda _: None) as pool:
        assert dict(pool.each(lose_the_connection_once, [str(tmp_path)])) == {str(tmp_path): 2}


def test_pieces_that_nobody_wants_any_more_are_given_up() -> None:
    with sharing(1, "", lambda _: None) as pool:
        assert isinstance(pool, Workers)
        next(iter(pool.each(square, PIECES)))
        gc.collect()
        while held := pool._client.futures:  # tells when it does not end
            time.sleep(0.01)
        assert not held


def begun(folder: Path, n: int) -> None:
    """Note the piece as begun; the first one takes until the last has begun, or for 20 s."""
    names = folder / "begun"
    with names.open("a") as file:
        file.write(str(n))
    late_s = time.monotonic() + 20
    while n == 0 and "3" not in names.read_text() and time.monotonic() < late_s:
        time.sleep(0.01)


def test_no_piece_waits_behind_one_that_takes_long(tmp_path: Path) -> None:
    """Whoever is free takes the next one, and not another that was meant for it."""
    with sharing(2, "", lambda _: None) as pool:
        assert len(dict(pool.each(partial(begun, tmp_path), range(4)))) == 4
    names = (tmp_path / "begun").read_text()
    assert {*names[:2]} == {"0", "1"}
    assert names[2:] == "23"


def test_pieces_are_taken_as_workers_come_free() -> None:
    taken: list[int] = []

    def pieces() -> Iterator[int]:
        for n in range(100):
            taken.append(n)
            yield n

    with sharing(1, "", lambda _: None) as pool:
        next(iter(pool.each(square, pieces())))
    assert len(taken) < 10


def test_workers_of_a_scheduler_and_then_without_it(tmp_path: Path) -> None:
    """The scheduler is killed in the middle: what is left is done here, and the user is told."""
    notes: list[str] = []
    with scheduler(2, tmp_path) as (address, (process, *_)), sharing(0, address, notes.append) as pool:
        assert squares(pool) == WANT
        assert notes == []
        made = {}
        for n, (result, _) in pool.each(square, PIECES):
            if not made:
                process.kill()
                process.wait()
            made[n] = result
        assert made == WANT
        assert squares(pool) == WANT  # and so is what comes after it
    (note,) = notes
    assert "what is left is done here" in note


def test_workers_that_do_not_come_back_are_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.work.pool._LOOK_S", 0.2)
    monkeypatch.setattr("db.work.pool._PATIENCE_S", 0.4)
    notes: list[str] = []
    with scheduler(2, tmp_path) as (address, (_, *workers)), sharing(0, address, notes.append) as pool:
        made = {}
        for n, (result, _) in pool.each(square, PIECES):
            if not made:
                for worker in workers:
                    worker.kill()
                    worker.wait()
            made[n] = result
        assert made == WANT
    assert "what is left is done here" in notes[-1]


def copied(folder: Path) -> Path:
    """Return a copy of the checkout's code, as a worker may have it."""
    for name in ("db", "model", "sql"):
        shutil.copytree(CHECKOUT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def without_planner(folder: Path) -> None:
    shutil.rmtree(folder / "db")


def with_one_view_changed(folder: Path) -> None:
    with (folder / "sql/3_analysis/route.sql").open("a", encoding="utf-8") as file:
        file.write("-- one more line\n")


def from_before_workers_were_compared(folder: Path) -> None:
    (folder / "db/work/makeup.py").unlink()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (without_planner, r".*No module named \\?'db\\?'\W"),
        (with_one_view_changed, f"planner [0-9a-f]{{12}} instead of {makeup()['planner']}"),
        (from_before_workers_were_compared, r".*No module named \\?'db\.work\.makeup"),
    ],
    ids=lambda f: getattr(f, "__name__", ""),
)
def test_workers_with_another_planner_are_refused(
    change: Callable[[Path], None], words: str, tmp_path: Path
) -> None:
    change(copied(tmp_path / "other"))
    with (
        scheduler(1, tmp_path, tmp_path / "other") as (address, _),
        pytest.raises(UsageError, match=rf"The worker at tcp://.* what this command is: {words}") as error,
        sharing(0, address, lambda _: None),
    ):
        pass
    assert "from the same checkout" in error.value.hint


def test_a_worker_that_comes_later_with_another_planner_is_refused(tmp_path: Path) -> None:
    """Its work is refused, not used; the pieces of the others are still right."""
    other = copied(tmp_path / "other")
    with_one_view_changed(other)
    with scheduler(1, tmp_path) as (address, _), sharing(0, address, lambda _: None) as pool:
        late = [Path(sys.executable).with_name("dask"), "worker", address, "--nthreads", "1", "--no-nanny"]
        with subprocess.Popen(
            list(map(str, late)), env=own_environment(PYTHONPATH=str(other)), cwd=tmp_path, stderr=DEVNULL
        ) as process:
            try:
                with pytest.raises(UsageError, match="A worker is not made of what this command is: planner"):
                    for _ in pool.each(abs, itertools.count()):
                        pass
            finally:
                process.kill()


def test_what_differs_is_named() -> None:
    """Other Pythons and packages, which cannot be installed here beside these, are compared by name."""
    ours = makeup()
    refuse_others(ours, {"lz4": "4.4"}, "The scheduler")
    theirs = {**ours, "Python": "3.14", "numpy": "2.0.0"}
    with pytest.raises(
        UsageError, match=rf"Python 3\.14 instead of {ours['Python']}, numpy 2\.0\.0 instead of"
    ):
        refuse_others(ours, theirs, "A worker")


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense://x"])
def test_no_scheduler_is_a_sentence(address: str) -> None:
    sentence = re.escape(f"No Dask scheduler answers at '{address}'")
    with pytest.raises(UsageError, match=sentence), sharing(0, address, lambda _: None):
        pass


def test_workers_and_a_scheduler_exclude_each_other() -> None:
    words = "exclude each other"
    with pytest.raises(UsageError, match=words), sharing(2, "tcp://127.0.0.1:1", lambda _: None):
        pass


def kill_for_a_tile(tile: Tile) -> bytes | None:
    """Search, but for the first time at a price: kill the worker when it has the routes."""
    mark = Path(os.environ["KILL_MARK"])
    found = routes(tile)
    if not mark.exists():
        mark.write_text("killed")
        os.kill(os.getpid(), signal.SIGKILL)
    return found


def test_distances_are_the_same_from_any_number_of_workers_and_after_a_killed_one(
    toy_connection: psycopg.Connection[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = "select tile_id, from_vertex_id, to_vertex_id, distance_m, duration_min from analysis.route order by 1, 2, 3"

    def filled(workers: int) -> list[tuple[Any, ...]]:
        with sharing(workers, "", lambda _: None) as pool:
            fill(toy_connection, pool)
        return toy_connection.execute(query).fetchall()

    before = toy_connection.execute(query).fetchall()
    assert len(before) == 24
    assert [filled(workers) for workers in (0, 1, 2, 3)] == [before] * 4
    monkeypatch.setenv("KILL_MARK", str(tmp_path / "mark"))
    monkeypatch.setattr("db.distance.fill.routes", kill_for_a_tile)
    assert filled(2) == before
    assert (tmp_path / "mark").exists()
