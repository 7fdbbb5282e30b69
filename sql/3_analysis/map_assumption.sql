-- needs: core.region, core.demand_cell, core.road_edge, analysis.road_part_left_out, core.grid_station, core.grid_area, staging.grid_area,
--   staging.grid_station, staging.osm_substation, core.charging_station, core.level, staging.osm_charging_station, core.osm_station_hub
-- grain: one row per (topic, assumption)

create view analysis.map_assumption as

select 'roads' as topic, format(
    'Parts of the road network that are not connected with the rest are left out: %s, with %s of %s km of streets; %s of %s people live nearest to them.',
    count(*), round(sum(p.length_km)::numeric, 1),
    (select round((sum(length_m) / 1000 + sum(p.length_km))::numeric, 1) from core.road_edge),
    round(sum(p.population)::numeric), (select round(sum(population)::numeric) from core.demand_cell)
) as assumption
from analysis.road_part_left_out as p
having count(*) > 0
union all
select 'grid', 'No transformer station is known; its hosting capacity is an assumed share of the peak.'
from core.region
where not exists (select from core.grid_station) and not exists (select from core.grid_area where basis = 'given')
union all
select 'grid', format(
    'No source tells the transformer stations: substations of the map stand in for them, %s of %s. The others serve streets, a railway '
    'or a plant alone (%s), or are nearest to no one (%s). Limits and loads are not known.',
    count(*) filter (where u.is_used), count(*),
    count(*) filter (where u.minor_because is not null), count(*) filter (where u.minor_because is null and not u.is_used)
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
select 'stations', format(
    'The level of %s ports at %s charging stations is not known; they are counted as %s.',
    sum(s.unknown_port_count), count(*), l.level
)
from core.charging_station as s
join core.level as l on l.is_lowest
where s.is_in_service and s.unknown_port_count > 0
group by l.level
union all
select 'stations', format(
    'Charging stations of the map that are not for cars are left out: %s.',
    string_agg(format('%s for %s', station_count, vehicle), ', ' order by vehicle)
)
from (
    select
        case vehicle when 'lorry' then 'lorries or buses' when 'bicycle' then 'bicycles' when 'boat' then 'boats' else 'other vehicles' end as vehicle,
        count(distinct feature_key) as station_count
    from staging.osm_charging_station
    where vehicle <> 'car'
    group by 1
) as v
having count(*) > 0
union all
select 'stations', format('%s charge points of the map stand in or beside a station that counts them.', count(*))
from core.osm_station_hub
having count(*) > 0;

comment on view analysis.map_assumption is 'What is assumed of roads, substations and charging stations of the map.';
comment on column analysis.map_assumption.topic is 'What it is about.';
comment on column analysis.map_assumption.assumption is 'What is assumed.';
