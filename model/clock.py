"""The time of a run, from its start to its end: each step gets what those before have left."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

_WRITE_PER_READ, _WRITE_PER_BUILD, _WRITE_LEAST_S = 0.45, 0.2, 1.0


@dataclass(frozen=True)
class Clock:
    """A limit in seconds, None for none, that counts from when the clock was made."""

    limit_s: float | None
    began_s: float = field(default_factory=time.monotonic)

    @property
    def elapsed_s(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.began_s

    @property
    def left_s(self) -> float:
        """Seconds left; infinite without a limit, never below 0."""
        return float("inf") if self.limit_s is None else max(self.limit_s - self.elapsed_s, 0.0)

    def solver_s(self, *, read_s: float, build_s: float) -> float | None:
        """Return the seconds for the solver: what is left, less room for what comes after; None for no limit.

        To write and audit a plan takes less than half as long as to read the inputs, on a busy machine too
        (measured: 0.4); and all variables are worked out once more, in a part of the time of building them.
        """
        if self.limit_s is None:
            return None
        after_s = _WRITE_PER_READ * read_s + _WRITE_PER_BUILD * build_s + _WRITE_LEAST_S
        return max(self.left_s - after_s, 0.0)


NO_LIMIT = Clock(None)
