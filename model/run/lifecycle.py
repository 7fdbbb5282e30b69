"""The life of a run: started before anything is read, ended whatever happens."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from db.session.dead_run import end_dead_runs
from db.session.lock_class import LockClass
from model.data.codes import RunStatus
from model.run import progress
from model.run.progress import Recorder

Connection = psycopg.Connection[tuple[Any, ...]]
Varied = Sequence[tuple[str, float | str, float | str]]
"""Names of parameters with the values that they have, and had in the run that is varied."""

# else a statement under way when the process dies keeps the session, and the lock of the run, to its end
_NOTICE_DEATH = "set client_connection_check_interval = '1s'"


@dataclass
class Seconds:
    """How long each step took; None where the run did not get that far."""

    work_out: float | None = None
    read: float | None = None
    build: float | None = None
    solve: float | None = None
    write: float | None = None
    audit: float | None = None


class Laps:
    """Adds to the seconds of a run what its steps take, each from the end of the one before."""

    def __init__(self, seconds: Seconds) -> None:
        self._seconds, self._began = seconds, time.perf_counter()

    def end(self, step: str) -> float:
        """End a step, a field of the seconds, which may be another try of it; return what it took."""
        before, self._began = self._began, time.perf_counter()
        took = self._began - before
        setattr(self._seconds, step, (getattr(self._seconds, step) or 0.0) + took)
        return took


def currency(conn: psycopg.Connection[Any]) -> str:
    """Return the currency of all sums of the region (ISO 4217); what is named _cad is in it, too."""
    row = conn.execute("select currency from core.region").fetchone()
    return str(row[0]) if row else "CAD"


def start(
    conn: Connection,
    scenario_id: int,
    parent_run_id: int | None = None,
    varied: Varied = (),
    *,
    is_parent_plan: bool = False,
) -> int:
    """Write the run row and return its run_id; runs whose process has gone are marked failed first.

    `varied` are the parameters in which it differs from its parent, with their values here and there; with
    `is_parent_plan` it takes the parent's plan as it is.

    The connection is in autocommit mode, and its session holds the lock that tells that the run is alive.
    """
    conn.execute(_NOTICE_DEATH)
    end_dead_runs(conn)
    with conn.transaction():  # no other session sees the row before it is marked alive
        row = conn.execute(
            "insert into plan.run (scenario_id, parent_run_id, status, publication, is_parent_plan)"
            " values (%s, %s, 'running', 'none', %s) returning run_id",
            (scenario_id, parent_run_id, is_parent_plan),
        ).fetchone()
        assert row is not None  # noqa: S101 - the statement returns the row it wrote
        with conn.cursor() as cursor:
            cursor.executemany(
                "insert into plan.run_variation (run_id, parameter, value, base_value)"
                " values (%s, %s, %s, %s)",
                [(row[0], name, Jsonb(value), Jsonb(base)) for name, value, base in varied],
            )
        conn.execute("select pg_advisory_lock(%s, %s)", (LockClass.RUN, row[0]))
    return int(row[0])


def longest_after_s(conn: Connection) -> float:
    """Return the most seconds that writing and auditing took for the last plans on this load; 0 for none."""
    row = conn.execute(
        """
        select max(after_s)
        from (
            select r.write_s + r.audit_s as after_s
            from plan.run as r
            join plan.scenario as s using (scenario_id)
            join core.region as g using (load_id)
            where r.audit_s is not null
            order by r.run_id desc
            limit 5
        ) as last
        """
    ).fetchone()
    return float(row[0] or 0.0) if row else 0.0


def steps(conn: Connection, run_id: int) -> dict[str, float]:
    """Return the seconds that each step of a run took, in their order; together they are its time."""
    return dict(
        conn.execute(
            "select solve_step, step_s from report.run_step where run_id = %s order by run_step_id", (run_id,)
        ).fetchall()
    )


def lower_floors(conn: Connection, run_id: int, scenario_id: int) -> None:
    """Let a run solve a scenario with lower floors; the one that its files ask for is kept beside it."""
    conn.execute(
        "update plan.run set asked_scenario_id = scenario_id, scenario_id = %s where run_id = %s",
        (scenario_id, run_id),
    )


def end(
    conn: Connection,
    run_id: int,
    status: RunStatus,
    message: str,
    seconds: Seconds,
    *,
    recorder: Recorder,
    dual_bound: float | None = None,
) -> None:
    """Mark a run that wrote no plan: infeasible, no_plan, interrupted or failed."""
    with conn.transaction(), conn.cursor() as cursor:
        progress.write(cursor, run_id, recorder)
        cursor.execute(
            "update plan.run set status = %s, publication = 'none', message = %s, dual_bound = %s,"
            " work_out_s = %s, read_s = %s, build_s = %s, solve_s = %s, finished_at = clock_timestamp()"
            " where run_id = %s",
            (
                *(status, message, dual_bound),
                *(seconds.work_out, seconds.read, seconds.build, seconds.solve, run_id),
            ),
        )
