-- needs: audit.audited_run, audit.plan_site, plan.scenario_rule, plan.scenario_limit, plan.scenario_phase, core.site,
--   core.road_edge, analysis.site_distance, analysis.corridor_point
-- grain: one row per (run_id, subject)

create view audit.limit_l3_max_gap as

with site as not materialized (
    select p.run_id, p.phase, p.site_id, p.l3_port_count_before > 0 as is_before, p.l3_port_count_after > 0 as is_after, a.distance_kind,
        l.l3_gap_max_m, l.corridor_gap_max_m, l.corridor_detour_m, l.corridor_road_classes, c.geom
    from audit.audited_run as a
    join plan.scenario_rule as u on u.scenario_id = a.scenario_id and u.rule = 'l3_max_gap' and u.is_on
    join plan.scenario_limit as l on l.scenario_id = a.scenario_id
    join audit.plan_site as p on p.run_id = a.run_id
    join core.site as c on c.site_id = p.site_id
    where p.l3_port_count_before > 0 or p.l3_port_count_after > 0
),

apart as not materialized (
    select a.run_id, a.phase, a.site_id, a.l3_gap_max_m, a.is_before,
        coalesce(bool_or(b.is_before), false) as is_near_before, coalesce(bool_or(b.is_after), false) as is_near_after
    from site as a
    left join site as b on b.run_id = a.run_id and b.phase = a.phase and b.site_id <> a.site_id and case a.distance_kind
        when 'straight_line' then st_dwithin(a.geom, b.geom, a.l3_gap_max_m)
        else exists (
            select from analysis.site_distance as d
            where d.site_id = least(a.site_id, b.site_id) and d.other_site_id = greatest(a.site_id, b.site_id)
                and d.distance_m <= a.l3_gap_max_m
        ) end
    where a.is_after
    group by a.run_id, a.phase, a.site_id, a.l3_gap_max_m, a.is_before
)

select
    run_id, format('site %s, phase %s', site_id, phase) as subject, 1::double precision as expected, is_near_after::integer::double precision as found,
    not is_near_after and (not is_before or is_near_before) as is_violated,
    format('L3 site %s has no other one within %s m after phase %s.', site_id, l3_gap_max_m, phase) as message
from apart

union all

select
    r.run_id, 'corridor point ' || p.corridor_point_id, 1, k.is_near::integer, not k.is_near,
    format('At corridor point %s the %s has no L3 station within %s m of the road for more than %s m.', p.corridor_point_id, p.highway,
        r.corridor_detour_m, r.corridor_gap_max_m)
from (
    select a.run_id, max(f.phase) as phase, l.corridor_road_classes, l.corridor_detour_m, l.corridor_gap_max_m
    from audit.audited_run as a
    join plan.scenario_rule as u on u.scenario_id = a.scenario_id and u.rule = 'l3_max_gap' and u.is_on
    join plan.scenario_limit as l on l.scenario_id = a.scenario_id
    join plan.scenario_phase as f on f.scenario_id = a.scenario_id
    group by a.run_id, l.corridor_road_classes, l.corridor_detour_m, l.corridor_gap_max_m
) as r
join analysis.corridor_point as p on p.highway = any (r.corridor_road_classes)
cross join lateral (
    select exists (
        select from site as s
        where s.run_id = r.run_id and s.phase = r.phase and s.is_after and st_dwithin(s.geom, p.geom, r.corridor_gap_max_m / 2)
            and exists (
                select from core.road_edge as e
                where e.highway = any (r.corridor_road_classes) and st_dwithin(e.geom, s.geom, r.corridor_detour_m)
            )
    ) as is_near
) as k;

comment on view audit.limit_l3_max_gap is 'L3 sites and points of corridors, and whether L3 is near enough; a site that was alone before the plan may stay alone.';
comment on column audit.limit_l3_max_gap.run_id is 'The run.';
comment on column audit.limit_l3_max_gap.subject is 'The site and phase, or the point of the corridor.';
comment on column audit.limit_l3_max_gap.expected is '1: at least one station within the distance.';
comment on column audit.limit_l3_max_gap.found is '1 where there is one, else 0.';
comment on column audit.limit_l3_max_gap.is_violated is 'True where the plan breaks the rule.';
comment on column audit.limit_l3_max_gap.message is 'The violation in words.';
