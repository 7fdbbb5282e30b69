"""Reads what the page shows of a run from the database: rows and GeoJSON, no words."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.rows import dict_row

from report.page.shape import ToBrowser
from report.summary import find_run

Connection = psycopg.Connection[tuple[Any, ...]]
Row = dict[str, Any]

AREA_TOLERANCE_M = 30.0
ROAD_TOLERANCE_M = 15.0
ROAD_LENGTH_MAX_KM = 900.0
"""Roads are drawn to find one's way: the highest classes that together are no longer than this."""

_ROAD_CLASSES = """
    select c.highway from (
        select highway, v.rank, sum(sum(length_m)) over (order by v.rank) / 1000 as length_km
        from core.road_edge
        join unnest(
            array['motorway', 'trunk', 'primary', 'secondary', 'tertiary', 'unclassified', 'residential']
        ) with ordinality as v (name, rank) on v.name = highway
        group by highway, v.rank
    ) as c
    where c.length_km <= %s or c.rank = 1
"""
_ROADS = """
    select highway in ('motorway', 'trunk', 'primary') as is_main, array_agg(st_asbinary(geom)) as lines
    from core.road_edge
    where highway = any (%s)
    group by 1
"""
# state of a demand: bit 0 is set when it is covered before the plan, bit t when it is at the end of phase t
_DEMAND = """
    with state as (
        select demand_id,
            coalesce(bit_or(1 << phase) filter (where level = 'L2' and is_covered_after), 0)
                + bool_or(level = 'L2' and is_covered_before)::integer as l2_state,
            coalesce(bit_or(1 << phase) filter (where level = 'L3' and is_covered_after), 0)
                + bool_or(level = 'L3' and is_covered_before)::integer as l3_state
        from plan.demand_coverage
        where run_id = %s
        group by demand_id
    )
    select s.demand_id, s.l2_state, s.l3_state, p.population, p.ev_count, st_asbinary(p.geom) as geom
    from state as s
    join plan.run as r on r.run_id = %s
    join plan.scenario as n on n.scenario_id = r.scenario_id
    join lateral (
        select c.population, c.ev_count, c.geom from core.demand_cell as c
        where n.demand_kind = 'cell' and c.cell_id = s.demand_id
        union all
        select null, null, q.geom from core.reference_demand_point as q
        where n.demand_kind = 'reference_point' and q.reference_demand_point_id = s.demand_id
    ) as p on true
    order by s.demand_id
"""
_STATIONS = """
    select s.site_id, coalesce(d.site_name, s.name) as name, c.operator, coalesce(d.action, 'keep') as action,
        d.phase, s.l2_port_count as l2_before, coalesce(d.l2_port_count_after, s.l2_port_count) as l2_after,
        s.l3_port_count as l3_before, coalesce(d.l3_port_count_after, s.l3_port_count) as l3_after,
        d.capex_cad, d.capex_cad - d.grant_cad - d.resale_cad as net_capex_cad, d.opex_change_cad_per_year,
        d.added_kw, a.name as area, st_asbinary(s.geom) as geom
    from plan.run as r
    join model.site_state as s using (scenario_id)
    join core.site as c using (site_id)
    left join core.planning_area as a on a.planning_area_id = s.planning_area_id
    left join plan.decision as d on d.run_id = r.run_id and d.site_id = s.site_id
    where r.run_id = %s and (s.is_existing or d.decision_id is not null)
    order by d.phase nulls last, d.capex_cad desc, s.site_id
"""
_GRID_AREAS = "select grid_area_id, name, st_asbinary(geom) as geom from core.grid_area order by grid_area_id"
_AREAS = "select name, st_asbinary(geom) as geom from core.planning_area order by name"
_OUTLINE = "select st_asbinary(geom) as geom from core.region"

OF_RUN = {
    "phases": """
        select b.*, p.year from report.phase_budget as b
        join plan.run as r using (run_id)
        join plan.scenario_phase as p on p.scenario_id = r.scenario_id and p.phase = b.phase
        where b.run_id = %s order by b.phase
    """,
    "coverage": """
        select phase, level, before_share, after_share from report.coverage_summary
        where run_id = %s order by phase, level
    """,
    "levels": """
        select level, reach_m from plan.scenario_level join plan.run using (scenario_id)
        where run_id = %s order by level
    """,
    "terms": """
        select term, value, weight, contribution from plan.run_objective_term
        where run_id = %s order by abs(contribution) desc, term
    """,
    "audit": "select rule, offence_count, first_offence from plan.run_audit where run_id = %s order by rule",
    "grid_load": """
        select l.phase, l.grid_area_id, l.added_kw, l.headroom_kw, h.is_assumed
        from plan.grid_area_load as l left join analysis.grid_headroom as h using (grid_area_id)
        where run_id = %s order by grid_area_id, phase
    """,
    "equity": """
        select phase, level, group_kind, group_name, population, before_share, after_share, floor_share
        from report.equity_coverage where run_id = %s order by group_kind, group_name, level, phase
    """,
    "binding": """
        select rule, subject, words, limit_value, found_value, slack, price, step, unit
        from report.binding_rule where run_id = %s order by rule, subject
    """,
    "reasons": """
        select site_id, covered_population_l2, covered_population_l3, loss_if_dropped, loss_method
        from report.site_reason where run_id = %s order by site_id
    """,
    "served": """
        select distinct on (d.site_id, d.level) d.site_id, d.level, d.sessions_per_h
        from report.served_demand as d join plan.decision as c using (run_id, site_id)
        where d.run_id = %s order by d.site_id, d.level, d.phase desc
    """,
    "service": """
        select phase, year, ev_count, level, demand_per_h, served_per_h, served_share
        from report.service_summary where run_id = %s order by phase, level
    """,
    "sensitivity": """
        select knob, value, base_value, objective, objective_change, capex_cad
        from report.sensitivity where parent_run_id = %s order by knob, value
    """,
    "no_regret": """
        select site_id, name, run_count, chosen_count from report.no_regret_site
        where parent_run_id = %s order by chosen_count desc, site_id
    """,
}
OF_SCENARIO = {
    "pareto": """
        select point, run_id, coverage_share, net_capex_cad, gap_share, is_dominated from report.pareto_point
        where front_id = (
            select max(q.front_id) from report.pareto_point as q
            join plan.run as r on r.run_id = q.run_id join plan.scenario as s on s.scenario_id = r.scenario_id
            where s.name = %s
        ) order by point
    """,
}
OF_DATA = {
    "assumptions": "select topic, assumption from report.assumption order by assumption_id",
    "attribution": "select attribution from report.attribution order by attribution_id",
    "sources": """
        select source, file_name, row_count, reject_count, licence, data_date, retrieved_on
        from report.load_source order by source_id
    """,
}


def rows(conn: Connection, query: str, *values: object) -> list[Row]:
    """Return the rows of a query as dictionaries."""
    with conn.cursor(row_factory=dict_row, binary=True) as cursor:
        return cursor.execute(query.encode(), values).fetchall()


def read_plan(conn: Connection, run_id: int | None) -> Row:
    """Return a published run with its tables, stations and demand; the latest run when `run_id` is None.

    Stations are GeoJSON features. Demand is a feature per hexagon (or point of a study), with a state per
    level: bit 0 is set when it is covered before the plan, bit t when it is at the end of phase t.

    Raises:
        UsageError: that run is not a published plan on the current data, or there is none.

    """
    run = find_run(conn, run_id)
    number = run["run_id"]
    browser = _browser(conn)
    plan: Row = {"run": run}
    plan |= {name: rows(conn, query, number) for name, query in OF_RUN.items()}
    plan |= {name: rows(conn, query, run["scenario_name"]) for name, query in OF_SCENARIO.items()}
    plan["stations"] = browser.features(rows(conn, _STATIONS, number))
    plan["demand"] = browser.features(rows(conn, _DEMAND, number, number))
    plan["people"] = _people(plan)
    return plan


def read_region(conn: Connection) -> Row:
    """Return what every plan of the region shares: outline, areas, roads, sources and assumptions."""
    browser = _browser(conn)
    classes = [row["highway"] for row in rows(conn, _ROAD_CLASSES, ROAD_LENGTH_MAX_KM)]
    region: Row = {name: rows(conn, query) for name, query in OF_DATA.items()}
    region["outline"] = browser.features(rows(conn, _OUTLINE), tolerance_m=AREA_TOLERANCE_M)
    region["areas"] = browser.features(rows(conn, _AREAS), tolerance_m=AREA_TOLERANCE_M)
    region["grid_areas"] = browser.features(rows(conn, _GRID_AREAS), tolerance_m=AREA_TOLERANCE_M)
    region["roads"] = [
        {
            "type": "Feature",
            "properties": {"is_main": row["is_main"]},
            "geometry": browser.merged_lines(row["lines"], tolerance_m=ROAD_TOLERANCE_M),
        }
        for row in rows(conn, _ROADS, classes)
    ]
    return region


def _browser(conn: Connection) -> ToBrowser:
    return ToBrowser(int(rows(conn, "select metric_srid from core.region")[0]["metric_srid"]))


def _people(plan: Row) -> list[Row]:
    """Return the people within reach of each level before the plan and at the end of each phase."""
    found = []
    for level, key in (("L2", "l2_state"), ("L3", "l3_state")):
        for phase in (0, *(p["phase"] for p in plan["phases"])):
            covered = (
                d["properties"]["population"] or 0.0
                for d in plan["demand"]
                if d["properties"][key] >> phase & 1
            )
            found.append({"level": level, "phase": phase, "population": sum(covered)})
    return found
