-- needs: staging.job_area, core.region
-- grain: one row per (job_area_id); only what reaches into the region

create materialized view core.job_area as

select
    row_number() over (order by a.area_key, a.source_id, a.record_number)::integer as job_area_id,
    a.source_id,
    a.record_number,
    a.area_key,
    a.job_count * s.inside_share as job_count,
    a.is_polygon,
    (case when a.is_polygon then st_intersection(a.geom, r.geom) else a.geom end)::geometry(Geometry, :metric_srid) as geom
from (select *, st_dimension(geom) = 2 as is_polygon from staging.job_area) as a
cross join core.region as r
cross join lateral (
    select case
        when not a.is_polygon then st_dwithin(a.geom, r.geom, r.hexagon_edge_m)::integer
        when st_within(a.geom, r.geom) then 1
        else st_area(st_intersection(a.geom, r.geom)) / nullif(st_area(a.geom), 0)
    end::double precision as inside_share
) as s
where s.inside_share > 0
with no data;

create unique index job_area_key on core.job_area (job_area_id);
create index job_area_geom_idx on core.job_area using gist (geom);

comment on materialized view core.job_area is 'Where people of the region work: points, or polygons clipped to the region.';
comment on column core.job_area.job_area_id is 'Number of the place or area within the load.';
comment on column core.job_area.source_id is 'The file it came from: staging.load_source.';
comment on column core.job_area.record_number is 'Place of the record in its file, from 1.';
comment on column core.job_area.area_key is 'Key in its source.';
comment on column core.job_area.job_count is 'Jobs in the region: of a polygon across the border by surface; a point within one hexagon edge is inside.';
comment on column core.job_area.is_polygon is 'True for a polygon, false for a point.';
comment on column core.job_area.geom is 'Place.';
