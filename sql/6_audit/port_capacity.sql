-- needs: plan.run, plan.scenario, plan.scenario_rule, plan.scenario_level, plan.scenario_phase, plan.decision, plan.served_demand,
--   plan.served_flow, core.region, model.site_state, model.port_capacity_per_h
-- grain: one row per (run_id, subject)

create view audit.port_capacity as

with audited as (
    select r.run_id, r.scenario_id
    from plan.run as r
    join plan.scenario as n on n.scenario_id = r.scenario_id
    join core.region as g on g.load_id = n.load_id
    join plan.scenario_rule as u on u.scenario_id = r.scenario_id and u.rule = 'port_capacity' and u.is_on
    where r.status in ('optimal', 'feasible')
),

standing as (
    select
        a.run_id, p.phase, l.level, s.site_id, l.session_min, l.wait_max_min, l.wait_probability_max,
        case l.level when 'L2' then coalesce(d.l2_port_count_after, s.l2_port_count)
            else coalesce(d.l3_port_count_after, s.l3_port_count) end as port_count
    from audited as a
    join plan.scenario_phase as p on p.scenario_id = a.scenario_id
    join plan.scenario_level as l on l.scenario_id = a.scenario_id
    join model.site_state as s on s.scenario_id = a.scenario_id
    left join lateral (
        select e.l2_port_count_after, e.l3_port_count_after from plan.decision as e
        where e.run_id = a.run_id and e.site_id = s.site_id and e.phase <= p.phase
        order by e.phase desc limit 1
    ) as d on true
),

due as (
    select run_id, phase, level, site_id,
        model.port_capacity_per_h(port_count, session_min, wait_max_min, wait_probability_max) as capacity_per_h
    from standing
    where port_count > 0
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
) as v (what, words, expected, found, is_offence)
where v.is_offence;

comment on view audit.port_capacity is 'Stations that serve more sessions than their ports can, and capacities that the plan states wrongly.';
comment on column audit.port_capacity.run_id is 'The run.';
comment on column audit.port_capacity.subject is 'The site, level, phase and figure.';
comment on column audit.port_capacity.expected is 'Sessions per hour worked out anew, or the most there may be.';
comment on column audit.port_capacity.found is 'What the plan has.';
comment on column audit.port_capacity.message is 'The offence in words.';
