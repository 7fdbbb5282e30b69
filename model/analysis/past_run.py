"""A run that was solved before, as a model again: the same inputs, and the plan that it found."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import psycopg

from db.common.errors import UsageError
from model.accounting.grid import Purchases
from model.data.inputs import Inputs, Plan
from model.data.read import read_inputs
from model.data.read.known import Known
from model.data.run_key import RunKey
from model.data.scenario import call_of

Connection = psycopg.Connection[tuple[Any, ...]]
_RUN = """
    select s.name, r.scenario_id, r.status, r.objective, r.dual_bound, r.input_sha256, r.started_at,
        s.load_id, (select load_id from core.region)
    from plan.run as r join plan.scenario as s using (scenario_id) where r.run_id = %s
"""


@dataclass(frozen=True)
class PastRun:
    """A run with a plan and the grid upgrades it buys; `dual_bound` is None where its mode has none.

    `scenario_id` and `began`, when it began, are there if it is in a database.
    """

    run_id: int
    scenario: str
    inputs: Inputs
    plan: Plan
    objective: float
    dual_bound: float | None
    bought: Purchases | None = None
    scenario_id: int = 0
    began: dt.datetime = dt.datetime.min

    @property
    def key(self) -> RunKey:
        """The run, in no other database."""
        return RunKey(self.run_id, self.began)


def reopen(conn: Connection, run_id: int, known: Known | None = None) -> PastRun:
    """Return a run with the very inputs that it was solved on; what is `known` need not be read again.

    Raises:
        UsageError: no such run, it has no plan, or data, locks or the planner have changed since.

    """
    row = conn.execute(_RUN, (run_id,)).fetchone()
    if row is None:
        raise UsageError(f"There is no run {run_id}.", "report.run_summary lists the runs.")
    name, scenario_id, status, objective, dual_bound, sha256, began, load_id, current_id = row
    if objective is None:
        ways = conn.execute(
            "select words from plan.run_relaxation where run_id = %s order by remedy, words", (run_id,)
        ).fetchall()
        hint = "; ".join(words for (words,) in ways) or "choose one that has"
        raise UsageError(f"Run {run_id} has no plan: it ended as {status}.", f"{hint}.")
    again = f"solve it again: `planner solve --scenario {call_of(name)}`."
    if load_id != current_id:
        raise UsageError(f"Run {run_id} was solved on other data than those loaded now.", again)
    inputs = read_inputs(conn, scenario_id, known=known)
    if inputs.sha256 != sha256:
        raise UsageError(f"Run {run_id} was solved on other locks or by another version of the views.", again)
    chosen = conn.execute("select option_id, phase from plan.decision where run_id = %s", (run_id,))
    steps = conn.execute(
        "select grid_area_id, step, phase from plan.grid_upgrade where run_id = %s", (run_id,)
    )
    bought = frozenset((area, step, phase) for area, step, phase in steps)
    plan = frozenset((option, phase) for option, phase in chosen)
    return PastRun(run_id, name, inputs, plan, objective, dual_bound, bought, scenario_id, began)
