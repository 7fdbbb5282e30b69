-- needs: report.published_run, plan.run_objective_term
-- grain: one row per (run_id, term)

create view report.run_objective_term as

select p.run_id, t.term, t.value, t.weight, t.contribution
from report.published_run as p
join plan.run_objective_term as t using (run_id);

comment on view report.run_objective_term is 'What counts in the objective of a published plan, and how much.';
comment on column report.run_objective_term.run_id is 'The run.';
comment on column report.run_objective_term.term is 'Name of the term.';
comment on column report.run_objective_term.value is 'Its value in the plan.';
comment on column report.run_objective_term.weight is 'Its weight.';
comment on column report.run_objective_term.contribution is 'What it adds to the objective.';
