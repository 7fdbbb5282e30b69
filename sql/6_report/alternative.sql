-- needs: plan.alternative, plan.alternative_decision, plan.decision, plan.run, model.scenario, model.option_price,
--   model.grant_program
-- grain: one row per (run_id, alternative)

create view report.alternative as

with changed as (
    select e.run_id, e.alternative, e.phase, s.scenario_id, o.capex_cad - o.resale_cad as ungranted_cad, o.grants_cad
    from plan.alternative_decision as e
    join plan.run as r using (run_id)
    join model.scenario as s using (scenario_id)
    join model.option_price as o on o.scenario_id = s.scenario_id and o.option_id = e.option_id and o.phase = e.phase
),

-- all projects of a phase are one application, to which a program gives no more than its cap
granted as (
    select c.run_id, c.alternative, least(sum(g.grant_cad), max(p.application_cap_cad)) as grant_cad
    from changed as c
    cross join lateral unnest(c.grants_cad) with ordinality as g (grant_cad, place)
    join (
        select scenario_id, application_cap_cad, row_number() over (partition by scenario_id order by rank, program) as place
        from model.grant_program
    ) as p on p.scenario_id = c.scenario_id and p.place = g.place
    group by c.run_id, c.alternative, c.phase, g.place
)

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
    coalesce((select sum(c.ungranted_cad) from changed as c where c.run_id = a.run_id and c.alternative = a.alternative), 0)
        - coalesce((select sum(g.grant_cad) from granted as g where g.run_id = a.run_id and g.alternative = a.alternative), 0)
        as net_capex_cad
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
