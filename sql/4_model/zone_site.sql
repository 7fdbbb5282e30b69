-- needs: model.session_scenario, model.nearest_site
-- grain: one row per (scenario_id, level, zone_id, site_id)

create view model.zone_site as

select s.scenario_id, n.level, n.zone_id, n.site_id, n.covered_share, n.distance_m
from model.session_scenario as s
cross join lateral model.nearest_site(s.scenario_id) as n;

comment on view model.zone_site is 'Sites that the drivers of a zone choose among: the nearest in reach, and the nearest with a station of the level today.';
comment on column model.zone_site.scenario_id is 'The scenario.';
comment on column model.zone_site.level is 'L2 or L3.';
comment on column model.zone_site.zone_id is 'The zone: model.zone_member.';
comment on column model.zone_site.site_id is 'The site.';
comment on column model.zone_site.covered_share is 'Share of the demand of the zone that has the site in reach.';
comment on column model.zone_site.distance_m is 'Mean way from its cells; those out of reach count as at the end of the reach.';
