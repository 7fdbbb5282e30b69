"""The relaxation at work in a process of its own: beside the search, which hears where to look."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from model.solver.lp_relaxation import Relaxation, relax
from model.solver.matrix import Matrix
from model.solver.watch import Watch
from model.solver.worker import Offered, Tell, Worker


class Relaxer:
    """The relaxation in a worker of its own, begun after `delay_s` if it is still there by then.

    `take` hears of the relaxation, in another thread, once it is solved or its time is over.
    """

    def __init__(
        self,
        matrix: Matrix,
        watch: Watch,
        take: Callable[[Relaxation], None],
        *,
        time_limit_s: float,
        delay_s: float = 0.0,
    ) -> None:
        self.worker = Worker()
        self.worker.begin(
            _Relaxing(matrix, min(time_limit_s, watch.left_s), delay_s), lambda _, what: take(what)
        )

    def close(self) -> None:
        """End the process, whatever it does; once is enough."""
        self.worker.close()


@dataclass(frozen=True)
class _Relaxing:
    """The job of a relaxer's worker."""

    matrix: Matrix
    time_limit_s: float
    delay_s: float

    def __call__(self, tell: Tell, _offered: Offered) -> None:
        time.sleep(min(self.delay_s, self.time_limit_s))
        limit_s = self.time_limit_s - self.delay_s
        watch = Watch(limit_s, 0.0)
        tell("relaxation", relax(self.matrix, watch, time_limit_s=limit_s, threads=1))
