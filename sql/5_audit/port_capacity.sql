-- needs: plan.run, plan.scenario, plan.scenario_level, plan.scenario_charger, plan.served_demand, plan.served_flow, core.region, audit.plan_site,
--   model.port_capacity_per_h, model.session_scenario
-- grain: one row per (run_id, subject)

create view audit.port_capacity as

-- wherever sessions are counted, or the plan says anything of them, whichever rules the scenario has on
with audited as (
    select r.run_id, r.scenario_id
    from plan.run as r
    join plan.scenario as n on n.scenario_id = r.scenario_id
    join core.region as g on g.load_id = n.load_id
    where r.status in ('optimal', 'feasible')
        and (
            exists (select from model.session_scenario as s where s.scenario_id = r.scenario_id)
            or exists (select from plan.served_demand as s where s.run_id = r.run_id)
            or exists (select from plan.served_flow as s where s.run_id = r.run_id)
        )
),

due as (
    select a.run_id, p.phase, l.level, p.site_id,
        model.port_capacity_per_h(c.port_count, k.session_min, l.wait_max_min, l.wait_probability_max) as capacity_per_h
    from audited as a
    join audit.plan_site as p on p.run_id = a.run_id
    join plan.scenario_level as l on l.scenario_id = a.scenario_id
    join plan.scenario_charger as k on k.scenario_id = l.scenario_id and k.charger_type = l.usual_charger
    cross join lateral (
        select case l.level when 'L2' then p.l2_port_count_after else p.l3_port_count_after end as port_count
    ) as c
    where c.port_count > 0
),

flow as (
    select f.run_id, f.phase, f.level, f.site_id, sum(f.sessions_per_h) as sessions_per_h
    from plan.served_flow as f
    join audited as a on a.run_id = f.run_id
    group by f.run_id, f.phase, f.level, f.site_id
),

compared as (
    select
        run_id, phase, level, site_id, coalesce(d.capacity_per_h, 0) as capacity_per_h,
        coalesce(f.sessions_per_h, 0) as sessions_per_h, s.capacity_per_h as capacity_said, s.sessions_per_h as sessions_said
    from due as d
    full join flow as f using (run_id, phase, level, site_id)
    full join (select s.* from plan.served_demand as s join audited as a on a.run_id = s.run_id) as s
        using (run_id, phase, level, site_id)
)

select
    c.run_id,
    format('site %s, %s, phase %s, %s', c.site_id, c.level, c.phase, v.what) as subject,
    v.expected,
    v.found,
    format(v.words, c.site_id, c.level, c.phase, round(v.expected::numeric, 6), coalesce(round(v.found::numeric, 6)::text, 'nothing'))
        as message
from compared as c
cross join lateral (values
    ('sessions', 'The ports of site %s serve %4$s sessions an hour at %2$s in phase %3$s; the plan sends them %5$s.',
        c.capacity_per_h, c.sessions_per_h, c.sessions_per_h > c.capacity_per_h + 1e-5),
    ('capacity', 'The ports of site %s serve %4$s sessions an hour at %2$s in phase %3$s; the plan says %5$s.',
        c.capacity_per_h, c.capacity_said, c.capacity_said is null or abs(c.capacity_said - c.capacity_per_h) > 1e-5),
    ('service', 'The flows to site %s at %2$s in phase %3$s come to %4$s sessions an hour; the plan says %5$s.',
        c.sessions_per_h, c.sessions_said, c.sessions_said is null or abs(c.sessions_said - c.sessions_per_h) > 1e-5)
) as v (what, words, expected, found, is_violation)
where v.is_violation;

comment on view audit.port_capacity is 'Stations that serve more sessions than their ports can, and capacities that the plan states wrongly.';
comment on column audit.port_capacity.run_id is 'The run.';
comment on column audit.port_capacity.subject is 'The site, level, phase and figure.';
comment on column audit.port_capacity.expected is 'Sessions per hour worked out anew, or the most there may be.';
comment on column audit.port_capacity.found is 'What the plan has.';
comment on column audit.port_capacity.message is 'The violation in words.';
