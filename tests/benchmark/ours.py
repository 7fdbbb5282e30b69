"""The planner on inputs: start and solver as a run has them, and what the solver tells while it works."""

from __future__ import annotations

from model.formulation.build import build
from model.solver import greedy, objective_mode
from model.solver.objective_mode import Limits
from model.solver.orchestrate import Progress
from tests.benchmark.instance import Folder
from tests.benchmark.recorder import Recorder


def ours(folder: Folder, recorder: Recorder, limit_s: float, mip_gap: float) -> None:
    """Solve an instance; its seconds count from when the model is built."""
    inputs = folder.inputs()
    m = build(inputs)
    recorder.begin()
    start = greedy.greedy(inputs)

    def tell(progress: Progress) -> None:
        recorder.tell(progress.incumbent, progress.dual_bound)

    limits = Limits(max(limit_s - recorder.elapsed_s, 0.0), mip_gap)
    outcome, _ = objective_mode.find(m, limits, start=start, watcher=tell)
    recorder.tell(outcome.objective, outcome.dual_bound, is_end=True)
