-- needs: plan.run, plan.run_objective_term, plan.demand_coverage, plan.decision
-- grain: one row per figure

create function report.run_figure_difference(a bigint, b bigint)
returns table (
    figure text, level text, phase integer, term text, action text,
    value_a double precision, value_b double precision, change double precision
)
language sql stable
begin atomic
    with value as (
        select r.run_id, v.priority, v.figure, null::text as level, null::integer as phase, null::text as term, null::text as action, v.value
        from plan.run as r
        cross join lateral (values
            (1, 'objective', r.objective), (2, 'capex', r.capex_cad), (3, 'net_capex', r.net_capex_cad)
        ) as v (priority, figure, value)
        where r.run_id in (a, b)
        union all
        select c.run_id, 4, 'coverage', c.level, c.phase, null, null,
            coalesce(sum(c.weight_share) filter (where c.is_covered_after), 0)
        from plan.demand_coverage as c
        where c.run_id in (a, b)
        group by c.run_id, c.level, c.phase
        union all
        select t.run_id, 5, 'term', null, null, t.term, null, t.value
        from plan.run_objective_term as t
        where t.run_id in (a, b)
        union all
        select d.run_id, 6, 'site_count', null, null, null, d.action, count(*)
        from plan.decision as d
        where d.run_id in (a, b)
        group by d.run_id, d.action
    )
    select
        v.figure, v.level, v.phase, v.term, v.action,
        max(v.value) filter (where v.run_id = a),
        max(v.value) filter (where v.run_id = b),
        case when a <> b then coalesce(max(v.value) filter (where v.run_id = b), 0)
            - coalesce(max(v.value) filter (where v.run_id = a), 0) else 0 end
    from value as v
    group by v.priority, v.figure, v.level, v.phase, v.term, v.action
    order by v.priority, v.level, v.phase, v.term, v.action;
end;

comment on function report.run_figure_difference is 'Money, coverage, terms and counts of two plans side by side; what one of them does not have counts as 0 in the change.';
