-- needs: raw.address, raw.load
-- grain: one row per (source_id, record_number)

create view staging.address as

select
    source_id,
    record_number,
    case when street_number !~ '^0+$' then street_number end as street_number,
    street,
    city,
    st_transform(geom, :metric_srid)::geometry(Point, :metric_srid) as geom
from raw.address
where load_id = (select load_id from raw.load where is_current);

comment on view staging.address is 'Civic addresses.';
comment on column staging.address.source_id is 'The file it came from: staging.load_source.';
comment on column staging.address.record_number is 'Place of the record in its file, from 1.';
comment on column staging.address.street_number is 'Number in the street; null where the source has 0 for want of one.';
comment on column staging.address.street is 'Street.';
comment on column staging.address.city is 'Municipality as spelled in the source.';
comment on column staging.address.geom is 'Place.';
