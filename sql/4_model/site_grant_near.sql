-- needs: model.grant_program, model.scenario, model.site_state, model.site_port, core.region, analysis.site_distance
-- grain: one row per (scenario_id, site_id, program, clause); only where such a station is near

create view model.site_grant_near as

with asked as (
    select g.scenario_id, n.distance_kind, g.program, v.clause, v.level, v.limit_m
    from model.grant_program as g
    join model.scenario as n on n.scenario_id = g.scenario_id
    cross join lateral (values
        ('alone', g.alone_level, g.alone_m, g.alone_port_count_min > 0),
        ('apart', g.apart_level, g.apart_m, g.apart_m > 0)
    ) as v (clause, level, limit_m, is_asked)
    where v.is_asked
),

station as (
    select p.scenario_id, p.level, s.site_id, s.geom
    from model.site_state as s
    join model.site_port as p on p.scenario_id = s.scenario_id and p.site_id = s.site_id
    where s.is_counted
    group by p.scenario_id, p.level, s.site_id, s.geom
)

select a.scenario_id, s.site_id, a.program, a.clause, min(m.distance_m) as distance_m
from asked as a
cross join core.region as r
join station as o on o.scenario_id = a.scenario_id and o.level = a.level
join model.site_state as s on s.scenario_id = a.scenario_id and s.site_id <> o.site_id and st_dwithin(s.geom, o.geom, a.limit_m)
left join analysis.site_distance as d
    on a.distance_kind = 'road' and d.site_id = least(s.site_id, o.site_id) and d.other_site_id = greatest(s.site_id, o.site_id)
-- routes end at road_distance_max_m: two sites without one are farther apart, and beyond that only a straight line tells
cross join lateral (
    select case
        when a.distance_kind = 'road' and a.limit_m <= r.road_distance_max_m then d.distance_m
        else coalesce(d.distance_m, st_distance(s.geom, o.geom))
    end as distance_m
) as m
where m.distance_m <= a.limit_m
group by a.scenario_id, s.site_id, a.program, a.clause;

comment on view model.site_grant_near is 'How far the nearest other station is with the level that a grant program speaks of, as a scenario finds stations, where one is near enough to count.';
comment on column model.site_grant_near.scenario_id is 'The scenario.';
comment on column model.site_grant_near.site_id is 'The site.';
comment on column model.site_grant_near.program is 'The program: model.grant_program.';
comment on column model.site_grant_near.clause is 'alone or apart: by alone_level and alone_m of the program, or apart_level and apart_m.';
comment on column model.site_grant_near.distance_m is 'Distance, the shorter of the two ways.';
