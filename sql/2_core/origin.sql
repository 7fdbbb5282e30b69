-- needs: core.region_origin, core.planning_area_origin, core.road_edge_origin, core.demand_cell_origin,
--   core.charging_station_origin, core.candidate_site_origin, core.site_origin, core.postal_area_origin,
--   core.grid_area_origin, core.grid_feeder_origin, core.address, core.census_area, core.road_node, core.place, core.land_use_area,
--   core.excluded_area, core.grant_area, core.three_phase_supply,
--   core.reference_demand_point, core.reference_plan_station, core.grid_station, core.transit_stop, staging.gtfs_stop,
--   core.charging_session, core.job_area
-- grain: one row per (entity, row_key, record_table, source_id, record_number)

create view core.origin as

select 'region' as entity, region::text as row_key, record_table, source_id, record_number, record_key from core.region_origin
union all
select 'planning_area', planning_area_id::text, record_table, source_id, record_number, record_key from core.planning_area_origin
union all
select 'road_edge', edge_id::text, record_table, source_id, record_number, record_key from core.road_edge_origin
union all
select 'demand_cell', cell_id::text, record_table, source_id, record_number, record_key from core.demand_cell_origin
union all
select 'charging_station', station_key::text, record_table, source_id, record_number, record_key from core.charging_station_origin
union all
select 'candidate_site', candidate_key::text, record_table, source_id, record_number, record_key from core.candidate_site_origin
union all
select 'site', site_id::text, record_table, source_id, record_number, record_key from core.site_origin
union all
select 'postal_area', postal_area_key::text, record_table, source_id, record_number, record_key from core.postal_area_origin
union all
select 'grid_area', grid_area_id::text, record_table, source_id, record_number, record_key from core.grid_area_origin
union all
select 'grid_feeder', grid_feeder_id::text, record_table, source_id, record_number, record_key from core.grid_feeder_origin
union all
select 'address', address_id::text, 'address', source_id, record_number, 'record ' || record_number from core.address
union all
select 'census_area', census_area_id::text, 'census_area', source_id, record_number, area_key from core.census_area
union all
select 'job_area', job_area_id::text, 'job_area', source_id, record_number, area_key from core.job_area
union all
select 'road_node', node_id::text, 'road_node', source_id, record_number, 'n' || node_id from core.road_node
union all
select 'place', place_key::text, 'osm_feature', source_id, record_number, place_key from core.place
union all
select 'land_use_area', land_use_area_id::text, 'osm_feature', source_id, record_number, 'record ' || record_number from core.land_use_area
union all
select 'excluded_area', excluded_area_id::text, record_table, source_id, record_number, coalesce(name, 'record ' || record_number) from core.excluded_area
union all
select 'grant_area', grant_area_id::text, 'grant_area', source_id, record_number, coalesce(name, 'record ' || record_number) from core.grant_area
union all
select 'three_phase_supply', supply_key::text, 'osm_feature', source_id, record_number, supply_key from core.three_phase_supply
union all
select 'reference_demand_point', reference_demand_point_id::text, 'reference_demand_point', source_id, record_number, 'record ' || record_number from core.reference_demand_point
union all
select 'reference_plan_station', reference_plan_station_id::text, 'reference_plan_station', source_id, record_number, coalesce(name, 'record ' || record_number) from core.reference_plan_station
union all
select 'grid_station', grid_station_id::text, case when is_substation then 'osm_feature' else 'grid_station' end, source_id, record_number, name
from core.grid_station
union all
select 'transit_stop', t.source_id || ' ' || t.stop_id, 'gtfs_stop', t.source_id, s.record_number, t.stop_id
from core.transit_stop as t
join staging.gtfs_stop as s using (source_id, stop_id)
union all
select 'charging_session', session_id::text, 'session', source_id, record_number, 'record ' || record_number
from core.charging_session;

comment on view core.origin is 'Where every row of core comes from: the records of the files that it was made of.';
comment on column core.origin.entity is 'View of core, without the schema.';
comment on column core.origin.row_key is 'Key of its row, as text.';
comment on column core.origin.record_table is 'Table of raw, without the schema.';
comment on column core.origin.source_id is 'The file: staging.load_source.';
comment on column core.origin.record_number is 'Place of the record in its file, from 1; of a map, in the order it was read.';
comment on column core.origin.record_key is 'Key of the record in its source.';
