"""Reads the views of `sql/4_model` into `Inputs`, all from one moment of the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import psycopg
from psycopg import sql

from db.common.errors import NoPlanError, UsageError
from db.common.number import plain
from db.session import steady
from model.data.clock import Clock
from model.data.codes import LockEffect, LockKind
from model.data.inputs import Demand, Inputs, Lock, PriorityLevel, Service, Site
from model.data.read.fairness import fairness_notes, read_fairness
from model.data.read.money import read_application_caps, read_options, read_phases, read_steps
from model.data.read.space import read_alternatives, read_double_coverage, read_space, space_notes

Connection = psycopg.Connection[tuple[Any, ...]]
Row = tuple[Any, ...]
_BASE = """
    select r.run_id, b.name, exists (select from report.adopted_run as a where a.run_id = r.run_id)
    from model.scenario as s
    join plan.run as r on r.run_id = s.base_run_id
    join plan.scenario as b on b.scenario_id = r.scenario_id
    where s.scenario_id = %s
"""


_STATEMENT_LIMIT = """
    select set_config('statement_timeout', least(nullif(setting::bigint, 0), %s)::text, true)
    from pg_settings
    where name = 'statement_timeout'
"""
LOCK_WORDS: dict[str, str] = {
    LockKind.FORCE_IN: "a station must stand here",
    LockKind.MUST_CHANGE: "something must be done here",
    LockKind.FORCE_OUT: "nothing may be done here",
}


def work_out(conn: Connection, scenario_id: int, clock: Clock | None = None) -> None:
    """Fill the tables of room 4 for a scenario of the current load; quick where that is done.

    Raises:
        NoPlanError: the time of the clock was over before.

    """
    with _in_time(clock), conn.transaction():
        _limit(conn, clock)
        conn.execute("select model.work_out(%s)", (scenario_id,))


def read_inputs(
    conn: Connection,
    scenario_id: int,
    clock: Clock | None = None,
    *,
    on_worked_out: Callable[[], None] = lambda: None,
) -> Inputs:
    """Return the inputs of a scenario, worked out if they are not yet, all from one moment of the database.

    `on_worked_out` is called once they are, before they are read.

    Raises:
        UsageError: as `read`.
        NoPlanError: the time of the clock was over before all was read.

    """

    def limited() -> Inputs:
        _limit(conn, clock)
        return _read(conn, scenario_id)

    def prepare() -> None:
        work_out(conn, scenario_id, clock)
        on_worked_out()

    with _in_time(clock):
        return steady.read(conn, limited, prepare=prepare)


def read(conn: Connection, scenario_id: int) -> Inputs:
    """Return the inputs of a scenario, which is worked out in the transaction that is open.

    Raises:
        UsageError: the scenario belongs to another load, has no demand, or a lock names a site or option that
            does not exist.

    """
    work_out(conn, scenario_id)
    return _read(conn, scenario_id)


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


def _read(conn: Connection, scenario_id: int) -> Inputs:
    parameters = _rows(conn, scenario_id, "scenario", "site_power_limit_kw", "is_budget_carried_over")
    if not parameters:
        raise UsageError("The data was loaded anew in the meantime.", "solve the scenario again.")
    rows = partial(_rows, conn, scenario_id)
    demand = _demand(conn, scenario_id)
    levels = tuple(level for _, level in sorted(_rows(conn, scenario_id, "level", "rank", "level")))
    node_columns = ("level", "node_id", "site_ids", "demand_ids", "weight_share")
    nodes = _rows(conn, scenario_id, "aggregated_demand_node", *node_columns)
    mode = _rows(conn, scenario_id, "scenario", "cost_limit_cad", "money_scale_cad")[0]
    network = _rows(
        conn, scenario_id, "network", "network_cad", "station_cad_max", "network_opex_cad_per_year"
    )[0]
    targets = _rows(conn, scenario_id, "target", "phase", "level", "coverage_min_share")
    member = {(node, level): tuple(members) for level, node, _, members, _ in nodes}
    return Inputs(
        phases=read_phases(rows),
        levels=levels,
        sites=_sites(conn, scenario_id),
        options=read_options(rows),
        measured_options=read_options(rows, "measured_option"),
        covering_sites={(node, level): tuple(sites) for level, node, sites, _, _ in nodes},
        weight={(node, level): weight for level, node, _, _, weight in nodes},
        member=member,
        rules=frozenset(rule for (rule,) in _rows(conn, scenario_id, "rule", "rule")),
        objective_weight=_mapping(conn, scenario_id, "objective_weight", "term", "weight"),
        always_covered_share={
            level: sum(d.weight_share for d in demand if d.level == level and d.is_covered_always)
            for level in levels
        },
        target={(phase, level): share for phase, level, share in targets},
        remaining_kw=_mapping(conn, scenario_id, "grid_node", "grid_node_id", "remaining_kw"),
        coincidence_share=_mapping(conn, scenario_id, "grid_node", "grid_node_id", "coincidence_share"),
        site_power_limit_kw=parameters[0][0],
        locks=_locks(conn, scenario_id),
        demand=demand,
        priority_levels=tuple(
            PriorityLevel(tuple(terms), tolerance)
            for _, terms, tolerance in _rows(
                conn, scenario_id, "priority_level", "priority_level", "terms", "tolerance_share"
            )
        ),
        cost_limit_cad=float("inf") if mode[0] is None else mode[0],
        money_scale_cad=mode[1],
        network_cad=network[0],
        station_cad_max=network[1],
        network_opex_cad_per_year=network[2],
        application_cap_cad=read_application_caps(rows),
        steps=read_steps(rows),
        is_budget_carried_over=parameters[0][1],
        space=read_space(rows),
        fairness=read_fairness(rows, demand, member),
        double_coverage=read_double_coverage(rows),
        service=_service(conn, scenario_id),
        candidate_score=_mapping(conn, scenario_id, "new_site_score", "site_id", "score"),
        alternatives=read_alternatives(rows),
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
    return _continues(conn, scenario_id) + cut + space_notes(rows) + fairness_notes(rows)


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


def _rows(conn: Connection, scenario_id: int, view: str, *columns: str) -> list[Row]:
    """Return columns of a view of room 4, in the order of the first two."""
    query = sql.SQL("select {columns} from model.{view} where scenario_id = %s order by {key}").format(
        columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
        view=sql.Identifier(view),
        key=sql.SQL(", ").join(map(sql.Identifier, columns[:2])),
    )
    return conn.execute(query, (scenario_id,)).fetchall()


def _mapping(conn: Connection, scenario_id: int, view: str, key: str, value: str) -> dict[Any, float]:
    return dict(_rows(conn, scenario_id, view, key, value))


def _demand(conn: Connection, scenario_id: int) -> tuple[Demand, ...]:
    columns = ("level", "demand_id", "weight_share", "is_covered_before", "is_covered_always")
    found = _rows(conn, scenario_id, "demand_level", *columns)
    if not found:
        raise UsageError(
            "There is no demand to serve: no demand node has any weight.",
            "load a population, or the reference points that the scenario asks for.",
        )
    return tuple(Demand(demand_id, level, *rest) for level, demand_id, *rest in found)


def _sites(conn: Connection, scenario_id: int) -> dict[int, Site]:
    found: dict[str, set[str]] = {}
    for layout, level in _rows(conn, scenario_id, "layout_level", "layout", "level"):
        found.setdefault(layout, set()).add(level)

    def offers(layout: str, is_counted: bool) -> frozenset[str]:  # noqa: FBT001 - a column
        """Return the levels that a driver finds: none at a station that does not count."""
        return frozenset(found.get(layout, ())) if is_counted else frozenset()

    nodes: dict[int, list[int]] = {}
    for site_id, node in _rows(conn, scenario_id, "site_grid_node", "site_id", "grid_node_id"):
        nodes.setdefault(site_id, []).append(node)
    columns = ("site_id", "x_m", "y_m", "layout", "planning_area_id", "is_counted")
    return {
        site_id: Site(
            site_id, offers(layout, is_counted), tuple(nodes.get(site_id, ())), x, y, layout, planning_area
        )
        for site_id, x, y, layout, planning_area, is_counted in _rows(
            conn, scenario_id, "site_state", *columns
        )
    }


def _service(conn: Connection, scenario_id: int) -> Service | None:
    """Return who asks for charging sessions and what serves them; None where the scenario counts none."""
    levels = _rows(conn, scenario_id, "session_level", "level", "kwh_per_session", "installed_kw")
    if not levels:
        return None
    demand = _rows(conn, scenario_id, "zone_demand", "zone_id", "level", "phase", "sessions_per_h")
    if not demand:
        raise UsageError(
            "There are no charging sessions: the region has neither electric vehicles nor people.",
            "load a population or counts of vehicles, or switch the rules and terms of sessions off.",
        )
    pairs: dict[tuple[int, str], list[tuple[int, float]]] = {}
    for zone, level, site, share in _rows(
        conn, scenario_id, "zone_site", "zone_id", "level", "site_id", "covered_share"
    ):
        pairs.setdefault((zone, level), []).append((site, share))
    capacity = _rows(conn, scenario_id, "layout_level", "layout", "level", "capacity_per_h")
    targets = _rows(conn, scenario_id, "served_target", "phase", "level", "served_min_share")
    return Service(
        demand_per_h={(zone, level, phase): sessions for zone, level, phase, sessions in demand},
        covered_share={key: tuple(sorted(sites)) for key, sites in pairs.items()},
        capacity_per_h={(level, layout): sessions for layout, level, sessions in capacity},
        kwh_per_session={level: kwh for level, kwh, _ in levels},
        installed_kw=sum(kw for _, _, kw in levels),
        min_share={(phase, level): share for phase, level, share in targets},
    )


def _locks(conn: Connection, scenario_id: int) -> tuple[Lock, ...]:
    """Return the locks still to be met.

    Raises:
        UsageError: a lock names a site or an option that is not there, or contradicts another one.

    """
    columns = ("lock_id", "site_id", "lock_kind", "option_id", "option_action", "is_site_known")
    locks = []
    for lock_id, site_id, kind, option_id, action, is_site_known in _rows(
        conn, scenario_id, "lock", *columns
    ):
        if not is_site_known:
            raise UsageError(
                f"Lock {lock_id} names site {site_id}, which the data does not have.",
                f"delete row {lock_id} of plan.site_lock.",
            )
        if kind == LockEffect.FIX_OPTION and action is None:
            raise UsageError(
                f"Lock {lock_id} fixes site {site_id} to option '{option_id}', which is not offered there.",
                f"see model.site_option for site {site_id}, or give the lock another scenario_name.",
            )
        locks.append(
            Lock(lock_id, site_id, LockEffect(kind), option_id if kind == LockEffect.FIX_OPTION else None)
        )
    if ("locks",) in _rows(conn, scenario_id, "rule", "rule"):
        _refuse_contrary_locks(conn, scenario_id)
    return tuple(locks)


def _refuse_contrary_locks(conn: Connection, scenario_id: int) -> None:
    """Refuse locks that no plan can obey together; all pairs are named."""
    columns = (
        *("lock_id", "other_lock_id", "site_id"),
        *("lock_kind", "option_id", "other_lock_kind", "other_option_id"),
    )
    found = [
        f"lock {lock_id} ({_asks(*asked)}) and lock {other_id} ({_asks(*other)}) of site {site_id}"
        for lock_id, other_id, site_id, *rest in _rows(conn, scenario_id, "lock_conflict", *columns)
        for asked, other in [(rest[:2], rest[2:])]
    ]
    if found:
        raise UsageError(
            f"No plan can obey contradictory locks: {'; '.join(found)}.",
            "delete one of each pair (rows of plan.site_lock), or give each a scenario_name of its own.",
        )


def _asks(kind: str, option_id: str | None) -> str:
    return LOCK_WORDS.get(kind) or f"just option {option_id}"
