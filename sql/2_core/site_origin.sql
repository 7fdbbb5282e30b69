-- needs: core.site, core.charging_station_origin, core.candidate_site_origin
-- grain: one row per (site_id, record_table, source_id, record_number)

create view core.site_origin as

select s.site_id, o.record_table, o.source_id, o.record_number, o.record_key
from core.site as s
join core.charging_station_origin as o on o.station_key = s.site_key
union all
select s.site_id, o.record_table, o.source_id, o.record_number, o.record_key
from core.site as s
join core.candidate_site_origin as o on o.candidate_key = s.site_key;

comment on view core.site_origin is 'Where sites come from.';
comment on column core.site_origin.site_id is 'Site.';
comment on column core.site_origin.record_table is 'Table of raw, without the schema.';
comment on column core.site_origin.source_id is 'The file: staging.load_source.';
comment on column core.site_origin.record_number is 'Place of the record in its file, from 1.';
comment on column core.site_origin.record_key is 'Key of the record in its source.';
