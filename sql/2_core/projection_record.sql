-- needs: staging.projection, core.planning_area
-- grain: one row per (source_id, record_number)

create view core.projection_record as

-- a planning area by its key, else by its name where one has it; what names no area of the region is left out
select p.source_id, p.record_number, a.planning_area_id, p.year, p.population
from staging.projection as p
left join core.planning_area as a
    on a.area_key = p.planning_area_key
        or lower(a.given_name) = lower(p.planning_area_key)
            and not exists (select from core.planning_area as k where k.area_key = p.planning_area_key)
            and (select count(*) from core.planning_area as o where lower(o.given_name) = lower(p.planning_area_key)) = 1
where p.planning_area_key is null or a.planning_area_id is not null;

comment on view core.projection_record is 'Records of projections that speak of the region or of one of its planning areas.';
comment on column core.projection_record.source_id is 'The file: staging.load_source.';
comment on column core.projection_record.record_number is 'Place of the record in its file, from 1.';
comment on column core.projection_record.planning_area_id is 'The planning area; null for the whole region.';
comment on column core.projection_record.year is 'Year, its middle.';
comment on column core.projection_record.population is 'People.';
