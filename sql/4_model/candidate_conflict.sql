-- needs: plan.site_bound, plan.decision, plan.decision_port, plan.grid_load, plan.scenario_charger, model.layout_part, model.rule, model.site_port,
--   model.site_state, model.level_limit, model.site_pair, model.spacing_conflict, model.area_limit, model.gap_neighbour, model.overlap_node,
--   model.grid_node, model.site_grid_node, model.space_limit
-- grain: rows: one per candidate on which a run could build but does not, and obstacle and level that it meets

create function model.candidate_conflict(run bigint, scenario bigint)
returns table (
    site_id integer, obstacle text, level text, other_site_id integer, grid_node_id integer, allowed double precision, found double precision
)
-- strict: a query calls it as it is, with one run
language sql stable strict
begin atomic
    -- the cheapest station at each of them
    with idle as materialized (
        select b.site_id, b.cheapest_phase as phase, s.planning_area_id, c.levels, c.port_kw
        from plan.site_bound as b
        join model.site_state as s on s.scenario_id = candidate_conflict.scenario and s.site_id = b.site_id
        cross join lateral (
            select array_agg(distinct t.level order by t.level) as levels, sum(p.port_count * t.port_kw order by t.charger_type) as port_kw
            from model.layout_part(b.ports) as p
            join plan.scenario_charger as t on t.scenario_id = candidate_conflict.scenario and t.charger_type = p.charger_type
        ) as c
        where b.run_id = candidate_conflict.run and b.is_candidate and b.refusal is null
            and not exists (select from plan.decision as d where d.run_id = b.run_id and d.site_id = b.site_id)
    ),

    wanted as (
        select i.site_id, v.level from idle as i cross join unnest(i.levels) as v (level)
    ),

    -- what stands at the end of the plan
    standing as materialized (
        select distinct p.site_id, c.level, s.planning_area_id
        from (
            select d.site_id, d.charger_type from plan.decision_port as d where d.run_id = candidate_conflict.run and d.port_count_after > 0
            union all
            select t.site_id, t.charger_type
            from model.site_port as t
            where t.scenario_id = candidate_conflict.scenario
                and not exists (select from plan.decision as d where d.run_id = candidate_conflict.run and d.site_id = t.site_id)
        ) as p
        join plan.scenario_charger as c on c.scenario_id = candidate_conflict.scenario and c.charger_type = p.charger_type
        join model.site_state as s on s.scenario_id = candidate_conflict.scenario and s.site_id = p.site_id and s.is_counted
    ),

    decided as (
        select d.phase, s.planning_area_id
        from plan.decision as d
        join model.site_state as s on s.scenario_id = candidate_conflict.scenario and s.site_id = d.site_id
        where d.run_id = candidate_conflict.run
    ),

    -- where a station that stands is near enough
    near as (
        select distinct g.site_id, g.level
        from model.gap_neighbour as g
        cross join unnest(g.neighbour_site_ids) as u (site_id)
        join standing as o on o.site_id = u.site_id and o.level = g.level
        where g.scenario_id = candidate_conflict.scenario
    ),

    -- each site that would cover a node, beside how many stand that do
    covering as (
        select
            n.level, u.site_id, n.station_count_max,
            count(o.site_id) over (partition by n.level, n.node_id) as standing_count
        from model.overlap_node as n
        cross join unnest(n.site_ids) as u (site_id)
        left join standing as o on o.site_id = u.site_id and o.level = n.level
        where n.scenario_id = candidate_conflict.scenario
    ),

    -- power that may still be connected; worked out once, not for each candidate, which tables without statistics would have
    room as materialized (
        select l.grid_node_id, l.phase, greatest(l.remaining_kw + l.grid_upgrade_kw - l.added_kw, 0) / g.coincidence_share as room_kw
        from plan.grid_load as l
        join model.grid_node as g on g.scenario_id = candidate_conflict.scenario and g.grid_node_id = l.grid_node_id
        where l.run_id = candidate_conflict.run
    ),

    limited as (
        select l.project_count_max, l.area_project_count_max
        from model.rule as u
        join model.space_limit as l on l.scenario_id = u.scenario_id
        where u.scenario_id = candidate_conflict.scenario and u.rule = 'projects_per_phase'
    )

    (
        select distinct on (w.site_id, w.level)
            w.site_id, 'spacing' as obstacle, w.level, o.site_id as other_site_id, null::integer as grid_node_id, l.spacing_min_m as allowed,
            p.distance_m as found
        from model.spacing_conflict as c
        cross join lateral (values (c.site_id, c.other_site_id), (c.other_site_id, c.site_id)) as v (site_id, other_site_id)
        join wanted as w on w.site_id = v.site_id and w.level = c.level
        join standing as o on o.site_id = v.other_site_id and o.level = c.level
        join model.level_limit as l on l.scenario_id = c.scenario_id and l.level = c.level
        join model.site_pair as p
            on p.scenario_id = c.scenario_id and p.level = c.level and p.site_id = c.site_id and p.other_site_id = c.other_site_id
        where c.scenario_id = candidate_conflict.scenario
        order by w.site_id, w.level, p.distance_m, o.site_id
    )

    union all

    (
        select distinct on (i.site_id) i.site_id, 'grid', null::text, null::integer, m.grid_node_id, m.room_kw, i.port_kw
        from idle as i
        join model.site_grid_node as n on n.scenario_id = candidate_conflict.scenario and n.site_id = i.site_id
        join room as m on m.grid_node_id = n.grid_node_id and m.phase >= i.phase
        where i.port_kw > m.room_kw + 1e-6
            and exists (select from model.rule as u where u.scenario_id = candidate_conflict.scenario and u.rule = 'grid_area_power')
        order by i.site_id, m.room_kw, m.grid_node_id
    )

    union all

    select i.site_id, 'area', null, null, null, l.station_count_max, coalesce(n.station_count, 0)
    from idle as i
    join model.area_limit as l on l.scenario_id = candidate_conflict.scenario and l.planning_area_id = i.planning_area_id
    left join (
        select planning_area_id, count(distinct site_id) as station_count from standing group by planning_area_id
    ) as n on n.planning_area_id = i.planning_area_id
    where coalesce(n.station_count, 0) >= l.station_count_max

    union all

    select w.site_id, 'gap', w.level, null, null, l.gap_max_m, null
    from wanted as w
    join model.gap_neighbour as g on g.scenario_id = candidate_conflict.scenario and g.site_id = w.site_id and g.level = w.level
    join model.level_limit as l on l.scenario_id = g.scenario_id and l.level = w.level
    where not exists (select from near as r where r.level = w.level and r.site_id = w.site_id)

    union all

    select distinct w.site_id, 'overlap', w.level, null::integer, null::integer, l.overlap_station_count_max::double precision, null::double precision
    from covering as c
    join wanted as w on w.site_id = c.site_id and w.level = c.level
    join model.level_limit as l on l.scenario_id = candidate_conflict.scenario and l.level = w.level
    where c.standing_count >= c.station_count_max

    union all

    select i.site_id, 'project_count', null, null, null, l.project_count_max, n.project_count
    from idle as i
    cross join limited as l
    cross join lateral (select count(*) as project_count from decided as d where d.phase = i.phase) as n
    where n.project_count >= l.project_count_max

    union all

    select i.site_id, 'area_project_count', null, null, null, l.area_project_count_max, n.project_count
    from idle as i
    cross join limited as l
    cross join lateral (
        select count(*) as project_count from decided as d where d.phase = i.phase and d.planning_area_id = i.planning_area_id
    ) as n
    where n.project_count >= l.area_project_count_max;
end;

comment on function model.candidate_conflict is
    'What of the plan of a run stands in the way of the cheapest station at a candidate: spacing, gap, overlap, grid or area, as in model.barred_option, but of the plan; project_count or area_project_count (its phase has all projects that it may, or in that planning area). Allowed and found are stations, metres, kW connected or projects.';
