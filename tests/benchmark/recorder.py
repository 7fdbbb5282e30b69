"""Tells on standard output, as lines of JSON, what a solver knows and since when."""

from __future__ import annotations

import json
import math
import time

UNKNOWN = 1e15
"""Solvers write an unknown bound as a number no smaller than this."""


class Recorder:
    """The clock of a solve, and what it has told; its seconds count from `begin`, of which reading is no part."""

    def __init__(self) -> None:
        """Begin to read."""
        self._made = self._began = time.monotonic()
        self._last: tuple[float | None, float | None] = (None, None)
        self._is_ended = False

    @property
    def elapsed_s(self) -> float:
        """Seconds since the model was in memory."""
        return time.monotonic() - self._began

    def begin(self) -> None:
        """Say that the model is in memory: seconds count from here."""
        self._began = time.monotonic()
        print(json.dumps({"read_s": round(self._began - self._made, 3)}), flush=True)  # noqa: T201

    def leave_out(self, seconds: float) -> None:
        """Say that so many of the seconds until now were none of the solve."""
        self._began += seconds

    def tell(self, objective: float | None, dual_bound: float | None, *, is_end: bool = False) -> None:
        """Tell incumbent and dual bound if they have changed, or if it is the end; nothing after that."""
        known = _known(objective), _known(dual_bound)
        if not self._is_ended and (known != self._last or is_end):
            self._last, self._is_ended = known, is_end
            line = {"seconds": round(self.elapsed_s, 4), "objective": known[0], "dual_bound": known[1]}
            print(json.dumps(line), flush=True)  # noqa: T201


def _known(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) or abs(value) >= UNKNOWN else float(value)
