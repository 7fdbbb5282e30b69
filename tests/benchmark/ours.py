"""The planner on inputs: start and solver as a run has them, what the solver tells; and phase by phase."""

from __future__ import annotations

import numpy as np

from model.formulation.build import build
from model.solver import greedy, objective_mode, phases, solve_matrix, whole_model
from model.solver.compiled import compiled
from model.solver.objective_mode import Limits
from model.solver.orchestrate import Progress
from model.solver.watch import Watch
from tests.benchmark.instance import Folder
from tests.benchmark.recorder import Recorder


def ours(folder: Folder, recorder: Recorder, limit_s: float, mip_gap: float) -> None:
    """Solve an instance; its seconds are those of the greedy start, and from when the model is a matrix."""
    inputs = folder.inputs()
    m = build(inputs)
    recorder.begin()
    start = greedy.greedy(inputs)
    begun_s = recorder.elapsed_s
    is_compiled = False

    def tell(progress: Progress) -> None:
        nonlocal is_compiled
        if progress.step != "compile" and not is_compiled:
            is_compiled = True
            recorder.leave_out(recorder.elapsed_s - begun_s)
        recorder.tell(progress.incumbent, progress.dual_bound)

    limits = Limits(max(limit_s - recorder.elapsed_s, 0.0), mip_gap)
    outcome, _ = objective_mode.find(m, limits, start=start, watcher=tell)
    recorder.tell(outcome.objective, outcome.dual_bound, is_end=True)


def in_sequence(folder: Folder, recorder: Recorder, limit_s: float, mip_gap: float) -> None:
    """Solve the phases of an instance one after the other, each as if it were the last; nothing for one phase.

    It is what a plan of all phases together has to be better than; it has no dual bound.
    """
    inputs = folder.inputs()
    m = build(inputs)
    form = compiled(m)
    if not phases.are_several(form):
        return
    recorder.begin()
    watch = Watch(limit_s, mip_gap)
    values = np.clip(0.0, form.matrix.lower, form.matrix.upper)
    for number, phase in enumerate(inputs.phase_numbers):
        limits = solve_matrix.Limits(watch.left_s / (len(inputs.phases) - number), mip_gap)
        found = solve_matrix.run(phases.up_to(form, phase, values), limits, watch)
        if found.values is not None:
            values = np.where(form.phase == phase, found.values, values)
    whole = whole_model.complete(form, form.plan(values), Watch(None, 0.0), threads=None)
    recorder.tell(None if whole is None else form.matrix.objective_value(whole), None, is_end=True)
