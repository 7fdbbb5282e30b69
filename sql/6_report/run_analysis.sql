-- needs: report.published_run, plan.run, plan.run_variation, plan.pareto_frontier
-- grain: one row per (run_id)

create view report.run_analysis as

-- An analysis is of the run that its scenario had then: this one, or one that is as good.
with twin as (
    select p.run_id, t.run_id as twin_run_id
    from report.published_run as p
    join plan.run as r on r.run_id = p.run_id
    join report.published_run as q on q.scenario_name = p.scenario_name and (q.parent_run_id is null or q.run_id = p.run_id)
    join plan.run as t on t.run_id = q.run_id and abs(t.objective - r.objective) <= 1e-4 * abs(r.objective)
)

select
    p.run_id,
    (
        select t.twin_run_id from twin as t
        where t.run_id = p.run_id and exists (
            select from plan.run as v join plan.run_variation using (run_id) where v.parent_run_id = t.twin_run_id
        )
        order by t.twin_run_id = p.run_id desc, t.twin_run_id desc
        limit 1
    ) as sensitivity_run_id,
    (
        select f.frontier_id from twin as t join plan.pareto_frontier as f on f.run_id = t.twin_run_id
        where t.run_id = p.run_id
        order by t.twin_run_id = p.run_id desc, f.frontier_id desc
        limit 1
    ) as frontier_id
from report.published_run as p;

comment on view report.run_analysis is 'Analyses that hold for a published plan: its own, else the latest of a run of the same scenario that is worth the same.';
comment on column report.run_analysis.run_id is 'The run.';
comment on column report.run_analysis.sensitivity_run_id is 'The run that a sweep varied: parent_run_id in report.sensitivity and robust_site; null where there is none.';
comment on column report.run_analysis.frontier_id is 'The Pareto frontier: frontier_id in report.pareto_point; null where there is none.';
