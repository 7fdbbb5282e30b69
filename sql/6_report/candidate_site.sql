-- needs: core.site, core.candidate_site, analysis.candidate_score
-- grain: one row per (site_id)

create view report.candidate_site as

select
    s.site_id,
    c.candidate_key,
    c.name,
    c.candidate_kind,
    c.poi_count,
    c.parking_count,
    k.score,
    k.land_use_score,
    k.transit_score,
    k.road_score,
    k.grid_score,
    c.geom::geometry(Point, :metric_srid) as geom
from core.site as s
join core.candidate_site as c on c.candidate_key = s.site_key
left join analysis.candidate_score as k using (site_id);

comment on view report.candidate_site is 'Where a station could be built, with how good the place looks before any model.';
comment on column report.candidate_site.site_id is 'The site, as a lock names it.';
comment on column report.candidate_site.candidate_key is 'Key of the candidate.';
comment on column report.candidate_site.name is 'Name, untrusted text.';
comment on column report.candidate_site.candidate_kind is 'Kind of place, or junction.';
comment on column report.candidate_site.poi_count is 'Points of interest it stands for.';
comment on column report.candidate_site.parking_count is 'Car parks it stands for.';
comment on column report.candidate_site.score is 'Weighted mean of the scores, in [0, 1].';
comment on column report.candidate_site.land_use_score is 'Land use and kind of place.';
comment on column report.candidate_site.transit_score is 'Transit within a walk; null where none is known.';
comment on column report.candidate_site.road_score is 'Best road class nearby.';
comment on column report.candidate_site.grid_score is 'Nearness of the grid; null where none is known.';
comment on column report.candidate_site.geom is 'Place.';
