"""A Python process that does a job for a solve, tells what it finds, and can be ended.

HiGHS looks at no clock within a step of presolve or of interior point, and cannot be told to leave it. A
process can be ended, whatever it does; what it had found by then has been told.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any, BinaryIO

import psutil

from model.solver.watch import Watch

Tell = Callable[[str, Any], None]
"""Tells what kind of thing was found, and what."""
Offered = Callable[[], Any]
"""Returns the last of what was offered since it was asked before; None: nothing."""
Job = Callable[[Tell, Offered], None]
"""What the process does; it is pickled, and so is all that it tells."""

_LOOK_S = 0.05
"""How often the watch is looked at while processes work."""
_BEGIN = "import sys; sys.path[:] = {path!r}; from model.solver.worker import work; work()"


class Worker:
    """A process that waits for its job, with a thread here that hears what it tells.

    It takes half a second to be ready: made early, it costs nothing. `failure` says why it ended with its
    job undone.
    """

    def __init__(self) -> None:
        self.failure: str | None = None
        self._is_done = False
        self._writing = threading.Lock()
        self._hearing: threading.Thread | None = None
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-c", _BEGIN.format(path=sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for the solve that began it
        )

    @property
    def pid(self) -> int:
        """The number of its process."""
        return self._process.pid

    @property
    def cpu_s(self) -> float:
        """What its process has had of the processors, seconds; on a busy machine that is less than time."""
        try:
            times = psutil.Process(self.pid).cpu_times()
        except psutil.Error:
            return 0.0  # it has ended
        return float(times.user + times.system)

    @property
    def is_running(self) -> bool:
        """Whether it may still tell something."""
        return self._hearing is not None and self._hearing.is_alive()

    def begin(self, job: Job, hear: Tell) -> None:
        """Give it its job, the only one; `hear` is called, in a thread of its own, with all that it tells."""
        self._hearing = threading.Thread(target=self._hear, args=(hear,), daemon=True)
        self._hearing.start()
        self.offer(job)

    def offer(self, what: Any) -> None:
        """Let the process know of something; nothing happens if it has ended."""
        with self._writing, contextlib.suppress(OSError):
            assert self._process.stdin is not None  # noqa: S101 - it was asked for
            pickle.dump(what, self._process.stdin)
            self._process.stdin.flush()

    def close(self) -> None:
        """End the process, whatever it does; once is enough."""
        self._process.kill()
        self._process.wait()
        if self._hearing is not None:
            self._hearing.join()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                pipe.close()  # type: ignore[union-attr]

    def _hear(self, hear: Tell) -> None:
        assert self._process.stdout is not None  # noqa: S101 - it was asked for
        with contextlib.suppress(EOFError, OSError, pickle.UnpicklingError, ValueError):
            while not self._is_done and self.failure is None:
                kind, what = pickle.load(self._process.stdout)  # noqa: S301 - our own process
                if kind == "failure":
                    self.failure = what
                elif kind == "done":
                    self._is_done = True
                else:
                    hear(kind, what)
            return
        self.failure = f"The process of the solver ended with {self._process.wait()}."


def wait(
    watch: Watch, *workers: Worker, time_limit_s: float = float("inf"), cpu_limit_s: float = float("inf")
) -> None:
    """Wait until the watch is over, no worker is at work any more, or the time is over.

    The time is over as well once each worker has had the processors for `cpu_limit_s`.
    """
    until_s = watch.elapsed_s + time_limit_s
    while any(worker.is_running for worker in workers):
        if watch.is_over() or watch.elapsed_s > until_s:
            return
        if cpu_limit_s < float("inf") and all(worker.cpu_s > cpu_limit_s for worker in workers):
            return
        time.sleep(_LOOK_S)


def work() -> None:
    """Do the job asked for on standard input and tell on standard output: the process of a worker."""
    pipe_in, pipe_out = sys.stdin.buffer, sys.stdout.buffer
    try:
        job: Job = pickle.load(pipe_in)  # noqa: S301 - from the process that began this one
    except EOFError:
        os._exit(0)  # nothing was asked for
    offers: SimpleQueue[Any] = SimpleQueue()
    threading.Thread(target=_collect, args=(pipe_in, offers), daemon=True).start()

    def tell(kind: str, what: Any) -> None:
        try:
            pickle.dump((kind, what), pipe_out)
            pipe_out.flush()
        except BrokenPipeError:
            os._exit(0)  # who asked is gone

    try:
        job(tell, lambda: _last(offers))
    except (RuntimeError, MemoryError) as error:
        tell("failure", str(error) or type(error).__name__)
    else:
        tell("done", None)
    os._exit(0)


def _collect(pipe: BinaryIO, offers: SimpleQueue[Any]) -> None:
    with contextlib.suppress(EOFError, OSError):
        while True:
            offers.put(pickle.load(pipe))  # noqa: S301 - from the process that began this one
    os._exit(0)  # who asked is gone


def _last(offers: SimpleQueue[Any]) -> Any:
    found = None
    with contextlib.suppress(Empty):
        while True:
            found = offers.get_nowait()
    return found
