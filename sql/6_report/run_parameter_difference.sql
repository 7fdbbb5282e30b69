-- needs: plan.run, plan.scenario
-- grain: one row per parameter, load or base run that differs

create function report.run_parameter_difference(a bigint, b bigint)
returns table (kind text, key text, value_a text, value_b text)
language sql stable
begin atomic
    with recursive node as (
        select r.run_id, null::text as key, s.resolved as value
        from plan.run as r
        join plan.scenario as s using (scenario_id)
        where r.run_id in (a, b)
        union all
        select n.run_id, concat_ws('.', n.key, e.key), e.value
        from node as n
        cross join lateral jsonb_each(case jsonb_typeof(n.value) when 'object' then n.value else '{}' end) as e
    ),
    fact as (
        select n.run_id, 'parameter' as kind, n.key, n.value::text as value
        from node as n
        where jsonb_typeof(n.value) <> 'object'
        union all
        select r.run_id, v.kind, v.key, v.value
        from plan.run as r
        join plan.scenario as s using (scenario_id)
        cross join lateral (values
            ('scenario', 'name', s.name),
            ('scenario', 'base_run_id', s.base_run_id::text),
            ('data', 'load_id', s.load_id::text),
            ('solver', 'version', r.solver_version)
        ) as v (kind, key, value)
        where r.run_id in (a, b)
    )
    select f.kind, f.key, max(f.value) filter (where f.run_id = a), max(f.value) filter (where f.run_id = b)
    from fact as f
    group by f.kind, f.key
    having max(f.value) filter (where f.run_id = a) is distinct from max(f.value) filter (where f.run_id = b)
    order by 1, 2;
end;

comment on function report.run_parameter_difference is 'Why two plans may differ: parameters of the scenario, the run continued, the data loaded, the solver. With nothing of these, locks or the planner itself changed.';
