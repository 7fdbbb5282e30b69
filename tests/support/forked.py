"""Runs commands in forks of one process that has imported what they import.

A command spends most of its time on imports: here one process does that for a whole session. What follows is
that of `python -m`: a process of its own, its environment, what it prints, how it ends.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import runpy
import subprocess
import sys
from functools import cache
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from db.environment import CHECKOUT


@cache
def commands() -> tuple[str, ...]:
    """Return every module that is called as a command."""
    found = []
    for package in ("db", "etl", "model", "report", "desk", "tests/benchmark"):
        for path in sorted((CHECKOUT / package).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            if "run_app(" in text and '__name__ == "__main__"' in text:
                name = ".".join(path.relative_to(CHECKOUT).with_suffix("").parts)
                found.append(name.removesuffix(".__main__"))
    return tuple(found)


@cache
def _server() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    packages = {name: CHECKOUT.joinpath(*name.split(".")).is_dir() for name in commands()}
    context.set_forkserver_preload(
        [__name__, *(f"{name}.__main__" if is_package else name for name, is_package in packages.items())]
    )
    forkserver.ensure_running()
    return context


def begin() -> None:
    """Begin the process that commands are forked from; workers of this process are then forked from it as well."""
    _server()


def _become(command: tuple[str | bytes, ...], environment: dict[str, str], folder: Path) -> None:
    """Go on as `python -m` does once it has read its command line."""
    for number, name in ((1, "stdout"), (2, "stderr")):
        file = os.open(folder / name, os.O_WRONLY | os.O_CREAT)
        os.dup2(file, number)
        os.close(file)
    os.chdir(CHECKOUT)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = [os.fsdecode(part) for part in command]
    module = sys.argv[0]
    for imported in (module, f"{module}.__main__"):
        # it runs as `__main__`, not as what others have imported
        if not hasattr(sys.modules.get(imported), "__path__"):
            sys.modules.pop(imported, None)
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    finally:
        atexit._run_exitfuncs()


def run(
    *command: str | bytes, environment: dict[str, str], timeout_s: float | None
) -> subprocess.CompletedProcess[str]:
    """Run a module with arguments to its end.

    Raises:
        subprocess.TimeoutExpired: it takes longer than `timeout_s`; it is killed.
    """
    with TemporaryDirectory(prefix="ev-test-") as name:
        folder = Path(name)
        process: Any = _server().Process(target=_become, args=(command, environment, folder))
        process.start()
        process.join(timeout_s)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(list(command), timeout_s or 0.0)
        out, err = ((folder / name).read_text(encoding="utf-8") for name in ("stdout", "stderr"))
        return subprocess.CompletedProcess(list(command), process.exitcode, out, err)
