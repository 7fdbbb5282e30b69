"""What waits and runs: who may take it up, what happens when its process has gone, and how it ends."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from typing import Any

import psycopg
from psycopg import sql

from db.common.errors import PlannerError
from db.session.lock_class import LockClass
from model.data.codes import WhatIfState, Wish

Connection = psycopg.Connection[tuple[Any, ...]]
ATTEMPTS_MAX = 2
LOST = "Its process ended without a word."


class Work(Enum):
    """A table of plan whose rows are done one after another, and the module whose process does one.

    Runner and process share a lock of `lock_class` on the number of the row while they live.
    """

    WHAT_IF = ("what_if", "what_if_id", LockClass.WHAT_IF, "desk.solve")
    PLACE_LOAD = ("place_load", "place_load_id", LockClass.PLACE_LOAD, "desk.work_in")

    def __init__(self, table: str, key: str, lock_class: LockClass, module: str) -> None:
        self.table, self.key, self.lock_class, self.module = table, key, lock_class, module

    def query(self, text: str) -> sql.Composed:
        """Return a statement on its table: {table} and {key} are filled in."""
        return sql.SQL(text).format(table=sql.Identifier("plan", self.table), key=sql.Identifier(self.key))


@dataclass(frozen=True)
class Job:
    """A row that is to be done."""

    work: Work
    number: int


# One who takes a job up is alone meanwhile. What-ifs that were asked for before a load of places are solved
# before it, on the data that are loaded then; those that were asked for after it wait for it.
_ALONE = "select pg_advisory_xact_lock(%s, 0)"
_TAKE_WHAT_IF = """
    update plan.what_if
    set state = 'running', load_id = (select load_id from core.region), started_at = clock_timestamp(),
        finished_at = null, run_id = null, message = null, hint = null, attempt_count = attempt_count + 1
    where what_if_id = (
        select w.what_if_id
        from plan.what_if as w
        join raw.load as l using (load_id)
        join core.region as g using (region)
        where w.state = 'queued' and w.wish is null
            and not exists (
                select from plan.place_load as p
                where p.region = g.region
                    and (p.state = 'running' or p.state = 'queued' and p.wish is null
                        and p.asked_at < w.asked_at)
            )
        order by w.what_if_id
        limit 1
        for update of w skip locked
    )
    returning what_if_id
"""
_TAKE_PLACE_LOAD = """
    update plan.place_load
    set state = 'running', started_at = clock_timestamp(), step_number = null, step_count = null,
        message = null, hint = null, attempt_count = attempt_count + 1
    where place_load_id = (
        select p.place_load_id
        from plan.place_load as p
        join core.region as g using (region)
        where p.state = 'queued' and p.wish is null
            and not exists (
                select from plan.what_if as w
                join raw.load as l using (load_id)
                where l.region = p.region
                    and (w.state = 'running' or w.state = 'queued' and w.wish is null
                        and w.asked_at < p.asked_at)
            )
        for update of p skip locked
    )
    returning place_load_id
"""
_FORGET_PROGRESS = "delete from plan.what_if_progress where what_if_id = %s"
_SHARE = "select pg_advisory_lock_shared(%s, %s::integer)"
_UNSHARE = "select pg_advisory_unlock_shared(%s, %s::integer)"
_IS_NOBODYS = "select pg_try_advisory_lock(%s, %s::integer)"
_LEAVE = "select pg_advisory_unlock(%s, %s::integer)"
_RUNNING = "select {key} from {table} where state = 'running' and {key} <> all (%s) order by {key}"
_END = """
    update {table}
    set state = %(state)s, wish = null, message = %(message)s, hint = %(hint)s,
        finished_at = clock_timestamp()
    where {key} = %(number)s and state = 'running'
"""
_RESULT = {
    Work.WHAT_IF: "update plan.what_if set run_id = %s where what_if_id = %s and state = 'running'",
    Work.PLACE_LOAD: "update plan.place_load set load_id = %s where place_load_id = %s and state = 'running'",
}
_AGAIN = """
    update {table}
    set state = 'queued', wish = null, started_at = null,
        attempt_count = attempt_count - case when %(is_own_doing)s then 1 else 0 end
    where {key} = %(number)s and state = 'running'
"""
_CANCEL_QUEUED = """
    update {table}
    set state = 'cancelled', wish = null, finished_at = clock_timestamp()
    where state = 'queued' and wish is not null
"""
_IDLE_WISHES = """
    select what_if_id, run_id, wish = 'adopt'
    from plan.what_if
    where wish is not null and state not in ('queued', 'running')
    order by what_if_id
    for update skip locked
"""
_GRANTED = "update plan.what_if set wish = null, message = %s, hint = %s where what_if_id = %s"
_ASKED = """
    select what_if_id, base_scenario, scenario_name, settings, time_limit_s
    from plan.what_if
    where what_if_id = %s
"""


@dataclass(frozen=True)
class Asked:
    """What a what-if asks to be solved: a scenario, and keys of it (KEY=VALUE) that have other values."""

    what_if_id: int
    base_scenario: str
    scenario_name: str
    settings: tuple[str, ...]
    time_limit_s: float


def read(conn: Connection, what_if_id: int) -> Asked | None:
    """Return what a what-if asks for; None where there is no such one."""
    row = conn.execute(_ASKED, (what_if_id,)).fetchone()
    if row is None:
        return None
    number, base, name, settings, limit_s = row
    return Asked(number, base, name, tuple(f"{key}={text}" for key, text in settings.items()), limit_s)


def take(conn: Connection) -> Job | None:
    """Take up what has waited longest; None where nothing may be done now.

    `conn` is in autocommit mode; its session shares the lock of what it took up until `leave`.
    """
    with conn.transaction():  # nobody sees it running before it is marked alive
        conn.execute(_ALONE, (LockClass.TAKE_UP,))
        for work, query in ((Work.WHAT_IF, _TAKE_WHAT_IF), (Work.PLACE_LOAD, _TAKE_PLACE_LOAD)):
            row = conn.execute(query).fetchone()
            if row is not None:
                job = Job(work, int(row[0]))
                if work is Work.WHAT_IF:
                    conn.execute(_FORGET_PROGRESS, row)
                share(conn, job)
                return job
    return None


def share(conn: Connection, job: Job) -> None:
    """Mark a job as alive as long as the session of `conn` lasts."""
    conn.execute(_SHARE, (job.work.lock_class, job.number))


def leave(conn: Connection, job: Job) -> None:
    """Take the mark of this session back."""
    conn.execute(_UNSHARE, (job.work.lock_class, job.number))


def end(
    conn: Connection,
    job: Job,
    state: WhatIfState,
    *,
    result: int | None = None,
    message: str | None = None,
    hint: str | None = None,
) -> None:
    """Say how a job ended, and which run or load came of it; one that has ended already stays as it is."""
    with conn.transaction():
        if result is not None:
            conn.execute(_RESULT[job.work], (result, job.number))
        values = {"number": job.number, "state": state, "message": message, "hint": hint}
        conn.execute(job.work.query(_END), values)


def queue_again(conn: Connection, job: Job, *, is_own_doing: bool) -> None:
    """Let a job wait once more; an end that was the desk's own doing counts as no attempt."""
    conn.execute(job.work.query(_AGAIN), {"number": job.number, "is_own_doing": is_own_doing})


@contextmanager
def ending(conn: Connection, job: Job) -> Iterator[None]:
    """Say how a job ended where it is interrupted or fails.

    One that is told to end waits again, unless somebody wished to cancel it.
    """
    try:
        yield
    except KeyboardInterrupt:
        if wish_of(conn, job) is None:
            queue_again(conn, job, is_own_doing=True)
        else:
            end(conn, job, WhatIfState.CANCELLED)
        raise
    except PlannerError as error:
        end(conn, job, WhatIfState.FAILED, message=error.message, hint=error.hint or None)
        raise


def take_back_lost(conn: Connection, own: Collection[Job] = ()) -> None:
    """Let jobs wait again whose process has gone; one that it happened to twice has failed.

    `own` are those that this session took up: a session cannot ask of its own locks whether they are held.
    """
    for work in Work:
        mine = [job.number for job in own if job.work is work]
        for (number,) in conn.execute(work.query(_RUNNING), (mine,)).fetchall():
            if conn.execute(_IS_NOBODYS, (work.lock_class, number)).fetchone() != (True,):
                continue
            try:
                lose(conn, Job(work, number))
            finally:
                conn.execute(_LEAVE, (work.lock_class, number))


def lose(conn: Connection, job: Job, words: str = LOST) -> None:
    """Take note that the process of a job has gone, if it said nothing of its end."""
    query = job.work.query("select attempt_count, wish from {table} where {key} = %s")
    row = conn.execute(query, (job.number,)).fetchone()
    if row is None:
        return
    if row[1] is not None:
        end(conn, job, WhatIfState.CANCELLED, message=words)
    elif row[0] < ATTEMPTS_MAX:
        queue_again(conn, job, is_own_doing=False)
    else:
        end(conn, job, WhatIfState.FAILED, message=words)


def cancel_queued(conn: Connection) -> None:
    """Cancel what waits and shall not be done any more."""
    for work in Work:
        conn.execute(work.query(_CANCEL_QUEUED))


def idle_wishes(conn: Connection) -> list[tuple[int, int | None, bool]]:
    """Return what is wished of what-ifs that are not solved now: number, run, whether to adopt its plan."""
    return conn.execute(_IDLE_WISHES).fetchall()


def granted(conn: Connection, what_if_id: int, message: str | None = None, hint: str | None = None) -> None:
    """Take note that a wish was dealt with; `message` says why it was not granted."""
    conn.execute(_GRANTED, (message, hint, what_if_id))


def wish_of(conn: Connection, job: Job) -> Wish | None:
    """Return what is wished of a job."""
    row = conn.execute(job.work.query("select wish from {table} where {key} = %s"), (job.number,)).fetchone()
    return Wish(row[0]) if row and row[0] else None
