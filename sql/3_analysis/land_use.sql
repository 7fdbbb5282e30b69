-- needs: core.land_use_area, core.site, core.candidate_site, core.place, core.site_exclusion, core.region, analysis.land_use_kind
-- grain: one row per (site_id)

create materialized view analysis.land_use as

select
    s.site_id,
    u.land_use,
    u.suitability_share as land_use_suitability_share,
    coalesce(c.suitability_share, p.suitability_share) as place_suitability_share,
    coalesce(
        (u.suitability_share + coalesce(c.suitability_share, p.suitability_share)) / 2,
        c.suitability_share,
        p.suitability_share,
        u.suitability_share,
        r.unknown_suitability_share
    )::double precision * (1 - coalesce(x.exclusion_share, 0)) as suitability_share,
    coalesce(x.exclusion_share, 0)::double precision as exclusion_share
from core.site as s
cross join core.region as r
left join core.site_exclusion as x using (site_id)
left join core.candidate_site as c on c.candidate_key = s.site_key
-- an existing station is what the best place around it is
left join lateral (
    select max(suitability_share) as suitability_share
    from core.place as p
    where st_dwithin(p.geom, s.geom, r.candidate_cluster_m / 2)
) as p on c.candidate_key is null
-- the smallest area around the site says most about it
left join lateral (
    select k.land_use, k.suitability_share
    from core.land_use_area as a
    join analysis.land_use_kind as k using (land_use)
    where st_intersects(a.geom, s.geom)
    order by a.area_m2, a.land_use_area_id
    limit 1
) as u on true
with no data;

create unique index land_use_key on analysis.land_use (site_id);

comment on materialized view analysis.land_use is 'How well a charger fits where a site is.';
comment on column analysis.land_use.site_id is 'The site.';
comment on column analysis.land_use.land_use is 'Land use of the map there, where known.';
comment on column analysis.land_use.land_use_suitability_share is 'How well a charger fits that land use; null when unknown.';
comment on column analysis.land_use.place_suitability_share is 'How well it fits the kind of place; null when unknown.';
comment on column analysis.land_use.suitability_share is 'Mean of the two, or the one that is known, or unknown_suitability_share; less exclusion_share of it: in [0, 1].';
comment on column analysis.land_use.exclusion_share is 'What the ground or the place itself takes from it: core.site_exclusion; 0 for nothing.';
