-- needs: plan.run, plan.scenario, plan.scenario_rule, plan.decision, core.region, model.site_state, audit.decision_price
-- grain: one row per (run_id, subject)

create view audit.site_power as

-- no option costs more or keeps fewer ports than it may, whether the rule is on or off
with changed as (
    select
        r.run_id, d.site_id, d.phase, d.action, d.l2_port_count_after, n.site_capex_limit_cad,
        case when u.is_on then n.site_power_limit_kw end as site_power_limit_kw,
        least(s.l2_port_count, n.l2_ports_retained_min) as l2_ports_due, p.peak_kw, p.capex_cad
    from plan.run as r
    join plan.scenario as n on n.scenario_id = r.scenario_id
    join core.region as g on g.load_id = n.load_id
    join plan.scenario_rule as u on u.scenario_id = r.scenario_id and u.rule = 'site_power'
    join plan.decision as d on d.run_id = r.run_id
    join audit.decision_price as p on p.decision_id = d.decision_id
    left join model.site_state as s on s.scenario_id = r.scenario_id and s.site_id = d.site_id
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
        format('Site %s costs %s %s; a site may cost %s.', c.site_id, c.capex_cad, (select currency from core.region), c.site_capex_limit_cad)
    ),
    (
        'L2 ports', c.l2_ports_due, c.l2_port_count_after, c.action = 'upgrade' and c.l2_port_count_after < c.l2_ports_due,
        format('The upgrade of site %s leaves %s L2 ports; %s must stay.', c.site_id, c.l2_port_count_after, c.l2_ports_due)
    )
) as v (what, expected, found, is_violation, message)
where v.is_violation;

comment on view audit.site_power is 'Changed sites that draw too much power, cost too much or lose too many Level 2 ports.';
comment on column audit.site_power.run_id is 'The run.';
comment on column audit.site_power.subject is 'The site, phase and limit.';
comment on column audit.site_power.expected is 'The limit: kW, CAD or ports.';
comment on column audit.site_power.found is 'What the plan has there.';
comment on column audit.site_power.message is 'The violation in words.';
