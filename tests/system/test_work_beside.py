"""A process beside this one, which works while this one reads and writes, and may be lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from db.common.errors import UsageError
from db.work import beside
from tests.support.processes import until

PIECES = range(8)
PARENT = """
import time
from db.work import beside

for _ in beside.each(abs, [1, 2]):
    print("begun", flush=True)
    time.sleep(3600)
"""


def square(n: int) -> tuple[int, int]:
    """Return the square, and the process that made it."""
    return n * n, os.getpid()


def lose_it_at_three(n: int) -> tuple[int, int]:
    if n == 3 and os.getpid() != PARENT_PID:
        os.kill(os.getpid(), signal.SIGKILL)
    return square(n)


PARENT_PID = os.getpid()


@pytest.fixture(autouse=True)
def _two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.work.beside.core_count", lambda: 2)


def test_one_process_makes_all_in_order() -> None:
    made = list(beside.each(square, PIECES))
    assert [(n, result) for n, (result, _) in made] == [(n, n * n) for n in PIECES]
    (process,) = {process for _, (_, process) in made}
    assert process != os.getpid()
    assert not psutil.pid_exists(process)


def test_a_piece_is_taken_while_the_one_before_is_at_work() -> None:
    events: list[str] = []

    def pieces() -> Iterator[int]:
        for n in range(3):
            events.append(f"read {n}")
            yield n

    for n, _ in beside.each(square, pieces()):
        events.append(f"written {n}")
    assert events == ["read 0", "read 1", "written 0", "read 2", "written 1", "written 2"]


def test_with_one_processor_all_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.work.beside.core_count", lambda: 1)
    assert {process for _, (_, process) in beside.each(square, PIECES)} == {os.getpid()}


def test_no_pieces_are_no_work() -> None:
    assert list(beside.each(square, [])) == []


def test_what_a_lost_process_had_is_done_here_and_all_that_follows() -> None:
    made = list(beside.each(lose_it_at_three, PIECES))
    assert [(n, result) for n, (result, _) in made] == [(n, n * n) for n in PIECES]
    processes = [process for _, (_, process) in made]
    assert len(set(processes[:3]) - {PARENT_PID}) == 1
    assert set(processes[3:]) == {PARENT_PID}


def test_an_error_is_raised_here() -> None:
    def no_three(n: int) -> int:
        if n == 3:
            raise UsageError("Three is not allowed.", "take another number.")
        return n

    made = beside.each(no_three, PIECES)
    assert [next(made) for _ in range(3)] == [(0, 0), (1, 1), (2, 2)]
    with pytest.raises(UsageError, match="Three is not allowed") as caught:
        next(made)
    assert caught.value.hint == "take another number."


def test_an_error_of_who_gives_the_pieces_is_no_lost_process() -> None:
    def failing() -> Iterator[int]:
        yield 0
        raise ConnectionError("the server is gone")

    with pytest.raises(ConnectionError, match="the server is gone"):
        list(beside.each(square, failing()))


def test_large_pieces_and_results_do_not_wait_for_each_other() -> None:
    large = [bytes([n]) * 10_000_000 for n in range(4)]
    assert [found for _, found in beside.each(bytes.upper, large)] == [piece.upper() for piece in large]


def test_it_does_not_outlive_a_killed_command() -> None:
    command = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE)
    try:
        assert command.stdout is not None
        assert command.stdout.readline() == b"begun\n"
        (child,) = psutil.Process(command.pid).children()
        command.kill()
        command.wait()
        until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)
    finally:
        command.kill()
        command.wait()
