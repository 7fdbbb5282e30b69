"""The time of a run, from its start to its end: each step gets what those before have left."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path

_WRITE_PER_READ, _WRITE_PER_BUILD, _WRITE_LEAST_S = 1.25, 0.2, 2.0


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

    def solver_s(self, *, read_s: float, build_s: float, known_after_s: float = 0.0) -> float | None:
        """Return the seconds for the solver: what is left, less room for what comes after; None for no limit.

        Writing and auditing took `known_after_s` for other plans on the same data. Without that, they take
        little longer than to work out and read the inputs, on a busy machine too (measured: 0.4 to 1.1 of
        it); and all variables are worked out once more, in a part of the time of building them.
        """
        if self.limit_s is None:
            return None
        after_s = max(known_after_s, _WRITE_PER_READ * read_s) + _WRITE_PER_BUILD * build_s + _WRITE_LEAST_S
        return max(self.left_s - after_s, 0.0)


NO_LIMIT = Clock(None)


def since_process_began(limit_s: float | None) -> Clock:
    """Return a clock that counts from the start of the process, its imports included.

    Where the system does not tell when that was, it counts from now.
    """
    now_s = time.monotonic()
    try:
        stat = Path("/proc/self/stat").read_text(encoding="utf-8")
        began_ticks = int(stat.rpartition(")")[2].split()[19])
        age_s = time.clock_gettime(time.CLOCK_BOOTTIME) - began_ticks / os.sysconf("SC_CLK_TCK")
    except (OSError, AttributeError, ValueError, IndexError):
        age_s = 0.0
    return Clock(limit_s, now_s - max(age_s, 0.0))
