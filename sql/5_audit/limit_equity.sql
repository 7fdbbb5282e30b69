-- needs: audit.audited_run, plan.scenario_rule, plan.scenario_limit, plan.scenario_equity, plan.demand_coverage,
--   core.demand_cell, analysis.equity_group
-- grain: one row per (run_id, subject)

create view audit.limit_equity as

with covered as not materialized (
    select a.run_id, d.phase, d.level, d.demand_id, c.population, d.is_covered_after::integer * c.population as covered_population
    from audit.audited_run as a
    join plan.demand_coverage as d on d.run_id = a.run_id
    join core.demand_cell as c on c.cell_id = d.demand_id
    where a.demand_kind = 'cell'
),

region as not materialized (
    select run_id, phase, level, sum(covered_population) / nullif(sum(population), 0) as covered_share,
        phase = max(phase) over (partition by run_id) as is_last
    from covered
    group by run_id, phase, level
),

grouped as not materialized (
    select c.run_id, c.phase, c.level, g.group_kind, g.group_name, sum(c.covered_population) / nullif(sum(c.population), 0) as covered_share
    from covered as c
    join analysis.equity_group as g on g.cell_id = c.demand_id
    group by c.run_id, c.phase, c.level, g.group_kind, g.group_name
)

select
    a.run_id,
    format('%s %s, %s, %s, phase %s', g.group_kind, g.group_name, g.level, v.what, g.phase) as subject,
    'equity_' || v.what as code,
    jsonb_build_object('group_kind', g.group_kind, 'group_name', g.group_name, 'level', g.level, 'phase', g.phase) as value,
    v.expected,
    g.covered_share as found,
    g.covered_share < v.expected - 1e-6 as is_violated
from audit.audited_run as a
join plan.scenario_rule as u on u.scenario_id = a.scenario_id and u.rule = 'equity' and u.is_on
join plan.scenario_limit as l on l.scenario_id = a.scenario_id
join plan.scenario_equity as e on e.scenario_id = a.scenario_id and e.floor_share is not null
join grouped as g on g.run_id = a.run_id and g.group_kind = e.group_kind and g.group_name = e.group_name and g.level = e.level
join region as y on y.run_id = a.run_id and y.phase = g.phase and y.level = g.level and (y.is_last or l.is_equity_in_every_phase)
cross join lateral (select coalesce(e.ratio_min, l.equity_ratio_min) as ratio_min) as o
cross join lateral (values
    ('floor', e.floor_share, e.floor_share > 0), ('ratio', o.ratio_min * y.covered_share, o.ratio_min > 0)
) as v (what, expected, is_limited)
where v.is_limited and g.covered_share is not null;

comment on view audit.limit_equity is 'Groups of people with the coverage that they have and must have.';
comment on column audit.limit_equity.run_id is 'The run.';
comment on column audit.limit_equity.subject is 'The group, level, limit and phase, as the key that plan.run_constraint_slack has.';
comment on column audit.limit_equity.code is 'What would be broken: model/run/violation.toml has the sentence, in both languages.';
comment on column audit.limit_equity.value is 'The same in names and numbers: what the sentence takes beside expected and found.';
comment on column audit.limit_equity.expected is 'Least share of its people: the floor, or the ratio times the coverage of all people.';
comment on column audit.limit_equity.found is 'Share that is covered.';
comment on column audit.limit_equity.is_violated is 'True where the plan breaks the rule.';
