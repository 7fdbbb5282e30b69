-- needs: core.region, core.demand_cell, core.road_edge, analysis.road_part_left_out, core.grid_station, core.grid_area, staging.grid_area,
--   staging.grid_station, staging.osm_substation, core.charging_station, core.level, staging.osm_charging_station, core.osm_station_hub, core.site_exclusion,
--   core.excluded_area, core.site, core.site_supply
-- grain: one row per (topic, code, value)

create view analysis.map_assumption as

select 'roads' as topic, 'roads_apart' as code, jsonb_build_object(
    'count', count(*),
    'length_km', round(sum(p.length_km)::numeric, 1),
    'length_all_km', (select round((sum(length_m) / 1000 + sum(p.length_km))::numeric, 1) from core.road_edge),
    'population', round(sum(p.population)::numeric),
    'population_all', (select round(sum(population)::numeric) from core.demand_cell)
) as value
from analysis.road_part_left_out as p
having count(*) > 0
union all
select 'grid', 'grid_unknown', '{}'
from core.region
where not exists (select from core.grid_station) and not exists (select from core.grid_area where basis = 'given')
union all
select 'grid', 'substations_of_map', jsonb_build_object(
    'used_count', count(*) filter (where u.is_used),
    'total_count', count(*),
    'minor_count', count(*) filter (where u.minor_because is not null),
    'far_count', count(*) filter (where u.minor_because is null and not u.is_used)
)
from (
    select distinct on (s.feature_key)
        s.minor_because,
        exists (
            select
            from core.grid_station as g
            join core.grid_area as a on g.grid_station_id = any (a.grid_station_ids)
            where g.is_substation and g.source_id = s.source_id and g.record_number = s.record_number
        ) as is_used
    from staging.osm_substation as s
    order by s.feature_key, s.source_id, s.record_number
) as u
where not exists (select from staging.grid_station where geom is not null) and not exists (select from staging.grid_area)
having count(*) > 0
union all
select 'stations', 'level_unknown', jsonb_build_object(
    'count', sum(s.unknown_port_count), 'station_count', count(*), 'level', l.level
)
from core.charging_station as s
join core.level as l on l.is_lowest
where s.is_public and s.unknown_port_count > 0
group by l.level
union all
select 'stations', 'station_for_' || v.vehicle, jsonb_build_object('count', count(distinct s.feature_key))
from staging.osm_charging_station as s
cross join lateral (select case when s.vehicle in ('lorry', 'bicycle', 'boat') then s.vehicle else 'other' end as vehicle) as v
where s.vehicle <> 'car'
group by v.vehicle
union all
select 'stations', 'charge_point_of_station', jsonb_build_object('count', count(*))
from core.osm_station_hub
having count(*) > 0
union all
select 'exclusions', 'flood_unknown', jsonb_build_object(
    'count', (
        select count(*) from core.site as s
        where not s.is_existing and not exists (select from core.site_exclusion as e where e.site_id = s.site_id and e.is_hard)
    )
)
from core.region
where not exists (select from core.excluded_area where ground = 'flood')
union all
select 'exclusions', 'ground_excluded', jsonb_build_object('count', count(*), 'soft_count', count(*) filter (where not e.is_hard))
from core.site_exclusion as e
join core.site as s using (site_id)
where not s.is_existing
having count(*) > 0
union all
select 'grid', 'supply_unknown', jsonb_build_object('count', count(*) filter (where p.three_phase_m is null), 'site_count', count(*))
from core.site_supply as p
having bool_or(p.three_phase_m is null);

comment on view analysis.map_assumption is 'What is assumed of roads, substations and charging stations of the map.';
comment on column analysis.map_assumption.topic is 'What it is about.';
comment on column analysis.map_assumption.code is 'What is assumed, as analysis.assumption has it.';
comment on column analysis.map_assumption.value is 'Numbers and names that the words take.';
