-- needs: audit.audited_run, audit.site_before, audit.charger_port, audit.level, plan.scenario_charger, plan.served_demand, plan.served_flow, model.port_capacity_per_h,
--   model.session_scenario
-- grain: one row per (run_id, code, value)

create view audit.figure_site_session as

-- wherever sessions are counted, or the plan says anything of them, whichever rules the scenario has on
with audited as (
    select r.run_id, r.scenario_id
    from audit.audited_run as r
    where exists (select from model.session_scenario as s where s.scenario_id = r.scenario_id)
        or exists (select from plan.served_demand as s where s.run_id = r.run_id)
        or exists (select from plan.served_flow as s where s.run_id = r.run_id)
),

due as (
    -- each charger type has a queue of its own; its sessions count as those of the usual type that give as much energy
    select a.run_id, p.phase, p.level, p.site_id, sum(
        model.port_capacity_per_h(p.port_count, c.session_min, l.wait_max_min, l.wait_probability_max)
            * c.kwh_per_session / l.kwh_per_session
    ) as capacity_per_h
    from audited as a
    join audit.charger_port as p on p.run_id = a.run_id and p.phase > 0
    join audit.level as l on l.scenario_id = a.scenario_id and l.level = p.level
    join plan.scenario_charger as c on c.scenario_id = a.scenario_id and c.charger_type = p.charger_type
    group by a.run_id, p.phase, p.level, p.site_id
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
    c.run_id, v.code, jsonb_build_object('site_id', c.site_id, 'level', c.level, 'phase', c.phase) as value, v.expected, v.found
from compared as c
left join audit.site_before as b on b.run_id = c.run_id and b.site_id = c.site_id
cross join lateral (values
    ('site_access', 0, c.sessions_per_h, not coalesce(b.is_counted, true) and c.sessions_per_h > 1e-5),
    ('site_sessions', c.capacity_per_h, c.sessions_per_h, c.sessions_per_h > c.capacity_per_h + 1e-5),
    ('site_capacity', c.capacity_per_h, c.capacity_said, c.capacity_said is null or abs(c.capacity_said - c.capacity_per_h) > 1e-5),
    ('site_flow', c.sessions_per_h, c.sessions_said, c.sessions_said is null or abs(c.sessions_said - c.sessions_per_h) > 1e-5)
) as v (code, expected, found, is_violation)
where v.is_violation;

comment on view audit.figure_site_session is 'Stations that serve more sessions than their ports can, and capacities that the plan states wrongly.';
comment on column audit.figure_site_session.run_id is 'The run.';
comment on column audit.figure_site_session.code is 'What is wrong: model/run/violation.toml has the sentence, in both languages.';
comment on column audit.figure_site_session.value is 'The site, level and phase: what the sentence takes beside expected and found.';
comment on column audit.figure_site_session.expected is 'Sessions per hour worked out anew, or the most there may be.';
comment on column audit.figure_site_session.found is 'What the plan has.';
