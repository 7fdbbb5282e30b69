-- needs: core.region, staging.boundary, staging.census_area, staging.road_node
-- grain: one row per (region, record_table, source_id, record_number)

create view core.region_origin as

select r.region, 'boundary' as record_table, s.source_id, s.record_number, 'part ' || s.record_number as record_key
from core.region as r
cross join staging.boundary as s
union all
-- without a boundary it is drawn around people and streets
select r.region, 'census_area', s.source_id, s.record_number, s.area_key
from core.region as r
join staging.census_area as s on r.is_stand_in and s.geom is not null
union all
select r.region, 'road_node', s.source_id, s.record_number, 'n' || s.node_id
from core.region as r
join staging.road_node as s on r.is_stand_in;

comment on view core.region_origin is 'Where the outline of the region comes from.';
comment on column core.region_origin.region is 'The region.';
comment on column core.region_origin.record_table is 'Table of raw, without the schema.';
comment on column core.region_origin.source_id is 'The file: staging.load_source.';
comment on column core.region_origin.record_number is 'Place of the record in its file, from 1.';
comment on column core.region_origin.record_key is 'Key of the record in its source.';
