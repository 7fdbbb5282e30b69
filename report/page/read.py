"""Reads what the page shows of a run from the database: rows and GeoJSON, no words."""

from __future__ import annotations

import math

from report.attribution import QUERY as ATTRIBUTION
from report.page import street
from report.page.demand import read_demand
from report.page.shape import ToBrowser
from report.run import Connection, Row, find_run, rows

AREA_TOLERANCE_M = 30.0
ROAD_TOLERANCE_M = 15.0
ROAD_LENGTH_IN_VIEW_KM = 900.0
"""Roads are drawn to find one's way: with a whole region in view the highest classes that together are no
longer than this; nearer, the others, as soon as a view has room for them."""
ROAD_LENGTH_PER_CELL_KM = 0.19
"""The page has the classes that together are no longer than so much a hexagon, or than one view shows."""

_ROADS = """
    select c.road_class_id, c.is_main, c.length_so_far_km,
        array_agg(st_asbinary(r.geom) order by r.edge_id) as lines
    from report.road_class as c join report.road as r using (highway)
    where c.length_so_far_km <= greatest(%s, %s * (select count(*) from report.demand_cell))
        or c.road_class_id = (select min(road_class_id) from report.road_class)
    group by c.road_class_id, c.is_main, c.length_so_far_km order by c.road_class_id
"""
_STATIONS = """
    select site_id, project_number as number, year, gain_level, gain_population, only_population,
        sessions_per_h, chosen_count, run_count,
        name, address, city, owner_class, lon, lat, operator, planning_area as area,
        access, owner_type, status_reason, status_as_of, status_note, action, phase,
        ports_before, ports_after,
        top_level_before, kw_before, kw_after, equipment_cad, installation_cad, connection_cad, soft_cost_cad,
        contingency_cad, dismantling_cad, grant_cad, resale_cad, capex_cad, net_capex_cad,
        opex_change_cad_per_year,
        st_asbinary(geom) as geom
    from report.station_plan as s left join (
        select run_id, site_id, project_number, year, gain_level, gain_population, only_population,
            sessions_per_h, chosen_count, run_count
        from report.project
    ) as p using (run_id, site_id)
    where run_id = %s
    order by project_number nulls last, site_id
"""
_GRID_AREAS = (
    "select grid_area_id, name, st_asbinary(geom) as geom from report.grid_area order by grid_area_id"
)
_AREAS = "select name, st_asbinary(geom) as geom from report.planning_area order by name, planning_area_id"
_OUTLINE = "select st_asbinary(geom) as geom from report.region"
_CRS = "select metric_srid, hexagon_edge_m, road_distance_max_m from report.region"

OF_RUN = {
    "overview": "select * from report.plan_overview where run_id = %s",
    "effects": """
        select parameter, level, base_value, value_worst, value_best, people_change_worst, people_change_best
        from report.parameter_effect
        where parent_run_id = (select sensitivity_run_id from report.run_analysis where run_id = %s)
        order by place
    """,
    "phases": """
        select * from report.phase_budget where run_id = %s order by phase
    """,
    "programme": """
        select step_number, step_run_id, scenario_name, phase, year, title_en, title_fr, project_count,
            port_count_added, port_count_removed, capex_cad, grant_cad, resale_cad, grid_upgrade_cad,
            net_capex_cad, cumulative_capex_cad, cumulative_net_capex_cad, begin_on, connection_from,
            in_service_by, late_count
        from report.programme_step where run_id = %s order by step_number
    """,
    "programme_levels": """
        select step_number, level, after_people_share, idle_people_share, after_share, idle_share, ev_count,
            demand_per_h, served_share, idle_served_share, is_idle_served_most, ev_per_port_after,
            ev_per_port_idle, is_most_gained
        from report.programme_level join report.run_level using (run_id, level)
        where run_id = %s order by step_number, place
    """,
    "schedule": """
        select s.step_number, s.year, c.site_id, c.name, c.action, c.begin_on, c.connection_from,
            c.permit_from, c.construction_from, c.in_service_by, c.planned_on, c.is_late
        from report.programme_step as s
        join report.project_schedule as c on c.run_id = s.step_run_id and c.phase = s.phase
        where s.run_id = %s order by s.step_number, c.begin_on, c.action, c.name, c.site_id
    """,
    "coverage": """
        select phase, level, before_share, after_share, before_population, after_population
        from report.coverage_summary join report.run_level using (run_id, level)
        where run_id = %s order by phase, place
    """,
    "floors": """
        select floor, phase, level, planning_area, group_kind, group_name, asked_value, used_value
        from report.lowered_floor where run_id = %s
        order by phase nulls last, floor, level, planning_area_id, group_kind, group_name
    """,
    "levels": """
        select level, title_en, title_fr, rank, service_distance_m from report.run_level
        where run_id = %s order by place
    """,
    "chargers": """
        select charger_type, level, title_en, title_fr from report.run_charger
        where run_id = %s order by place
    """,
    "ports": """
        select charger_type, station_count_before, station_count_after, port_count_before, port_count_after,
            kw_before, kw_after
        from report.port_summary where run_id = %s order by port_summary_id
    """,
    "idle": """
        select action, reason, site_count, affordable_count, net_cad_min, money_cad_max
        from report.idle_action where run_id = %s order by action
    """,
    "terms": """
        select term, value, weight, contribution from report.run_objective_term
        where run_id = %s order by abs(contribution) desc, term
    """,
    "money": "select * from report.plan_budget where run_id = %s",
    "economy": "select * from report.plan_economy where run_id = %s",
    "site_economy": """
        select site_id, phase, action, net_capex_cad, npv_cad, payback_year, subsidy_needed_cad,
            energy_kwh_per_year, cost_cad_per_kwh, ghg_avoided_t_per_year
        from report.site_economy where run_id = %s order by npv_cad desc, site_id
    """,
    "site_cash_flow": """
        select site_id, year, net_capex_cad, revenue_cad,
            energy_cad + demand_charge_cad + upkeep_cad + network_fee_cad + payment_fee_cad as running_cad,
            cash_flow_cad, cumulative_cash_flow_cad
        from report.site_cash_flow where run_id = %s order by site_id, year
    """,
    "level_service": """
        select level, port_count_before, port_count_after, capacity_per_h_before, capacity_per_h_after,
            wait_min_before, wait_min_after, people_per_port_before, people_per_port_after,
            ev_per_port_before, ev_per_port_after
        from report.level_service join report.run_level using (run_id, level)
        where run_id = %s order by place
    """,
    "cash_flow": """
        select year, net_capex_cad, grid_upgrade_cad, energy_kwh, revenue_cad, energy_cad, demand_charge_cad,
            upkeep_cad, network_fee_cad, payment_fee_cad, cash_flow_cad, cumulative_cash_flow_cad
        from report.plan_cash_flow where run_id = %s order by year
    """,
    "parameters": "select key, value from report.run_parameter where run_id = %s order by key",
    "audit": """
        select rule, is_on, violation_count from report.rule_audit where run_id = %s order by not is_on, rule
    """,
    "grid_load": """
        select phase, grid_node_id, grid_kind, name, added_kw, curve_kw, port_count, remaining_kw,
            grid_upgrade_kw, use_share, is_assumed
        from report.grid_load where run_id = %s and (grid_kind <> 'feeder' or added_kw <> 0)
        order by array_position(array['supply', 'station', 'feeder'], grid_kind), grid_node_id, phase
    """,
    "grid_hours": """
        select grid_kind, name, room_kw, is_measured, is_assumed,
            max(hour) filter (where is_peak) as peak_hour, max(added_kw) filter (where is_peak) as peak_kw,
            array_agg(round(today_kw::numeric, 1)::double precision order by hour) as today_kw,
            array_agg(round(added_kw::numeric, 1)::double precision order by hour) as added_kw
        from report.grid_hour where run_id = %s
        group by grid_node_id, grid_kind, name, room_kw, is_measured, is_assumed
        having bool_or(is_peak and added_kw <> 0)
        order by max(abs(added_kw)) / nullif(room_kw, 0) desc nulls last, grid_node_id
    """,
    "equity": """
        select phase, level, group_kind, group_name, population, before_share, after_share, floor_share
        from report.equity_coverage join report.run_level using (run_id, level)
        where run_id = %s order by group_kind, group_name, place, phase
    """,
    "constraint_slack": """
        select rule, subject, about, limit_value, found_value, slack, is_binding, row_count, binding_count,
            marginal_value, step, unit
        from report.constraint_slack where run_id = %s order by rule, subject
    """,
    "constraint_gain": """
        select rule, subject, about, step, unit, row_count, level, service_distance_m, population_change,
            weight_share_change, sessions_change_per_h, is_better, is_proven, place,
            worth_level, worth_population_low, worth_population_high
        from report.constraint_gain where run_id = %s order by place, constraint_gain_id
    """,
    "apart": """
        select site_id, name, address, planning_area as area, access, access_hours, owner_type, facility_kind,
            port_count, kw, status_reason, status_as_of, status_note
        from report.station_apart where run_id = %s order by access, name, site_id
    """,
    "reasons": """
        select site_id, loss_if_dropped, loss_method from report.site_reason
        where run_id = %s order by site_id
    """,
    "gains": """
        select site_id, level, population, only_population
        from report.site_gain join report.run_level using (run_id, level)
        where run_id = %s order by site_id, place
    """,
    "served": """
        select distinct on (d.site_id, d.level) d.site_id, d.level, d.sessions_per_h
        from report.served_demand as d join report.decision as c using (run_id, site_id)
        where d.run_id = %s order by d.site_id, d.level, d.phase desc
    """,
    "grants": """
        select site_id, phase, name, program, stream_en, stream_fr, status, unknown_clauses, granted_cad
        from report.decision_grant where run_id = %s order by phase, site_id, decision_grant_id
    """,
    "grant_clauses": """
        select site_id, program, clause, found_number, found_text, limit_number, limit_text
        from report.site_grant_clause where run_id = %s and not is_kept order by site_grant_clause_id
    """,
    "service": """
        select phase, year, ev_count, level, demand_per_h, served_per_h, served_share
        from report.service_summary join report.run_level using (run_id, level)
        where run_id = %s order by phase, place
    """,
    "simulation": """
        select level, replication_count, is_profile_measured, port_count, arrived_per_day, balked_share,
            balked_margin, wait_min, wait_margin, utilisation_share, utilisation_margin, peak_served_share,
            peak_served_margin, peak_served_promised_share
        from report.simulation_level join report.run_level using (run_id, level)
        where run_id = %s
            and simulation_id = (
                select max(s.simulation_id) from report.simulation_level as s
                where s.run_id = run_level.run_id
            )
        order by place
    """,
    "progress": """
        select priority_level, elapsed_s, incumbent, dual_bound from report.run_progress
        where run_id = %s and (incumbent is not null or dual_bound is not null) order by number
    """,
    "run_steps": """
        select solve_step, step_s from report.run_step where run_id = %s order by run_step_id
    """,
    "sensitivity": """
        select parameter, value, s.base_value, people_change_by_level, objective_change,
            is_service_distance_cut
        from report.sensitivity as s join report.parameter_effect as e using (parent_run_id, parameter)
        where parent_run_id = (select sensitivity_run_id from report.run_analysis where run_id = %s)
            and parameter_count = 1 and objective_change is not null order by e.place, value
    """,
    "robust": """
        select site_id, name, run_count, is_robust from report.robust_site
        where parent_run_id = (select sensitivity_run_id from report.run_analysis where run_id = %s)
        order by site_id
    """,
    "pareto": """
        select net_capex_cad, coverage_share, is_dominated from report.pareto_point
        where frontier_id = (select frontier_id from report.run_analysis where run_id = %s)
            and coverage_share is not null order by net_capex_cad
    """,
}
OF_DATA = {
    "names": """
        select 'rule_' || rule as key, title_en as en, title_fr as fr from report.rule_title
        union all select 'term_' || term, title_en, title_fr from report.term_title
        order by key
    """,
    "gone": """
        select name, address, source_ids, port_count, status_reason, status_as_of, status_note
        from report.existing_station where status = 'out_of_service' and status_reason is not null
        order by name, station_key
    """,
    "assumptions": "select topic, code, value from report.assumption order by assumption_id",
    "session_levels": """
        select level, from_day, to_day, session_count, port_count, session_per_day, plugged_min,
            plugged_median_min, charging_min, energy_kwh, peak_hour_share, utilisation_share,
            utilisation_p10_share, utilisation_p50_share, utilisation_p90_share
        from report.session_level order by session_level_id
    """,
    "session_hours": """
        select level, weekday, hour, plugged_min, energy_kwh from report.session_hour order by session_hour_id
    """,
    "backtests": """
        select backtest_id, as_of, built_file, scenario_name, spent_cad, net_capex_cad, near_m,
            built_site_count, planned_site_count, candidate_count, built_port_count, planned_port_count,
            built_ports_per_site, planned_ports_per_site, built_single_port_site_count,
            planned_single_port_site_count
        from report.backtest where is_latest
    """,
    "backtest_shares": """
        select choice, distance_m, site_count, near_share, low_share, high_share
        from report.backtest_share join report.backtest using (backtest_id)
        where is_latest order by backtest_share_id
    """,
    "backtest_aucs": """
        select measure, near_count, far_count, auc, low_auc, high_auc, score_gain, low_gain, high_gain
        from report.backtest_auc join report.backtest using (backtest_id)
        where is_latest order by auc desc, measure
    """,
    "backtest_remarks": """
        select source, code, value from report.backtest_remark join report.backtest using (backtest_id)
        where is_latest order by remark
    """,
    "attribution": ATTRIBUTION,
    "source_tables": """
        select source_id, record_table from report.source_table order by source_id, record_table
    """,
    "sources": """
        select source_id, source, file_name, row_count, reject_count, licence, data_date, retrieved_on
        from report.load_source order by source_id
    """,
}

QUERIES = OF_RUN | OF_DATA | {"stations": _STATIONS, "street": street.QUERY}
"""What the page shows, by the name of its rows; beside it are the map and what it lies on."""


def read_plan(conn: Connection, run_id: int | None) -> Row:
    """Return a published run with its tables, stations and demand; the adopted plan when `run_id` is None.

    Stations have the longitude and latitude of their place on the map as `place_lon` and `place_lat`.

    Raises:
        UsageError: that run is not a published plan on the current data, or there is none.

    """
    run = find_run(conn, run_id)
    number = run["run_id"]
    plan: Row = {"run": run}
    plan |= {name: rows(conn, query, number) for name, query in OF_RUN.items()}
    plan["stations"] = rows(conn, _STATIONS, number)
    places = browser(rows(conn, _CRS)[0]).points([station.pop("geom") for station in plan["stations"]])
    for station, (lon, lat) in zip(plan["stations"], places, strict=True):
        station |= {"place_lon": lon, "place_lat": lat}
    plan["demand"] = read_demand(conn, number)
    plan["street"] = street.read_street(conn, number)
    return plan


def read_region(conn: Connection) -> Row:
    """Return what every plan of the region shares: outline, areas, roads, sources and assumptions."""
    region: Row = {name: rows(conn, query) for name, query in OF_DATA.items()} | rows(conn, _CRS)[0]
    to = browser(region)
    region["outline"] = to.features(rows(conn, _OUTLINE), tolerance_m=AREA_TOLERANCE_M)
    region["areas"] = to.features(rows(conn, _AREAS), tolerance_m=AREA_TOLERANCE_M)
    region["grid_areas"] = to.features(rows(conn, _GRID_AREAS), tolerance_m=AREA_TOLERANCE_M)
    region["roads"] = [
        {
            "is_main": row["is_main"],
            "zoom_in": _zoom_in(row["length_so_far_km"], is_first=n == 0),
            "lines": to.merged_lines(row["lines"], tolerance_m=ROAD_TOLERANCE_M),
        }
        for n, row in enumerate(rows(conn, _ROADS, ROAD_LENGTH_IN_VIEW_KM, ROAD_LENGTH_PER_CELL_KM))
    ]
    return region


def browser(region: Row) -> ToBrowser:
    """Return what turns the geometry of a region, with its `metric_srid`, into that of a browser."""
    return ToBrowser(int(region["metric_srid"]))


def _zoom_in(length_km: float, *, is_first: bool) -> float:
    """Return how many steps of the zoom nearer than the whole region roads of that length are drawn.

    A step halves both sides of a view, and so leaves a quarter of the length in it.
    """
    if is_first or length_km <= ROAD_LENGTH_IN_VIEW_KM:
        return 0.0
    return math.log2(length_km / ROAD_LENGTH_IN_VIEW_KM) / 2
