"""Solves a scenario: read, build, solve, write, audit.

`python -m model.solve --scenario phase1 [--time-limit S] [--gap G] [--threads N] [--json]`
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Annotated, Any

import psycopg
import typer

from db import connection
from db.errors import AuditRejectedError, InfeasibleError, NoPlanError, PlannerError, run_app
from model import audit, objective, plan, read, run, scenario, scenario_store, show, write
from model.build import assign, build
from model.constraints import RULES
from model.inputs import Inputs
from model.strategy import conflict, greedy, highs, prove

ACTIONS = ("expand", "upgrade", "build", "remove")


@dataclass
class Report:
    """What a run gives back; null where it did not get that far."""

    run_id: int
    scenario: str
    status: str = "running"
    objective: float | None = None
    bound: float | None = None
    gap: float | None = None
    actions: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ACTIONS, 0))
    coverage: dict[str, dict[str, float | None]] = field(default_factory=dict)
    capex_cad: float | None = None
    seconds: run.Seconds = field(default_factory=run.Seconds)


@dataclass(frozen=True)
class Limits:
    """When the solver stops: seconds, gap as a share, and its threads (None: as it likes)."""

    time_limit_s: float | None = None
    gap_share: float = highs.OPTIMAL_GAP_SHARE
    threads: int | None = None


@dataclass
class Ended:
    """A report, and the error that ended the run, if one did: the report is complete either way."""

    report: Report
    notes: tuple[str, ...] = ()
    error: PlannerError | None = None


def solve_scenario(name_or_path: str, limits: Limits) -> Ended:
    """Solve a scenario and write, audit and publish its plan.

    Raises:
        UsageError: the scenario, the database or a lock is not as it must be.
        KeyboardInterrupt: the user stopped it; the run is marked interrupted.

    """
    name, knobs = scenario.resolve(name_or_path)
    with connection.connect(autocommit=True) as conn:
        conn.execute("set jit = off")  # compiling these views takes longer than reading them
        scenario_id = scenario_store.store(conn, name, knobs)
        run_id = run.start(conn, scenario_id)
        report = Report(run_id, name)
        ended = Ended(report)
        with _ended_whatever_happens(conn, report):
            ended.notes = read.notes(conn, scenario_id)
            ended.error = _solve(conn, scenario_id, ended, limits)
    return ended


@contextmanager
def _ended_whatever_happens(conn: psycopg.Connection[Any], report: Report) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        status = "interrupted" if isinstance(error, KeyboardInterrupt) else "failed"
        if not conn.closed:
            conn.rollback()
            run.end(conn, report.run_id, status, _last_words(error), report.seconds)
        raise


def _last_words(error: BaseException) -> str:
    if isinstance(error, KeyboardInterrupt):
        return "Stopped by the user."
    return error.message if isinstance(error, PlannerError) else f"{type(error).__name__}: {error}"


def _solve(
    conn: psycopg.Connection[Any], scenario_id: int, ended: Ended, limits: Limits
) -> PlannerError | None:
    report, seconds = ended.report, ended.report.seconds
    began = time.perf_counter()
    with conn.transaction():
        conn.execute("set transaction isolation level repeatable read, read only")
        inputs = read.read(conn, scenario_id)
    report.coverage = {level: {"before": share, "after": None} for level, share in _before(inputs).items()}
    seconds.read, began = _lap(began)

    m = build(inputs)
    seconds.build, began = _lap(began)

    outcome = prove.solve(
        m,
        time_limit_s=limits.time_limit_s,
        gap_share=limits.gap_share,
        threads=limits.threads,
        start=greedy.greedy(inputs),
    )
    seconds.solve, began = _lap(began)
    report.status, report.bound = outcome.status, outcome.bound
    if outcome.status in ("infeasible", "no_plan"):
        return _no_plan(conn, report, inputs, limits)

    assign(m, outcome.plan)
    write.write(
        conn,
        report.run_id,
        scenario_id,
        inputs=inputs,
        outcome=outcome,
        terms=objective.terms(m),
        seconds=seconds,
        notes=ended.notes,
    )
    seconds.write, began = _lap(began)
    _tell(report, inputs, outcome)

    findings = audit.audit(conn, report.run_id)
    seconds.audit, began = _lap(began)
    conn.execute(
        "update plan.run set write_s = %s, audit_s = %s where run_id = %s",
        (seconds.write, seconds.audit, report.run_id),
    )
    offences = [f for f in findings if f.offence_count]
    if offences:
        first = offences[0]
        return AuditRejectedError(
            f"The audit found rule '{first.rule}' broken: {first.first_offence}",
            f"see plan.run_audit for run {report.run_id}; the plan is not published.",
        )
    return None


def _no_plan(conn: psycopg.Connection[Any], report: Report, inputs: Inputs, limits: Limits) -> PlannerError:
    error: PlannerError
    if report.status == "no_plan":
        error = NoPlanError(
            f"No plan was found within {limits.time_limit_s:g} s.", "give it more time: --time-limit."
        )
    else:
        names = conflict.conflicting_rules(inputs, threads=limits.threads)
        words = "; ".join(f"{rule.name} ({rule.words})" for rule in RULES if rule.name in names)
        error = InfeasibleError(
            f"No plan can keep these rules at once: {words}.", _way_out(inputs, names) or "relax one of them."
        )
    run.end(conn, report.run_id, report.status, error.message, report.seconds, bound=report.bound)
    return error


def _way_out(inputs: Inputs, names: tuple[str, ...]) -> str:
    """Say which locked site has nothing that could be done there."""
    if "locks" in names:
        for lock in inputs.locks:
            if lock.lock_kind == "force_in" and lock.site_id not in inputs.option_ids_of_site:
                return f"site {lock.site_id} must change (lock {lock.lock_id}), but nothing is offered there."
    return ""


def _before(inputs: Inputs) -> dict[str, float]:
    return {
        level: sum(d.weight_share for d in inputs.demand if d.level == level and d.is_covered_before)
        for level in inputs.levels
    }


def _tell(report: Report, inputs: Inputs, outcome: highs.Outcome) -> None:
    report.objective, report.gap = outcome.objective, outcome.gap_share
    report.actions |= Counter(inputs.options[option_id].action for option_id, _ in outcome.plan)
    report.capex_cad = plan.capex_cad(inputs, outcome.plan)
    for level, share in plan.coverage_share(inputs, outcome.plan, inputs.phase_numbers[-1]).items():
        report.coverage[level]["after"] = share


def _lap(began: float) -> tuple[float, float]:
    now = time.perf_counter()
    return now - began, now


def main(
    scenario: Annotated[str, typer.Option(help="Name in model/scenarios, or path of a .toml file.")],
    time_limit: Annotated[float | None, typer.Option(min=0, help="Seconds for the solver.")] = None,
    gap: Annotated[float, typer.Option(min=0, help="Stop when no plan can be better by this share.")] = 1e-4,
    threads: Annotated[int | None, typer.Option(min=1, help="Threads of the solver.")] = None,
    *,
    json_output: Annotated[
        bool, typer.Option("--json", help="Print one JSON object and nothing else.")
    ] = False,
) -> None:
    """Solve a scenario, write the plan, audit it and publish it."""
    ended = solve_scenario(scenario, Limits(time_limit, gap, threads))
    if json_output:
        typer.echo(json.dumps(asdict(ended.report)))
    else:
        show.show(ended.report)
    for note in ended.notes:
        typer.echo(f"note: {note}", err=True)
    if ended.error:
        raise ended.error


if __name__ == "__main__":
    run_app(lambda: typer.run(main))
