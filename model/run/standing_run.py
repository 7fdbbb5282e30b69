"""The run that a scenario has already: analyses vary it, rather than solve the same once more."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import psycopg

from db.common.errors import UsageError
from model.analysis import past_run
from model.analysis.variation import validated
from model.data import scenario_store
from model.data.codes import Publication, RunStatus
from model.data.read.known import Known
from model.data.scenario import Scenario
from model.run import lifecycle
from model.run.pipeline import Ended, Report, tell
from model.run.progress import Recorder

Connection = psycopg.Connection[tuple[Any, ...]]
_RUNS = """
    select r.run_id, r.status, r.mip_gap, s.resolved, s.publication_mip_gap_max
    from plan.run as r
    join plan.scenario as s on s.scenario_id = r.scenario_id
    left join report.adopted_run as a on a.run_id = r.run_id
    where %s in (r.scenario_id, r.asked_scenario_id)
        and r.parent_run_id is null
        and r.publication = 'published'
    order by a.generation nulls last, r.run_id desc
"""


def find(conn: Connection, name: str, parameters: Scenario, known: Known) -> Ended | None:
    """Return the published run of a scenario as if it had just ended, or None where there is none.

    Of several it is the one that a scenario which continues this one builds upon: the adopted one, else the
    latest. A run counts only while data, locks and views are those that it was solved on. What is read of it
    is `known` afterwards.

    Raises:
        UsageError: no region is loaded, or the plan that the scenario continues is not there.

    """
    scenario_id = scenario_store.store(conn, name, parameters)
    for run_id, status, mip_gap, resolved, mip_gap_max in conn.execute(_RUNS, (scenario_id,)).fetchall():
        solved = _solved_parameters(parameters, resolved)
        if solved is None:
            continue
        try:
            past = past_run.reopen(conn, run_id, known)
        except UsageError:  # something has changed since
            continue
        report = Report(run_id, name, RunStatus(status), past.objective, past.dual_bound, mip_gap)
        report.currency, report.steps = lifecycle.currency(conn), lifecycle.steps(conn, run_id)
        ended = Ended(
            report, solved, Recorder(None), (_words(run_id, mip_gap),), Publication.PUBLISHED, mip_gap_max
        )
        tell(ended, past.inputs, past.plan, past.bought or frozenset())
        return ended
    return None


def _words(run_id: int, mip_gap: float | None) -> str:
    gap = "" if mip_gap is None else f" (gap {mip_gap:.2%})"
    return f"Run {run_id} has the plan of this scenario{gap}: nothing has changed since, so it is kept."


def _solved_parameters(asked: Scenario, resolved: Mapping[str, Any]) -> Scenario | None:
    """Return the parameters of a run, of which floors may have given way; None where they cannot be told."""
    try:
        solved = validated(_overlaid(asked.model_dump(), resolved), "the run")
    except UsageError:
        return None
    return solved if json.loads(solved.canonical()) == resolved else None


def _overlaid(asked: Any, stored: Any) -> Any:
    """Return parameters with the values of stored ones; what is stored as null has no limit."""
    if isinstance(asked, Mapping) and isinstance(stored, Mapping):
        values = {str(key): value for key, value in asked.items()}
        return {**values, **{key: _overlaid(values.get(key), value) for key, value in stored.items()}}
    return asked if stored is None and isinstance(asked, float) and math.isinf(asked) else stored
