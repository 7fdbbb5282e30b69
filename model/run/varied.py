"""Runs that vary another one: pieces of work that do not need each other, solved here or by workers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from db.common.errors import PlannerError
from db.session import connection
from db.session.dead_run import end_dead_runs
from db.session.lock_class import LockClass
from model.data import scenario_store
from model.data.codes import HAS_PLAN, RunStatus
from model.data.inputs import Plan
from model.data.read.known import Known
from model.data.run_key import RunKey, confirm
from model.data.scenario import Scenario
from model.run import lifecycle
from model.run.pipeline import Job, perform
from model.solver.objective_mode import Limits, Watcher

Connection = psycopg.Connection[tuple[Any, ...]]
Watching = Callable[[str], AbstractContextManager[Watcher | None]]
"""Shows how far a solve has come, under a title."""
_SAME = """
    select r.run_id, r.status, r.objective, r.dual_bound
    from plan.run as r
    where r.parent_run_id = %(parent)s and r.scenario_id = %(scenario)s
        and r.is_parent_plan = %(is_parent_plan)s and %(varied)s = (
            select coalesce(jsonb_object_agg(v.parameter, v.value), '{}')
            from plan.run_variation as v
            where v.run_id = r.run_id
        )
    order by r.objective desc nulls last, r.run_id
"""
_LIKENESS = """
    with parent as materialized (
        select r.scenario_id, model.offer_content(r.scenario_id) as content
        from plan.run as r
        where r.run_id = %(parent)s
    )
    select
        asked.scenario_id,
        not exists (
            select
            from plan.scenario_level as mine
            join plan.scenario_level as its on its.level = mine.level and its.scenario_id = parent.scenario_id
            where
                mine.scenario_id = asked.scenario_id
                and mine.service_distance_m <> its.service_distance_m
        ),
        model.offer_content(asked.scenario_id) = parent.content
    from unnest(%(scenarios)s::bigint[]) as asked (scenario_id)
    cross join parent
"""
_KEPT: dict[RunKey, Known] = {}
_LOCK_GRACE_S = 600.0
"""What a run may take beside its search, seconds."""


@dataclass(frozen=True)
class Piece:
    """A variation to solve: what a job needs, what is varied, and the words for people who watch.

    A run that is there counts only where its objective is no less than `least_objective`. With `is_future`
    it is also found out what the plan of the parent, to begin with, comes to as it is.
    """

    name: str
    parameters: Scenario
    parent: RunKey
    start: Plan | None
    varied: lifecycle.Varied
    limits: Limits
    title: str
    least_objective: float | None = None
    is_future: bool = False


@dataclass(frozen=True)
class Solved:
    """How the run of a piece ended."""

    run_id: int
    status: RunStatus
    objective: float | None
    error: PlannerError | None = None
    is_interrupted: bool = False
    dual_bound: float | None = None
    notes: tuple[str, ...] = ()


def known_of(run: RunKey) -> Known:
    """Return what this process knows of a run and those that vary it; of one run at a time."""
    if run not in _KEPT:
        keep(run, Known())
    return _KEPT[run]


def keep(run: RunKey, known: Known) -> None:
    """Let the variations of a run use what is known of it."""
    _KEPT.clear()
    _KEPT[run] = known


def longest_first(conn: Connection, pieces: Sequence[Piece], parent: RunKey) -> list[Piece]:
    """Return pieces that vary a run in the order in which workers best take them: the longest ones first.

    So none waits long for another at the end. What reaches something else than the parent comes first, then
    what offers something else: both have to be worked out, and to the first its plan helps least.
    """
    stored = [scenario_store.store(conn, piece.name, piece.parameters) for piece in pieces]
    rows = conn.execute(_LIKENESS, {"parent": parent.run_id, "scenarios": stored}).fetchall()
    likeness = {
        scenario_id: (is_reach_alike, is_offer_alike) for scenario_id, is_reach_alike, is_offer_alike in rows
    }
    order = sorted(range(len(pieces)), key=lambda place: likeness[stored[place]])
    return [pieces[place] for place in order]


def unwatched(_title: str) -> AbstractContextManager[None]:
    """Show nothing: for workers, which have no terminal."""
    return nullcontext()


def solve(piece: Piece, watching: Watching = unwatched) -> Solved:
    """Solve a variation, unless that was done: then the run that is there counts.

    What an attempt left whose process was lost is deleted first. A run whose plan does not count stays.

    Raises:
        PlannerError: the database or a lock is not as it must be.
        KeyboardInterrupt: the user stopped it before there was a plan.
    """
    with connection.connect(autocommit=True) as conn:
        confirm(conn, piece.parent)
        _take_turn(conn, piece)
        end_dead_runs(conn)
        solved = _there(conn, piece) or _solved(conn, piece, watching)
        if piece.is_future and not solved.is_interrupted and solved.status != RunStatus.INFEASIBLE:
            _hold_parent_plan(conn, piece, solved.dual_bound)
    return solved


def _solved(conn: Connection, piece: Piece, watching: Watching) -> Solved:
    with watching(piece.title) as watcher:
        ended = perform(conn, _job(piece), piece.limits, watcher)
    report = ended.report
    return Solved(
        report.run_id,
        report.status,
        report.objective,
        ended.error,
        ended.is_interrupted,
        report.dual_bound,
        ended.notes,
    )


def _hold_parent_plan(conn: Connection, piece: Piece, dual_bound: float | None) -> None:
    """Write what the plan of the parent comes to in the scenario of a piece, unless that was done.

    A plan that breaks a rule there is rejected by the audit, which says which; that is an answer.
    """
    if _there(conn, piece, is_parent_plan=True) is None:
        perform(conn, replace(_job(piece), is_parent_plan=True, dual_bound=dual_bound), piece.limits)


def _job(piece: Piece) -> Job:
    return Job(
        piece.name,
        piece.parameters,
        piece.parent.run_id,
        piece.start,
        varied=piece.varied,
        known=known_of(piece.parent),
    )


def _there(conn: Connection, piece: Piece, *, is_parent_plan: bool = False) -> Solved | None:
    """Return a run that is there and answers a piece; what a lost process left of one is deleted."""
    given = {
        "parent": piece.parent.run_id,
        "scenario": scenario_store.store(conn, piece.name, piece.parameters),
        "varied": Jsonb({name: value for name, value, _ in piece.varied}),
        "is_parent_plan": is_parent_plan,
    }
    for run_id, word, objective, dual_bound in conn.execute(_SAME, given).fetchall():
        status = RunStatus(word)
        if _counts(piece, status, objective):
            return Solved(run_id, status, objective, dual_bound=dual_bound)
        if status not in HAS_PLAN:
            conn.execute("delete from plan.run where run_id = %s and status <> 'running'", (run_id,))
    return None


def _counts(piece: Piece, status: RunStatus, objective: float | None) -> bool:
    """Tell whether a run that is there answers a piece."""
    if piece.least_objective is None:
        return status in HAS_PLAN or status == RunStatus.INFEASIBLE
    return objective is not None and objective >= piece.least_objective


def _take_turn(conn: Connection, piece: Piece) -> None:
    """Wait until nobody else solves the variation; the lock is held until the connection ends.

    A worker whose machine went without a word may seem to hold it for long: it is not waited for longer than
    a run takes.
    """
    scenario_id = scenario_store.store(conn, piece.name, piece.parameters)
    content = repr((piece.parent, scenario_id, piece.varied)).encode()
    number = int.from_bytes(sha256(content).digest()[:4], signed=True)
    limit_s = piece.limits.time_limit_s
    limit_ms = 0 if limit_s is None else int(1000 * (limit_s + _LOCK_GRACE_S))  # 0: none
    conn.execute("select set_config('lock_timeout', %s, false)", (f"{limit_ms}ms",))
    with suppress(psycopg.errors.LockNotAvailable):
        conn.execute("select pg_advisory_lock(%s, %s)", (LockClass.VARIATION, number))
    conn.execute("reset lock_timeout")
