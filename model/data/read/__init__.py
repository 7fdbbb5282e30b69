"""Reads the views of `sql/4_model` into `Inputs`, all from one moment of the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import psycopg
from psycopg import sql

from db.common.errors import NoPlanError, UsageError
from db.common.number import plain
from db.session import steady
from model.data.clock import Clock
from model.data.codes import GrowthMethod, GrowthPath
from model.data.inputs import Inputs, PriorityLevel
from model.data.read.fairness import fairness_notes, read_ratio
from model.data.read.known import Known, key_of
from model.data.read.locks import read_locks
from model.data.read.money import read_application_caps, read_phases, read_steps, read_targets
from model.data.read.offer import read_offer
from model.data.read.space import limited, space_notes

Connection = psycopg.Connection[tuple[Any, ...]]
Row = tuple[Any, ...]
_BASE = """
    select r.run_id, b.name, exists (select from report.adopted_run as a where a.run_id = r.run_id)
    from model.scenario as s
    join plan.run as r on r.run_id = s.base_run_id
    join plan.scenario as b on b.scenario_id = r.scenario_id
    where s.scenario_id = %s
"""
_GROWTH = """
    select
        g.path,
        exists (select from model.session_scenario as s where s.scenario_id = g.scenario_id),
        g.method,
        exists (select from analysis.ev_growth_area where middle_share is not null)
    from plan.scenario_growth as g
    where g.scenario_id = %s
"""
_STATEMENT_LIMIT = """
    select set_config('statement_timeout', least(nullif(setting::bigint, 0), %s)::text, true)
    from pg_settings
    where name = 'statement_timeout'
"""


def work_out(conn: Connection, scenario_id: int, clock: Clock | None = None) -> None:
    """Fill the tables of room 4 for a scenario of the current load; quick where that is done.

    Raises:
        NoPlanError: the time of the clock was over before.

    """
    with _in_time(clock), conn.transaction():
        _limit(conn, clock)
        is_new = conn.execute("select model.work_out(%s)", (scenario_id,)).fetchone() == (True,)
    if is_new:
        with _in_time(clock), conn.transaction():
            _limit(conn, clock)
            conn.execute("select model.gather_statistics()")


def read_inputs(
    conn: Connection,
    scenario_id: int,
    clock: Clock | None = None,
    *,
    known: Known | None = None,
    on_worked_out: Callable[[], None] = lambda: None,
) -> Inputs:
    """Return the inputs of a scenario, worked out if they are not yet, all from one moment of the database.

    What is `known` of a scenario that offers the same is not read again, and what is read is known then.
    `on_worked_out` is called once they are, before they are read.

    Raises:
        UsageError: as `read`.
        NoPlanError: the time of the clock was over before all was read.

    """

    def read_in_time() -> Inputs:
        _limit(conn, clock)
        return _read(conn, scenario_id, known or Known())

    def prepare() -> None:
        work_out(conn, scenario_id, clock)
        on_worked_out()

    with _in_time(clock):
        return steady.read(conn, read_in_time, prepare=prepare)


def read(conn: Connection, scenario_id: int) -> Inputs:
    """Return the inputs of a scenario, which is worked out in the transaction that is open.

    Raises:
        UsageError: the scenario belongs to another load, has no demand, or a lock names a site or option that
            does not exist.

    """
    work_out(conn, scenario_id)
    return _read(conn, scenario_id, Known())


def _limit(conn: Connection, clock: Clock | None) -> None:
    """Let no statement of the transaction that is open take longer than the clock has left."""
    if clock is not None and clock.limit_s:
        conn.execute(_STATEMENT_LIMIT, (max(int(min(clock.left_s, 1e6) * 1000), 1),))


@contextmanager
def _in_time(clock: Clock | None) -> Iterator[None]:
    try:
        yield
    except psycopg.errors.QueryCanceled:
        if clock is None or clock.left_s > 0:
            raise
        raise NoPlanError(
            f"The {clock.limit_s:g} s ended before the inputs were read.",
            "give it more time: --time-limit.",
        ) from None


def _read(conn: Connection, scenario_id: int, known: Known) -> Inputs:
    rows = partial(_rows, conn, scenario_id)
    columns = ("site_power_limit_kw", "is_budget_carried_over", "cost_limit_cad", "money_scale_cad")
    found = rows("scenario", *columns)
    if not found:
        raise UsageError("The data was loaded anew in the meantime.", "solve the scenario again.")
    site_power_limit_kw, is_budget_carried_over, cost_limit_cad, money_scale_cad = found[0]
    locks = read_locks(rows)
    offer = known.of(key_of(conn, scenario_id, rows), lambda: read_offer(rows))
    ratio_min, is_in_every_phase = read_ratio(rows)
    nodes = rows("grid_node", "grid_node_id", "remaining_kw", "coincidence_share")
    return replace(
        offer,
        phases=read_phases(rows),
        rules=frozenset(rule for (rule,) in rows("rule", "rule")),
        objective_weight=dict(rows("objective_weight", "term", "weight")),
        target=read_targets(rows, "target", "coverage_min_share"),
        remaining_kw={node: kw for node, kw, _ in nodes},
        coincidence_share={node: share for node, _, share in nodes},
        site_power_limit_kw=site_power_limit_kw,
        locks=locks,
        priority_levels=tuple(
            PriorityLevel(tuple(terms), tolerance)
            for _, terms, tolerance in rows("priority_level", "priority_level", "terms", "tolerance_share")
        ),
        cost_limit_cad=float("inf") if cost_limit_cad is None else cost_limit_cad,
        money_scale_cad=money_scale_cad,
        application_cap_cad=read_application_caps(rows),
        steps=read_steps(rows),
        is_budget_carried_over=is_budget_carried_over,
        space=limited(offer.space, rows),
        fairness=replace(offer.fairness, ratio_min=ratio_min, is_in_every_phase=is_in_every_phase),
        service=offer.service
        and replace(offer.service, min_share=read_targets(rows, "served_target", "served_min_share")),
    )


def notes(conn: Connection, scenario_id: int) -> tuple[str, ...]:
    """Return what people should know before they trust the plan, in sentences."""
    columns = ("level", "service_distance_m", "road_distance_max_m", "is_service_distance_cut")
    cut = tuple(
        f"The service distance of {level} is {plain(distance_m)} m, but the region knows distances up to"
        f" {plain(known_m)} m only: what lies between counts as too far."
        for level, distance_m, known_m, is_cut in _rows(conn, scenario_id, "level", *columns)
        if is_cut
    )
    rows = partial(_rows, conn, scenario_id)
    return (
        _continues(conn, scenario_id)
        + _grows(conn, scenario_id)
        + cut
        + space_notes(rows)
        + fairness_notes(rows)
    )


def _continues(conn: Connection, scenario_id: int) -> tuple[str, ...]:
    """Say which run a scenario builds upon, and why that one."""
    found = conn.execute(_BASE, (scenario_id,)).fetchone()
    if found is None:
        return ()
    run_id, name, is_adopted = found
    why = (
        "part of the adopted plan" if is_adopted else f"the latest plan of '{name}', of which none is adopted"
    )
    return (f"It continues run {run_id}, {why}.",)


def _grows(conn: Connection, scenario_id: int) -> tuple[str, ...]:
    """Say where the path of growth that a scenario asks for changes nothing."""
    ((path, is_counted, method, is_known),) = conn.execute(_GROWTH, (scenario_id,)).fetchall()
    if path == GrowthPath.MIDDLE or (is_counted and method == GrowthMethod.HISTORY and is_known):
        return ()
    why = (
        "the scenario counts no charging sessions"
        if not is_counted
        else "growth.method is not history"
        if method != GrowthMethod.HISTORY
        else "the region has no counts of electric vehicles of two years: they grow by five_year_factor"
    )
    return (f"The growth path '{path}' changes nothing: {why}.",)


def _rows(conn: Connection, scenario_id: int, view: str, *columns: str) -> list[Row]:
    """Return columns of a view of room 4, in the order of the first two."""
    query = sql.SQL("select {columns} from model.{view} where scenario_id = %s order by {key}").format(
        columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
        view=sql.Identifier(view),
        key=sql.SQL(", ").join(map(sql.Identifier, columns[:2])),
    )
    return conn.execute(query, (scenario_id,)).fetchall()
