-- needs: audit.audited_run, audit.port, plan.scenario_rule, plan.scenario_level, core.site, analysis.site_distance
-- grain: one row per (run_id, subject)

create view audit.limit_min_spacing as

with standing as not materialized (
    select a.run_id, p.phase, p.level, p.site_id, b.site_id is not null as is_before, a.distance_kind, l.spacing_min_m, c.geom
    from audit.audited_run as a
    join plan.scenario_rule as u on u.scenario_id = a.scenario_id and u.rule = 'min_spacing' and u.is_on
    join plan.scenario_level as l on l.scenario_id = a.scenario_id and l.spacing_min_m > 0
    join audit.port as p on p.run_id = a.run_id and p.level = l.level and p.phase > 0
    join core.site as c on c.site_id = p.site_id
    left join audit.port as b on b.run_id = p.run_id and b.level = p.level and b.site_id = p.site_id and b.phase = 0
)

select
    a.run_id,
    format('sites %s and %s, %s, phase %s', a.site_id, b.site_id, a.level, a.phase) as subject,
    a.spacing_min_m as expected,
    d.distance_m as found,
    d.distance_m < a.spacing_min_m and not (a.is_before and b.is_before) as is_violated,
    format(
        '%s sites %s and %s are %s m apart after phase %s; the least distance is %s m.', a.level, a.site_id, b.site_id,
        round(d.distance_m::numeric), a.phase, a.spacing_min_m
    ) as message
from standing as a
join standing as b on b.run_id = a.run_id and b.phase = a.phase and b.level = a.level and b.site_id > a.site_id
cross join lateral (
    select s.distance_m from analysis.site_distance as s
    where a.distance_kind = 'road' and s.site_id = a.site_id and s.other_site_id = b.site_id
    union all
    select st_distance(a.geom, b.geom) where a.distance_kind = 'straight_line'
) as d;

comment on view audit.limit_min_spacing is 'Pairs of sites with a level and their distance; two that stood too near before the plan may stay.';
comment on column audit.limit_min_spacing.run_id is 'The run.';
comment on column audit.limit_min_spacing.subject is 'The two sites, the level and the phase.';
comment on column audit.limit_min_spacing.expected is 'Least distance, metres.';
comment on column audit.limit_min_spacing.found is 'Their distance, metres.';
comment on column audit.limit_min_spacing.is_violated is 'True where the plan breaks the rule.';
comment on column audit.limit_min_spacing.message is 'The violation in words.';
