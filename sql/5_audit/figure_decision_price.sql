-- needs: audit.audited_run, audit.decision_price, plan.decision
-- grain: one row per (run_id, subject)

create view audit.figure_decision_price as

select
    d.run_id, format('site %s, phase %s, %s', d.site_id, d.phase, v.figure) as subject, v.expected, v.found,
    format('By its ports the %s of site %s is %s %s in phase %s; the plan says %s.', v.figure, d.site_id, round(v.expected::numeric, 2), v.unit,
        d.phase, v.found) as message
from audit.audited_run as a
join plan.decision as d on d.run_id = a.run_id
join audit.decision_price as p on p.run_id = a.run_id and p.decision_id = d.decision_id
cross join lateral (values
    ('equipment', a.currency, p.equipment_cad, d.equipment_cad, 0.01),
    ('installation', a.currency, p.installation_cad, d.installation_cad, 0.01),
    ('connection', a.currency, p.connection_cad, d.connection_cad, 0.01),
    ('soft cost', a.currency, p.soft_cost_cad, d.soft_cost_cad, 0.01),
    ('contingency', a.currency, p.contingency_cad, d.contingency_cad, 0.01),
    ('dismantling', a.currency, p.dismantling_cad, d.dismantling_cad, 0.01),
    ('capital cost', a.currency, p.capex_cad, d.capex_cad, 0.01), ('resale', a.currency, p.resale_cad, d.resale_cad, 0.01),
    ('yearly running cost', a.currency, p.opex_change_cad_per_year, d.opex_change_cad_per_year, 0.01),
    ('added power', 'kW', p.added_kw, d.added_kw, 0.001)
) as v (figure, unit, expected, found, tolerance)
where abs(v.expected - v.found) > v.tolerance;

comment on view audit.figure_decision_price is 'Decisions whose money or power is not what their ports come to by the prices of the scenario.';
comment on column audit.figure_decision_price.run_id is 'The run.';
comment on column audit.figure_decision_price.subject is 'The site, phase and figure.';
comment on column audit.figure_decision_price.expected is 'The figure worked out anew, CAD, CAD per year or kW.';
comment on column audit.figure_decision_price.found is 'What the plan says.';
comment on column audit.figure_decision_price.message is 'The violation in words.';
