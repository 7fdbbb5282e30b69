-- needs: model.zone_member, model.covering_pair, model.possible_site, plan.scenario_level
-- grain: rows: the sites that the zones of one scenario choose among

create function model.nearest_site(scenario bigint)
returns table (level text, zone_id bigint, site_id integer, covered_share double precision, distance_m double precision)
language sql stable
begin atomic
    with open_pair as materialized (
        select r.level, r.demand_id, r.site_id, r.distance_m, s.is_present_before
        from model.covering_pair as r
        join model.possible_site(nearest_site.scenario) as s on s.site_id = r.site_id and s.level = r.level
        where r.scenario_id = nearest_site.scenario
    ),

    member as materialized (
        select m.level, m.demand_id, m.zone_id, m.zone_share, l.service_distance_m
        from model.zone_member as m
        join plan.scenario_level as l on l.scenario_id = m.scenario_id and l.level = m.level
        where m.scenario_id = nearest_site.scenario
    ),

    -- cells out of reach count as at the end of it, so that a site on the edge is not taken for near
    pair as (
        select
            m.level, m.zone_id, r.site_id, r.is_present_before,
            least(sum(m.zone_share), 1) as covered_share,
            sum(m.zone_share * r.distance_m) + (1 - sum(m.zone_share)) * m.service_distance_m as distance_m
        from member as m
        join open_pair as r on r.level = m.level and r.demand_id = m.demand_id
        group by m.level, m.zone_id, r.site_id, r.is_present_before, m.service_distance_m
    ),

    ranked as (
        select p.*, row_number() over near as place, row_number() over near_of_a_kind as place_of_a_kind
        from pair as p
        window
            near as (partition by p.level, p.zone_id order by p.distance_m, p.site_id),
            near_of_a_kind as (partition by p.level, p.zone_id, p.is_present_before order by p.distance_m, p.site_id)
    )

    select r.level, r.zone_id, r.site_id, r.covered_share, r.distance_m
    from ranked as r
    join plan.scenario_level as l on l.scenario_id = nearest_site.scenario and l.level = r.level
    where r.place <= l.nearest_site_count
        or (r.is_present_before and r.place_of_a_kind <= l.nearest_site_count);
end;

comment on function model.nearest_site is 'Sites that drivers choose among: the nearest in reach of a zone, and the nearest with a station of the level today.';
