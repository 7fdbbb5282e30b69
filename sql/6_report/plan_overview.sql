-- needs: report.published_run, report.phase_budget, report.project, report.grid_load, report.assumption, plan.run, model.scenario
-- grain: one row per (run_id)

create view report.plan_overview as

select
    p.run_id,
    d.first_year,
    d.last_year,
    b.capex_cad,
    b.grant_cad,
    b.resale_cad,
    b.grid_upgrade_cad,
    b.net_capex_cad,
    d.project_count,
    d.port_added_count,
    b.capex_cad / nullif(d.port_added_count, 0) as capex_cad_per_port,
    b.net_capex_cad / nullif(d.port_added_count, 0) as net_capex_cad_per_port,
    d.plan_count,
    d.robust_count,
    d.chosen_count_min,
    s.publication_mip_gap_max as mip_gap_max,
    r.mip_gap > s.publication_mip_gap_max as is_gap_above,
    h.assumed_count as assumed_grid_count,
    h.grid_count,
    a.is_road_approximate,
    s.distance_kind = 'straight_line' as is_straight_line
from report.published_run as p
join plan.run as r on r.run_id = p.run_id
join model.scenario as s on s.scenario_id = r.scenario_id
cross join lateral (
    select
        sum(capex_cad) as capex_cad, sum(grant_cad) as grant_cad, sum(resale_cad) as resale_cad,
        sum(grid_upgrade_cad) as grid_upgrade_cad, sum(net_capex_cad) as net_capex_cad
    from report.phase_budget
    where phase_budget.run_id = p.run_id
) as b
cross join lateral (
    select
        count(*)::integer as project_count, min(year) as first_year, max(year) as last_year,
        coalesce(sum(port_count_added), 0)::integer as port_added_count,
        max(run_count) as plan_count,
        case when max(run_count) is not null then count(*) filter (where chosen_count = run_count) end::integer as robust_count,
        min(chosen_count) as chosen_count_min
    from report.project
    where project.run_id = p.run_id
) as d
cross join lateral (
    select
        (count(distinct grid_node_id) filter (where is_assumed))::integer as assumed_count,
        count(distinct grid_node_id)::integer as grid_count
    from report.grid_load
    where grid_load.run_id = p.run_id and added_kw > 0
) as h
cross join (select count(*) filter (where code = 'roads_approximate') > 0 as is_road_approximate from report.assumption) as a;

comment on view report.plan_overview is 'A published plan in a row: when, how much, how sure, and what it has to assume.';
comment on column report.plan_overview.run_id is 'The run.';
comment on column report.plan_overview.first_year is 'Year of its first projects; null where nothing changes.';
comment on column report.plan_overview.last_year is 'Year of its last.';
comment on column report.plan_overview.capex_cad is 'Capital cost, gross.';
comment on column report.plan_overview.grant_cad is 'Grants, after the caps on projects.';
comment on column report.plan_overview.resale_cad is 'What removed equipment brings.';
comment on column report.plan_overview.grid_upgrade_cad is 'Grid upgrades.';
comment on column report.plan_overview.net_capex_cad is 'What the municipality pays: capital cost and grid upgrades less grants and resale.';
comment on column report.plan_overview.project_count is 'Sites that change.';
comment on column report.plan_overview.port_added_count is 'Ports that are put up, counted by site and charger type.';
comment on column report.plan_overview.capex_cad_per_port is 'Capital cost of one of them, gross; null where none is put up.';
comment on column report.plan_overview.net_capex_cad_per_port is 'The same, net.';
comment on column report.plan_overview.plan_count is 'Plans of the sweep that the sites are compared with, the plan itself included; null without a sweep.';
comment on column report.plan_overview.robust_count is 'Its sites that all of those change; null without a sweep.';
comment on column report.plan_overview.chosen_count_min is 'In how many of those the least certain of its sites changes; null without a sweep.';
comment on column report.plan_overview.mip_gap_max is 'Widest MIP gap of a plan that is published.';
comment on column report.plan_overview.is_gap_above is 'True when the plan is above it.';
comment on column report.plan_overview.assumed_grid_count is 'Nodes of the grid that the plan adds power to and whose hosting capacity is assumed.';
comment on column report.plan_overview.grid_count is 'Nodes of the grid that it adds power to.';
comment on column report.plan_overview.is_road_approximate is 'True when the region file says that its road network is approximate.';
comment on column report.plan_overview.is_straight_line is 'True when distances are straight lines, not along roads.';
