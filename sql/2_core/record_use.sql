-- needs: staging.address, staging.afdc_station, staging.boundary, staging.candidate, staging.census_area, staging.ev_count, staging.exclusion, staging.grant_area, staging.grid_area,
--   staging.grid_feeder, staging.grid_station, staging.gtfs_stop, staging.job_area, staging.openchargemap_station, staging.osm_feature, staging.planning_area, staging.postal_area,
--   staging.reference_demand_point, staging.reference_plan_station, staging.road_edge, staging.road_left_out, staging.road_node, staging.session, core.origin
-- grain: one row per (source_id, record_table, record_kind)

create view core.record_use as

with record (record_table, record_kind, source_id, record_number) as (
    select 'address', 'address', source_id, record_number from staging.address
    union all
    select 'afdc_station', 'charging_station', source_id, record_number from staging.afdc_station
    union all
    select 'boundary', 'boundary', source_id, record_number from staging.boundary
    union all
    select 'candidate', 'candidate', source_id, record_number from staging.candidate
    union all
    select 'census_area', 'census_area', source_id, record_number from staging.census_area
    union all
    select 'ev_count', 'ev_count', source_id, record_number from staging.ev_count
    union all
    select 'exclusion', 'exclusion', source_id, record_number from staging.exclusion
    union all
    select 'grant_area', 'grant_area', source_id, record_number from staging.grant_area
    union all
    select 'grid_area', 'grid_area', source_id, record_number from staging.grid_area
    union all
    select 'grid_feeder', 'grid_feeder', source_id, record_number from staging.grid_feeder
    union all
    select 'grid_station', 'grid_station', source_id, record_number from staging.grid_station
    union all
    select 'gtfs_stop', 'transit_stop', source_id, record_number from staging.gtfs_stop
    union all
    select 'job_area', 'job_area', source_id, record_number from staging.job_area
    union all
    select 'openchargemap_poi', 'charging_station', source_id, record_number from staging.openchargemap_station
    union all
    select 'osm_feature', feature_kind, source_id, record_number from staging.osm_feature
    union all
    select 'planning_area', 'planning_area', source_id, record_number from staging.planning_area
    union all
    select 'postal_area', 'postal_area', source_id, record_number from staging.postal_area
    union all
    select 'reference_demand_point', 'reference_demand_point', source_id, record_number from staging.reference_demand_point
    union all
    select 'reference_plan_station', 'reference_plan_station', source_id, record_number from staging.reference_plan_station
    union all
    select 'road_edge', 'road_edge', source_id, record_number from staging.road_edge
    union all
    select 'road_left_out', 'road_left_out', source_id, record_number from staging.road_left_out
    union all
    select 'road_node', 'road_node', source_id, record_number from staging.road_node
    union all
    select 'session', 'session', source_id, record_number from staging.session
),

used as (
    select distinct record_table, source_id, record_number from core.origin
)

select
    r.source_id,
    r.record_table,
    r.record_kind,
    count(*) as record_count,
    count(u.source_id) as used_count,
    count(*) - count(u.source_id) as left_out_count
from record as r
left join used as u using (record_table, source_id, record_number)
group by r.source_id, r.record_table, r.record_kind;

comment on view core.record_use is 'Records that were read, and how many of them nothing was made of: outside the region, of no kind that matters, there before.';
comment on column core.record_use.source_id is 'The file: staging.load_source.';
comment on column core.record_use.record_table is 'Table of raw, without the schema.';
comment on column core.record_use.record_kind is 'What the records are.';
comment on column core.record_use.record_count is 'Records read.';
comment on column core.record_use.used_count is 'Records that a row of core was made of: core.origin.';
comment on column core.record_use.left_out_count is 'The others.';
