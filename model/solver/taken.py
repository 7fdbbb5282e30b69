"""What the relaxation proves of each choice: no plan that takes it can have a greater objective value."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from pyomo.common.errors import InfeasibleConstraintException

from model.formulation.plan_model import PlanModel
from model.solver import apart
from model.solver.compiled import Compiled, compiled
from model.solver.highs import SolverEnd
from model.solver.lp_relaxation import Relaxation, relax
from model.solver.watch import Watch

Bounds = dict[tuple[str, int], float]


@dataclass(frozen=True)
class Relaxed:
    """A model as arrays, and its relaxation."""

    form: Compiled
    relaxation: Relaxation


def prove(
    m: PlanModel, known: Relaxed | None = None, *, time_limit_s: float | None, threads: int | None
) -> Bounds:
    """Return a bound on the objective of all plans that take a choice (option, phase), for each choice.

    One that no plan can take is left out. The relaxation is solved unless it is `known`; where time or the
    user ends that first, there are no bounds at all. A site takes one choice at most: `one_change_per_site`.
    """
    watch = Watch(time_limit_s, 0.0)
    with watch.heeding_the_user(), suppress(InfeasibleConstraintException):
        if known is None and watch.left_s > 0:
            form = compiled(m)
            known = Relaxed(form, relax(form.matrix, watch, time_limit_s=watch.left_s, threads=threads))
        if known is None or known.relaxation.status != SolverEnd.OPTIMAL:
            return {}
        form = known.form
        sites = [m.inputs.options[option_id].site_id for option_id, _ in form.keys]
        _, groups = np.unique(np.array(sites, dtype=np.intp), return_inverse=True)
        bounds = apart.bounds_if_taken(
            form.matrix, known.relaxation.prices, form.choices, groups.astype(np.intp), watch, threads=threads
        )
        return {key: bound for key, bound in zip(form.keys, bounds.tolist(), strict=True) if bound > -np.inf}
    return {}
