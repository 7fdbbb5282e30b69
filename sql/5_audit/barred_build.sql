-- needs: audit.audited_run, audit.site_before, audit.port, plan.decision, plan.scenario_removal, plan.scenario_rule, plan.scenario_limit, core.site,
--   core.candidate_site, core.site_exclusion, core.road_edge, analysis.candidate_score, analysis.corridor_point
-- grain: one row per (run_id, site_id)

create view audit.barred_build as

with built as (
    select a.run_id, a.scenario_id, d.site_id, d.geom, q.junctions, x.is_hard and q.is_hard_exclusion_kept as is_excluded
    from audit.audited_run as a
    join plan.decision as d on d.run_id = a.run_id and d.action = 'build'
    join plan.scenario_removal as q on q.scenario_id = a.scenario_id
    left join core.site_exclusion as x on x.site_id = d.site_id
),

corridor as (
    select a.run_id, v.level, l.corridor_road_classes as road_classes, l.corridor_gap_max_m / 2 as reach_m, l.corridor_detour_m as detour_m
    from audit.audited_run as a
    join plan.scenario_rule as u on u.scenario_id = a.scenario_id and u.rule = 'max_gap' and u.is_on
    join plan.scenario_limit as l on l.scenario_id = a.scenario_id
    cross join unnest(l.corridor_levels) as v (level)
),

-- stations with the level before the plan, and candidates that are no junction and not barred themselves
server as (
    select b.run_id, v.level, b.site_id, c.geom
    from audit.site_before as b
    join (select distinct run_id, level from corridor) as v on v.run_id = b.run_id
    join plan.scenario_removal as q on q.scenario_id = b.scenario_id
    join core.site as c on c.site_id = b.site_id
    left join core.candidate_site as k on k.candidate_key = c.site_key
    left join core.site_exclusion as x on x.site_id = b.site_id
    left join analysis.candidate_score as w on w.site_id = b.site_id
    where case
        when b.is_existing then exists (
            select from audit.port as p where p.run_id = b.run_id and p.phase = 0 and p.level = v.level and p.site_id = b.site_id
        )
        else k.candidate_kind is distinct from 'junction' and not coalesce(x.is_hard and q.is_hard_exclusion_kept, false)
            and coalesce(w.score >= q.candidate_score_min, true)
    end
)

select
    b.run_id,
    b.site_id,
    case when b.is_excluded then 'exclusion' else 'junction' end as reason
from built as b
join core.site as c on c.site_id = b.site_id
left join core.candidate_site as k on k.candidate_key = c.site_key
where b.is_excluded
    or (k.candidate_kind = 'junction' and b.junctions <> 'all' and (b.junctions = 'none' or not exists (
        select from corridor as r
        join analysis.corridor_point as p on p.highway = any (r.road_classes) and st_dwithin(p.geom, c.geom, r.reach_m)
        where r.run_id = b.run_id
            and exists (
                select from core.road_edge as e where e.highway = any (r.road_classes) and st_dwithin(e.geom, c.geom, r.detour_m)
            )
            and not exists (
                select from server as o
                where o.run_id = r.run_id and o.level = r.level and st_dwithin(o.geom, p.geom, r.reach_m)
                    and exists (
                        select from core.road_edge as e where e.highway = any (r.road_classes) and st_dwithin(e.geom, o.geom, r.detour_m)
                    )
            )
    )));

comment on view audit.barred_build is 'New stations of a plan where its scenario builds nothing: on ground that is excluded, or at a bare junction that no corridor needs.';
comment on column audit.barred_build.run_id is 'Run.';
comment on column audit.barred_build.site_id is 'Site.';
comment on column audit.barred_build.reason is 'exclusion or junction.';
