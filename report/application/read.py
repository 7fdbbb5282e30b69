"""What applications say of a run: rows of schema `report`, no words."""

from __future__ import annotations

from report.attribution import QUERY as ATTRIBUTION
from report.run import Connection, Row, rows

OF_RUN = {
    "requests": """
        select * from report.connection_request where run_id = %s order by distributor, project_number
    """,
    "grid_hours": """
        select grid_node_id, grid_kind, name, hour, today_kw, added_kw, plan_kw, room_kw, is_measured,
            is_assumed
        from report.grid_hour where run_id = %s order by grid_kind desc, name, grid_node_id, hour
    """,
    "projects": """
        select * from report.project where run_id = %s and action <> 'remove' order by project_number
    """,
    "ports": """
        select p.site_id, p.port_count_before, p.port_count_after, c.title_en as en, c.title_fr as fr
        from report.decision_port as p join report.run_charger as c using (run_id, charger_type)
        where p.run_id = %s order by p.site_id, c.place
    """,
    "costs": """
        select site_id, equipment_cad, installation_cad, connection_cad, soft_cost_cad, contingency_cad,
            dismantling_cad
        from report.decision where run_id = %s order by site_id
    """,
    "grants": """
        select g.site_id, g.program, g.stream_en as en, g.stream_fr as fr, g.status, g.broken_clauses,
            g.unknown_clauses, g.eligible_cad, g.granted_cad
        from report.decision_grant as g join report.project as p using (run_id, site_id)
        where g.run_id = %s order by g.program, p.project_number
    """,
}


def read(conn: Connection, run: Row) -> dict[str, list[Row]]:
    """Return the rows of the applications of a run (a row of report.run_summary) by name."""
    found = {name: rows(conn, query, run["run_id"]) for name, query in OF_RUN.items()}
    return found | {"attribution": rows(conn, ATTRIBUTION)}
