-- needs: core.grid_area, core.grid_station, core.planning_area_origin
-- grain: one row per (grid_area_id, record_table, source_id, record_number)

create view core.grid_area_origin as

select a.grid_area_id, 'grid_area' as record_table, a.source_id, a.record_number, a.name as record_key
from core.grid_area as a
where a.source_id is not null
union all
select a.grid_area_id, case when s.is_substation then 'osm_feature' else 'grid_station' end, s.source_id, s.record_number, s.name
from core.grid_area as a
join core.grid_station as s on s.grid_station_id = any(a.grid_station_ids)
union all
select a.grid_area_id, o.record_table, o.source_id, o.record_number, o.record_key
from core.grid_area as a
join core.planning_area_origin as o using (planning_area_id);

comment on view core.grid_area_origin is 'Where grid areas come from: an outline, the stations in it, or a planning area.';
comment on column core.grid_area_origin.grid_area_id is 'Grid area.';
comment on column core.grid_area_origin.record_table is 'Table of raw, without the schema.';
comment on column core.grid_area_origin.source_id is 'The file: staging.load_source.';
comment on column core.grid_area_origin.record_number is 'Place of the record in its file, from 1.';
comment on column core.grid_area_origin.record_key is 'Key of the record in its source.';
