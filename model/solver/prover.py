"""The solver at work on a matrix in a process of its own: beside the search, and over when its time is over.

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
from dataclasses import replace
from queue import Empty, SimpleQueue
from typing import Any, BinaryIO

from model.solver import solve_matrix
from model.solver.highs import SolverEnd
from model.solver.matrix import Matrix, Vector
from model.solver.solve_matrix import Found, Limits
from model.solver.watch import Watch

_LOOK_S = 0.05
"""How often the watch is looked at while a process works."""
_BEGIN = "import sys; sys.path[:] = {path!r}; from model.solver.prover import work; work()"


def core_count() -> int:
    """Return the number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Prover:
    """A solver in a process of its own, with a thread here that hears what it tells.

    Better values go to the watch if they keep all rows of `whole`; the dual bound does, but is no less than
    `value_left_out`, the objective value of plans that `matrix` may lack. Better values that the watch takes
    from others are handed to the solver.
    """

    def __init__(
        self,
        matrix: Matrix,
        whole: Matrix,
        limits: Limits,
        watch: Watch,
        *,
        value_left_out: float = -float("inf"),
    ) -> None:
        self._whole, self._watch, self._value_left_out = whole, watch, value_left_out
        self._told: Vector | None = None
        self._writing = threading.Lock()
        self.found: Found | None = None
        self.failure: str | None = None
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-c", _BEGIN.format(path=sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for the solve that began it
        )
        self._hearing = threading.Thread(target=self._hear, daemon=True)
        self._hearing.start()
        self._send(
            (matrix, replace(limits, time_limit_s=min(limits.time_limit_s, watch.left_s)), watch.values)
        )
        watch.listeners.append(self._offer)

    @property
    def pid(self) -> int:
        """The number of its process."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether it may still tell something."""
        return self._hearing.is_alive()

    @property
    def is_infeasible(self) -> bool:
        """Whether it has found that no values keep all rows."""
        return self.found is not None and self.found.status == SolverEnd.INFEASIBLE

    def close(self) -> None:
        """End the process, whatever it does; once is enough."""
        with contextlib.suppress(ValueError):
            self._watch.listeners.remove(self._offer)
        self._process.kill()
        self._process.wait()
        self._hearing.join()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                pipe.close()  # type: ignore[union-attr]

    def _send(self, what: Any) -> None:
        with self._writing, contextlib.suppress(OSError):  # it may have ended
            assert self._process.stdin is not None  # noqa: S101 - it was asked for
            pickle.dump(what, self._process.stdin)
            self._process.stdin.flush()

    def _offer(self, values: Vector) -> None:
        if values is not self._told:
            self._send(values)

    def _hear(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 - it was asked for
        with contextlib.suppress(EOFError, OSError, pickle.UnpicklingError, ValueError):
            while self.found is None and self.failure is None:
                self._take(*pickle.load(self._process.stdout))  # noqa: S301 - our own process
            return
        self.failure = f"The process of the solver ended with {self._process.wait()}."

    def _take(self, kind: str, what: Any) -> None:
        if kind == "dual_bound":
            self._watch.lower(max(what, self._value_left_out))
        elif kind == "values":
            self._keep(what)
        elif kind == "failure":
            self.failure = what
        else:
            self._end(what)

    def _end(self, found: Found) -> None:
        self.found = found
        if found.values is not None:
            self._keep(found.values)
        is_refuted = found.status == SolverEnd.INFEASIBLE and self._watch.values is not None
        if is_refuted and self._value_left_out == -float("inf"):
            return  # a plan that keeps all rows says otherwise
        if found.status != SolverEnd.INFEASIBLE or is_refuted:
            self._watch.lower(max(found.dual_bound, self._value_left_out))
        if found.status in (SolverEnd.OPTIMAL, SolverEnd.INFEASIBLE):
            self._watch.settle()

    def _keep(self, values: Vector) -> None:
        if self._whole.is_feasible(values):
            self._told = values
            self._watch.keep(values, self._whole.objective_value(values))


def wait(watch: Watch, *provers: Prover, time_limit_s: float = float("inf")) -> None:
    """Wait until one of the provers has settled the matter, none works any more, or the time is over."""
    until_s = watch.elapsed_s + time_limit_s
    while any(prover.is_running for prover in provers):
        if watch.is_over() or watch.elapsed_s > until_s:
            return
        time.sleep(_LOOK_S)


def work() -> None:
    """Do what a prover asks on standard input and tell it on standard output: the process of a prover."""
    pipe_in, pipe_out = sys.stdin.buffer, sys.stdout.buffer
    matrix, limits, start = pickle.load(pipe_in)  # noqa: S301 - from the process that began this one
    offers: SimpleQueue[Vector] = SimpleQueue()
    threading.Thread(target=_collect, args=(pipe_in, offers), daemon=True).start()

    def tell(kind: str, what: Any) -> None:
        try:
            pickle.dump((kind, what), pipe_out)
            pipe_out.flush()
        except BrokenPipeError:
            os._exit(0)  # who asked is gone

    try:
        found = solve_matrix.run(
            matrix,
            limits,
            Watch(limits.time_limit_s, 0.0),
            start=start,
            better=lambda values: tell("values", values),
            dual_bound=_lower_only(tell),
            offered=lambda: _last(offers),
        )
    except (RuntimeError, MemoryError) as error:
        tell("failure", str(error))
    else:
        tell("end", found)
    os._exit(0)


def _collect(pipe: BinaryIO, offers: SimpleQueue[Vector]) -> None:
    with contextlib.suppress(EOFError, OSError):
        while True:
            offers.put(pickle.load(pipe))  # noqa: S301 - from the process that began this one
    os._exit(0)  # who asked is gone


def _last(offers: SimpleQueue[Vector]) -> Vector | None:
    found = None
    with contextlib.suppress(Empty):
        while True:
            found = offers.get_nowait()
    return found


def _lower_only(tell: Callable[[str, Any], None]) -> Callable[[float], None]:
    least = [float("inf")]

    def lower(dual_bound: float) -> None:
        if dual_bound < least[0]:
            least[0] = dual_bound
            tell("dual_bound", dual_bound)

    return lower
