"""Commands of the planner as a user runs them, in processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.support import forked

# Solves, tells its first plan and waits for a line, so that nothing depends on time.
CHILD = """
import sys
from contextlib import contextmanager

import typer

from db.command.app import run_app
from model.terminal import live
from model import solve


@contextmanager
def waiting(**_):
    def tell(progress):
        if progress.incumbent is not None:
            print(live.words(progress), file=sys.stderr, flush=True)
            sys.stdin.readline()

    yield tell


live.watching = waiting
run_app(lambda: typer.run(solve.main))
"""


def run(
    *command: str | bytes, timeout_s: float | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a module in the checkout, with values of the environment that are its own; return how it ended."""
    return forked.run(*command, environment=os.environ | environment, timeout_s=timeout_s)


def until(is_so: Callable[[], object], seconds: float = 120) -> None:
    """Wait for something that comes soon; fail only when it does not come at all."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)


@contextmanager
def busy(count: int, *before: str) -> Iterator[None]:
    """Keep so many cores busy; `before` stands before the command of each loop, such as `nice`."""
    loops = [subprocess.Popen([*before, sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()
