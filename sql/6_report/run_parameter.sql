-- needs: report.published_run, plan.run, plan.scenario
-- grain: one row per (run_id, key)

create view report.run_parameter as

with recursive node as (
    select p.run_id, null::text as key, s.resolved as value
    from report.published_run as p
    join plan.run as r on r.run_id = p.run_id
    join plan.scenario as s on s.scenario_id = r.scenario_id
    union all
    select n.run_id, concat_ws('.', n.key, e.key), e.value
    from node as n
    cross join lateral jsonb_each(case jsonb_typeof(n.value) when 'object' then n.value else '{}' end) as e
)

select run_id, key, value
from node
where jsonb_typeof(value) <> 'object';

comment on view report.run_parameter is 'Every parameter of the scenario of a published plan, with the value that the plan was made with.';
comment on column report.run_parameter.run_id is 'The run.';
comment on column report.run_parameter.key is 'The parameter, as scenario files name it: its tables and its name, joined by points.';
comment on column report.run_parameter.value is 'Its value; null for no limit.';
