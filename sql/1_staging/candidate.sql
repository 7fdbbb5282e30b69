-- needs: raw.candidate, raw.load
-- grain: one row per (source_id, record_number)

create view staging.candidate as

select
    source_id,
    record_number,
    candidate_key,
    name,
    address,
    suitability_share,
    st_transform(geom, :metric_srid)::geometry(Point, :metric_srid) as geom
from raw.candidate
where load_id = (select load_id from raw.load where is_current);

comment on view staging.candidate is 'Where a station could be built, as a list of the region says.';
comment on column staging.candidate.source_id is 'The file it came from: staging.load_source.';
comment on column staging.candidate.record_number is 'Place of the record in its file, from 1.';
comment on column staging.candidate.candidate_key is 'Id in the list; without one a checksum of name and place.';
comment on column staging.candidate.name is 'Name, untrusted text.';
comment on column staging.candidate.address is 'Street and number, untrusted text.';
comment on column staging.candidate.suitability_share is 'How well a charger fits there, in [0, 1]; null where the list does not say.';
comment on column staging.candidate.geom is 'Place.';
