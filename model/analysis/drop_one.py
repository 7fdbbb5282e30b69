"""What a plan loses without each of its sites: questions that do not need each other."""

from __future__ import annotations

from dataclasses import dataclass

from db.session import connection
from model.analysis import reason
from model.analysis.past_run import PastRun, reopen
from model.analysis.reason import Loss
from model.formulation.build import build
from model.formulation.plan_model import PlanModel
from model.solver.objective_mode import Limits

_KEPT: dict[int, tuple[PlanModel, PastRun]] = {}


@dataclass(frozen=True)
class Question:
    """A run, and the site that its plan is to do without."""

    run_id: int
    site_id: int
    limits: Limits


def keep(m: PlanModel, past: PastRun) -> None:
    """Let questions to a run be answered on its model in this process."""
    _KEPT.clear()
    _KEPT[past.run_id] = m, past


def loss(question: Question) -> Loss:
    """Answer a question; a process that does not have the model of the run builds it, once.

    Raises:
        UsageError: data, locks or the planner have changed since the run.
        Stopped: the user stopped it.
    """
    if question.run_id not in _KEPT:
        with connection.connect() as conn:
            past = reopen(conn, question.run_id)
        keep(build(past.inputs), past)
    m, past = _KEPT[question.run_id]
    return reason.loss_without(m, past, question.site_id, question.limits)
