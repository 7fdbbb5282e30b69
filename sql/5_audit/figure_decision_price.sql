-- needs: audit.audited_run, audit.decision_price, plan.decision
-- grain: one row per (run_id, code, value)

create view audit.figure_decision_price as

select
    d.run_id, v.code, jsonb_build_object('site_id', d.site_id, 'phase', d.phase) as value, v.expected, v.found
from audit.audited_run as a
join plan.decision as d on d.run_id = a.run_id
join audit.decision_price as p on p.run_id = a.run_id and p.decision_id = d.decision_id
cross join lateral (values
    ('site_equipment', p.equipment_cad, d.equipment_cad, 0.01),
    ('site_installation', p.installation_cad, d.installation_cad, 0.01),
    ('site_connection', p.connection_cad, d.connection_cad, 0.01),
    ('site_soft_cost', p.soft_cost_cad, d.soft_cost_cad, 0.01),
    ('site_contingency', p.contingency_cad, d.contingency_cad, 0.01),
    ('site_dismantling', p.dismantling_cad, d.dismantling_cad, 0.01),
    ('site_capex', p.capex_cad, d.capex_cad, 0.01),
    ('site_resale', p.resale_cad, d.resale_cad, 0.01),
    ('site_opex', p.opex_change_cad_per_year, d.opex_change_cad_per_year, 0.01),
    ('site_added_power', p.added_kw, d.added_kw, 0.001)
) as v (code, expected, found, tolerance)
where abs(v.expected - v.found) > v.tolerance;

comment on view audit.figure_decision_price is 'Decisions whose money or power is not what their ports come to by the prices of the scenario.';
comment on column audit.figure_decision_price.run_id is 'The run.';
comment on column audit.figure_decision_price.code is 'What is wrong: model/run/violation.toml has the sentence, in both languages.';
comment on column audit.figure_decision_price.value is 'The site and phase: what the sentence takes beside expected and found.';
comment on column audit.figure_decision_price.expected is 'The figure worked out anew, CAD, CAD per year or kW.';
comment on column audit.figure_decision_price.found is 'What the plan says.';
