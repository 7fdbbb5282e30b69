"""What-ifs that wait and run: who may take one up, which of them lost their process, and how one ends."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import psycopg

from model.data.codes import WhatIfState, Wish

Connection = psycopg.Connection[tuple[Any, ...]]

LOCK_CLASS = 7_291_848
"""First key of an advisory lock that runner and process of a what-if share while they live; the second is the
what-if."""
ATTEMPTS_MAX = 2
LOST = "Its process ended without a word."

_TAKE = """
    update plan.what_if
    set state = 'running', started_at = clock_timestamp(), finished_at = null, run_id = null,
        message = null, hint = null, attempt_count = attempt_count + 1
    where what_if_id = (
        select w.what_if_id
        from plan.what_if as w
        join core.region as g using (load_id)
        where w.state = 'queued' and w.wish is null
        order by w.what_if_id
        limit 1
        for update of w skip locked
    )
    returning what_if_id
"""
_FORGET_PROGRESS = "delete from plan.what_if_progress where what_if_id = %s"
_SHARE = "select pg_advisory_lock_shared(%s, %s::integer)"
_UNSHARE = "select pg_advisory_unlock_shared(%s, %s::integer)"
_IS_NOBODYS = "select pg_try_advisory_lock(%s, %s::integer)"
_LEAVE = "select pg_advisory_unlock(%s, %s::integer)"
_RUNNING = """
    select what_if_id from plan.what_if where state = 'running' and what_if_id <> all (%s) order by what_if_id
"""
_END = """
    update plan.what_if
    set state = %(state)s, wish = null, run_id = coalesce(%(run_id)s, run_id), message = %(message)s,
        hint = %(hint)s, finished_at = clock_timestamp()
    where what_if_id = %(what_if_id)s and state = 'running'
"""
_AGAIN = """
    update plan.what_if
    set state = 'queued', wish = null, started_at = null,
        attempt_count = attempt_count - case when %(is_own_doing)s then 1 else 0 end
    where what_if_id = %(what_if_id)s and state = 'running'
"""
_CANCEL_QUEUED = """
    update plan.what_if
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


def take(conn: Connection) -> int | None:
    """Take up the what-if that has waited longest and return its number; None where none waits.

    `conn` is in autocommit mode; its session shares the lock of what it took up until `leave`.
    """
    with conn.transaction():  # nobody sees it running before it is marked alive
        row = conn.execute(_TAKE).fetchone()
        if row is None:
            return None
        conn.execute(_FORGET_PROGRESS, row)
        share(conn, row[0])
    return int(row[0])


def share(conn: Connection, what_if_id: int) -> None:
    """Mark a what-if as alive as long as the session of `conn` lasts."""
    conn.execute(_SHARE, (LOCK_CLASS, what_if_id))


def leave(conn: Connection, what_if_id: int) -> None:
    """Take the mark of this session back."""
    conn.execute(_UNSHARE, (LOCK_CLASS, what_if_id))


def end(
    conn: Connection,
    what_if_id: int,
    state: WhatIfState,
    *,
    run_id: int | None = None,
    message: str | None = None,
    hint: str | None = None,
) -> None:
    """Say how the solve of a what-if ended; one that has ended already stays as it is."""
    values = {"what_if_id": what_if_id, "state": state, "run_id": run_id, "message": message, "hint": hint}
    conn.execute(_END, values)


def queue_again(conn: Connection, what_if_id: int, *, is_own_doing: bool) -> None:
    """Let a what-if wait once more; an end that was the desk's own doing counts as no attempt."""
    conn.execute(_AGAIN, {"what_if_id": what_if_id, "is_own_doing": is_own_doing})


def take_back_lost(conn: Connection, own: Collection[int] = ()) -> None:
    """Let what-ifs wait again whose process has gone; one that it happened to twice has failed.

    `own` are those that this session took up: a session cannot ask of its own locks whether they are held.
    """
    for (what_if_id,) in conn.execute(_RUNNING, (list(own),)).fetchall():
        if conn.execute(_IS_NOBODYS, (LOCK_CLASS, what_if_id)).fetchone() != (True,):
            continue
        try:
            lose(conn, what_if_id)
        finally:
            conn.execute(_LEAVE, (LOCK_CLASS, what_if_id))


def lose(conn: Connection, what_if_id: int, words: str = LOST) -> None:
    """Take note that the process of a what-if has gone, if it said nothing of its end."""
    query = "select attempt_count, wish from plan.what_if where what_if_id = %s"
    row = conn.execute(query, (what_if_id,)).fetchone()
    if row is None:
        return
    if row[1] is not None:
        end(conn, what_if_id, WhatIfState.CANCELLED, message=words)
    elif row[0] < ATTEMPTS_MAX:
        queue_again(conn, what_if_id, is_own_doing=False)
    else:
        end(conn, what_if_id, WhatIfState.FAILED, message=words)


def cancel_queued(conn: Connection) -> None:
    """Cancel what waits and shall not be solved any more."""
    conn.execute(_CANCEL_QUEUED)


def idle_wishes(conn: Connection) -> list[tuple[int, int | None, bool]]:
    """Return what is wished of what-ifs that are not solved now: number, run, whether to adopt its plan."""
    return conn.execute(_IDLE_WISHES).fetchall()


def granted(conn: Connection, what_if_id: int, message: str | None = None, hint: str | None = None) -> None:
    """Take note that a wish was dealt with; `message` says why it was not granted."""
    conn.execute(_GRANTED, (message, hint, what_if_id))


def wish_of(conn: Connection, what_if_id: int) -> Wish | None:
    """Return what is wished of a what-if."""
    row = conn.execute("select wish from plan.what_if where what_if_id = %s", (what_if_id,)).fetchone()
    return Wish(row[0]) if row and row[0] else None
