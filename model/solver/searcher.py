"""A search at work in a process of its own, beside the one here: where there are processors for it."""

from __future__ import annotations

from dataclasses import dataclass

from model.solver.exchange import Exchange
from model.solver.large_neighbourhood import Search, SearchSpace
from model.solver.matrix import Matrix, Vector
from model.solver.watch import Watch
from model.solver.worker import Offered, Tell


class Searcher(Exchange):
    """A search in a worker of its own; better plans go both ways. `seed` makes it differ from others."""

    def __init__(self, area: SearchSpace, whole: Matrix, watch: Watch, *, seed: int) -> None:
        super().__init__(whole, watch)
        job = _Searching(area, watch.values, watch.dual_bound, watch.left_s, seed)
        self.worker.begin(job, lambda _, values: self.keep(values))
        self.listen()


@dataclass(frozen=True)
class _Searching:
    """The job of a searcher's worker: where to search, from which values, for how long."""

    area: SearchSpace
    values: Vector | None
    dual_bound: float
    time_limit_s: float
    seed: int

    def __call__(self, tell: Tell, offered: Offered) -> None:
        matrix = self.area.matrix
        watch = Watch(self.time_limit_s, 0.0, dual_bound=self.dual_bound)
        if self.values is not None:
            watch.keep(self.values, matrix.objective_value(self.values))
        told: list[Vector] = []
        watch.listeners.append(
            lambda values: None if any(values is one for one in told) else tell("values", values)
        )

        def hear() -> None:
            values = offered()
            if values is not None:
                told[:] = [values]
                watch.keep(values, matrix.objective_value(values))

        Search(self.area, watch, 1, seed=self.seed, before_step=hear).run()
