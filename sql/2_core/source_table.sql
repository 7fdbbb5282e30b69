-- needs: staging.load_source, staging.address, staging.afdc_station, staging.boundary, staging.candidate, staging.census_area,
--   staging.ev_count, staging.exclusion, staging.grant_area, staging.grid_area, staging.grid_feeder, staging.grid_station, staging.gtfs_stop,
--   staging.gtfs_stop_departure, staging.job_area, staging.openchargemap_station, staging.osm_feature, staging.planning_area,
--   staging.postal_area, staging.projection, staging.reference_demand_point, staging.reference_plan_station, staging.road_edge,
--   staging.road_left_out, staging.road_node, staging.session, staging.utilisation
-- grain: one row per (source_id, record_table)

create view core.source_table as

select s.source_id, t.record_table
from staging.load_source as s
cross join lateral (
    select 'address', exists (select from staging.address as r where r.source_id = s.source_id)
    union all
    select 'afdc_station', exists (select from staging.afdc_station as r where r.source_id = s.source_id)
    union all
    select 'boundary', exists (select from staging.boundary as r where r.source_id = s.source_id)
    union all
    select 'candidate', exists (select from staging.candidate as r where r.source_id = s.source_id)
    union all
    select 'census_area', exists (select from staging.census_area as r where r.source_id = s.source_id)
    union all
    select 'ev_count', exists (select from staging.ev_count as r where r.source_id = s.source_id)
    union all
    select 'exclusion', exists (select from staging.exclusion as r where r.source_id = s.source_id)
    union all
    select 'grant_area', exists (select from staging.grant_area as r where r.source_id = s.source_id)
    union all
    select 'grid_area', exists (select from staging.grid_area as r where r.source_id = s.source_id)
    union all
    select 'grid_feeder', exists (select from staging.grid_feeder as r where r.source_id = s.source_id)
    union all
    select 'grid_station', exists (select from staging.grid_station as r where r.source_id = s.source_id)
    union all
    select 'gtfs_stop', exists (select from staging.gtfs_stop as r where r.source_id = s.source_id)
    union all
    select 'gtfs_stop_departure', exists (select from staging.gtfs_stop_departure as r where r.source_id = s.source_id)
    union all
    select 'job_area', exists (select from staging.job_area as r where r.source_id = s.source_id)
    union all
    select 'openchargemap_poi', exists (select from staging.openchargemap_station as r where r.source_id = s.source_id)
    union all
    select 'osm_feature', exists (select from staging.osm_feature as r where r.source_id = s.source_id)
    union all
    select 'planning_area', exists (select from staging.planning_area as r where r.source_id = s.source_id)
    union all
    select 'postal_area', exists (select from staging.postal_area as r where r.source_id = s.source_id)
    union all
    select 'projection', exists (select from staging.projection as r where r.source_id = s.source_id)
    union all
    select 'reference_demand_point', exists (select from staging.reference_demand_point as r where r.source_id = s.source_id)
    union all
    select 'reference_plan_station', exists (select from staging.reference_plan_station as r where r.source_id = s.source_id)
    union all
    select 'road_edge', exists (select from staging.road_edge as r where r.source_id = s.source_id)
    union all
    select 'road_left_out', exists (select from staging.road_left_out as r where r.source_id = s.source_id)
    union all
    select 'road_node', exists (select from staging.road_node as r where r.source_id = s.source_id)
    union all
    select 'session', exists (select from staging.session as r where r.source_id = s.source_id)
    union all
    select 'utilisation', exists (select from staging.utilisation as r where r.source_id = s.source_id)
) as t (record_table, is_filled)
where t.is_filled;

comment on view core.source_table is 'Which tables of records a file of the current load has filled.';
comment on column core.source_table.source_id is 'The file: staging.load_source.';
comment on column core.source_table.record_table is 'Table of raw, without the schema.';
