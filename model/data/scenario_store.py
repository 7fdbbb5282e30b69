"""Writes resolved scenarios to `plan`: immutable, one row for each content, base run and load."""

from __future__ import annotations

import hashlib
from itertools import groupby
from typing import Any

import psycopg
from psycopg import sql

from db.common.errors import UsageError
from model.data.codes import Mode
from model.data.parameters import null_if_no_limit
from model.data.parameters.charger import charger_tables, titles
from model.data.parameters.economy import economy_row, lead_time_tables
from model.data.parameters.grant import grant_tables
from model.data.parameters.money import money_tables, price_row
from model.data.parameters.space_rows import tables as space_tables
from model.data.parameters.station import station_tables
from model.data.scenario import Scenario

Connection = psycopg.Connection[tuple[Any, ...]]


def store(conn: Connection, name: str, scenario: Scenario) -> int:
    """Write the scenario for the current load, unless it is there already, and return its scenario_id.

    Raises:
        UsageError: no region is loaded, or the plan that it continues has not been solved and published.

    """
    load_id = current_load_id(conn)
    base_run_id = _base_run_id(conn, scenario.continues) if scenario.continues else None
    _refuse_unknown_ports(conn, scenario, base_run_id)
    content = f"{scenario.canonical()}\n{base_run_id}\n{load_id}"
    digest = hashlib.sha256(content.encode()).hexdigest()
    row = {
        "name": name,
        "content_sha256": digest,
        "load_id": load_id,
        "base_run_id": base_run_id,
        "resolved": scenario.canonical(),
        "demand_kind": scenario.demand.kind,
        "distance_kind": scenario.distance.kind,
        "site_power_limit_kw": scenario.site.power_limit_kw,
        "site_capex_limit_cad": null_if_no_limit(scenario.site.capex_limit_cad),
        "ports_retained_min": scenario.site.ports_retained_min,
        "upgrade_kept_session_share": scenario.site.upgrade_kept_session_share
        if scenario.site.upgrade_keeps_sessions
        else 0.0,
        "hosting_capacity_factor": scenario.grid.hosting_capacity_factor,
        "coincidence_from": scenario.grid.coincidence_from,
        "budget_carries_over": scenario.budget.carries_over,
        "grant_stack_share_max": scenario.grant.stack_share_max,
        "is_session_counted": scenario.counts_sessions,
        "mode": scenario.objective.mode,
        "cost_limit_cad": null_if_no_limit(scenario.objective.cost_limit_cad),
        "money_scale_cad": scenario.objective.money_scale_cad or None,
        "publication_mip_gap_max": scenario.publication.mip_gap_max,
    }
    with conn.transaction():
        _insert(conn, "scenario", [row], end=" on conflict (name, content_sha256) do nothing")
        found = conn.execute(
            "select scenario_id, scenario_id in (select scenario_id from plan.scenario_rule),"
            " exists (select from pg_stats where schemaname = 'plan' and tablename = 'scenario_rule')"
            " from plan.scenario where name = %s and content_sha256 = %s for update",
            (name, digest),
        ).fetchone()
        assert found is not None  # noqa: S101 - inserted or found, one row is there
        scenario_id, is_complete, is_analyzed = int(found[0]), bool(found[1]), bool(found[2])
        if not is_complete:
            _store_children(conn, scenario_id, scenario)
    if not is_complete or not is_analyzed:
        _analyze(conn)  # not before: until the end of a transaction it keeps out all others that would
    return scenario_id


def _analyze(conn: Connection) -> None:
    """Give the planner of the database statistics of these tables, too small for it to take any by itself.

    Without them it takes two levels for 200, and works out for each row what it should work out once.
    """
    tables = conn.execute(
        "select c.relname from pg_class as c where c.relnamespace = 'plan'::regnamespace"
        " and c.relkind = 'r' and c.relname ~ '^scenario' order by c.relname"
    ).fetchall()
    conn.execute(
        sql.SQL("analyze {}").format(sql.SQL(", ").join(sql.Identifier("plan", name) for (name,) in tables))
    )


def current_load_id(conn: Connection) -> int:
    """Return the load that the views show.

    Raises:
        UsageError: no region is loaded.

    """
    try:
        found = conn.execute("select load_id from core.region").fetchone()
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
        raise UsageError(
            "The database is not set up.", "run `planner db upgrade`, then `make load`."
        ) from None
    if found is None:
        raise UsageError("No region is loaded.", "run `make load` first.")
    return int(found[0])


def _base_run_id(conn: Connection, continues: str) -> int:
    found = conn.execute(
        "select run_id from report.continued_run where scenario_name = %s", (continues,)
    ).fetchone()
    if found is None:
        solve = f"`planner solve --scenario {continues}"
        kept = conn.execute(
            "select max(run_id) from report.run_summary where scenario_name = %s and publication = 'kept'",
            (continues,),
        ).fetchone()
        raise UsageError(
            f"The scenario continues '{continues}', which has no published plan on the current data.",
            f"run {kept[0]} is kept only, its gap is too wide; give it more time: {solve} --time-limit 3600`."
            if kept and kept[0] is not None
            else f"solve it first: {solve}`.",
        )
    return int(found[0])


_UNKNOWN_LEVEL = """
    select distinct level from core.site_port where level <> all (%s) order by level
"""
_UNKNOWN_TYPE = """
    with recursive earlier as (
        select r.run_id, s.base_run_id
        from plan.run as r join plan.scenario as s on s.scenario_id = r.scenario_id
        where r.run_id = %s
        union all
        select r.run_id, s.base_run_id
        from earlier as e
        join plan.run as r on r.run_id = e.base_run_id
        join plan.scenario as s on s.scenario_id = r.scenario_id
    )
    select distinct p.charger_type
    from earlier as e join plan.decision_port as p on p.run_id = e.run_id
    where p.port_count_after > 0 and p.charger_type <> all (%s)
    order by p.charger_type
"""


def _refuse_unknown_ports(conn: Connection, scenario: Scenario, base_run_id: int | None) -> None:
    """Refuse a scenario that does not know ports that stand: it would take them for none.

    Raises:
        UsageError: the region has ports of a level, or the plan that it continues left ports of a charger
            type, that the scenario has no row for.

    """
    levels = [level for (level,) in conn.execute(_UNKNOWN_LEVEL, (list(scenario.level),))]
    if levels:
        raise UsageError(
            "Stations of the region have ports of a level that the scenario does not know:"
            f" {', '.join(levels)}.",
            f"add [level.{levels[0]}], and a [charger.*] of that level, to the scenario.",
        )
    types = [name for (name,) in conn.execute(_UNKNOWN_TYPE, (base_run_id, list(scenario.charger)))]
    if types:
        raise UsageError(
            f"The plan of '{scenario.continues}' has ports of a charger type that the scenario does not know:"
            f" {', '.join(types)}.",
            f"add [charger.{types[0]}] to the scenario, as '{scenario.continues}' has it.",
        )


def _store_children(conn: Connection, scenario_id: int, scenario: Scenario) -> None:
    phases = [
        {
            "phase": number,
            **titles(parameters.title),
            **parameters.model_dump(exclude={"title", "coverage_min_share", "served_min_share"}),
            "opex_limit_cad_per_year": null_if_no_limit(parameters.opex_limit_cad_per_year),
        }
        for number, parameters in scenario.phase.items()
    ]
    targets = [
        {
            "phase": number,
            "level": level,
            "coverage_min_share": parameters.coverage_min_share.get(level, 0.0),
            "served_min_share": parameters.served_min_share.get(level, 0.0),
        }
        for number, parameters in scenario.phase.items()
        for level in sorted({*parameters.coverage_min_share, *parameters.served_min_share})
    ]
    weights = scenario.demand.weight_share.model_dump().items()
    terms = scenario.term_weights.items()
    priority_levels = [
        {"priority_level": n, "terms": terms, "tolerance_share": scenario.objective.tolerance_share}
        for n, terms in enumerate(scenario.objective.order, start=1)
        if scenario.objective.mode == Mode.LEXICOGRAPHIC
    ]
    tables = {
        "scenario_priority_level": priority_levels,
        **charger_tables(scenario.level, scenario.charger),
        "scenario_phase": phases,
        "scenario_growth": [scenario.growth.model_dump()],
        "scenario_session": [scenario.session.model_dump(exclude={"is_counted", "destination_kind"})],
        "scenario_destination": [
            {"kind": kind, "share": share}
            for kind, share in scenario.session.destination_kind.model_dump().items()
        ],
        "scenario_target": targets,
        "scenario_demand_weight": [{"component": c, "share": s} for c, s in weights],
        "scenario_objective": [{"term": t, "weight": w} for t, w in terms],
        **space_tables(conn, scenario),
        "scenario_price": [
            price_row(
                scenario.price,
                scenario.connection,
                equipment_resale_share=scenario.site.equipment_resale_share,
                equipment_life_year=scenario.site.equipment_life_year,
                resale_share_unknown_age=scenario.site.resale_share_unknown_age,
            )
        ],
        **station_tables(conn, scenario.station),
        "scenario_economy": [economy_row(scenario.economy, scenario.greenhouse_gas)],
        **lead_time_tables(scenario.lead_time),
        **grant_tables(conn, scenario.grant, scenario.written),
        **money_tables(
            scenario.electricity,
            scenario.grid.upgrade,
            scenario.removal,
            scenario.candidate,
        ),
        "scenario_coincidence": [point.model_dump() for point in scenario.grid.coincidence],
        "scenario_rule": [{"rule": rule, "is_on": is_on} for rule, is_on in scenario.rule.items()],
    }
    for table, rows in tables.items():
        _insert(conn, table, [{"scenario_id": scenario_id, **row} for row in rows])


def _insert(conn: Connection, table: str, rows: list[dict[str, Any]], *, end: str = "") -> None:
    with conn.cursor() as cursor:
        for columns, alike in groupby(rows, key=tuple):
            statement = sql.SQL("insert into plan.{} ({}) values ({})").format(
                sql.Identifier(table),
                sql.SQL(", ").join(map(sql.Identifier, columns)),
                sql.SQL(", ").join(map(sql.Placeholder, columns)),
            )
            cursor.executemany(statement + sql.SQL(end), alike)
