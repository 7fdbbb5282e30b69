-- needs: audit.audited_run, audit.plan_part, audit.port, plan.scenario_removal, plan.scenario_phase, plan.scenario_charger, plan.decision,
--   plan.decision_port, plan.run_lock, analysis.site_distance
-- grain: one row per (run_id, site_id, level, phase)

create view audit.lost_alternative as

with removed as not materialized (
    select distinct
        a.run_id, a.scenario_id, d.site_id, c.level, r.alternative_distance_m,
        p.generation > 0 as is_earlier,
        case when p.generation = 0 then d.phase else 1 end as phase
    from audit.audited_run as a
    join plan.scenario_removal as r on r.scenario_id = a.scenario_id and r.is_candidate_only
    join audit.plan_part as p on p.run_id = a.run_id
    join plan.decision as d on d.run_id = p.part_run_id and d.action = 'remove'
    join plan.decision_port as k on k.run_id = d.run_id and k.phase = d.phase and k.site_id = d.site_id and k.port_count_before > 0
    join plan.scenario_charger as c on c.scenario_id = a.scenario_id and c.charger_type = k.charger_type
    -- a lock may ask for the removal of any
    where not exists (
        select from plan.run_lock as l
        where l.run_id = d.run_id and l.site_id = d.site_id and l.lock_kind = 'fix_option' and split_part(l.option_id, ':', 2) = 'remove'
    )
),

-- phase 0 is before the plan
near as not materialized (
    select r.run_id, r.site_id, r.level, b.phase, b.site_id as other_site_id
    from removed as r
    join audit.port as b on b.run_id = r.run_id and b.level = r.level and b.site_id <> r.site_id
    join analysis.site_distance as d
        on d.site_id = least(r.site_id, b.site_id) and d.other_site_id = greatest(r.site_id, b.site_id)
    where d.distance_m <= r.alternative_distance_m
)

select r.run_id, r.site_id, r.level, f.phase, r.alternative_distance_m
from removed as r
join plan.scenario_phase as f on f.scenario_id = r.scenario_id and f.phase >= r.phase
where not exists (
    select from near as n where n.run_id = r.run_id and n.site_id = r.site_id and n.level = r.level and n.phase = f.phase
)
    -- what an earlier plan removed has what stands now, unless people decided about it
    and (not r.is_earlier or exists (
        select from near as n where n.run_id = r.run_id and n.site_id = r.site_id and n.level = r.level and n.phase = 0
    ) and not exists (
        select
        from near as n
        join plan.run_lock as l on l.run_id = n.run_id and l.site_id = n.other_site_id and l.lock_kind in ('force_in', 'fix_option')
        where n.run_id = r.run_id and n.site_id = r.site_id and n.level = r.level and n.phase = 0
    ));

comment on view audit.lost_alternative is 'Levels of removed stations that no other station near has at the end of a phase: it was removed as well, or does not have the level any more.';
comment on column audit.lost_alternative.run_id is 'The run.';
comment on column audit.lost_alternative.site_id is 'The station that the plan removes, or one that it continues.';
comment on column audit.lost_alternative.level is 'The level.';
comment on column audit.lost_alternative.phase is 'The phase at whose end nothing near has it.';
comment on column audit.lost_alternative.alternative_distance_m is 'How near one would have to be, by road.';
