"""The solver at work on a matrix in a process of its own, beside the search."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from model.solver import solve_matrix
from model.solver.exchange import Exchange
from model.solver.highs import SolverEnd
from model.solver.matrix import Matrix, Vector
from model.solver.solve_matrix import Found, Limits
from model.solver.watch import Watch
from model.solver.worker import Offered, Tell, Worker


class Prover(Exchange):
    """A solver in a worker of its own; better plans go both ways.

    Its dual bound goes to the watch, but is no less than `value_left_out`, the objective value of plans that
    `matrix` may lack. `dual_bound` is the lowest that it told, `objective_begin` the
    objective value of the plan with which it began.
    """

    def __init__(
        self,
        matrix: Matrix,
        whole: Matrix,
        limits: Limits,
        watch: Watch,
        *,
        value_left_out: float = -float("inf"),
        worker: Worker | None = None,
    ) -> None:
        super().__init__(whole, watch, worker)
        self._value_left_out = value_left_out
        self.objective_begin = watch.objective_value
        self.found: Found | None = None
        self.dual_bound = float("inf")
        limits = replace(limits, time_limit_s=min(limits.time_limit_s, watch.left_s))
        self.worker.begin(_Proof(matrix, limits, watch.values), self._hear)
        self.listen()

    @property
    def is_infeasible(self) -> bool:
        """Whether it has found that no values keep all rows."""
        return self.found is not None and self.found.status == SolverEnd.INFEASIBLE

    def _hear(self, kind: str, what: float | Vector | Found) -> None:
        if isinstance(what, Found):
            self._end(what)
        elif kind == "dual_bound":
            self.dual_bound = float(what)
            self._watch.lower(max(self.dual_bound, self._value_left_out))
        else:
            self.keep(what)  # type: ignore[arg-type]

    def _end(self, found: Found) -> None:
        self.found = found
        if found.values is not None:
            self.keep(found.values)
        is_refuted = found.status == SolverEnd.INFEASIBLE and self._watch.values is not None
        if is_refuted and self._value_left_out == -float("inf"):
            return  # a plan that keeps all rows says otherwise
        if found.status != SolverEnd.INFEASIBLE or is_refuted:
            self._watch.lower(max(found.dual_bound, self._value_left_out))
        if found.status in (SolverEnd.OPTIMAL, SolverEnd.INFEASIBLE):
            self._watch.settle()


@dataclass(frozen=True)
class _Proof:
    """The job of a prover's worker: a matrix, its limits, values to begin with."""

    matrix: Matrix
    limits: Limits
    start: Vector | None

    def __call__(self, tell: Tell, offered: Offered) -> None:
        found = solve_matrix.run(
            self.matrix,
            self.limits,
            Watch(self.limits.time_limit_s, 0.0),
            start=self.start,
            better=lambda values: tell("values", values),
            dual_bound=_lower_only(tell),
            offered=offered,
        )
        tell("end", found)


def _lower_only(tell: Tell) -> Callable[[float], None]:
    least = [float("inf")]

    def lower(dual_bound: float) -> None:
        if dual_bound < least[0]:
            least[0] = dual_bound
            tell("dual_bound", dual_bound)

    return lower
