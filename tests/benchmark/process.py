"""Runs a module in a process of its own, measures its memory, and ends it when it takes far too long."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from db.environment import CHECKOUT

_LOOK_S = 0.1


@dataclass(frozen=True)
class Ended:
    """What a process printed, how it ended, its seconds from start to end, its greatest memory."""

    text: str
    exit_code: int
    seconds: float
    peak_gb: float
    is_killed: bool = False


def run(*arguments: str, address: str | None = None, kill_after_s: float = float("inf")) -> Ended:
    """Run a module to its end; `address` is the database it uses. Memory counts children as well."""
    environment = os.environ | ({} if address is None else {"DATABASE_URL": address})
    began, peak_gb, is_killed = time.monotonic(), 0.0, False
    with tempfile.TemporaryFile("w+") as out:
        command = [sys.executable, "-m", *arguments]
        process = subprocess.Popen(command, cwd=CHECKOUT, env=environment, stdout=out)
        try:
            while process.poll() is None:
                peak_gb = max(peak_gb, sum(map(_resident_gb, _tree(process.pid))))
                if time.monotonic() - began > kill_after_s and not is_killed:
                    is_killed = True
                    _end(process.pid)
                time.sleep(_LOOK_S)
        finally:
            if process.poll() is None:
                _end(process.pid)
        out.seek(0)
        return Ended(out.read(), process.returncode, time.monotonic() - began, peak_gb, is_killed)


def _tree(pid: int) -> Iterator[int]:
    """Yield a process and its children, as Linux lists them."""
    yield pid
    with contextlib.suppress(OSError):
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8")
        for child in listed.split():
            yield from _tree(int(child))


def _resident_gb(pid: int) -> float:
    """Return what a process holds in memory now, GB; 0 once it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    found = re.search(r"VmRSS:\s+(\d+)", status)
    return int(found[1]) / 1e6 if found else 0.0


def _end(pid: int) -> None:
    for own in list(_tree(pid)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(own, signal.SIGKILL)
