-- needs: model.level_limit, analysis.site_distance, core.site
-- grain: one row per (scenario_id, level, site_id, other_site_id), site_id the lower of the two

create view model.site_pair as

select
    l.scenario_id, l.level, d.site_id, d.other_site_id, d.distance_m,
    d.distance_m < l.spacing_min_m as is_too_near,
    coalesce(d.distance_m <= l.gap_max_m, false) as is_near_enough
from model.level_limit as l
join analysis.site_distance as d on d.distance_m <= greatest(l.spacing_min_m, l.gap_max_m)
where l.distance_kind = 'road'

union all

select
    l.scenario_id, l.level, a.site_id, b.site_id, m.distance_m,
    m.distance_m < l.spacing_min_m,
    coalesce(m.distance_m <= l.gap_max_m, false)
from model.level_limit as l
cross join core.site as a
join core.site as b
    on b.site_id > a.site_id
    and st_dwithin(a.geom, b.geom, greatest(l.spacing_min_m, l.gap_max_m))
cross join lateral st_distance(a.geom, b.geom) as m (distance_m)
where l.distance_kind = 'straight_line';

comment on view model.site_pair is 'Pairs of sites near enough for a limit on the distance between stations of a level to speak of them.';
comment on column model.site_pair.scenario_id is 'The scenario.';
comment on column model.site_pair.level is 'The level.';
comment on column model.site_pair.site_id is 'The site with the lower number.';
comment on column model.site_pair.other_site_id is 'The other one.';
comment on column model.site_pair.distance_m is 'By road the shorter of the two ways, or the straight line, as the scenario measures.';
comment on column model.site_pair.is_too_near is 'Nearer than spacing_min_m of the level.';
comment on column model.site_pair.is_near_enough is 'Within gap_max_m of the level; false where it has none.';
