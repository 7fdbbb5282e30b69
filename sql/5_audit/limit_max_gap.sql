-- needs: audit.audited_run, audit.port, plan.scenario_rule, plan.scenario_limit, plan.scenario_level, plan.scenario_phase,
--   core.site, core.road_edge, analysis.site_distance, analysis.corridor_point
-- grain: one row per (run_id, code, value)

create view audit.limit_max_gap as

with site as not materialized (
    select p.run_id, p.phase, p.level, p.site_id, a.distance_kind, l.gap_max_m, c.geom
    from audit.audited_run as a
    join plan.scenario_rule as u on u.scenario_id = a.scenario_id and u.rule = 'max_gap' and u.is_on
    join plan.scenario_level as l on l.scenario_id = a.scenario_id
    join audit.port as p on p.run_id = a.run_id and p.level = l.level
    join core.site as c on c.site_id = p.site_id
),

-- whether another site with the level is near, phase by phase; phase 0 is before the plan
apart as not materialized (
    select a.run_id, a.phase, a.level, a.site_id, a.gap_max_m, exists (
        select from site as b
        where b.run_id = a.run_id and b.phase = a.phase and b.level = a.level and b.site_id <> a.site_id and case a.distance_kind
            when 'straight_line' then st_dwithin(a.geom, b.geom, a.gap_max_m)
            else exists (
                select from analysis.site_distance as d
                where d.site_id = least(a.site_id, b.site_id) and d.other_site_id = greatest(a.site_id, b.site_id)
                    and d.distance_m <= a.gap_max_m
            ) end
    ) as is_near
    from site as a
    where a.gap_max_m is not null
)

select
    a.run_id, 'gap_site' as code,
    jsonb_build_object('site_id', a.site_id, 'level', a.level, 'phase', a.phase, 'gap_max_m', a.gap_max_m) as value,
    1::double precision as expected, a.is_near::integer::double precision as found,
    not a.is_near and coalesce(b.is_near, true) as is_violated
from apart as a
left join apart as b on b.run_id = a.run_id and b.level = a.level and b.site_id = a.site_id and b.phase = 0
where a.phase > 0

union all

select
    r.run_id, 'gap_corridor', jsonb_build_object(
        'corridor_point_id', p.corridor_point_id, 'highway', p.highway, 'level', r.level, 'detour_m', r.corridor_detour_m,
        'gap_max_m', r.corridor_gap_max_m
    ), 1, k.is_near::integer, not k.is_near
from (
    select a.run_id, v.level, max(f.phase) as phase, l.corridor_road_classes, l.corridor_detour_m, l.corridor_gap_max_m
    from audit.audited_run as a
    join plan.scenario_rule as u on u.scenario_id = a.scenario_id and u.rule = 'max_gap' and u.is_on
    join plan.scenario_limit as l on l.scenario_id = a.scenario_id
    join plan.scenario_phase as f on f.scenario_id = a.scenario_id
    cross join unnest(l.corridor_levels) as v (level)
    group by a.run_id, v.level, l.corridor_road_classes, l.corridor_detour_m, l.corridor_gap_max_m
) as r
join analysis.corridor_point as p on p.highway = any (r.corridor_road_classes)
cross join lateral (
    select exists (
        select from site as s
        where s.run_id = r.run_id and s.phase = r.phase and s.level = r.level and st_dwithin(s.geom, p.geom, r.corridor_gap_max_m / 2)
            and exists (
                select from core.road_edge as e
                where e.highway = any (r.corridor_road_classes) and st_dwithin(e.geom, s.geom, r.corridor_detour_m)
            )
    ) as is_near
) as k;

comment on view audit.limit_max_gap is 'Sites with a level and points of corridors, and whether the level is near enough; a site that was alone before the plan may stay alone.';
comment on column audit.limit_max_gap.run_id is 'The run.';
comment on column audit.limit_max_gap.code is 'What would be broken: model/run/violation.toml has the sentence, in both languages.';
comment on column audit.limit_max_gap.value is 'The site, level and phase, or the point of the corridor and the level, with the distances: what the sentence takes beside expected and found.';
comment on column audit.limit_max_gap.expected is '1: at least one station within the distance.';
comment on column audit.limit_max_gap.found is '1 where there is one, else 0.';
comment on column audit.limit_max_gap.is_violated is 'True where the plan breaks the rule.';
