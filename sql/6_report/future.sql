-- needs: plan.run, plan.run_variation, plan.run_audit, plan.demand_coverage, plan.demand_service, model.scenario
-- grain: one row per (parent_plan_run_id)

create view report.future as

with held as (
    select h.run_id as parent_plan_run_id, h.parent_run_id, h.objective as parent_plan_objective, r.run_id, r.status, r.objective, r.dual_bound, r.net_capex_cad
    from plan.run as h
    join model.scenario as s on s.scenario_id = h.scenario_id
    cross join lateral (
        select * from plan.run as o
        where o.parent_run_id = h.parent_run_id and o.scenario_id = h.scenario_id and not o.is_parent_plan
        order by o.objective desc nulls last, o.run_id
        limit 1
    ) as r
    where h.is_parent_plan and h.objective is not null
),

-- at the end of the last phase; a run that is not published counts as well
fared as (
    select n.run_id, c.coverage_by_level, v.served_by_level
    from (select run_id from held union select parent_plan_run_id from held) as n
    cross join lateral (
        select jsonb_object_agg(level, share) as coverage_by_level
        from (
            select level, coalesce(sum(weight_share order by demand_id) filter (where is_covered_after), 0) as share
            from plan.demand_coverage as d
            where d.run_id = n.run_id and d.phase = (select max(l.phase) from plan.demand_coverage as l where l.run_id = n.run_id)
            group by level
        ) as k
    ) as c
    cross join lateral (
        select jsonb_object_agg(level, share) as served_by_level
        from (
            select level, sum(served_per_h order by zone_id) / nullif(sum(demand_per_h order by zone_id), 0) as share
            from plan.demand_service as d
            where d.run_id = n.run_id and d.phase = (select max(l.phase) from plan.demand_service as l where l.run_id = n.run_id)
            group by level
        ) as k
    ) as v
)

select
    row_number() over (order by h.parent_run_id, h.parent_plan_run_id) as future_id,
    h.parent_run_id,
    h.run_id,
    h.parent_plan_run_id,
    p.parameters,
    h.status,
    h.objective,
    h.parent_plan_objective,
    case when b.broken_rules = '{}' then h.objective - h.parent_plan_objective end as regret,
    case when b.broken_rules = '{}' then h.dual_bound - h.parent_plan_objective end as regret_max,
    h.net_capex_cad,
    o.coverage_by_level,
    w.coverage_by_level as parent_plan_coverage_by_level,
    o.served_by_level,
    w.served_by_level as parent_plan_served_by_level,
    b.broken_rules
from held as h
join fared as o on o.run_id = h.run_id
join fared as w on w.run_id = h.parent_plan_run_id
cross join lateral (
    select jsonb_object_agg(v.parameter, v.value) as parameters from plan.run_variation as v where v.run_id = h.parent_plan_run_id
) as p
cross join lateral (
    select coalesce(array_agg(a.rule order by a.rule), '{}') as broken_rules
    from plan.run_audit as a
    where a.run_id = h.parent_plan_run_id and a.violation_count > 0
) as b;

comment on view report.future is 'How a plan fares in other futures, its decisions as they are, against the plan that is made for each: what it is to be regretted by. Futures are variations of a sweep, such as a path of growth.';
comment on column report.future.future_id is 'Key for GIS clients.';
comment on column report.future.parent_run_id is 'The run of the plan.';
comment on column report.future.run_id is 'The run that plans for this future.';
comment on column report.future.parent_plan_run_id is 'The run that holds the plan as it is in this future.';
comment on column report.future.parameters is 'What differs in this future, as {parameter: value}.';
comment on column report.future.status is 'How the run that plans for it ended.';
comment on column report.future.objective is 'Value of the plan made for this future; null where there is none.';
comment on column report.future.parent_plan_objective is 'Value of the plan as it is; money measured against the same sum.';
comment on column report.future.regret is 'The one less the other; null where the plan as it is breaks rules.';
comment on column report.future.regret_max is 'The regret is not above this, whatever better plan there may be; null where no bound is known.';
comment on column report.future.net_capex_cad is 'Capital cost less grants and resale of the plan made for this future.';
comment on column report.future.coverage_by_level is 'Covered at the end by the plan made for this future, as {level: share}.';
comment on column report.future.parent_plan_coverage_by_level is 'The same of the plan as it is.';
comment on column report.future.served_by_level is 'Sessions of the busiest hour that the plan made for this future serves at the end, as {level: share}; null where none are counted.';
comment on column report.future.parent_plan_served_by_level is 'The same of the plan as it is.';
comment on column report.future.broken_rules is 'Rules that the plan as it is breaks in this future; empty where it keeps them all.';
