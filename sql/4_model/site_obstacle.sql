-- needs: model.site_state, model.site_action, model.area_limit, model.spacing_conflict, model.site_pair, model.level_site, model.level_limit,
--   model.gap_neighbour, model.overlap_node
-- grain: one row per (scenario_id, site_id, obstacle, level); level is null where it stands in the way of all

create view model.site_obstacle as

with candidate as (
    select s.scenario_id, s.site_id, s.planning_area_id
    from model.site_action as a
    join model.site_state as s on s.scenario_id = a.scenario_id and s.site_id = a.site_id
    where a.action = 'build'
),

-- stations that no plan of the scenario removes
standing as (
    select t.scenario_id, t.planning_area_id, count(*) as station_count
    from model.site_state as t
    where t.port_count > 0 and t.is_counted
        and not exists (
            select from model.site_action as a where a.scenario_id = t.scenario_id and a.site_id = t.site_id and a.action = 'remove'
        )
    group by t.scenario_id, t.planning_area_id
)

select
    c.scenario_id, c.site_id, 'area' as obstacle, null::text as level, null::integer as other_site_id, l.station_count_max::double precision as allowed,
    s.station_count::double precision as found
from candidate as c
join model.area_limit as l on l.scenario_id = c.scenario_id and l.planning_area_id = c.planning_area_id
join standing as s on s.scenario_id = c.scenario_id and s.planning_area_id = c.planning_area_id
where s.station_count >= l.station_count_max

union all

(
    select distinct on (c.scenario_id, v.site_id, c.level)
        c.scenario_id, v.site_id, 'spacing', c.level, v.other_site_id, l.spacing_min_m, p.distance_m
    from model.spacing_conflict as c
    cross join lateral (values (c.site_id, c.other_site_id), (c.other_site_id, c.site_id)) as v (site_id, other_site_id)
    join model.level_site as o on o.scenario_id = c.scenario_id and o.level = c.level and o.site_id = v.other_site_id and o.is_present_always
    join candidate as k on k.scenario_id = c.scenario_id and k.site_id = v.site_id
    join model.level_limit as l on l.scenario_id = c.scenario_id and l.level = c.level
    join model.site_pair as p
        on p.scenario_id = c.scenario_id and p.level = c.level and p.site_id = c.site_id and p.other_site_id = c.other_site_id
    order by c.scenario_id, v.site_id, c.level, p.distance_m, v.other_site_id
)

union all

select c.scenario_id, c.site_id, 'gap', g.level, null, l.gap_max_m, null
from candidate as c
join model.gap_neighbour as g on g.scenario_id = c.scenario_id and g.site_id = c.site_id and g.neighbour_site_ids = '{}'
join model.level_limit as l on l.scenario_id = g.scenario_id and l.level = g.level

union all

select distinct c.scenario_id, c.site_id, 'overlap', n.level, null::integer, l.overlap_station_count_max::double precision, null::double precision
from model.overlap_node as n
cross join unnest(n.site_ids) as u (site_id)
join candidate as c on c.scenario_id = n.scenario_id and c.site_id = u.site_id
join model.level_limit as l on l.scenario_id = n.scenario_id and l.level = n.level
where n.station_count_max = 0;

comment on view model.site_obstacle is 'What keeps a level, or any station, from a candidate in every plan of a scenario, as stations of today stand where they are.';
comment on column model.site_obstacle.scenario_id is 'The scenario.';
comment on column model.site_obstacle.site_id is 'The candidate.';
comment on column model.site_obstacle.obstacle is
    'area (its planning area has all stations that it may), spacing (a station that stays is too near), gap (none can come near enough) or overlap (what it covers is covered by all that may).';
comment on column model.site_obstacle.level is 'The level that it keeps away; null for all.';
comment on column model.site_obstacle.other_site_id is 'The nearest station that is too near; null for other obstacles.';
comment on column model.site_obstacle.allowed is 'The limit: stations, or metres for spacing and gap.';
comment on column model.site_obstacle.found is 'What there is: stations, or metres; null where there is nothing to measure.';
