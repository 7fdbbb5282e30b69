"""The adopted plan of a region: the one that maps, page, figures, exports and service show."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

import psycopg

from db.common.errors import UsageError
from db.common.number import NUMBER_MAX
from model.data.codes import Publication
from model.data.scenario import call_of

Connection = psycopg.Connection[tuple[Any, ...]]

_ADOPTED = "select run_id, scenario_name, adopted_at from report.adopted_run where generation = 0"
# two solves that end at once must not both find that nothing is adopted
_ONE_AT_A_TIME = "lock table plan.adopted_run in share row exclusive mode"
_ADOPT = "insert into plan.adopted_run (run_id) values (%s)"
_UNDO = """
    delete from plan.adopted_run
    where adopted_run_id = (
        select max(a.adopted_run_id)
        from plan.adopted_run as a
        join plan.run as r on r.run_id = a.run_id
        join model.scenario as s on s.scenario_id = r.scenario_id
    )
"""
_CHANGES = "select exists (select from plan.decision where run_id = %s)"
_RUN = """
    select s.name, r.publication, r.status,
        exists (select from model.scenario as m where m.scenario_id = r.scenario_id)
    from plan.run as r join plan.scenario as s on s.scenario_id = r.scenario_id
    where r.run_id = %s
"""
LIST = "`planner adopt` lists the plans that can be adopted."


class Adopting(Enum):
    """Whether the plan of a run becomes the adopted one when it is published."""

    NEVER = auto()
    WHERE_NONE_IS = auto()
    ALWAYS = auto()


@dataclass(frozen=True)
class Adopted:
    """The adopted plan."""

    run_id: int
    scenario: str
    adopted_at: dt.datetime


def adopted(conn: Connection) -> Adopted | None:
    """Return the adopted plan of the region that is loaded; None while none is."""
    row = conn.execute(_ADOPTED).fetchone()
    return Adopted(*row) if row else None


def adopt(conn: Connection, run_id: int) -> None:
    """Make a published run the adopted plan of the region; adopting it again changes nothing.

    Raises:
        UsageError: there is no such run, it is not published, or it was solved on other data.

    """
    row = conn.execute(_RUN, (run_id,)).fetchone() if abs(run_id) <= NUMBER_MAX else None
    if row is None:
        raise UsageError(f"There is no run {run_id}.", LIST)
    name, publication, status, is_current = row
    if not is_current:
        raise UsageError(
            f"Run {run_id} was solved on other data than those loaded now.",
            f"solve it again: `planner solve --scenario {call_of(name)} --adopt`; or load that region again.",
        )
    if publication != Publication.PUBLISHED:
        raise UsageError(
            f"Run {run_id} is not published ({status}, {publication}), so it cannot be adopted.", LIST
        )
    with conn.transaction():
        conn.execute(_ONE_AT_A_TIME)
        now = adopted(conn)
        if now is None or now.run_id != run_id:
            conn.execute(_ADOPT, (run_id,))


def adopt_if_due(conn: Connection, run_id: int, adopting: Adopting) -> None:
    """Adopt a run that has just been audited, where it is published and its solve was to adopt it.

    An adopted plan that changes nothing counts as none beside one that does.
    """
    if adopting is Adopting.NEVER:
        return
    with conn.transaction():
        conn.execute(_ONE_AT_A_TIME)
        found = conn.execute("select publication from plan.run where run_id = %s", (run_id,)).fetchone()
        if found == (Publication.PUBLISHED,) and (adopting is Adopting.ALWAYS or _is_due(conn, run_id)):
            conn.execute(_ADOPT, (run_id,))


def _is_due(conn: Connection, run_id: int) -> bool:
    now = adopted(conn)
    return now is None or (_changes(conn, run_id) and not _changes(conn, now.run_id))


def _changes(conn: Connection, run_id: int) -> bool:
    return conn.execute(_CHANGES, (run_id,)).fetchone() == (True,)


def undo(conn: Connection) -> Adopted | None:
    """Take back what was adopted last and return what is adopted now: the plan before it, or None.

    Raises:
        UsageError: nothing is adopted.

    """
    with conn.transaction():
        conn.execute(_ONE_AT_A_TIME)
        if not conn.execute(_UNDO).rowcount:
            raise UsageError("No plan is adopted for this region, so there is nothing to undo.", LIST)
        return adopted(conn)
