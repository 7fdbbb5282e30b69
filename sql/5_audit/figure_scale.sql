-- needs: audit.audited_run, plan.scenario, plan.scenario_phase, plan.run_scale, model.session_scenario
-- grain: one row per (run_id, code, value)

create view audit.figure_scale as

select a.run_id, v.code, '{}'::jsonb as value, v.expected, v.found
from audit.audited_run as a
join plan.scenario as n on n.scenario_id = a.scenario_id
left join plan.run_scale as s on s.run_id = a.run_id
cross join lateral (select sum(f.budget_cad) as budget_cad from plan.scenario_phase as f where f.scenario_id = a.scenario_id) as b
cross join lateral (values
    ('scale_money', coalesce(nullif(n.money_scale_cad, 0), b.budget_cad), s.money_cad, case
        when n.money_scale_cad > 0 then abs(s.money_cad - n.money_scale_cad) <= 0.01
        else s.money_cad >= b.budget_cad - 0.01 and s.money_cad > 0
    end),
    ('scale_opex', 0, s.opex_cad_per_year, s.opex_cad_per_year > 0),
    ('scale_power', 0, s.installable_kw, case
        when exists (select from model.session_scenario as c where c.scenario_id = a.scenario_id) then s.installable_kw > 0
        else s.run_id is not null and s.installable_kw is null
    end)
) as v (code, expected, found, is_possible)
where not coalesce(v.is_possible, false);

comment on view audit.figure_scale is 'Scales of the objective that are missing or that the budgets, or the figure that a scenario gives, do not allow.';
comment on column audit.figure_scale.run_id is 'The run.';
comment on column audit.figure_scale.code is 'What is wrong: model/run/violation.toml has the sentence, in both languages.';
comment on column audit.figure_scale.value is 'Empty: the run is all that it speaks of; the sentence takes expected and found alone.';
comment on column audit.figure_scale.expected is 'The figure of the scenario, or the least that the scale may be.';
comment on column audit.figure_scale.found is 'What the plan says.';
