-- needs: plan.run, model.scenario, plan.scenario_target, plan.scenario_area_limit, plan.scenario_area_level_limit,
--   plan.scenario_equity, plan.scenario_limit, core.planning_area
-- grain: one row per (run_id, floor, phase, level, planning_area_id, group_kind, group_name)

create view report.lowered_floor as

with floor as (
    select t.scenario_id, f.floor, t.phase, t.level, null::integer as planning_area_id, null::text as group_kind, null::text as group_name, f.value
    from plan.scenario_target as t
    cross join lateral (
        values ('coverage_min_share', t.coverage_min_share), ('served_min_share', t.served_min_share)
    ) as f (floor, value)
    union all
    select scenario_id, 'station_count_min', null, null, planning_area_id, null, null, station_count_min
    from plan.scenario_area_limit
    union all
    select scenario_id, 'station_count_min', null, level, planning_area_id, null, null, station_count_min
    from plan.scenario_area_level_limit
    union all
    select e.scenario_id, f.floor, null, e.level, null, e.group_kind, e.group_name, f.value
    from plan.scenario_equity as e
    join plan.scenario_limit as l on l.scenario_id = e.scenario_id
    cross join lateral (
        values ('floor_share', e.floor_share), ('ratio_min', coalesce(e.ratio_min, l.equity_ratio_min))
    ) as f (floor, value)
)

select
    r.run_id, a.floor, a.phase, a.level, a.planning_area_id, p.name as planning_area, a.group_kind, a.group_name,
    a.value as asked_value, u.value as used_value
from plan.run as r
join model.scenario as s on s.scenario_id = r.scenario_id
join floor as a on a.scenario_id = r.asked_scenario_id
join floor as u
    on u.scenario_id = r.scenario_id and u.floor = a.floor
    and (u.phase, u.level, u.planning_area_id, u.group_kind, u.group_name)
        is not distinct from (a.phase, a.level, a.planning_area_id, a.group_kind, a.group_name)
left join core.planning_area as p on p.planning_area_id = a.planning_area_id
where u.value < a.value;

comment on view report.lowered_floor is 'Floors that only shipped scenario files set, and that a run lowered because the region cannot reach them beside the rules.';
comment on column report.lowered_floor.run_id is 'The run.';
comment on column report.lowered_floor.floor is 'Key of the floor: coverage_min_share, served_min_share, station_count_min, floor_share or ratio_min.';
comment on column report.lowered_floor.phase is 'The phase, at its end; null where the floor is not of a phase.';
comment on column report.lowered_floor.level is 'The level; null where stations of any level are counted.';
comment on column report.lowered_floor.planning_area_id is 'The planning area whose stations are counted; null for shares.';
comment on column report.lowered_floor.planning_area is 'Its name.';
comment on column report.lowered_floor.group_kind is 'Kind of the group of people whose coverage it is; null for others.';
comment on column report.lowered_floor.group_name is 'Name of the group.';
comment on column report.lowered_floor.asked_value is 'What the scenario asks for: a share, or a number of stations.';
comment on column report.lowered_floor.used_value is 'What the run asked for instead.';
