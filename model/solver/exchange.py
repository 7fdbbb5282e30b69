"""Better plans that go both ways between a solve and a worker of it."""

from __future__ import annotations

import contextlib

from model.solver.matrix import Matrix, Vector
from model.solver.watch import Watch
from model.solver.worker import Worker


class Exchange:
    """A worker with its ledger: what it finds goes to the watch, if it keeps all rows of `whole`.

    Better values that the watch takes from others are handed to the worker, from `listen` on.
    """

    def __init__(self, whole: Matrix, watch: Watch, worker: Worker | None = None) -> None:
        self._whole, self._watch = whole, watch
        self._told: Vector | None = None
        self.worker = worker or Worker()

    def listen(self) -> None:
        """Hand on what others find from now on; the worker has its job."""
        self._watch.listeners.append(self._offer)

    def close(self) -> None:
        """End the process, whatever it does; once is enough."""
        with contextlib.suppress(ValueError):
            self._watch.listeners.remove(self._offer)
        self.worker.close()

    def keep(self, values: Vector) -> None:
        """Take values that the worker found."""
        if self._whole.is_feasible(values):
            self._told = values
            self._watch.keep(values, self._whole.objective_value(values))

    def _offer(self, values: Vector) -> None:
        if values is not self._told:
            self.worker.offer(values)
