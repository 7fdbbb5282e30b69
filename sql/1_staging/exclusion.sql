-- needs: raw.exclusion, raw.load
-- grain: one row per (source_id, record_number)

create view staging.exclusion as

select
    source_id,
    record_number,
    ground,
    is_hard,
    name,
    st_makevalid(st_transform(geom, :metric_srid))::geometry(Geometry, :metric_srid) as geom
from raw.exclusion
where load_id = (select load_id from raw.load where is_current);

comment on view staging.exclusion is 'Ground that is not for chargers, as layers of the region have it.';
comment on column staging.exclusion.source_id is 'The file it came from: staging.load_source.';
comment on column staging.exclusion.record_number is 'Place of the record in its file, from 1.';
comment on column staging.exclusion.ground is 'What it is: water, flood, protected, cemetery or other.';
comment on column staging.exclusion.is_hard is 'True where nothing is built; false where the score of candidates is lowered.';
comment on column staging.exclusion.name is 'Name of the area, untrusted text.';
comment on column staging.exclusion.geom is 'Outline.';
