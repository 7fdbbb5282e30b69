-- needs: plan.pareto_frontier, plan.pareto_point, plan.run, plan.run_objective_term, model.scenario
-- grain: one row per (frontier_id, point)

create view report.pareto_point as

with valued as (
    select
        p.frontier_id, f.run_id as parent_run_id, p.point, p.run_id, p.cost_limit_cad, r.status, r.capex_cad, r.net_capex_cad,
        r.mip_gap, t.coverage_share, t.coverage_by_level
    from plan.pareto_point as p
    join plan.pareto_frontier as f using (frontier_id)
    join plan.run as r on r.run_id = p.run_id
    join model.scenario as s on s.scenario_id = r.scenario_id
    cross join lateral (
        select
            sum(value * weight) / nullif(sum(weight), 0) as coverage_share,
            jsonb_object_agg(substr(term, length('coverage.') + 1), value) as coverage_by_level
        from plan.run_objective_term
        where run_objective_term.run_id = p.run_id and term like 'coverage.%'
    ) as t
)

select
    row_number() over (order by frontier_id, point) as pareto_point_id,
    v.frontier_id,
    v.point,
    v.parent_run_id,
    v.run_id,
    v.cost_limit_cad,
    v.status,
    v.coverage_share,
    v.coverage_by_level,
    v.capex_cad,
    v.net_capex_cad,
    v.mip_gap,
    exists (
        select from valued as w
        where w.frontier_id = v.frontier_id and w.coverage_share >= v.coverage_share and w.net_capex_cad <= v.net_capex_cad
            and (w.coverage_share > v.coverage_share + 1e-9 or w.net_capex_cad < v.net_capex_cad - 0.01)
    ) as is_dominated
from valued as v;

comment on view report.pareto_point is 'Coverage against net cost: the points of each frontier, cheapest first.';
comment on column report.pareto_point.pareto_point_id is 'Key for GIS clients.';
comment on column report.pareto_point.frontier_id is 'The frontier.';
comment on column report.pareto_point.point is 'Number of the point, cheapest first.';
comment on column report.pareto_point.parent_run_id is 'The run of the scenario itself.';
comment on column report.pareto_point.run_id is 'The run of the point.';
comment on column report.pareto_point.cost_limit_cad is 'Most net capital cost it may have.';
comment on column report.pareto_point.status is 'How the run ended.';
comment on column report.pareto_point.coverage_share is 'Coverage, levels weighed as in the objective; null where there is no plan.';
comment on column report.pareto_point.coverage_by_level is 'Coverage of each level, phases by their discount, as {level: share}; null where there is no plan.';
comment on column report.pareto_point.capex_cad is 'Capital cost, gross.';
comment on column report.pareto_point.net_capex_cad is 'Capital cost less grants and resale.';
comment on column report.pareto_point.mip_gap is 'How much better the point could be at most.';
comment on column report.pareto_point.is_dominated is 'True when another point covers as much for less, or more for as much.';
