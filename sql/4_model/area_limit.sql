-- needs: model.scenario, plan.scenario_area_limit, model.area_level_limit, model.site_state, model.rule
-- grain: one row per (scenario_id, planning_area_id)

create view model.area_limit as

select
    l.scenario_id,
    l.planning_area_id,
    l.station_count_min,
    case when l.station_count_max is not null then greatest(l.station_count_max, b.station_count) end as station_count_max
from model.scenario as s
join model.rule as r on r.scenario_id = s.scenario_id and r.rule = 'area_station_limits'
join plan.scenario_area_limit as l on l.scenario_id = s.scenario_id
left join (
    select t.scenario_id, t.planning_area_id, count(*)::integer as station_count
    from model.site_state as t
    where t.port_count > 0 and t.is_counted
    group by t.scenario_id, t.planning_area_id
) as b on b.scenario_id = l.scenario_id and b.planning_area_id = l.planning_area_id
where l.station_count_min > 0
    or l.station_count_max is not null
    or exists (
        select from model.area_level_limit as k
        where k.scenario_id = l.scenario_id and k.planning_area_id = l.planning_area_id
    );

comment on view model.area_limit is 'Stations that each planning area must and may have; areas without a limit are no rows.';
comment on column model.area_limit.scenario_id is 'The scenario.';
comment on column model.area_limit.planning_area_id is 'The planning area.';
comment on column model.area_limit.station_count_min is 'Fewest stations with ports of a known level at the end of the plan.';
comment on column model.area_limit.station_count_max is 'Most of them in any phase, or as many as stand there before; null for no limit.';
