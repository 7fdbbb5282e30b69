"""What the council report says of a run: rows of schema `report`, no words."""

from __future__ import annotations

from report.attribution import QUERY as ATTRIBUTION
from report.figures import read as figures
from report.figures.read import Findings
from report.run import Connection, Row, rows

OF_RUN = {
    "projects": "select * from report.project where run_id = %s order by project_number",
    "ports": """
        select p.site_id, p.port_count_before, p.port_count_after, c.title_en as en, c.title_fr as fr
        from report.decision_port as p join report.run_charger as c using (run_id, charger_type)
        where p.run_id = %s order by p.site_id, c.place
    """,
    "phases": "select * from report.phase_budget where run_id = %s order by phase",
    "parameters": """
        select key, value from report.run_parameter
        where run_id = %s and key !~ '(^|[.])title([.]|$)' order by key
    """,
    "programme": "select * from report.programme_step where run_id = %s order by step_number",
    "programme_levels": """
        select p.step_number, p.level, l.title_en as en, l.title_fr as fr, p.after_people_share,
            p.idle_people_share, p.after_share, p.idle_share, p.served_share, p.idle_served_share,
            p.is_idle_served_most, p.is_most_gained
        from report.programme_level as p join report.run_level as l using (run_id, level)
        where run_id = %s order by p.step_number, l.place
    """,
    "schedule": """
        select site_id, connection_from, permit_from, construction_from from report.project_schedule
        where run_id = %s order by site_id
    """,
    "money": "select * from report.plan_budget where run_id = %s",
    "economy": "select * from report.plan_economy where run_id = %s",
    "grants": """
        select site_id, program, stream_en as en, stream_fr as fr, status, broken_clauses, unknown_clauses,
            granted_cad
        from report.decision_grant where run_id = %s order by site_id, decision_grant_id
    """,
    "levels": """
        select level, title_en as en, title_fr as fr, service_distance_m from report.run_level
        where run_id = %s order by place
    """,
    "coverage": """
        select l.place, c.level, c.phase, c.before_share, c.after_share, c.before_population,
            c.after_population
        from report.coverage_summary as c join report.run_level as l using (run_id, level)
        where run_id = %s order by l.place, c.phase
    """,
    "service": """
        select phase, year, ev_count, level, demand_per_h, served_per_h, served_share
        from report.service_summary join report.run_level using (run_id, level)
        where run_id = %s order by place, phase
    """,
    "equity": """
        select level, group_kind, group_name, population, before_share, after_share, floor_share, place
        from report.equity_coverage join report.run_level using (run_id, level)
        where run_id = %s and phase = (
            select max(b.phase) from report.phase_budget as b where b.run_id = equity_coverage.run_id
        )
        order by group_kind, group_name, place
    """,
    "grid": """
        select name, added_kw, remaining_kw, grid_upgrade_kw, use_share, is_assumed from report.grid_load
        where run_id = %s and grid_kind = 'station' and added_kw <> 0 and phase = (
            select max(b.phase) from report.phase_budget as b where b.run_id = grid_load.run_id
        )
        order by use_share desc nulls last, grid_node_id
    """,
    "sensitivity": """
        select parameter, value, s.base_value, objective_change, people_change_by_level
        from report.sensitivity as s join report.parameter_effect as e using (parent_run_id, parameter)
        where parent_run_id = (select sensitivity_run_id from report.run_analysis where run_id = %s)
            and parameter_count = 1 and objective_change is not null order by e.place, value
    """,
}
OF_DATA = {
    "assumptions": "select topic, code, value from report.assumption order by assumption_id",
    "sources": """
        select source, file_name, row_count, licence, data_date, retrieved_on from report.load_source
        order by source_id
    """,
    "attribution": ATTRIBUTION,
}


def read(conn: Connection, run: Row) -> tuple[dict[str, list[Row]], Findings]:
    """Return the rows of the report of a run (a row of report.run_summary) by name, and its figures."""
    found = {name: rows(conn, query, run["run_id"]) for name, query in OF_RUN.items()}
    found |= {name: rows(conn, query) for name, query in OF_DATA.items()}
    return found, figures.read(conn, run)
