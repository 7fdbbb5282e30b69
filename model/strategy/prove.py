"""The way from a model to a plan with a bound that holds for the whole model."""

from __future__ import annotations

from collections.abc import Callable

import pyomo.environ as pyo

from model.inputs import Plan
from model.strategy import highs
from model.strategy.watch import Progress

__all__ = ["Progress", "solve"]


def solve(
    m: pyo.ConcreteModel,
    *,
    time_limit_s: float | None = None,
    gap_share: float = highs.OPTIMAL_GAP_SHARE,
    threads: int | None = None,
    start: Plan | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> highs.Outcome:
    """Solve the model; afterwards its variables hold the plan. `progress` hears of each better plan or bound.

    Stopped by the user it returns the best plan so far, with `is_interrupted`.

    Raises:
        KeyboardInterrupt: the user stopped it before there was a plan.
        RuntimeError: the solver failed, or its bound contradicts the plan it found.

    """
    outcome = highs.solve(m, time_limit_s=time_limit_s, gap_share=gap_share, threads=threads, start=start)
    if progress is not None:
        progress(Progress(outcome.objective, outcome.bound, outcome.gap_share, 0.0, "ended"))
    return outcome
