-- needs: model.zone_member, model.reach, model.site_level, plan.scenario_level
-- grain: one row per (scenario_id, level, zone_id, site_id)

create view model.zone_site as

with zone as (
    select scenario_id, level, zone_id, sum(public_kw) as public_kw
    from model.zone_member
    group by scenario_id, level, zone_id
),

-- cells out of reach count as at the end of it, so that a site on the edge is not taken for near
pair as (
    select
        m.scenario_id, m.level, m.zone_id, r.site_id,
        sum(m.public_kw) / z.public_kw as reach_share,
        (sum(m.public_kw * r.distance_m) + (z.public_kw - sum(m.public_kw)) * l.reach_m) / z.public_kw as distance_m
    from model.zone_member as m
    join zone as z on z.scenario_id = m.scenario_id and z.level = m.level and z.zone_id = m.zone_id
    join plan.scenario_level as l on l.scenario_id = m.scenario_id and l.level = m.level
    join model.reach as r on r.scenario_id = m.scenario_id and r.level = m.level and r.demand_id = m.demand_id
    group by m.scenario_id, m.level, m.zone_id, r.site_id, z.public_kw, l.reach_m
),

ranked as (
    select
        p.*,
        row_number() over near as place,
        row_number() over near_of_a_kind as place_of_a_kind,
        s.is_present_before
    from pair as p
    join model.site_level as s on s.scenario_id = p.scenario_id and s.site_id = p.site_id and s.level = p.level
    where s.is_possible
    window
        near as (partition by p.scenario_id, p.level, p.zone_id order by p.distance_m, p.site_id),
        near_of_a_kind as (
            partition by p.scenario_id, p.level, p.zone_id, s.is_present_before order by p.distance_m, p.site_id
        )
)

select r.scenario_id, r.level, r.zone_id, r.site_id, least(r.reach_share, 1) as reach_share, r.distance_m
from ranked as r
join plan.scenario_level as l on l.scenario_id = r.scenario_id and l.level = r.level
where r.place <= l.nearest_site_count
    or (r.is_present_before and r.place_of_a_kind <= l.nearest_site_count);

comment on view model.zone_site is 'Sites that the drivers of a zone choose among: the nearest in reach, and the nearest with a station of the level today.';
comment on column model.zone_site.scenario_id is 'The scenario.';
comment on column model.zone_site.level is 'L2 or L3.';
comment on column model.zone_site.zone_id is 'The zone: model.zone_member.';
comment on column model.zone_site.site_id is 'The site.';
comment on column model.zone_site.reach_share is 'Share of the demand of the zone that has the site in reach.';
comment on column model.zone_site.distance_m is 'Mean way from its cells; those out of reach count as at the end of the reach.';
