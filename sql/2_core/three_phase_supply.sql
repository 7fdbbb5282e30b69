-- needs: staging.osm_power_line, staging.osm_substation, core.region
-- grain: one row per (supply_key)

create materialized view core.three_phase_supply as

-- maps that overlap hold an object twice
select distinct on (s.supply_key) s.supply_key, s.supply_kind, s.voltage_kv, s.source_id, s.record_number, s.geom
from (
    select l.feature_key as supply_key, 'line' as supply_kind, l.voltage_kv, l.source_id, l.record_number, l.geom
    from staging.osm_power_line as l
    cross join core.region as r
    -- a line on towers without a voltage is one of transmission
    where l.is_three_phase and (l.voltage_kv <= r.supply_voltage_max_kv or (l.voltage_kv is null and l.power <> 'line'))
    union all
    select feature_key, 'substation', voltage_kv, source_id, record_number, geom
    from staging.osm_substation
    -- one of which nothing is told may be anything
    where minor_because = 'serves streets alone' and is_told
) as s
order by s.supply_key, s.source_id, s.record_number
with no data;

create unique index three_phase_supply_key on core.three_phase_supply (supply_key);
create index three_phase_supply_geom_idx on core.three_phase_supply using gist (geom);

comment on materialized view core.three_phase_supply is 'Three-phase lines and cables of distribution, and the substations that serve streets, as far as the map has them.';
comment on column core.three_phase_supply.supply_key is 'OSM type and id, such as w45.';
comment on column core.three_phase_supply.supply_kind is 'line or substation.';
comment on column core.three_phase_supply.voltage_kv is 'Highest voltage; null where the map does not say.';
comment on column core.three_phase_supply.source_id is 'The file it came from: staging.load_source.';
comment on column core.three_phase_supply.record_number is 'Place of the record in its file, from 1.';
comment on column core.three_phase_supply.geom is 'Line or place.';
