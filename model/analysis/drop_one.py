"""What a plan loses without each of its sites: questions that do not need each other."""

from __future__ import annotations

from dataclasses import dataclass

from db.session import connection
from model.analysis import reason
from model.analysis.past_run import PastRun, reopen
from model.analysis.reason import Loss
from model.data.run_key import RunKey, confirm
from model.formulation.build import build
from model.formulation.plan_model import PlanModel
from model.solver.objective_mode import Limits

_KEPT: dict[RunKey, tuple[PlanModel, PastRun]] = {}


@dataclass(frozen=True)
class Question:
    """A run, and the site that its plan is to do without."""

    run: RunKey
    site_id: int
    limits: Limits


def keep(m: PlanModel, past: PastRun) -> None:
    """Let questions to a run be answered on its model in this process."""
    _KEPT.clear()
    _KEPT[past.key] = m, past


def loss(question: Question) -> Loss:
    """Answer a question; a process that does not have the model of the run builds it, once.

    Raises:
        UsageError: data, locks or the planner have changed since the run, or it is not in this database.
        Stopped: the user stopped it.
    """
    run = question.run
    if run not in _KEPT:
        with connection.connect() as conn:
            confirm(conn, run)
            past = reopen(conn, run.run_id)
        keep(build(past.inputs), past)
    m, past = _KEPT[run]
    return reason.loss_without(m, past, question.site_id, question.limits)
