-- needs: model.zone_member, model.covering_pair, model.site_level, plan.scenario_level
-- grain: one row per (scenario_id, level, zone_id, site_id)

create table model.zone_site as

with covering as (
    select
        m.scenario_id, m.level, m.zone_id, r.site_id,
        sum(m.zone_share order by m.demand_id) as zone_share,
        sum(m.zone_share * r.distance_m order by m.demand_id) as distance_m
    from model.zone_member as m
    join model.covering_pair as r on r.scenario_id = m.scenario_id and r.level = m.level and r.demand_id = m.demand_id
    -- sorted by numbers before text
    group by m.scenario_id, m.zone_id, r.site_id, m.level
),

pair as (
    select
        r.scenario_id, r.level, r.zone_id, r.site_id, s.is_present_before, l.nearest_site_count,
        least(r.zone_share, 1) as covered_share,
        -- cells beyond the service distance count as just at it, so that a site on the edge is not taken for near
        r.distance_m + (1 - r.zone_share) * l.service_distance_m as distance_m
    from covering as r
    join model.site_level as s on s.scenario_id = r.scenario_id and s.level = r.level and s.site_id = r.site_id
    join plan.scenario_level as l on l.scenario_id = r.scenario_id and l.level = r.level
    where s.is_possible
),

ranked as (
    select p.*, row_number() over near as place, row_number() over near_of_a_kind as place_of_a_kind
    from pair as p
    window
        near as (partition by p.scenario_id, p.level, p.zone_id order by p.distance_m, p.site_id),
        near_of_a_kind as (
            partition by p.scenario_id, p.level, p.zone_id, p.is_present_before order by p.distance_m, p.site_id
        )
)

select scenario_id, level, zone_id, site_id, covered_share, distance_m
from ranked
where place <= nearest_site_count
    or is_present_before and place_of_a_kind <= nearest_site_count;

comment on table model.zone_site is 'Sites that the drivers of a zone choose among: the nearest within the service distance, and the nearest of these with a station of the level today.';
comment on column model.zone_site.scenario_id is 'The scenario.';
comment on column model.zone_site.level is 'The level.';
comment on column model.zone_site.zone_id is 'The zone: model.zone_member.';
comment on column model.zone_site.site_id is 'The site.';
comment on column model.zone_site.covered_share is 'Share of the demand of the zone that is within the service distance of the site.';
comment on column model.zone_site.distance_m is 'Mean distance from its cells; those beyond the service distance count as just at it.';
