-- needs: audit.audited_run, audit.plan_site, plan.scenario_rule, plan.scenario_limit, core.site, analysis.site_distance
-- grain: one row per (run_id, subject)

create view audit.limit_l3_min_spacing as

with l3 as not materialized (
    select a.run_id, p.phase, p.site_id, p.l3_port_count_before > 0 as is_before, a.distance_kind, l.l3_distance_min_m, c.geom
    from audit.audited_run as a
    join plan.scenario_rule as u on u.scenario_id = a.scenario_id and u.rule = 'l3_min_spacing' and u.is_on
    join plan.scenario_limit as l on l.scenario_id = a.scenario_id
    join audit.plan_site as p on p.run_id = a.run_id and p.l3_port_count_after > 0
    join core.site as c on c.site_id = p.site_id
)

select
    a.run_id,
    format('sites %s and %s, phase %s', a.site_id, b.site_id, a.phase) as subject,
    a.l3_distance_min_m as expected,
    d.distance_m as found,
    d.distance_m < a.l3_distance_min_m and not (a.is_before and b.is_before) as is_violated,
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
) as d;

comment on view audit.limit_l3_min_spacing is 'Pairs of L3 sites with their distance; two that stood too near before the plan may stay.';
comment on column audit.limit_l3_min_spacing.run_id is 'The run.';
comment on column audit.limit_l3_min_spacing.subject is 'The two sites and the phase.';
comment on column audit.limit_l3_min_spacing.expected is 'Least distance, metres.';
comment on column audit.limit_l3_min_spacing.found is 'Their distance, metres.';
comment on column audit.limit_l3_min_spacing.is_violated is 'True where the plan breaks the rule.';
comment on column audit.limit_l3_min_spacing.message is 'The violation in words.';
