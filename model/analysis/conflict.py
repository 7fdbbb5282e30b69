"""Which rules cannot be kept together."""

from __future__ import annotations

from model.data.clock import NO_LIMIT, Clock
from model.data.codes import RunStatus
from model.data.inputs import Inputs
from model.formulation.build import build
from model.formulation.constraints import RULES
from model.solver import whole_model

_ANY_PLAN_MIP_GAP = 1e6


def conflicting_rules(
    inputs: Inputs, clock: Clock = NO_LIMIT, *, time_limit_s: float = 30.0, threads: int | None = None
) -> tuple[str, ...]:
    """Return the names of rules that conflict in an infeasible model, none of which could be spared.

    Each rule in turn is left out; where the others still conflict, it stays out. A rule whose trial does not
    end within `time_limit_s`, or before the clock's time is over, stays in: the answer may then name a rule
    too many, never one too few.
    """
    left_out: frozenset[str] = frozenset()
    took_s = 0.0  # to build the model once, which nothing can cut short
    switchable = [rule.name for rule in RULES if rule.name in inputs.rules]
    for name in switchable:
        began_s = clock.elapsed_s
        if clock.left_s <= took_s:
            break
        m = build(inputs, without=left_out | {name})
        took_s = clock.elapsed_s - began_s
        limit_s = min(time_limit_s, clock.left_s)
        trial = whole_model.solve(m, time_limit_s=limit_s, mip_gap=_ANY_PLAN_MIP_GAP, threads=threads)
        if trial.status == RunStatus.INFEASIBLE:
            left_out |= {name}
    return tuple(name for name in switchable if name not in left_out)
