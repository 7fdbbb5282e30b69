"""From a scenario to an audited plan: store, read, build, solve, write, audit. All runs are made here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

import psycopg

from db.common.errors import AuditRejectedError, InfeasibleError, NoPlanError, PlannerError
from db.work.pool import HERE, Pool
from model.accounting import coverage, grid
from model.accounting.money_scale import capex_scale_cad
from model.analysis import idle, remedies, slack
from model.analysis.conflict import conflicting_rules
from model.analysis.lower_floors import Lowered, lower
from model.data import read, scenario_store
from model.data.clock import Clock
from model.data.codes import HAS_PLAN, Action, Publication, RunStatus, SolveStep
from model.data.floors import scenario_with, shipped_floors, without
from model.data.inputs import Inputs, Plan
from model.data.read import read_inputs
from model.data.read.known import Known
from model.data.scenario import Scenario
from model.formulation import objective
from model.formulation.build import build, grid_upgrades_of
from model.formulation.constraints import RULES
from model.formulation.plan_model import PlanModel
from model.formulation.rule import Rule
from model.run import adoption, audit, by_blocks, lifecycle, names, signals, write
from model.run.adoption import Adopted, Adopting
from model.run.by_blocks import Blocks
from model.run.progress import Recorder
from model.solver import greedy, objective_mode, taken, whole_model
from model.solver.objective_mode import Limits, PriorityLevelEnd, Watcher
from model.solver.taken import Bounds

Connection = psycopg.Connection[tuple[Any, ...]]
_FLOORS_SHARE = 0.5
"""Of the time that is left, what floors may take to give way; the rest is for the plan."""
_GREEDY_SHARE = 0.2
"""Of the time that is left, what the plan to begin with may take."""


@dataclass
class Report:
    """What a run gives back; null where it did not get that far."""

    run_id: int
    scenario: str
    status: RunStatus = RunStatus.RUNNING
    objective: float | None = None
    dual_bound: float | None = None
    gap: float | None = None
    actions: dict[str, int] = field(default_factory=lambda: dict.fromkeys(map(str, Action), 0))
    coverage: dict[str, dict[str, float | None]] = field(default_factory=dict)
    capex_cad: float | None = None
    net_capex_cad: float | None = None
    currency: str = "CAD"
    seconds: lifecycle.Seconds = field(default_factory=lifecycle.Seconds)
    steps: dict[str, float] = field(default_factory=dict)


@dataclass
class Ended:
    """A report, the error that ended the run if one did, and the plan of the region that is adopted now.

    The report is complete either way. `parameters` are those that were solved: floors may have given way.
    """

    report: Report
    parameters: Scenario
    recorder: Recorder
    notes: tuple[str, ...] = ()
    publication: Publication = Publication.NONE
    publication_mip_gap_max: float | None = None
    error: PlannerError | None = None
    plan: Plan = frozenset()
    net_capex_cad: float | None = None
    money_scale_cad: float | None = None
    is_interrupted: bool = False
    adopted: Adopted | None = None


@dataclass(frozen=True)
class Job:
    """What to solve: a scenario, the run it varies if it does, a plan to begin with, whether to adopt it.

    Floors that only the shipped files set give way where they must, unless `has_fixed_floors`. A run that
    varies another one keeps the floors of that one: they are compared. The time limit counts from the start
    of `clock`, or from when the run begins. What is `known` of such a run need not be read again;
    `varied` are the parameters that differ, with their values here and there. With `is_parent_plan` the plan
    to begin with is taken as it is, whatever rules it breaks; then `dual_bound` is that of the scenario.
    `blocks` says whether it may be solved by blocks; where it is not, the workers of `searchers` help to
    search.
    """

    name: str
    parameters: Scenario
    parent_run_id: int | None = None
    start: Plan | None = None
    adopting: Adopting = Adopting.NEVER
    clock: Clock | None = None
    has_fixed_floors: bool = False
    known: Known = field(default_factory=Known)
    varied: lifecycle.Varied = ()
    is_parent_plan: bool = False
    dual_bound: float | None = None
    blocks: Blocks = field(default_factory=Blocks)
    searchers: Callable[[], AbstractContextManager[Pool]] = lambda: nullcontext(HERE)


def perform(conn: Connection, job: Job, limits: Limits, watcher: Watcher | None = None) -> Ended:
    """Solve a scenario and write, audit and publish its plan; `conn` is in autocommit mode.

    Stopped by the user it keeps the best plan found so far, if there is one, and says so.

    Raises:
        UsageError: the scenario, the database or a lock is not as it must be.
        KeyboardInterrupt: the user stopped it before there was a plan; the run is marked interrupted.

    """
    clock = job.clock or Clock(limits.time_limit_s)
    scenario_id = scenario_store.store(conn, job.name, job.parameters)
    names.write_names(conn, job.parameters.level)
    run_id = lifecycle.start(
        conn, scenario_id, job.parent_run_id, job.varied, is_parent_plan=job.is_parent_plan
    )
    report = Report(run_id, job.name, currency=lifecycle.currency(conn))
    ended = Ended(report, job.parameters, Recorder(watcher))
    with _ended_whatever_happens(conn, ended):
        ended.error = _solve(conn, scenario_id, ended, clock, job=job, limits=limits)
        ended.adopted = adoption.adopted(conn)
    report.steps = lifecycle.steps(conn, run_id)
    return ended


@contextmanager
def _ended_whatever_happens(conn: Connection, ended: Ended) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        status = RunStatus.INTERRUPTED if isinstance(error, KeyboardInterrupt) else RunStatus.FAILED
        if not conn.closed:
            conn.rollback()
            _end(conn, ended, status, _last_words(error))
        raise


def _end(
    conn: Connection, ended: Ended, status: RunStatus, message: str, dual_bound: float | None = None
) -> None:
    """Mark a run that wrote no plan, with what its solve had come to."""
    report = ended.report
    report.status, report.seconds.solve = status, ended.recorder.elapsed_s or None
    lifecycle.end(
        conn, report.run_id, status, message, report.seconds, recorder=ended.recorder, dual_bound=dual_bound
    )


def _last_words(error: BaseException) -> str:
    if isinstance(error, KeyboardInterrupt):
        return "Stopped by the user." if not signals.is_terminated() else "The process was told to end."
    return error.message if isinstance(error, PlannerError) else f"{type(error).__name__}: {error}"


def _solve(
    conn: Connection,
    scenario_id: int,
    ended: Ended,
    clock: Clock,
    *,
    job: Job,
    limits: Limits,
) -> PlannerError | None:
    report, recorder, laps = ended.report, ended.recorder, lifecycle.Laps(ended.report.seconds)
    worked_out_s: list[float] = []
    try:
        inputs = read_inputs(
            conn,
            scenario_id,
            clock,
            known=job.known,
            on_worked_out=lambda: worked_out_s.append(laps.end("work_out")),
        )
    except NoPlanError as late:
        _end(conn, ended, RunStatus.NO_PLAN, late.message)
        return late
    ended.notes = ended.notes or read.notes(conn, scenario_id)
    _tell_before(ended, inputs)
    read_s = sum(worked_out_s) + laps.end("read")

    after_s = lifecycle.longest_after_s(conn)

    def limited(build_s: float) -> Limits:
        solver_s = clock.solver_s(read_s=read_s, build_s=build_s, known_after_s=after_s)
        return replace(limits, time_limit_s=solver_s)

    solved = _solved(conn, scenario_id, ended, inputs, job=job, clock=clock, limited=limited, laps=laps)
    m, outcome, start = solved.m, solved.outcome, solved.start
    build_s = report.seconds.build or 0.0
    if outcome.is_interrupted and signals.is_terminated():
        raise KeyboardInterrupt
    is_infeasible = outcome.status == RunStatus.INFEASIBLE
    if is_infeasible and solved.conflict is None and job.parent_run_id is None and not job.has_fixed_floors:
        solver_s = clock.solver_s(read_s=2 * read_s, build_s=build_s, known_after_s=after_s)
        with recorder.solving(SolveStep.FLOORS):
            lowered, inputs, job = _lower_floors(conn, inputs, job, solver_s, threads=limits.threads)
        if lowered.values:
            recorder.forget_values()
            scenario_id = scenario_store.store(conn, job.name, job.parameters)
            lifecycle.lower_floors(conn, report.run_id, scenario_id)
            ended.parameters, ended.notes = job.parameters, (*ended.notes, lowered.words())
            return _solve(conn, scenario_id, ended, clock, job=job, limits=limits)
    report.status, report.dual_bound = outcome.status, outcome.dual_bound
    if outcome.status not in HAS_PLAN or m is None:
        return _no_plan(conn, ended, inputs, job, clock, conflict=solved.conflict, threads=limits.threads)

    report.seconds.solve, laps = recorder.elapsed_s, lifecycle.Laps(report.seconds)
    bought, terms, rows = (
        grid_upgrades_of(m, outcome.plan),
        objective.values(m),
        slack.constraint_slacks(m),
    )
    if not outcome.plan and job.parent_run_id is None:
        is_large = by_blocks.is_split(inputs, job.blocks)
        idle_plan = idle.Idle(m, outcome.status, start, is_large=is_large)
        ended.notes = (*ended.notes, idle.words(conn, scenario_id, job.name, idle_plan))
    levels = solved.priority_levels
    bounds = _bounds_if_taken(solved, inputs, job, limited(build_s).time_limit_s, threads=limits.threads)
    results = write.Results(inputs, outcome, bought, terms, rows, levels, recorder, ended.notes, bounds)
    write.write(conn, report.run_id, scenario_id, results, report.seconds)
    laps.end("write")
    report.objective, report.gap = outcome.objective, outcome.mip_gap
    ended.is_interrupted = outcome.is_interrupted
    tell(ended, inputs, outcome.plan, bought)
    error = _audit(conn, report, laps, job.adopting)
    read.work_out(conn, scenario_id)  # reports read it, and the views may have been made anew meanwhile
    ended.publication, ended.publication_mip_gap_max = audit.publication(conn, report.run_id)
    return error


@dataclass(frozen=True)
class _Solved:
    """The model with the values of the plan, if there is one, the outcome, and the plan it began with.

    `conflict` are the inputs of a block of an infeasible region that has no plan by itself.
    """

    m: PlanModel | None
    outcome: whole_model.Outcome
    start: Plan = frozenset()
    priority_levels: tuple[PriorityLevelEnd, ...] = ()
    conflict: Inputs | None = None


def _solved(
    conn: Connection,
    scenario_id: int,
    ended: Ended,
    inputs: Inputs,
    *,
    job: Job,
    clock: Clock,
    limited: Callable[[float], Limits],
    laps: lifecycle.Laps,
) -> _Solved:
    """Build the model and solve it, whole or by blocks; `limited` gives the limits once it is built."""
    recorder = ended.recorder
    if by_blocks.is_split(inputs, job.blocks):
        limits = limited(laps.end("build"))
        with recorder.solving(SolveStep.COMPILE):
            found = by_blocks.find(conn, scenario_id, inputs, job.blocks, limits=limits, watcher=recorder)
        if found.m is not None:
            ended.notes = (*ended.notes, by_blocks.words(found))
        return _Solved(found.m, found.outcome, conflict=found.conflict)
    m = build(inputs)
    build_s = laps.end("build")
    with job.searchers() as pool, recorder.solving(SolveStep.GREEDY):
        start = _begun(inputs, clock) if job.start is None else _offered(inputs, job.start)
        if job.is_parent_plan:
            outcome, priority_levels = objective_mode.as_it_is(m, start, job.dual_bound, recorder)
        else:
            outcome, priority_levels = objective_mode.find(
                m, limited(build_s), start=start, watcher=recorder, pool=pool
            )
    return _Solved(m, outcome, start, priority_levels)


def _bounds_if_taken(
    solved: _Solved, inputs: Inputs, job: Job, time_limit_s: float | None, *, threads: int | None
) -> Bounds:
    """Return a bound on all plans that take a choice, for each; of a run that nobody will ask, none.

    By blocks the whole model is never built, and priority levels have no one objective to lose.
    """
    if by_blocks.is_split(inputs, job.blocks) or inputs.priority_levels or job.parent_run_id is not None:
        return {}
    relaxed = solved.outcome.relaxed
    if solved.m is None or (relaxed is None and solved.outcome.is_interrupted):
        return {}
    return taken.prove(solved.m, relaxed, time_limit_s=time_limit_s, threads=threads)


def _lower_floors(
    conn: Connection, inputs: Inputs, job: Job, solver_s: float | None, *, threads: int | None
) -> tuple[Lowered, Inputs, Job]:
    """Return which floors of an infeasible scenario give way, its inputs, and the job with lower floors.

    Where it is infeasible without them as well, inputs and job are without them: they are not to blame.
    """
    floors = shipped_floors(conn, job.parameters, inputs)
    limit_s = None if solver_s is None else _FLOORS_SHARE * solver_s
    found = lower(inputs, floors, time_limit_s=limit_s, threads=threads)
    values = dict.fromkeys(floors, 0.0) if found.is_of_no_use else found.values
    parameters = scenario_with(conn, values, job.parameters, inputs)
    job = replace(job, parameters=parameters, start=found.plan, has_fixed_floors=True)
    return found, without(floors, inputs) if found.is_of_no_use else inputs, job


def _begun(inputs: Inputs, clock: Clock) -> Plan:
    """Return a greedy plan, made in a part of the time that is left."""
    late_s = clock.elapsed_s + _GREEDY_SHARE * clock.left_s
    return greedy.greedy(inputs, lambda: clock.elapsed_s > late_s)


def _offered(inputs: Inputs, start: Plan) -> Plan:
    """Return what is left of a plan of another scenario: the options that this one offers."""
    return frozenset((o, t) for o, t in start if o in inputs.options and t in inputs.options[o].phases)


def _audit(conn: Connection, report: Report, laps: lifecycle.Laps, adopting: Adopting) -> PlannerError | None:
    with conn.transaction():  # published and adopted, or neither
        findings = audit.audit(conn, report.run_id)
        adoption.adopt_if_due(conn, report.run_id, adopting)
    conn.execute("select audit.gather_statistics()")
    laps.end("audit")
    conn.execute(
        "update plan.run set write_s = %s, audit_s = %s where run_id = %s",
        (report.seconds.write, report.seconds.audit, report.run_id),
    )
    violations = [f for f in findings if f.violation_count]
    if not violations:
        return None
    first = violations[0]
    return AuditRejectedError(
        first.sentence(report.currency),
        f"see plan.run_audit for run {report.run_id}; the plan is not published.",
    )


def _no_plan(
    conn: Connection,
    ended: Ended,
    inputs: Inputs,
    job: Job,
    clock: Clock,
    *,
    conflict: Inputs | None,
    threads: int | None,
) -> PlannerError:
    error: PlannerError
    found: remedies.Remedies | None = None
    status, dual_bound = ended.report.status, ended.report.dual_bound
    if status == RunStatus.NO_PLAN:
        error = NoPlanError(
            f"No plan was found within {clock.limit_s:g} s.", "give it more time: --time-limit."
        )
    else:
        with ended.recorder.solving(SolveStep.CONFLICT):
            if conflict is None:
                error, found = _conflict(conn, inputs, job, clock, threads=threads)
            else:
                error = _conflict_of_block(conn, conflict, clock, threads=threads)
    _end(conn, ended, status, error.message, dual_bound)
    if found:
        remedies.write(conn, ended.report.run_id, found)
    return error


def _conflict_of_block(
    conn: Connection, of_block: Inputs, clock: Clock, *, threads: int | None
) -> InfeasibleError:
    """Say which rules conflict in a block that has no plan by itself, whatever is done elsewhere."""
    names = conflicting_rules(of_block, clock, threads=threads)
    rules = [rule for rule in RULES if rule.name in names]
    hint = next(filter(None, (rule.obstacle(of_block) for rule in rules)), "relax one of them")
    areas = list({site.planning_area_id for site in of_block.sites.values()} - {None})
    named = conn.execute(
        "select name from report.planning_area where planning_area_id = any(%s) order by name", (areas,)
    )
    where = ", ".join(name for (name,) in named)
    return InfeasibleError(
        f"No plan can keep these rules at once: {_named(rules)}. That is so in one block by itself: {where}.",
        f"{hint}.",
    )


def _named(rules: Iterable[Rule]) -> str:
    return "; ".join(f"{rule.name} ({rule.title.words})" for rule in rules)


def _conflict(
    conn: Connection, inputs: Inputs, job: Job, clock: Clock, *, threads: int | None
) -> tuple[InfeasibleError, remedies.Remedies | None]:
    """Say which rules conflict, and how far which of them would have to give way, where that helps."""
    found: remedies.Remedies | None = None
    names = conflicting_rules(inputs, clock, threads=threads)
    rules = [rule for rule in RULES if rule.name in names]
    hint = next(filter(None, (rule.obstacle(inputs) for rule in rules)), "")
    if not hint and job.parent_run_id is None:
        found = remedies.find(inputs, names, clock, threads=threads)
        if any(rule.is_eased_by_distance for rule in rules):
            factor = remedies.service_distance_factor(conn, job.name, job.parameters, clock)
            found = replace(found, service_distance_factor=factor)
        hint = "; or ".join(found.sentences())
    said = f"No plan can keep these rules at once: {_named(rules)}."
    return InfeasibleError(said, f"{hint}." if hint else "relax one of them."), found


def _tell_before(ended: Ended, inputs: Inputs) -> None:
    ended.money_scale_cad = capex_scale_cad(inputs)
    ended.report.coverage = {
        level: {"before": share, "after": None} for level, share in inputs.covered_before_share.items()
    }


def tell(ended: Ended, inputs: Inputs, plan: Plan, bought: grid.Purchases) -> None:
    """Write into a report what a plan does: actions, coverage before and after, money (CAD)."""
    report = ended.report
    _tell_before(ended, inputs)
    report.actions |= Counter(inputs.options[option_id].action for option_id, _ in plan)
    report.capex_cad = coverage.capex_cad(inputs, plan)
    for level, share in coverage.coverage_share(inputs, plan, inputs.phase_numbers[-1]).items():
        report.coverage[level]["after"] = share
    ended.plan = plan
    ended.net_capex_cad = report.net_capex_cad = coverage.net_capex_cad(inputs, plan, bought)
