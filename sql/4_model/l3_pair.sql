-- needs: model.space_limit, analysis.site_distance, core.site
-- grain: one row per (scenario_id, site_id, other_site_id), site_id the lower of the two

create view model.l3_pair as

select l.scenario_id, d.site_id, d.other_site_id, d.distance_m
from model.space_limit as l
join analysis.site_distance as d on d.distance_m <= greatest(l.l3_distance_min_m, l.l3_gap_max_m)
where l.distance_kind = 'road'

union all

select l.scenario_id, a.site_id, b.site_id, st_distance(a.geom, b.geom)
from model.space_limit as l
cross join core.site as a
join core.site as b
    on b.site_id > a.site_id
    and st_dwithin(a.geom, b.geom, greatest(l.l3_distance_min_m, l.l3_gap_max_m))
where l.distance_kind = 'straight_line';

comment on view model.l3_pair is 'Pairs of sites near enough for a limit on the distance between L3 stations to speak of them.';
comment on column model.l3_pair.scenario_id is 'The scenario.';
comment on column model.l3_pair.site_id is 'The site with the lower number.';
comment on column model.l3_pair.other_site_id is 'The other one.';
comment on column model.l3_pair.distance_m is 'By road the shorter of the two ways, or the straight line, as the scenario measures.';
