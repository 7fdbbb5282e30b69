"""The course of a load: what each of its steps took."""

from __future__ import annotations

import time
from collections.abc import Callable

from etl.store import Step


class Course:
    """Passes each step on as it begins, and takes down what the one before it took."""

    def __init__(self, progress: Callable[[str], None], first: str) -> None:
        self._progress = progress
        self._steps: list[Step] = []
        self._step = first
        self._began = self._now()

    @staticmethod
    def _now() -> tuple[float, float]:
        return time.monotonic(), time.process_time()

    def __call__(self, step: str) -> None:
        """Begin a step, which ends the one before it."""
        self._end()
        self._step = step
        self._progress(step)

    def add(self, step: str, elapsed_s: float, loader_s: float) -> None:
        """Take down a step that ran beside others and is over."""
        self._steps.append(Step(step, elapsed_s, loader_s))

    def _end(self) -> None:
        now = self._now()
        self._steps.append(Step(self._step, now[0] - self._began[0], now[1] - self._began[1]))
        self._began = now

    def steps(self) -> list[Step]:
        """Return the steps up to now, the one that is under way included."""
        now = self._now()
        last = Step(self._step, now[0] - self._began[0], now[1] - self._began[1])
        return [*self._steps, last]
