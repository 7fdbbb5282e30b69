"""What the desk reads and writes in the database, under the planner's rights alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from db.common.errors import UsageError
from db.server.address import open_address
from db.server.roles import ROLE_NAMES

Row = dict[str, Any]
Connection = psycopg.Connection[tuple[Any, ...]]
CONNECTIONS_MAX = 6
_STATEMENT_S = 60

_REGION = """
    select r.title, r.is_synthetic, r.currency, r.metric_srid, l.load_id, st_asbinary(r.geom) as geom
    from report.region as r
    cross join report.load as l
    where l.is_current
"""
_SITES = """
    select s.site_id, s.name, s.address, s.is_existing, s.kw, s.lon, s.lat, c.score, c.exclusion
    from report.site as s
    left join report.candidate_site as c using (site_id)
    order by s.site_id
"""
_AREAS = "select name, st_asbinary(geom) as geom from report.planning_area order by name, planning_area_id"
_ROADS = """
    select c.is_main, st_asbinary(r.geom) as geom
    from report.road_class as c join report.road as r using (highway)
    where c.length_so_far_km <= 900 or c.road_class_id = (select min(road_class_id) from report.road_class)
"""
_WHAT_IFS = """
    select * from report.what_if order by what_if_id desc limit 200
"""
_CHANGES = """
    select what_if_id, kind, key, lock_kind, site_name, value, parent_value
    from report.what_if_change where what_if_id = any(%s)
    order by what_if_id, kind desc, key
"""
_PROGRESS = """
    select number, priority_level, solve_step, elapsed_s, incumbent, dual_bound, mip_gap
    from report.what_if_progress where what_if_id = %s order by number
"""
_LAST_PROGRESS = """
    select distinct on (what_if_id) what_if_id, solve_step, elapsed_s, incumbent, dual_bound, mip_gap
    from report.what_if_progress where what_if_id = any(%s) order by what_if_id, number desc
"""
_LOCKS = """
    select l.lock_id, l.site_id, l.lock_kind, l.option_id, l.scenario_name, l.note, s.name as site_name
    from report.site_lock as l left join report.site as s using (site_id)
    where l.scenario_name is null or l.scenario_name = %s
    order by l.lock_id
"""
_TERMS = "select term, title_en, title_fr from report.term_title order by term_title_id"
_LEVELS = "select level, title_en, title_fr from report.level order by level_id"
_ADOPTED = """
    select run_id, scenario_name, adopted_at, load_id, is_current_load
    from report.region_adoption
    order by is_current_load desc, load_id desc
    limit 1
"""
_GONE = """
    select w.site_id from unnest(%s::integer[]) as w (site_id)
    where not exists (select from report.site as s where s.site_id = w.site_id)
    order by w.site_id
"""
_ASK = """
    insert into plan.what_if (
        load_id, parent_what_if_id, base_scenario, title, settings, time_limit_s, asked_by
    )
    select load_id, %(parent)s, %(base)s, %(title)s, %(settings)s, %(time_limit_s)s, %(asked_by)s
    from core.region
    returning what_if_id, scenario_name
"""
_LOCK = """
    insert into report.site_lock (site_id, lock_kind, option_id, scenario_name, note)
    values (%s, %s, %s, %s, %s)
"""
_WISH = """
    update plan.what_if set wish = %(wish)s
    where what_if_id = %(what_if)s and state = any (%(states)s)
        and (%(wish)s <> 'adopt' or run_id is not null)
    returning what_if_id
"""
_FIGURES = "select * from report.run_figure_difference(%s, %s)"
_SITE_CHANGES = """
    select * from report.run_site_difference(%s, %s) where difference <> 'same' order by difference, site_id
"""
_STATES = {"stop": ["running"], "cancel": ["queued", "running"], "adopt": ["done"]}


@dataclass(frozen=True)
class Lock:
    """What a what-if asks of a site, for itself alone."""

    site_id: int
    lock_kind: str
    option_id: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Asked:
    """A what-if as a person asks for it."""

    base: str
    parent: int | None
    title: str
    settings: dict[str, str]
    locks: Sequence[Lock]
    time_limit_s: float
    asked_by: str


class RefusedLockError(Exception):
    """A lock is refused: for a reason that has a name (`kind`), or one that the database tells (`words`)."""

    def __init__(self, site_id: int, *, kind: str = "", words: str = "") -> None:
        super().__init__(words or kind)
        self.site_id, self.kind, self.words = site_id, kind, words


class Store:
    """The database as planners may see and change it; connections are few, and each for one request."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._room = threading.BoundedSemaphore(CONNECTIONS_MAX)

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """Yield a connection in a transaction under the planner's role.

        Raises:
            UsageError: no connection comes about, or the login may not be a planner.
        """
        with self._room, open_address(self._address) as conn:
            role = sql.Identifier(ROLE_NAMES["planner"])
            try:
                conn.execute(sql.SQL("set role {}").format(role))
            except (psycopg.errors.InvalidParameterValue, psycopg.errors.InsufficientPrivilege) as error:
                raise UsageError(
                    f"The desk works as {ROLE_NAMES['planner']} only, and this login cannot: {error}.",
                    f"there: grant {ROLE_NAMES['planner']} to the login that DATABASE_URL names.",
                ) from None
            conn.execute(f"set statement_timeout = '{_STATEMENT_S}s'")
            yield conn

    def check(self) -> None:
        """See whether the desk can work.

        Raises:
            UsageError: it cannot; why, and what to do.
        """
        with self.connect() as conn:
            if conn.execute("select to_regclass('report.what_if') is null").fetchone() == (True,):
                raise UsageError("The database is not set up.", "run `planner db upgrade`, then `make load`.")
            if conn.execute(_REGION).fetchone() is None:
                raise UsageError("No region is loaded.", "run `make load` first.")


def rows(conn: Connection, query: str, *values: Any) -> list[Row]:
    """Return the rows of a query as dictionaries."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query.encode(), values).fetchall()


def region(conn: Connection) -> Row:
    """Return the region: title, whether made up, currency, load and outline (WKB in its metric CRS)."""
    return rows(conn, _REGION)[0]


def sites(conn: Connection) -> list[Row]:
    """Return where a plan may act, stations and candidates, with their places in degrees."""
    return rows(conn, _SITES)


def areas(conn: Connection) -> list[Row]:
    """Return the planning areas with their outlines (WKB in the metric CRS)."""
    return rows(conn, _AREAS)


def roads(conn: Connection) -> list[Row]:
    """Return the roads one finds one's way by (WKB in the metric CRS)."""
    return rows(conn, _ROADS)


def adopted(conn: Connection) -> Row | None:
    """Return the adopted run: of the current load, else of the last one before it that has one; else None."""
    found = rows(conn, _ADOPTED)
    return found[0] if found else None


def names(conn: Connection) -> Row:
    """Return what terms of the objective, and levels of runs, are called."""
    return {"terms": rows(conn, _TERMS), "levels": rows(conn, _LEVELS)}


def locks(conn: Connection, scenario_name: str) -> list[Row]:
    """Return the locks that hold for a scenario: its own, and those of all scenarios (no `scenario_name`)."""
    return rows(conn, _LOCKS, scenario_name)


def what_ifs(conn: Connection) -> list[Row]:
    """Return the what-ifs of the region, the latest first, with their changes and what they told last."""
    found = rows(conn, _WHAT_IFS)
    numbers = [row["what_if_id"] for row in found]
    changes: dict[int, list[Row]] = {number: [] for number in numbers}
    for row in rows(conn, _CHANGES, numbers):
        changes[row.pop("what_if_id")].append(row)
    last = {row.pop("what_if_id"): row for row in rows(conn, _LAST_PROGRESS, numbers)}
    return [
        row | {"changes": changes[row["what_if_id"]], "last": last.get(row["what_if_id"])} for row in found
    ]


def what_if(conn: Connection, number: int) -> Row | None:
    """Return one what-if; None where the region that is loaded has no such one."""
    found = rows(conn, "select * from report.what_if where what_if_id = %s", number)
    return found[0] if found else None


def progress(conn: Connection, number: int) -> list[Row]:
    """Return what the solve of a what-if found by when."""
    return rows(conn, _PROGRESS, number)


def comparison(conn: Connection, adopted_run_id: int, run_id: int) -> Row:
    """Return the figures of two runs side by side, and the sites in which they differ."""
    return {
        "figures": rows(conn, _FIGURES, adopted_run_id, run_id),
        "sites": rows(conn, _SITE_CHANGES, adopted_run_id, run_id),
    }


def ask(conn: Connection, asked: Asked) -> int:
    """Write a what-if with its locks, and return its number.

    Raises:
        RefusedLockError: a lock contradicts another one, or names no site.
    """
    values = {
        "parent": asked.parent,
        "base": asked.base,
        "title": asked.title,
        "settings": Jsonb(asked.settings),
        "time_limit_s": asked.time_limit_s,
        "asked_by": asked.asked_by,
    }
    with conn.transaction():
        row = conn.execute(_ASK, values).fetchone()
        if row is None:
            raise UsageError("No region is loaded.", "run `make load` first.")
        for (site_id,) in conn.execute(_GONE, ([lock.site_id for lock in asked.locks],)).fetchall():
            raise RefusedLockError(site_id, kind="site_gone")
        for lock in asked.locks:
            try:
                conn.execute(_LOCK, (lock.site_id, lock.lock_kind, lock.option_id, row[1], lock.note))
            except (psycopg.errors.IntegrityError, psycopg.errors.RaiseException) as error:
                words = error.diag.message_primary or str(error)
                raise RefusedLockError(lock.site_id, words=words) from None
    return int(row[0])


def wish(conn: Connection, number: int, what: str) -> bool:
    """Say what is to be done with a what-if; False where that makes no sense as it stands."""
    values = {"wish": what, "what_if": number, "states": _STATES[what]}
    return conn.execute(_WISH, values).fetchone() is not None
