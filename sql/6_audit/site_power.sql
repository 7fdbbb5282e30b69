-- needs: plan.run, plan.scenario, plan.scenario_rule, plan.scenario_level, plan.decision, core.region, model.site_state
-- grain: one row per (run_id, subject)

create view audit.site_power as

with changed as (
    select
        r.run_id, d.site_id, d.phase, d.action, d.l2_port_count_after, n.site_power_limit_kw, n.site_capex_limit_cad,
        least(max(s.l2_port_count), n.l2_ports_retained_min) as l2_ports_due,
        sum(k.after * l.port_kw) as peak_kw,
        sum(greatest(k.after - k.before, 0) * l.port_cost_cad
            + (k.before = 0 and k.after > 0)::integer * l.station_cost_cad) as capex_cad
    from plan.run as r
    join plan.scenario as n on n.scenario_id = r.scenario_id
    join core.region as g on g.load_id = n.load_id
    join plan.scenario_rule as u on u.scenario_id = r.scenario_id and u.rule = 'site_power' and u.is_on
    join plan.decision as d on d.run_id = r.run_id
    join plan.scenario_level as l on l.scenario_id = r.scenario_id
    left join model.site_state as s on s.scenario_id = r.scenario_id and s.site_id = d.site_id
    cross join lateral (
        select
            case l.level when 'L2' then coalesce(s.l2_port_count, 0) else coalesce(s.l3_port_count, 0) end as before,
            case l.level when 'L2' then d.l2_port_count_after else d.l3_port_count_after end as after
    ) as k
    group by r.run_id, d.decision_id, n.scenario_id
)

select
    c.run_id,
    format('site %s, phase %s, %s', c.site_id, c.phase, v.what) as subject,
    v.expected,
    v.found,
    v.message
from changed as c
cross join lateral (values
    (
        'power', c.site_power_limit_kw, c.peak_kw, c.peak_kw > c.site_power_limit_kw + 1e-6,
        format('Site %s draws %s kW; its connection carries %s.', c.site_id, c.peak_kw, c.site_power_limit_kw)
    ),
    (
        'capital cost', c.site_capex_limit_cad, c.capex_cad, c.capex_cad > c.site_capex_limit_cad + 0.01,
        format('Site %s costs %s CAD; a site may cost %s.', c.site_id, c.capex_cad, c.site_capex_limit_cad)
    ),
    (
        'L2 ports', c.l2_ports_due, c.l2_port_count_after, c.action = 'upgrade' and c.l2_port_count_after < c.l2_ports_due,
        format('The upgrade of site %s leaves %s L2 ports; %s must stay.', c.site_id, c.l2_port_count_after, c.l2_ports_due)
    )
) as v (what, expected, found, is_offence, message)
where v.is_offence;

comment on view audit.site_power is 'Changed sites that draw too much power, cost too much or lose too many Level 2 ports.';
comment on column audit.site_power.run_id is 'The run.';
comment on column audit.site_power.subject is 'The site, phase and limit.';
comment on column audit.site_power.expected is 'The limit: kW, CAD or ports.';
comment on column audit.site_power.found is 'What the plan has there.';
comment on column audit.site_power.message is 'The offence in words.';
