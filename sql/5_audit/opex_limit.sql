-- needs: plan.run, plan.scenario, plan.scenario_rule, plan.scenario_phase, core.region, audit.decision_price
-- grain: one row per (run_id, subject)

create view audit.opex_limit as

select
    r.run_id, 'phase ' || f.phase as subject, f.opex_limit_cad_per_year as expected, sum(p.opex_change_cad_per_year) as found,
    format('By the end of phase %s the plan adds %s %s of running cost per year; it may add %s.', f.phase,
        round(sum(p.opex_change_cad_per_year)::numeric, 2), (select currency from core.region), f.opex_limit_cad_per_year) as message
from plan.run as r
join plan.scenario as n on n.scenario_id = r.scenario_id
join core.region as g on g.load_id = n.load_id
join plan.scenario_rule as u on u.scenario_id = r.scenario_id and u.rule = 'opex_limit' and u.is_on
join plan.scenario_phase as f on f.scenario_id = r.scenario_id
join audit.decision_price as p on p.run_id = r.run_id and p.phase <= f.phase
where r.status in ('optimal', 'feasible')
group by r.run_id, f.phase, f.opex_limit_cad_per_year
having sum(p.opex_change_cad_per_year) > f.opex_limit_cad_per_year + 0.01;

comment on view audit.opex_limit is 'Phases by whose end a plan adds more running cost than it may.';
comment on column audit.opex_limit.run_id is 'The run.';
comment on column audit.opex_limit.subject is 'The phase.';
comment on column audit.opex_limit.expected is 'Most running cost that the plan may have added, CAD per year.';
comment on column audit.opex_limit.found is 'Running cost that it adds.';
comment on column audit.opex_limit.message is 'The violation in words.';
