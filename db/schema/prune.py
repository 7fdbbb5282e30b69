"""Deletes what nothing needs any more, by number and age: runs, scenarios, loads, places, fetched files."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import psycopg

from db.common import fetched
from db.session import dead_run, turn

Connection = psycopg.Connection[Any]
_SPARE = "select run_id from model.spare_run(%(keep)s, %(older)s) order by run_id"
_FORGET_RUNS = "delete from plan.run where run_id = any(%(runs)s)"
# a scenario is stored a moment before its run begins
_FORGET_SCENARIOS = """
    delete from plan.scenario as s
    where s.created_at < now() - interval '1 day'
        and not exists (select from plan.run as r where s.scenario_id in (r.scenario_id, r.asked_scenario_id))
"""
# what a what-if came to goes with its run, or it came to nothing
_FORGET_WHAT_IFS = """
    with gone as (
        delete from plan.what_if as w
        where w.state in ('done', 'failed', 'cancelled') and w.finished_at <= now() - %(older)s
            and w.run_id is null
        returning w.scenario_name
    ),
    lock as (delete from plan.site_lock where scenario_name in (select scenario_name from gone))
    select count(*) from gone
"""
_FORGET_LOADS = """
    delete from raw.load as l
    where not l.is_current and l.loaded_at <= now() - %(older)s
        and not exists (select from plan.scenario as s where s.load_id = l.load_id)
        and not exists (
            select from plan.what_if as w where w.load_id = l.load_id and w.state in ('queued', 'running')
        )
"""
# a place that was withdrawn is kept as long as a load has it
_FORGET_PLACES = """
    delete from plan.own_place as p
    where p.withdrawn_at <= now() - %(older)s
        and not exists (select from raw.candidate as c where c.candidate_key = p.place_key)
"""
_FORGET_PLACE_LOADS = """
    delete from plan.place_load
    where state in ('done', 'failed', 'cancelled') and finished_at <= now() - %(older)s
"""


@dataclass(frozen=True)
class Pruned:
    """How much was deleted, or would be."""

    run_ids: tuple[int, ...]
    what_if_count: int
    scenario_count: int
    load_count: int
    file_count: int
    file_bytes: int


def prune(conn: Connection, *, keep_runs: int, older_than: dt.timedelta, is_trial: bool = False) -> Pruned:
    """Delete runs beyond the latest `keep_runs` and older than a time, and what only they needed.

    A run and its variations count as one. Adopted plans, the last that each scenario published, what these
    continue from and what is being solved stay (`sql/4_model/spare_run.sql`). What-ifs that have ended go,
    with their locks, when their run has gone or they never had one. Former loads go when no scenario needs
    them, nor a what-if that waits, and with these what planners withdrew; fetched files go when no address
    returned them since. `is_trial` deletes nothing.
    `conn` is in autocommit mode.

    Raises:
        UsageError: another session is loading.
    """
    dead_run.end_dead_runs(conn)
    given = {"keep": keep_runs, "older": older_than}
    with conn.transaction(force_rollback=is_trial), turn.turn(conn):
        runs = tuple(run_id for (run_id,) in conn.execute(_SPARE, given).fetchall())
        conn.execute(_FORGET_RUNS, {"runs": list(runs)})
        ((what_if_count,),) = conn.execute(_FORGET_WHAT_IFS, given).fetchall()
        scenario_count = conn.execute(_FORGET_SCENARIOS).rowcount
        load_count = conn.execute(_FORGET_LOADS, given).rowcount
        for query in (_FORGET_PLACES, _FORGET_PLACE_LOADS):
            conn.execute(query, given)
        conn.execute("select model.forget_gone(), audit.work_out('{}')")
    files = fetched.old(fetched.folder(), dt.datetime.now(dt.UTC) - older_than)
    found = Pruned(runs, what_if_count, scenario_count, load_count, len(files.files), files.size_bytes)
    if not is_trial:
        files.delete()
    return found


def delete_unused_loads(conn: Connection) -> int:
    """Delete loads that are not current and that no scenario refers to; return their number."""
    return conn.execute(_FORGET_LOADS, {"older": dt.timedelta()}).rowcount
