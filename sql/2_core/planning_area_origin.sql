-- needs: core.planning_area, core.region_origin, core.projection_record, staging.planning_area
-- grain: one row per (planning_area_id, record_table, source_id, record_number)

create view core.planning_area_origin as

select a.planning_area_id, 'planning_area' as record_table, s.source_id, s.record_number, s.area_key as record_key
from core.planning_area as a
join staging.planning_area as s using (area_key)
union all
-- without planning areas the region is one
select a.planning_area_id, o.record_table, o.source_id, o.record_number, o.record_key
from core.planning_area as a
cross join core.region_origin as o
where not exists (select from staging.planning_area)
union all
-- its people of later years: figures of its own, else its share of those of the region
select a.planning_area_id, 'projection', p.source_id, p.record_number, 'record ' || p.record_number
from core.planning_area as a
join core.projection_record as p
    on p.planning_area_id = a.planning_area_id
        or p.planning_area_id is null
            and not exists (select from core.projection_record as o where o.planning_area_id = a.planning_area_id);

comment on view core.planning_area_origin is 'Where planning areas, and the people expected there, come from.';
comment on column core.planning_area_origin.planning_area_id is 'Planning area.';
comment on column core.planning_area_origin.record_table is 'Table of raw, without the schema.';
comment on column core.planning_area_origin.source_id is 'The file: staging.load_source.';
comment on column core.planning_area_origin.record_number is 'Place of the record in its file, from 1.';
comment on column core.planning_area_origin.record_key is 'Key of the record in its source.';
