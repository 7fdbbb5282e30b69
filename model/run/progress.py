"""Records what the solver of a run finds by when, and which step it is at, for plan.run_progress."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg

from model.data.codes import SolveStep
from model.data.progress import History, Moment

if TYPE_CHECKING:  # commands that solve nothing keep progress, too
    from model.solver.objective_mode import Watcher
    from model.solver.watch import Progress

_ROW = """
    insert into plan.run_progress (
        run_id, number, priority_level, step, elapsed_s, incumbent, dual_bound
    )
    values (%s, %s, %s, %s, %s, %s, %s)
    on conflict do nothing
"""


class Recorder:
    """A watcher that remembers what it hears, and the stopwatch of a solve.

    The stopwatch stands while inputs are read and the model is built. Solvers tell of their findings in
    threads of their own. `watcher` hears all of it as well.
    """

    def __init__(
        self, watcher: Watcher | None = None, clock_s: Callable[[], float] = time.perf_counter
    ) -> None:
        self._history = History()
        self._watcher, self._clock_s = watcher, clock_s
        self._lock = threading.Lock()
        self._before_s = 0.0
        self._began_s: float | None = None

    @property
    def elapsed_s(self) -> float:
        """Seconds of solving so far."""
        return self._before_s + (0.0 if self._began_s is None else self._clock_s() - self._began_s)

    @contextmanager
    def solving(self, step: SolveStep) -> Iterator[None]:
        """Let the stopwatch run, beginning with a step."""
        with self._lock:
            self._history.add(Moment(step, self._before_s))
            self._began_s = self._clock_s()
        try:
            yield
        finally:
            with self._lock:
                self._before_s, self._began_s = self.elapsed_s, None

    def __call__(self, progress: Progress) -> None:
        """Take what a solver tells."""
        step, figures = SolveStep(progress.step), (progress.incumbent, progress.dual_bound)
        with self._lock:
            self._history.add(Moment(step, self.elapsed_s, *figures, progress.priority_level))
        if self._watcher is not None:
            self._watcher(progress)

    def forget_values(self) -> None:
        """Keep steps and seconds alone: floors gave way, and what was found is not of what is solved now."""
        with self._lock:
            self._history.forget_values()

    def moments(self) -> list[Moment]:
        """Return what was found by when, as the end bears it out."""
        with self._lock:
            return self._history.borne_out()


def write(cursor: psycopg.Cursor[Any], run_id: int, recorder: Recorder) -> None:
    """Write the rows of a run; a run that fails once it has written them keeps those."""
    cursor.executemany(
        _ROW,
        [
            (run_id, number, m.priority_level, m.step, m.elapsed_s, m.incumbent, m.dual_bound)
            for number, m in enumerate(recorder.moments(), start=1)
        ],
    )
