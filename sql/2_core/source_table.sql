-- needs: staging.address, staging.afdc_station, staging.boundary, staging.candidate, staging.census_area, staging.ev_count, staging.exclusion,
--   staging.grant_area, staging.grid_area, staging.grid_feeder, staging.grid_station, staging.gtfs_stop, staging.gtfs_stop_departure,
--   staging.job_area, staging.openchargemap_station, staging.osm_feature, staging.planning_area, staging.postal_area, staging.projection,
--   staging.reference_demand_point, staging.reference_plan_station, staging.road_edge, staging.road_left_out, staging.road_node,
--   staging.session, staging.utilisation
-- grain: one row per (source_id, record_table)

create view core.source_table as

-- each table is read once, whatever the number of files
select source_id, 'address' as record_table from staging.address group by source_id
union all
select source_id, 'afdc_station' as record_table from staging.afdc_station group by source_id
union all
select source_id, 'boundary' as record_table from staging.boundary group by source_id
union all
select source_id, 'candidate' as record_table from staging.candidate group by source_id
union all
select source_id, 'census_area' as record_table from staging.census_area group by source_id
union all
select source_id, 'ev_count' as record_table from staging.ev_count group by source_id
union all
select source_id, 'exclusion' as record_table from staging.exclusion group by source_id
union all
select source_id, 'grant_area' as record_table from staging.grant_area group by source_id
union all
select source_id, 'grid_area' as record_table from staging.grid_area group by source_id
union all
select source_id, 'grid_feeder' as record_table from staging.grid_feeder group by source_id
union all
select source_id, 'grid_station' as record_table from staging.grid_station group by source_id
union all
select source_id, 'gtfs_stop' as record_table from staging.gtfs_stop group by source_id
union all
select source_id, 'gtfs_stop_departure' as record_table from staging.gtfs_stop_departure group by source_id
union all
select source_id, 'job_area' as record_table from staging.job_area group by source_id
union all
select source_id, 'openchargemap_poi' as record_table from staging.openchargemap_station group by source_id
union all
select source_id, 'osm_feature' as record_table from staging.osm_feature group by source_id
union all
select source_id, 'planning_area' as record_table from staging.planning_area group by source_id
union all
select source_id, 'postal_area' as record_table from staging.postal_area group by source_id
union all
select source_id, 'projection' as record_table from staging.projection group by source_id
union all
select source_id, 'reference_demand_point' as record_table from staging.reference_demand_point group by source_id
union all
select source_id, 'reference_plan_station' as record_table from staging.reference_plan_station group by source_id
union all
select source_id, 'road_edge' as record_table from staging.road_edge group by source_id
union all
select source_id, 'road_left_out' as record_table from staging.road_left_out group by source_id
union all
select source_id, 'road_node' as record_table from staging.road_node group by source_id
union all
select source_id, 'session' as record_table from staging.session group by source_id
union all
select source_id, 'utilisation' as record_table from staging.utilisation group by source_id;

comment on view core.source_table is 'Which tables of records a file of the current load has filled.';
comment on column core.source_table.source_id is 'The file: staging.load_source.';
comment on column core.source_table.record_table is 'Table of raw, without the schema.';
