-- needs: plan.run, plan.scenario, plan.scenario_rule, plan.scenario_level, plan.scenario_phase, plan.decision, core.region,
--   model.site_state
-- grain: one row per (run_id, subject)

create view audit.budget as

with audited as not materialized (
    select r.run_id, r.scenario_id, r.capex_cad, r.net_capex_cad, n.resale_factor
    from plan.run as r
    join plan.scenario as n on n.scenario_id = r.scenario_id
    join core.region as g on g.load_id = n.load_id
    join plan.scenario_rule as u on u.scenario_id = r.scenario_id and u.rule = 'budget' and u.is_on
    where r.status in ('optimal', 'feasible')
),

price as not materialized (
    select
        r.run_id, d.phase, d.site_id,
        d.capex_cad as capex_said, d.resale_cad as resale_said, d.grant_cad as grant_said, d.opex_change_cad_per_year as opex_said,
        sum(greatest(k.after - k.before, 0) * l.port_cost_cad
            + (k.before = 0 and k.after > 0)::integer * l.station_cost_cad) as capex_cad,
        sum(greatest(k.before - k.after, 0) * l.port_cost_cad
            + (k.before > 0 and k.after = 0)::integer * l.station_cost_cad) * r.resale_factor as resale_cad,
        sum((k.after - k.before) * l.opex_cad_per_port_year) as opex_cad
    from audited as r
    join plan.decision as d on d.run_id = r.run_id
    join plan.scenario_level as l on l.scenario_id = r.scenario_id
    left join model.site_state as s on s.scenario_id = r.scenario_id and s.site_id = d.site_id
    cross join lateral (
        select
            case l.level when 'L2' then coalesce(s.l2_port_count, 0) else coalesce(s.l3_port_count, 0) end as before,
            case l.level when 'L2' then d.l2_port_count_after else d.l3_port_count_after end as after
    ) as k
    group by r.run_id, d.decision_id, r.resale_factor
)

select
    r.run_id, 'phase ' || f.phase as subject, f.budget_cad as expected, sum(p.capex_cad - p.resale_cad) as found,
    format('Phase %s costs %s CAD; its budget is %s.', f.phase, round(sum(p.capex_cad - p.resale_cad)::numeric, 2), f.budget_cad)
        as message
from audited as r
join plan.scenario_phase as f on f.scenario_id = r.scenario_id
join price as p on p.run_id = r.run_id and p.phase = f.phase
group by r.run_id, f.phase, f.budget_cad
having sum(p.capex_cad - p.resale_cad) > f.budget_cad + 0.01

union all

-- no grant programme is modelled
select
    p.run_id, format('site %s, phase %s, %s', p.site_id, p.phase, v.figure), v.expected, v.found,
    format('The ports of site %s come to a %s of %s CAD; the plan says %s.', p.site_id, v.figure, v.expected, v.found)
from price as p
cross join lateral (values
    ('capital cost', p.capex_cad, p.capex_said), ('resale', p.resale_cad, p.resale_said), ('grant', 0, p.grant_said),
    ('yearly running cost', p.opex_cad, p.opex_said)
) as v (figure, expected, found)
where abs(v.expected - v.found) > 0.01

union all

select
    r.run_id, v.figure || ' of the run', v.expected, v.found,
    format('The decisions come to a %s of %s CAD; the run says %s.', v.figure, v.expected, coalesce(v.found::text, 'nothing'))
from audited as r
left join lateral (
    select coalesce(sum(p.capex_cad), 0) as gross, coalesce(sum(p.capex_cad - p.resale_cad), 0) as net
    from price as p where p.run_id = r.run_id
) as t on true
cross join lateral (values ('capital cost', t.gross, r.capex_cad), ('net capital cost', t.net, r.net_capex_cad))
    as v (figure, expected, found)
where v.found is null or abs(v.expected - v.found) > 0.01;

comment on view audit.budget is 'Phases over their budget, and sums of money that are not those of the ports and prices.';
comment on column audit.budget.run_id is 'The run.';
comment on column audit.budget.subject is 'The phase, the site and figure, or the figure of the run.';
comment on column audit.budget.expected is 'Budget, or what the ports come to at the prices.';
comment on column audit.budget.found is 'What the phase costs, or what the plan says.';
comment on column audit.budget.message is 'The offence in words.';
