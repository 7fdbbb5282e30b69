-- needs: plan.run, plan.scenario, plan.scenario_rule, plan.scenario_level, plan.scenario_charger, plan.scenario_phase, plan.decision,
--   plan.grid_area_load, plan.reinforcement, plan.scenario_reinforcement, core.region, core.site, analysis.hosting_capacity, model.site_state
-- grain: one row per (run_id, subject)

create view audit.grid_area_power as

-- The limit holds where the rule is on; what the plan says of power must be true in any case.
-- A run and those it continues; what these have built counts as phase 0, at the port power of their own scenarios
with recursive part as (
    select run_id, run_id as part_run_id from plan.run
    union all
    select p.run_id, n.base_run_id
    from part as p
    join plan.run as r on r.run_id = p.part_run_id
    join plan.scenario as n on n.scenario_id = r.scenario_id
    where n.base_run_id is not null
),

audited as not materialized (
    select r.run_id, r.scenario_id, n.coincidence_factor, n.hosting_capacity_factor, u.is_on
    from plan.run as r
    join plan.scenario as n on n.scenario_id = r.scenario_id
    join core.region as g on g.load_id = n.load_id
    join plan.scenario_rule as u on u.scenario_id = r.scenario_id and u.rule = 'grid_area_power'
    where r.status in ('optimal', 'feasible')
),

power as not materialized (
    select
        a.run_id, case when p.part_run_id = a.run_id then d.phase else 0 end as phase, d.site_id, c.grid_area_id,
        d.added_kw as added_kw_said,
        (d.l2_port_count_after - coalesce(s.l2_port_count, d.l2_port_count_before)) * l2.port_kw
            + (d.l3_port_count_after - coalesce(s.l3_port_count, d.l3_port_count_before)) * l3.port_kw as added_kw
    from audited as a
    join part as p on p.run_id = a.run_id
    join plan.run as r on r.run_id = p.part_run_id
    join plan.scenario_level as u2 on u2.scenario_id = r.scenario_id and u2.level = 'L2'
    join plan.scenario_charger as l2 on l2.scenario_id = r.scenario_id and l2.charger_type = u2.usual_charger
    join plan.scenario_level as u3 on u3.scenario_id = r.scenario_id and u3.level = 'L3'
    join plan.scenario_charger as l3 on l3.scenario_id = r.scenario_id and l3.charger_type = u3.usual_charger
    join plan.decision as d on d.run_id = r.run_id
    join core.site as c on c.site_id = d.site_id
    left join model.site_state as s on s.scenario_id = a.scenario_id and s.site_id = d.site_id and p.part_run_id = a.run_id
),

-- steps of reinforcement, those of earlier plans as phase 0, as their own scenarios offered them
bought as not materialized (
    select a.run_id, b.grid_area_id, case when p.part_run_id = a.run_id then b.phase else 0 end as phase, q.added_kw
    from audited as a
    join part as p on p.run_id = a.run_id
    join plan.run as r on r.run_id = p.part_run_id
    join plan.reinforcement as b on b.run_id = r.run_id
    join plan.scenario_reinforcement as q on q.scenario_id = r.scenario_id and q.step = b.step
),

area as not materialized (
    select
        a.run_id, f.phase, g.grid_area_id, a.is_on,
        coalesce(sum(w.added_kw) filter (where w.phase between 1 and f.phase), 0) * a.coincidence_factor as added_kw,
        greatest(
            g.remaining_kw * a.hosting_capacity_factor - coalesce(sum(w.added_kw) filter (where w.phase = 0), 0) * a.coincidence_factor
                + coalesce((
                    select sum(b.added_kw) from bought as b
                    where b.run_id = a.run_id and b.grid_area_id = g.grid_area_id and b.phase = 0
                ), 0),
            0
        ) as remaining_kw,
        coalesce((
            select sum(b.added_kw) from bought as b
            where b.run_id = a.run_id and b.grid_area_id = g.grid_area_id and b.phase between 1 and f.phase
        ), 0) as reinforcement_kw
    from audited as a
    join plan.scenario_phase as f on f.scenario_id = a.scenario_id
    cross join analysis.hosting_capacity as g
    left join power as w on w.run_id = a.run_id and w.grid_area_id = g.grid_area_id
    group by a.run_id, f.phase, g.grid_area_id, a.is_on, g.remaining_kw, a.coincidence_factor, a.hosting_capacity_factor
)

select
    e.run_id, format('grid area %s, phase %s, %s', e.grid_area_id, e.phase, v.what) as subject, v.expected, v.found,
    format(v.words, e.grid_area_id, e.phase, round(v.expected::numeric, 2), coalesce(round(v.found::numeric, 2)::text, 'nothing'))
        as message
from area as e
left join plan.grid_area_load as l on l.run_id = e.run_id and l.phase = e.phase and l.grid_area_id = e.grid_area_id
cross join lateral (values
    ('limit', 'Grid area %s has room for %3$s kW; it gains %4$s by phase %2$s.', e.remaining_kw + e.reinforcement_kw, e.added_kw,
        e.is_on and e.added_kw > e.remaining_kw + e.reinforcement_kw + 1e-3),
    ('added power', 'Grid area %s gains %3$s kW by phase %2$s; the plan says %4$s.', e.added_kw, l.added_kw,
        l.added_kw is null or abs(l.added_kw - e.added_kw) > 1e-3),
    ('hosting capacity', 'Grid area %s has room for %3$s kW in phase %2$s; the plan says %4$s.', e.remaining_kw, l.remaining_kw,
        l.remaining_kw is null or abs(l.remaining_kw - e.remaining_kw) > 1e-3),
    ('reinforcement', 'Grid area %s is reinforced by %3$s kW by phase %2$s; the plan says %4$s.', e.reinforcement_kw, l.reinforcement_kw,
        l.reinforcement_kw is null or abs(l.reinforcement_kw - e.reinforcement_kw) > 1e-3)
) as v (what, words, expected, found, is_violation)
where v.is_violation

union all

select
    w.run_id, format('site %s, phase %s', w.site_id, w.phase), w.added_kw, w.added_kw_said,
    format('The ports of site %s add %s kW; the plan says %s.', w.site_id, w.added_kw, w.added_kw_said)
from power as w
where w.phase > 0 and abs(w.added_kw - w.added_kw_said) > 1e-3;

comment on view audit.grid_area_power is 'Grid areas that gain more power than they have room for, and power that the plan states wrongly.';
comment on column audit.grid_area_power.run_id is 'The run.';
comment on column audit.grid_area_power.subject is 'The grid area and phase, or the site and phase.';
comment on column audit.grid_area_power.expected is 'Hosting capacity, or the power worked out anew, kW.';
comment on column audit.grid_area_power.found is 'Power that is added, or what the plan says, kW.';
comment on column audit.grid_area_power.message is 'The violation in words.';
