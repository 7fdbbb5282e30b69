"""What a solve may take and what it tells: time, MIP gap, the user's Ctrl-C, incumbent and dual bound."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

from model.solver.matrix import Vector

OPTIMAL_MIP_GAP = 1e-4
"""A plan whose gap is no wider, and that wastes nothing, counts as optimal."""
_EXACT_MIP_GAP = 1e-13
_DIGITS_S, _DIGITS_SHARE = 3.0, 0.5
"""Seconds that a solve goes on below that gap, or share of what it took to reach it, if that is more."""
_NO_GAIN_SHARE = 1e-13


@dataclass(frozen=True)
class Progress:
    """How far a solve has come; None where there is no plan, or no dual bound, yet.

    `priority_level` is the number of the one being solved, None where the terms are one weighted sum.
    """

    incumbent: float | None
    dual_bound: float | None
    mip_gap: float | None
    elapsed_s: float
    step: str
    priority_level: int | None = None


def gap(objective_value: float, dual_bound: float) -> float:
    """Return how much better than a plan a plan could be, as a share of its objective value."""
    return max(dual_bound - objective_value, 0.0) / max(abs(objective_value), 1e-10)


@dataclass
class Watch:
    """The clock and the ledger of one solve.

    `time_limit_s` counts from the start of the solve; at the gap `mip_gap` a plan is good enough. A plan
    that `is_trimmed` is known to hold nothing that could be left undone without loss. `listeners` hear of
    each better plan, in the thread that found it.
    """

    time_limit_s: float | None
    mip_gap: float
    tell: Callable[[Progress], None] | None = None
    step: str = "compile"
    dual_bound: float = float("inf")
    objective_value: float = float("-inf")
    values: Vector | None = None
    outer: Watch | None = None
    is_trimmed: bool = False
    _is_settled: bool = False
    listeners: list[Callable[[Vector], None]] = field(default_factory=list)
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _is_stopped: bool = False
    _reached_s: float | None = None
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
        return float("inf") if self.values is None else gap(self.objective_value, self.dual_bound)

    @property
    def is_interrupted(self) -> bool:
        """True once the user wants it to stop; a watch within another heeds the outer one."""
        return self._is_stopped or (self.outer is not None and self.outer.is_interrupted)

    @property
    def is_settled(self) -> bool:
        """True once a solver has had the last word on the whole model: nothing better is left to find."""
        return self._is_settled or (self.outer is not None and self.outer.is_settled)

    def settle(self) -> None:
        """Say that a solver has had the last word on the whole model."""
        self._is_settled = True

    def is_over(self) -> bool:
        """Tell whether to stop: good enough, settled, out of time, or stopped by the user."""
        return self.is_interrupted or self.left_s <= 0 or self.is_settled or self.is_enough()

    def is_enough(self) -> bool:
        """Tell whether the plan is good enough.

        Where a plan is to be optimal, the solve goes on below the gap for a while: it is a share of the whole
        objective, and money may be a small part of that. Often the plan is exact soon after.
        """
        if self.gap > self.mip_gap:
            return False
        if self.gap <= _EXACT_MIP_GAP or self.mip_gap > OPTIMAL_MIP_GAP:
            return True
        if self._reached_s is None:
            self._reached_s = self.elapsed_s
        return self.elapsed_s > self._reached_s + max(_DIGITS_S, _DIGITS_SHARE * self._reached_s)

    def enter(self, step: str) -> None:
        """Say what is done from now on."""
        self.step = step
        self.say()

    def lower(self, dual_bound: float) -> None:
        """Take a dual bound of the whole model, if it is lower than the one known."""
        with self._lock:
            if dual_bound < self.dual_bound:
                self.dual_bound = dual_bound
                self.say()

    def keep(self, values: Vector, objective_value: float) -> bool:
        """Take a plan, if it is better than the one known; tell whether it was."""
        with self._lock:
            least = self.objective_value + _NO_GAIN_SHARE * abs(self.objective_value)
            if self.values is not None and objective_value <= least:
                return False
            self.values, self.objective_value, self.is_trimmed = values, objective_value, False
            self.say()
        for listener in tuple(self.listeners):
            listener(values)
        return True

    def exchange(self, values: Vector, objective_value: float) -> None:
        """Take a plan that is no worse than the one known, but for rounding."""
        self.values, self.objective_value = values, max(objective_value, self.objective_value)
        self.say()

    def say(self) -> None:
        """Report the state to whoever listens."""
        if self.tell is not None:
            has_plan, has_bound = self.values is not None, self.dual_bound < float("inf")
            self.tell(
                Progress(
                    self.objective_value if has_plan else None,
                    self.dual_bound if has_bound else None,
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
