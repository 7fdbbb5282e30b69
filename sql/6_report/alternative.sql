-- needs: plan.alternative, plan.alternative_decision, plan.decision, plan.run, model.scenario
-- grain: one row per (run_id, alternative)

create view report.alternative as

select
    row_number() over (order by a.run_id, a.alternative) as alternative_id,
    a.run_id,
    a.alternative,
    a.objective,
    r.objective - a.objective as objective_loss,
    a.loss_allowed_share,
    a.shared_site_count,
    a.is_proven,
    array(
        select d.site_id from plan.decision as d
        where d.run_id = a.run_id and not exists (
            select from plan.alternative_decision as e
            where e.run_id = a.run_id and e.alternative = a.alternative and e.site_id = d.site_id
        )
        order by d.site_id
    ) as given_up,
    array(
        select e.site_id from plan.alternative_decision as e
        where e.run_id = a.run_id and e.alternative = a.alternative
            and not exists (select from plan.decision as d where d.run_id = a.run_id and d.site_id = e.site_id)
        order by e.site_id
    ) as taken_instead,
    a.net_capex_cad
from plan.alternative as a
join plan.run as r using (run_id)
join model.scenario as s using (scenario_id);

comment on view report.alternative is 'Plans nearly as good as a run''s own that share as few sites with it, and with each other, as can be.';
comment on column report.alternative.alternative_id is 'Key for GIS clients.';
comment on column report.alternative.run_id is 'The run.';
comment on column report.alternative.alternative is 'Number of the alternative.';
comment on column report.alternative.objective is 'Its value.';
comment on column report.alternative.objective_loss is 'What it is worth less than the plan of the run.';
comment on column report.alternative.loss_allowed_share is 'Share of the objective that it might lose.';
comment on column report.alternative.shared_site_count is 'Sites that both change.';
comment on column report.alternative.is_proven is 'True when no plan as good shares fewer.';
comment on column report.alternative.given_up is 'Sites of the plan that it leaves as they are.';
comment on column report.alternative.taken_instead is 'Sites that it changes and the plan does not.';
comment on column report.alternative.net_capex_cad is 'Capital cost of its options less grants, after the caps on applications, and resale; grid upgrades apart.';
