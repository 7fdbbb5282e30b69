"""Reads the views of `sql/4_model` into `Inputs`, all from one moment of the database."""

from __future__ import annotations

from typing import Any

import psycopg

from db.errors import UsageError
from model.inputs import Demand, Inputs, Lock, Option, Phase, Site

Connection = psycopg.Connection[tuple[Any, ...]]


def read(conn: Connection, scenario_id: int) -> Inputs:
    """Return the inputs of a scenario; the connection's transaction is a repeatable-read snapshot.

    Raises:
        UsageError: the scenario belongs to another load, has no demand, or a lock names a site or option that
            does not exist.

    """
    row = _one(conn, scenario_id)
    options = _options(conn, scenario_id)
    groups = _rows(
        conn,
        "select group_id, level, site_ids, demand_ids, weight_share from model.demand_group"
        " where scenario_id = %s order by level, group_id",
        scenario_id,
    )
    demand = tuple(
        Demand(*found)
        for found in _rows(
            conn,
            "select demand_id, level, weight_share, is_covered_before, is_covered_always from model.demand_level"
            " where scenario_id = %s order by level, demand_id",
            scenario_id,
        )
    )
    if not demand:
        raise UsageError(
            "There is nobody to serve: no demand has any weight.",
            "load a population, or the reference points that the scenario asks for.",
        )
    levels = tuple(sorted({d.level for d in demand}))
    rules = frozenset(
        r for (r,) in _rows(conn, "select rule from model.rule where scenario_id = %s", scenario_id)
    )
    return Inputs(
        phases=tuple(
            Phase(*found)
            for found in _rows(
                conn,
                "select phase, budget_cad, discount_factor from model.phase where scenario_id = %s order by phase",
                scenario_id,
            )
        ),
        levels=levels,
        sites=_sites(conn, scenario_id),
        options=options,
        reach={(group, level): tuple(sites) for group, level, sites, _, _ in groups},
        weight={(group, level): weight for group, level, _, _, weight in groups},
        member={(group, level): tuple(members) for group, level, _, members, _ in groups},
        rules=rules,
        objective_weight=dict(
            _rows(conn, "select term, weight from model.objective_weight where scenario_id = %s", scenario_id)
        ),
        always_covered_share={
            level: sum(d.weight_share for d in demand if d.level == level and d.is_covered_always)
            for level in levels
        },
        target={
            (phase, level): share
            for phase, level, share in _rows(
                conn,
                "select phase, level, coverage_min_share from model.target where scenario_id = %s"
                " order by phase, level",
                scenario_id,
            )
        },
        headroom_kw=dict(
            _rows(
                conn,
                "select grid_area_id, headroom_kw from model.grid_area where scenario_id = %s order by grid_area_id",
                scenario_id,
            )
        ),
        coincidence_factor=row[0],
        site_power_limit_kw=row[1],
        locks=_locks(conn, scenario_id),
        demand=demand,
    )


def _rows(conn: Connection, query: str, scenario_id: int) -> list[tuple[Any, ...]]:
    return conn.execute(query.encode(), (scenario_id,)).fetchall()


def _one(conn: Connection, scenario_id: int) -> tuple[float, float]:
    found = _rows(
        conn,
        "select coincidence_factor, site_power_limit_kw from model.scenario where scenario_id = %s",
        scenario_id,
    )
    if not found:
        raise UsageError("The data was loaded anew in the meantime.", "solve the scenario again.")
    return found[0][0], found[0][1]


def _options(conn: Connection, scenario_id: int) -> dict[str, Option]:
    found = _rows(
        conn,
        "select option_id, site_id, action, levels, phases, capex_cad, grant_cad, resale_cad,"
        " opex_change_cad_per_year, peak_kw, added_kw from model.efficient_option"
        " where scenario_id = %s and action <> 'keep' order by site_id, option_id",
        scenario_id,
    )
    return {
        option_id: Option(option_id, site_id, action, frozenset(levels), tuple(phases), *figures)
        for option_id, site_id, action, levels, phases, *figures in found
    }


def _sites(conn: Connection, scenario_id: int) -> dict[int, Site]:
    found = _rows(
        conn,
        "select site_id, l2_port_count, l3_port_count, grid_area_id from model.site_state"
        " where scenario_id = %s order by site_id",
        scenario_id,
    )
    return {
        site_id: Site(site_id, frozenset(k for k, count in (("L2", l2), ("L3", l3)) if count > 0), area)
        for site_id, l2, l3, area in found
    }


def _locks(conn: Connection, scenario_id: int) -> tuple[Lock, ...]:
    """Return the locks still to be met; fixing `keep` is the same as forcing out."""
    found = _rows(
        conn,
        "select l.lock_id, l.site_id, l.lock_kind, l.option_id, l.is_site_known, o.action"
        " from model.lock as l left join model.site_option as o"
        " on o.scenario_id = l.scenario_id and o.site_id = l.site_id and o.option_id = l.option_id"
        " where l.scenario_id = %s and not l.is_met_earlier order by l.lock_id",
        scenario_id,
    )
    for lock_id, site_id, kind, option_id, is_site_known, action in found:
        if not is_site_known:
            raise UsageError(
                f"Lock {lock_id} names site {site_id}, which the data does not have.",
                f"delete the lock: delete from plan.site_lock where lock_id = {lock_id}.",
            )
        if kind == "fix_option" and action is None:
            raise UsageError(
                f"Lock {lock_id} fixes site {site_id} to option '{option_id}', which the scenario does not offer.",
                f"see model.site_option for the options of site {site_id}, or give the lock another scenario_name.",
            )
    return tuple(
        Lock(lock_id, site_id, "force_out") if action == "keep" else Lock(lock_id, site_id, kind, option_id)
        for lock_id, site_id, kind, option_id, _, action in found
    )
