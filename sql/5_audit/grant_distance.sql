-- needs: audit.audited_run, audit.port, plan.scenario_grant_program, plan.decision, core.site, core.region, analysis.site_distance
-- grain: one row per (run_id, site_id, program, clause); only where such a station is near

create view audit.grant_distance as

with asked as not materialized (
    select a.run_id, a.distance_kind, p.program, w.clause, w.level, w.limit_m
    from audit.audited_run as a
    join plan.scenario_grant_program as p on p.scenario_id = a.scenario_id and p.is_on
    cross join lateral (
        select 'alone' as clause, p.alone_level as level, p.alone_m as limit_m where p.alone_port_count_min > 0
        union all
        select 'apart', p.apart_level, p.apart_m where p.apart_m > 0
    ) as w
)

select k.run_id, d.site_id, k.program, k.clause, min(w.distance_m) as distance_m
from asked as k
join (select distinct run_id, site_id from plan.decision) as d on d.run_id = k.run_id
join core.site as c on c.site_id = d.site_id
-- what stands before the plan, where it counts as coverage
join audit.port as o on o.run_id = k.run_id and o.phase = 0 and o.level = k.level and o.site_id <> d.site_id
join core.site as s on s.site_id = o.site_id
cross join core.region as g
cross join lateral (
    select min(x.distance_m) as distance_m
    from analysis.site_distance as x
    where k.distance_kind = 'road' and x.site_id = least(d.site_id, o.site_id) and x.other_site_id = greatest(d.site_id, o.site_id)
) as r
cross join lateral (
    select case
        when r.distance_m is not null then r.distance_m
        when k.distance_kind = 'straight_line' or k.limit_m > g.road_distance_max_m then st_distance(c.geom, s.geom)
    end as distance_m
) as w
where w.distance_m <= k.limit_m
group by k.run_id, d.site_id, k.program, k.clause;

comment on view audit.grant_distance is 'How far the nearest other station is, of the level that a program speaks of, where it is within the distance that the program names: before the plan.';
comment on column audit.grant_distance.run_id is 'The run.';
comment on column audit.grant_distance.site_id is 'The site of a decision.';
comment on column audit.grant_distance.program is 'The program.';
comment on column audit.grant_distance.clause is 'alone or apart.';
comment on column audit.grant_distance.distance_m is 'The distance.';
