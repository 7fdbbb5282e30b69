-- needs: report.published_run, plan.site_bound, analysis.road_distance
-- grain: one row per (run_id, cell_id, is_usable)

create view report.nearest_candidate as

select distinct on (c.run_id, d.cell_id, c.is_usable)
    c.run_id,
    d.cell_id,
    c.is_usable,
    d.site_id,
    d.distance_m,
    d.duration_min
from (
    select b.run_id, b.site_id, b.refusal is null as is_usable
    from report.published_run as r
    join plan.site_bound as b on b.run_id = r.run_id and b.is_candidate
) as c
join analysis.road_distance as d using (site_id)
order by c.run_id, d.cell_id, c.is_usable, d.distance_m, d.site_id;

comment on view report.nearest_candidate is
    'The candidate nearest to each hexagon by road: of those on which a published plan could build, and of those on which it could not; no row where none is within the longest road distance.';
comment on column report.nearest_candidate.run_id is 'The run.';
comment on column report.nearest_candidate.cell_id is 'The hexagon.';
comment on column report.nearest_candidate.is_usable is 'True for candidates on which the plan could build.';
comment on column report.nearest_candidate.site_id is 'The candidate.';
comment on column report.nearest_candidate.distance_m is 'Distance by road.';
comment on column report.nearest_candidate.duration_min is 'Minutes by road.';
