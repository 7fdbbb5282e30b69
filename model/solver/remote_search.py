"""Searches in neighbourhoods by the workers of a pool, beside the solve here, which can do without them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count

from db.work.pool import Workers
from model.solver.highs import SolverEnd
from model.solver.large_neighbourhood import Search, SearchSpace
from model.solver.lp_relaxation import Relaxation
from model.solver.matrix import Vector
from model.solver.watch import Watch

_PIECE_LIMIT_S = 10.0
"""How long a worker searches before it asks for the best plan that is known by then."""
_CLOSE_LIMIT_S = 2.0
_LOSSES_MAX = 3
"""How often workers may be lost with all that they were sent, before they are left alone."""
_FIRST_SEED = 1_000_003
"""Far from the seeds of searches here."""


@dataclass(frozen=True)
class SearchPiece:
    """Where a worker is to search from: the values of a plan, the dual bound, seconds, and a seed."""

    values: Vector
    dual_bound: float
    time_limit_s: float
    seed: int


def improved(space: SearchSpace, piece: SearchPiece) -> Vector | None:
    """Return the values of a better plan than that of a piece; None where none was found in its time."""
    watch = Watch(piece.time_limit_s, 0.0, dual_bound=piece.dual_bound)
    watch.keep(piece.values, space.matrix.objective_value(piece.values))
    Search(space, watch, 1, seed=piece.seed).run()
    return None if watch.values is piece.values else watch.values


class RemoteSearch:
    """Workers that search from the best plan that the watch holds, again and again, with a thread that hears.

    What they find counts once it keeps all rows of the matrix here. The search space is sent to each worker
    once, and once more when the relaxation is there, which tells where to look.
    """

    def __init__(
        self, space: SearchSpace, watch: Watch, workers: Workers, guide: Callable[[], Relaxation | None]
    ) -> None:
        self._space, self._watch, self._workers, self._guide = space, watch, workers, guide
        self._seeds = count(_FIRST_SEED)
        self._is_closed, self._losses = False, 0
        self.failure: str | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Take nothing more; what workers are at is given up. Once is enough."""
        self._is_closed = True
        self._thread.join(_CLOSE_LIMIT_S)

    def _is_wanted(self) -> bool:
        return not (self._is_closed or self._watch.is_over())

    def _run(self) -> None:
        try:
            while self._is_wanted() and self._losses <= _LOSSES_MAX:
                self._search(self._guide())
        except (RuntimeError, MemoryError) as error:
            self.failure = str(error) or type(error).__name__

    def _search(self, relaxation: Relaxation | None) -> None:
        """Let workers search where a relaxation points until there is another one."""
        is_solved = relaxation is not None and relaxation.status == SolverEnd.OPTIMAL
        space = self._space.guided(relaxation) if is_solved and relaxation is not None else self._space
        self._losses += 1  # unless the pieces come to an end of their own

        def pieces() -> Iterator[SearchPiece]:
            while self._is_wanted() and self._guide() is relaxation:
                values = self._watch.values
                assert values is not None  # noqa: S101 - a search starts from a plan
                limit_s = min(_PIECE_LIMIT_S, self._watch.left_s)
                yield SearchPiece(values, self._watch.dual_bound, limit_s, next(self._seeds))
            self._losses -= 1

        for values in self._workers.beside(improved, space, pieces(), self._is_wanted):
            self._keep(values)

    def _keep(self, values: Vector | None) -> None:
        matrix = self._space.matrix
        if values is None or self._is_closed or values.shape != matrix.gain.shape:
            return
        if matrix.is_feasible(values):
            self._watch.keep(values, matrix.objective_value(values))
