-- needs: core.site, core.three_phase_supply, core.grid_station, core.region
-- grain: one row per (site_id)

create materialized view core.site_supply as

with station as materialized (
    select grid_station_id, is_substation, source_id, record_number, geom from core.grid_station where geom is not null
)

select
    s.site_id,
    t.distance_m as three_phase_m,
    t.supply_kind as three_phase_kind,
    t.source_id as three_phase_source_id,
    t.record_number as three_phase_record_number,
    g.distance_m as substation_m,
    g.source_id as substation_source_id,
    g.record_number as substation_record_number
from core.site as s
cross join core.region as r
left join lateral (
    select n.supply_kind, n.source_id, n.record_number, st_distance(n.geom, s.geom) as distance_m
    from core.three_phase_supply as n
    where st_dwithin(n.geom, s.geom, r.supply_distance_max_m)
    order by st_distance(n.geom, s.geom), n.supply_key
    limit 1
) as t on true
left join lateral (
    select n.source_id, n.record_number, st_distance(n.geom, s.geom) as distance_m
    from station as n
    order by st_distance(n.geom, s.geom), n.grid_station_id
    limit 1
) as g on true
with no data;

create unique index site_supply_key on core.site_supply (site_id);

comment on materialized view core.site_supply is 'How far sites are from what could supply a charger, in a straight line, as far as sources have it.';
comment on column core.site_supply.site_id is 'Site.';
comment on column core.site_supply.three_phase_m is 'To the nearest three-phase supply: core.three_phase_supply; null where none is known within supply_distance_max_m.';
comment on column core.site_supply.three_phase_kind is 'What that is: line or substation.';
comment on column core.site_supply.three_phase_source_id is 'Its file: staging.load_source.';
comment on column core.site_supply.three_phase_record_number is 'Place of its record in the file, from 1.';
comment on column core.site_supply.substation_m is 'To the nearest transformer station with a known place: core.grid_station; null where there is none.';
comment on column core.site_supply.substation_source_id is 'Its file: staging.load_source.';
comment on column core.site_supply.substation_record_number is 'Place of its record in the file, from 1.';
