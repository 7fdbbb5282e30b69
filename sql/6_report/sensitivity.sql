-- needs: plan.run_variation, plan.run, plan.demand_coverage, model.scenario, model.level, report.coverage_summary
-- grain: one row per (run_id, parameter)

create view report.sensitivity as

with last_coverage as (
    -- people as they are shown: sums differ in their last digits from server to server
    select c.run_id, c.level, c.after_share, round(c.after_population::numeric) as people
    from report.coverage_summary as c
    where c.phase = (select max(l.phase) from plan.demand_coverage as l where l.run_id = c.run_id)
),

at_end as (
    select
        c.run_id,
        jsonb_object_agg(c.level, c.after_share) as coverage_by_level,
        jsonb_object_agg(c.level, c.people - b.people) filter (where c.people - b.people is not null) as people_change_by_level
    from last_coverage as c
    join plan.run as r on r.run_id = c.run_id
    left join last_coverage as b on b.run_id = r.parent_run_id and b.level = c.level
    group by c.run_id
)

select
    row_number() over (order by r.parent_run_id, v.run_id, v.parameter) as sensitivity_id,
    r.parent_run_id,
    v.run_id,
    v.parameter,
    v.value,
    v.base_value,
    (count(*) over (partition by v.run_id))::integer as parameter_count,
    r.status,
    r.objective,
    r.objective - p.objective as objective_change,
    r.mip_gap,
    c.coverage_by_level,
    c.people_change_by_level,
    r.capex_cad,
    r.net_capex_cad,
    case when v.parameter = 'budget'
        then (r.objective - p.objective) / nullif(v.value::double precision - v.base_value::double precision, 0) * 100000
    end as objective_change_per_100k_cad,
    exists (
        select from model.level as k where k.scenario_id = r.scenario_id and k.is_service_distance_cut
    ) as is_service_distance_cut
from plan.run_variation as v
join plan.run as r on r.run_id = v.run_id
join model.scenario as s on s.scenario_id = r.scenario_id
join plan.run as p on p.run_id = r.parent_run_id
left join at_end as c on c.run_id = v.run_id
where not r.is_parent_plan;

comment on view report.sensitivity is 'How plans change when a parameter does: one row per sensitivity run and parameter; the rows of a parent are its tornado.';
comment on column report.sensitivity.sensitivity_id is 'Key for GIS clients.';
comment on column report.sensitivity.parent_run_id is 'The run that is varied.';
comment on column report.sensitivity.run_id is 'The sensitivity run.';
comment on column report.sensitivity.parameter is 'What is varied.';
comment on column report.sensitivity.value is 'Its value in this run: a number, or the word of a choice.';
comment on column report.sensitivity.base_value is 'Its value in the parent run.';
comment on column report.sensitivity.parameter_count is 'Parameters that differ from the parent: 1 in a tornado.';
comment on column report.sensitivity.status is 'How the run ended.';
comment on column report.sensitivity.objective is 'Value of its plan; null where there is none.';
comment on column report.sensitivity.objective_change is 'Its value less that of the parent''s plan; money measured against the same sum.';
comment on column report.sensitivity.mip_gap is 'How much better its plan could be at most.';
comment on column report.sensitivity.coverage_by_level is 'Covered at the end by each level, as {level: share}.';
comment on column report.sensitivity.people_change_by_level is 'People within the service distance at the end less those of the parent run, by level; null for points of a study.';
comment on column report.sensitivity.capex_cad is 'Capital cost, gross.';
comment on column report.sensitivity.net_capex_cad is 'Capital cost less grants and resale.';
comment on column report.sensitivity.objective_change_per_100k_cad is 'For the budget: change per 100,000 CAD more, a finite difference.';
comment on column report.sensitivity.is_service_distance_cut is 'True when the region does not know distances as long as this run asks for: what is added beyond them counts for nothing.';
