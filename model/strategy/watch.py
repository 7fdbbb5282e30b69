"""What a solve may take and what it tells: time, gap, the user's Ctrl-C, the best plan and bound so far."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

from model.strategy.matrix import Vector

_NO_GAIN_SHARE = 1e-13


@dataclass(frozen=True)
class Progress:
    """How far a solve has come; None where there is no plan, or no bound, yet."""

    incumbent: float | None
    bound: float | None
    gap_share: float | None
    elapsed_s: float
    step: str


def gap(worth: float, bound: float) -> float:
    """Return how much better than a plan a plan could be, as a share of its worth."""
    return max(bound - worth, 0.0) / max(abs(worth), 1e-10)


@dataclass
class Watch:
    """The clock and the ledger of one solve.

    `time_limit_s` counts from the start of the solve; at the gap `gap_share` a plan is good enough.
    """

    time_limit_s: float | None
    gap_share: float
    tell: Callable[[Progress], None] | None = None
    step: str = "compile"
    bound: float = float("inf")
    worth: float = float("-inf")
    values: Vector | None = None
    outer: Watch | None = None
    _is_stopped: bool = False
    _began: float = field(default_factory=time.monotonic)

    @property
    def elapsed_s(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._began

    @property
    def left_s(self) -> float:
        """Seconds left; infinite without a limit."""
        return float("inf") if self.time_limit_s is None else max(self.time_limit_s - self.elapsed_s, 0.0)

    @property
    def gap(self) -> float:
        """The gap so far, infinite as long as there is no plan."""
        return float("inf") if self.values is None else gap(self.worth, self.bound)

    @property
    def is_interrupted(self) -> bool:
        """True once the user wants it to stop; a watch within another heeds the outer one."""
        return self._is_stopped or (self.outer is not None and self.outer.is_interrupted)

    def is_over(self) -> bool:
        """Tell whether to stop: good enough, out of time, or stopped by the user."""
        return self.is_interrupted or self.left_s <= 0 or self.gap <= self.gap_share

    def enter(self, step: str) -> None:
        """Say what is done from now on."""
        self.step = step
        self.say()

    def lower(self, bound: float) -> None:
        """Take a bound of the whole model, if it is lower than the one known."""
        if bound < self.bound:
            self.bound = bound
            self.say()

    def keep(self, values: Vector, worth: float) -> bool:
        """Take a plan, if it is better than the one known; tell whether it was."""
        if self.values is not None and worth <= self.worth + _NO_GAIN_SHARE * abs(self.worth):
            return False
        self.values, self.worth = values, worth
        self.say()
        return True

    def say(self) -> None:
        """Report the state to whoever listens."""
        if self.tell is not None:
            has_plan, has_bound = self.values is not None, self.bound < float("inf")
            self.tell(
                Progress(
                    self.worth if has_plan else None,
                    self.bound if has_bound else None,
                    self.gap if has_plan and has_bound else None,
                    self.elapsed_s,
                    self.step,
                )
            )

    @contextmanager
    def heeding_the_user(self) -> Iterator[None]:
        """Take the first Ctrl-C as a wish to stop with what there is; the second stops at once.

        Signals reach the main thread only: elsewhere whoever started the thread has to stop it.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = signal.getsignal(signal.SIGINT)

        def stop(_number: int, _frame: FrameType | None) -> None:
            self._is_stopped = True
            signal.signal(signal.SIGINT, before)

        signal.signal(signal.SIGINT, stop)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)
