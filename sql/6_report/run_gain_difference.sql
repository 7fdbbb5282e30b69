-- needs: plan.demand_coverage, plan.run, plan.scenario, core.demand_cell, analysis.equity_group
-- grain: one row per level and group of people

create function report.run_gain_difference(a bigint, b bigint)
returns table (
    level text, group_kind text, group_name text, population double precision, gained_population double precision,
    lost_population double precision
)
language sql stable
begin atomic
    with state as (
        select c.run_id, c.level, c.demand_id, c.is_covered_after
        from plan.demand_coverage as c
        join plan.run as r on r.run_id = c.run_id
        join plan.scenario as s on s.scenario_id = r.scenario_id and s.demand_kind = 'cell'
        where c.run_id in (a, b)
            and c.phase = (select max(l.phase) from plan.demand_coverage as l where l.run_id = c.run_id)
    ),
    compared as (
        select
            t.level,
            t.demand_id,
            coalesce(bool_or(t.is_covered_after) filter (where t.run_id = a), false) as is_in_a,
            coalesce(bool_or(t.is_covered_after) filter (where t.run_id = b), false) as is_in_b
        from state as t
        group by t.level, t.demand_id
    )
    select
        m.level,
        g.group_kind,
        g.group_name,
        sum(d.population)::double precision,
        coalesce(sum(d.population) filter (where m.is_in_b and not m.is_in_a), 0)::double precision,
        coalesce(sum(d.population) filter (where m.is_in_a and not m.is_in_b), 0)::double precision
    from compared as m
    join core.demand_cell as d on d.cell_id = m.demand_id
    join analysis.equity_group as g on g.cell_id = d.cell_id
    group by m.level, g.group_kind, g.group_name
    order by 2, 3, 1;
end;

comment on function report.run_gain_difference is 'People covered at the end of plan b and not of plan a, and the other way round, by level and group: municipalities, rural and urban, and the like. Empty for points of a study.';
