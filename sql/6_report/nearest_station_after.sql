-- needs: report.published_run, model.ancestor, plan.run, plan.decision_port, plan.scenario_charger, core.site, core.site_port, analysis.road_distance
-- grain: one row per (run_id, cell_id, level)

create view report.nearest_station_after as

with part as (
    select run_id, run_id as part_run_id from report.published_run
    union all
    select r.run_id, a.run_id
    from report.published_run as r
    join model.ancestor as a using (scenario_id)
),

changed as (
    select p.run_id, d.site_id, c.level, d.port_count_after
    from part as p
    join plan.run as r on r.run_id = p.part_run_id
    join plan.decision_port as d on d.run_id = r.run_id
    join plan.scenario_charger as c on c.scenario_id = r.scenario_id and c.charger_type = d.charger_type
),

-- a site is changed once; what is new is for everybody, and all others stay as they are today
standing as (
    select c.run_id, c.site_id, c.level
    from changed as c
    join core.site as s using (site_id)
    where c.port_count_after > 0 and (s.is_public or not s.is_existing)
    union
    select r.run_id, p.site_id, p.level
    from report.published_run as r
    cross join core.site_port as p
    join core.site as s using (site_id)
    where s.is_public
        and not exists (select from changed as c where c.run_id = r.run_id and c.site_id = p.site_id)
)

select distinct on (t.run_id, d.cell_id, t.level)
    t.run_id,
    d.cell_id,
    t.level,
    d.site_id,
    d.distance_m,
    d.duration_min
from standing as t
join analysis.road_distance as d using (site_id)
order by t.run_id, d.cell_id, t.level, d.distance_m, d.site_id;

comment on view report.nearest_station_after is
    'The nearest station at the end of each published plan, and of those that it continues, by level and by road; no row where none is within the longest road distance.';
comment on column report.nearest_station_after.run_id is 'The run.';
comment on column report.nearest_station_after.cell_id is 'The hexagon.';
comment on column report.nearest_station_after.level is 'The level.';
comment on column report.nearest_station_after.site_id is 'The station.';
comment on column report.nearest_station_after.distance_m is 'Distance by road.';
comment on column report.nearest_station_after.duration_min is 'Minutes by road.';
