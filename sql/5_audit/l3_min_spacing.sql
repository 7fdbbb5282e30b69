-- needs: plan.scenario, plan.scenario_rule, plan.scenario_limit, audit.plan_site, core.site, analysis.site_distance
-- grain: one row per (run_id, subject)

create view audit.l3_min_spacing as

with l3 as not materialized (
    select p.run_id, p.phase, p.site_id, p.l3_port_count_before > 0 as is_before, n.distance_kind, l.l3_distance_min_m, c.geom
    from audit.plan_site as p
    join plan.scenario as n on n.scenario_id = p.scenario_id
    join plan.scenario_rule as u on u.scenario_id = p.scenario_id and u.rule = 'l3_min_spacing' and u.is_on
    join plan.scenario_limit as l on l.scenario_id = p.scenario_id
    join core.site as c on c.site_id = p.site_id
    where p.l3_port_count_after > 0
)

select
    a.run_id,
    format('sites %s and %s, phase %s', a.site_id, b.site_id, a.phase) as subject,
    a.l3_distance_min_m as expected,
    d.distance_m as found,
    format(
        'L3 sites %s and %s are %s m apart after phase %s; the least distance is %s m.', a.site_id, b.site_id,
        round(d.distance_m::numeric), a.phase, a.l3_distance_min_m
    ) as message
from l3 as a
join l3 as b on b.run_id = a.run_id and b.phase = a.phase and b.site_id > a.site_id
cross join lateral (
    select s.distance_m from analysis.site_distance as s
    where a.distance_kind = 'road' and s.site_id = a.site_id and s.other_site_id = b.site_id
    union all
    select st_distance(a.geom, b.geom) where a.distance_kind = 'straight_line'
) as d
where d.distance_m < a.l3_distance_min_m and not (a.is_before and b.is_before);

comment on view audit.l3_min_spacing is 'Pairs of L3 sites that stand too near to each other, and did not before the plan.';
comment on column audit.l3_min_spacing.run_id is 'The run.';
comment on column audit.l3_min_spacing.subject is 'The two sites and the phase.';
comment on column audit.l3_min_spacing.expected is 'Least distance, metres.';
comment on column audit.l3_min_spacing.found is 'Their distance, metres.';
comment on column audit.l3_min_spacing.message is 'The violation in words.';
