-- needs: core.postal_area, staging.postal_area, staging.ev_count
-- grain: one row per (postal_area_key, record_table, source_id, record_number)

create view core.postal_area_origin as

select a.postal_area_key, 'postal_area' as record_table, s.source_id, s.record_number, s.postal_area_key as record_key
from core.postal_area as a
join staging.postal_area as s using (postal_area_key)
union all
-- a record of a table with a column for each date stands for several counts
select distinct a.postal_area_key, 'ev_count', s.source_id, s.record_number, s.postal_area_key
from core.postal_area as a
join staging.ev_count as s using (postal_area_key);

comment on view core.postal_area_origin is 'Where postal areas come from: their outlines and the counts of vehicles.';
comment on column core.postal_area_origin.postal_area_key is 'Postal area.';
comment on column core.postal_area_origin.record_table is 'Table of raw, without the schema.';
comment on column core.postal_area_origin.source_id is 'The file: staging.load_source.';
comment on column core.postal_area_origin.record_number is 'Place of the record in its file, from 1.';
comment on column core.postal_area_origin.record_key is 'Key of the record in its source.';
