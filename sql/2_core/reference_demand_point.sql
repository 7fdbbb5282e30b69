-- needs: staging.reference_demand_point
-- grain: one row per (reference_demand_point_id)

create materialized view core.reference_demand_point as

select row_number() over (order by source_id, record_number)::integer as reference_demand_point_id, weight, source_id, record_number, geom
from staging.reference_demand_point
with no data;

create unique index reference_demand_point_key on core.reference_demand_point (reference_demand_point_id);
create index reference_demand_point_geom_idx on core.reference_demand_point using gist (geom);

comment on materialized view core.reference_demand_point is 'Weighted points of a published study, to score plans alike.';
comment on column core.reference_demand_point.reference_demand_point_id is 'Number of the point in its file.';
comment on column core.reference_demand_point.weight is 'Weight in the unit of the study.';
comment on column core.reference_demand_point.source_id is 'The file it came from: staging.load_source.';
comment on column core.reference_demand_point.record_number is 'Place of the record in its file, from 1.';
comment on column core.reference_demand_point.geom is 'Place.';
