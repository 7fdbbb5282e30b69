-- needs: audit.audited_run, audit.port, plan.scenario_rule, plan.scenario_level, core.site, analysis.site_distance
-- grain: one row per (run_id, code, value)

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
    'spacing' as code,
    jsonb_build_object('site_id', a.site_id, 'other_site_id', b.site_id, 'level', a.level, 'phase', a.phase) as value,
    a.spacing_min_m as expected,
    d.distance_m as found,
    d.distance_m < a.spacing_min_m and not (a.is_before and b.is_before) as is_violated
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
comment on column audit.limit_min_spacing.code is 'What would be broken: model/run/violation.toml has the sentence, in both languages.';
comment on column audit.limit_min_spacing.value is 'The two sites, the level and the phase: what the sentence takes beside expected and found.';
comment on column audit.limit_min_spacing.expected is 'Least distance, metres.';
comment on column audit.limit_min_spacing.found is 'Their distance, metres.';
comment on column audit.limit_min_spacing.is_violated is 'True where the plan breaks the rule.';
