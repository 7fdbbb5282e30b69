-- needs: raw.reference_demand_point, raw.load
-- grain: one row per (source_id, record_number)

create view staging.reference_demand_point as

select
    source_id,
    record_number,
    weight,
    st_transform(geom, :metric_srid)::geometry(Point, :metric_srid) as geom
from raw.reference_demand_point
where load_id = (select load_id from raw.load where is_current);

comment on view staging.reference_demand_point is 'Weighted points of a published study.';
comment on column staging.reference_demand_point.source_id is 'The file it came from: staging.load_source.';
comment on column staging.reference_demand_point.record_number is 'Place of the record in its file, from 1.';
comment on column staging.reference_demand_point.weight is 'Weight in the unit of the study.';
comment on column staging.reference_demand_point.geom is 'Place.';
