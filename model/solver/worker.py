"""A Python process that does a job for a solve, tells what it finds, and can be ended.

HiGHS looks at no clock within a step of presolve or of interior point, and cannot be told to leave it. A
process can be ended, whatever it does; what it had found by then has been told. One that has done its job
waits for the next: to be ready takes half a second of a processor.
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
from typing import IO, Any, BinaryIO

import psutil

from model.solver.highs import renew_threads
from model.solver.watch import Watch

Tell = Callable[[str, Any], None]
"""Tells what kind of thing was found, and what."""
Offered = Callable[[], Any]
"""Returns the last of what was offered since it was asked before; None: nothing."""
Job = Callable[[Tell, Offered], None]
"""What the process does; it is pickled, and so is all that it tells."""

_LOOK_S = 0.05
"""How often the watch is looked at while processes work."""
_IDLE_MEMORY_MAX_BYTES = 512 << 20
"""A process that holds more is ended with its job: it would not give it back."""
_BEGIN = "import sys; sys.path[:] = {path!r}; from model.solver.worker import work; work()"


_Process = subprocess.Popen[bytes]
_idle: list[_Process] = []
"""Processes that have nothing to do: no more than were at work at the same time."""
os.register_at_fork(after_in_child=_idle.clear)  # they belong to the process that began them


class Worker:
    """A process that waits for its job, with a thread here that hears what it tells.

    A new one takes half a second to be ready: made early, it costs nothing. `failure` says why it ended with
    its job undone.
    """

    def __init__(self) -> None:
        self.failure: str | None = None
        self._is_done = False
        self._writing = threading.Lock()
        self._hearing: threading.Thread | None = None
        process = _taken() or _begun()
        self._process: _Process | None = process
        self.pid = process.pid
        self._cpu_begin_s = 0.0

    @property
    def cpu_s(self) -> float:
        """What its job has had of the processors, seconds; on a busy machine that is less than time."""
        return _cpu_s(self.pid) - self._cpu_begin_s

    @property
    def is_running(self) -> bool:
        """Whether it may still tell something."""
        return self._hearing is not None and self._hearing.is_alive()

    def begin(self, job: Job, hear: Tell) -> None:
        """Give it its job, the only one; `hear` is called, in a thread of its own, with all that it tells."""
        assert self._process is not None  # noqa: S101 - it is not closed
        self._cpu_begin_s = _cpu_s(self.pid)
        self._hearing = threading.Thread(target=self._hear, args=(self._process, hear), daemon=True)
        self._hearing.start()
        self._send("job", job)

    def offer(self, what: Any) -> None:
        """Let the process know of something; nothing happens if it has ended."""
        self._send("offer", what)

    def close(self) -> None:
        """End the process, unless it has nothing to do: then it is there for others. Once is enough."""
        process = self._process
        if process is None:
            return
        is_idle = self._is_done or self._hearing is None
        is_kept = is_idle and _memory_bytes(self.pid) <= _IDLE_MEMORY_MAX_BYTES
        if not is_kept:
            process.kill()  # or whoever sends it something just now may wait for as long as it works
        with self._writing:
            self._process = None
        if is_kept:
            _idle.append(process)
            return
        if self._hearing is not None:
            self._hearing.join()
        _end(process)

    def _send(self, kind: str, what: Any) -> None:
        with self._writing, contextlib.suppress(OSError):
            if self._process is not None:
                pickle.dump((kind, what), _pipe(self._process.stdin))
                _pipe(self._process.stdin).flush()

    def _hear(self, process: _Process, hear: Tell) -> None:
        with contextlib.suppress(EOFError, OSError, pickle.UnpicklingError, ValueError):
            while not self._is_done and self.failure is None:
                kind, what = pickle.load(_pipe(process.stdout))  # noqa: S301 - our own process
                if kind == "failure":
                    self.failure = what
                elif kind == "done":
                    self._is_done = True
                else:
                    hear(kind, what)
            return
        self.failure = f"The process of the solver ended with {process.wait()}."


def _begun() -> _Process:
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-c", _BEGIN.format(path=sys.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for the solve that began it
    )


def _taken() -> _Process | None:
    """Return a process that has nothing to do; those that were ended by others are forgotten."""
    with contextlib.suppress(IndexError):
        while True:
            process = _idle.pop()
            if process.poll() is None:
                return process
            _end(process)
    return None


def _end(process: _Process) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        with contextlib.suppress(OSError):
            _pipe(pipe).close()


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None  # noqa: S101 - it was asked for
    return pipe


def _cpu_s(pid: int) -> float:
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.Error:
        return 0.0  # it has ended
    return float(times.user + times.system)


def _memory_bytes(pid: int) -> int:
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return 0


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
    """Do one job after the other from standard input and tell on standard output: the process of a worker."""
    jobs: SimpleQueue[Job] = SimpleQueue()
    offers: SimpleQueue[Any] = SimpleQueue()
    threading.Thread(target=_collect, args=(sys.stdin.buffer, jobs, offers), daemon=True).start()
    while _do(jobs.get(), offers):
        renew_threads()
    os._exit(0)


def _do(job: Job, offers: SimpleQueue[Any]) -> bool:
    """Do a job, and return whether it was done: then there may be another one."""
    try:
        job(_tell, lambda: _last(offers))
    except (RuntimeError, MemoryError) as error:
        _tell("failure", str(error) or type(error).__name__)
        return False
    _tell("done", None)
    return True


def _tell(kind: str, what: Any) -> None:
    try:
        pickle.dump((kind, what), sys.stdout.buffer)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os._exit(0)  # who asked is gone


def _collect(pipe: BinaryIO, jobs: SimpleQueue[Job], offers: SimpleQueue[Any]) -> None:
    try:
        while True:
            kind, what = pickle.load(pipe)  # noqa: S301 - from the process that began this one
            if kind == "job":
                _last(offers)  # those were for the job before
                jobs.put(what)
            else:
                offers.put(what)
    except (EOFError, OSError):
        os._exit(0)  # who asked is gone
    except Exception as error:  # noqa: BLE001 - too little memory, say: no job would come, and all would wait
        _tell("failure", str(error) or type(error).__name__)
        os._exit(1)


def _last(offers: SimpleQueue[Any]) -> Any:
    found = None
    with contextlib.suppress(Empty):
        while True:
            found = offers.get_nowait()
    return found
