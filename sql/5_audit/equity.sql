-- needs: plan.run, plan.scenario, plan.scenario_rule, plan.scenario_limit, plan.scenario_equity, plan.demand_coverage, core.region,
--   core.demand_cell, analysis.equity_group
-- grain: one row per (run_id, subject)

create view audit.equity as

with covered as not materialized (
    select
        r.run_id, r.scenario_id, d.phase, d.level, d.demand_id, c.population, d.is_covered_after::integer * c.population as covered_population,
        l.equity_ratio_min, l.is_equity_in_every_phase
    from plan.run as r
    join plan.scenario as n on n.scenario_id = r.scenario_id
    join core.region as g on g.load_id = n.load_id
    join plan.scenario_rule as u on u.scenario_id = r.scenario_id and u.rule = 'equity' and u.is_on
    join plan.scenario_limit as l on l.scenario_id = r.scenario_id
    join plan.demand_coverage as d on d.run_id = r.run_id
    join core.demand_cell as c on c.cell_id = d.demand_id
    where r.status in ('optimal', 'feasible') and n.demand_kind = 'cell'
),

everybody as not materialized (
    select run_id, phase, level, sum(covered_population) / nullif(sum(population), 0) as covered_share,
        phase = max(phase) over (partition by run_id) as is_last
    from covered
    group by run_id, phase, level
),

grouped as not materialized (
    select
        c.run_id, c.phase, c.level, g.group_kind, g.group_name, e.floor_share, c.equity_ratio_min, c.is_equity_in_every_phase,
        sum(c.covered_population) / nullif(sum(c.population), 0) as covered_share
    from covered as c
    join analysis.equity_group as g on g.cell_id = c.demand_id
    join plan.scenario_equity as e
        on e.scenario_id = c.scenario_id and e.group_kind = g.group_kind and e.group_name = g.group_name and e.level = c.level
    where e.floor_share is not null
    group by c.run_id, c.phase, c.level, g.group_kind, g.group_name, e.floor_share, c.equity_ratio_min, c.is_equity_in_every_phase
)

select
    g.run_id,
    format('%s %s, %s, phase %s', g.group_kind, g.group_name, g.level, g.phase) as subject,
    due.share as expected,
    g.covered_share as found,
    format(
        '%s covers %s %% of the people of group %s (%s) after phase %s; asked for are %s %%.', g.level,
        round(100 * g.covered_share::numeric, 2), g.group_name, g.group_kind, g.phase, round(100 * due.share::numeric, 2)
    ) as message
from grouped as g
join everybody as a on a.run_id = g.run_id and a.phase = g.phase and a.level = g.level
cross join lateral (select greatest(g.floor_share, g.equity_ratio_min * a.covered_share) as share) as due
where g.covered_share < due.share - 1e-6 and (a.is_last or g.is_equity_in_every_phase);

comment on view audit.equity is 'Groups of people covered less than the scenario asks for them.';
comment on column audit.equity.run_id is 'The run.';
comment on column audit.equity.subject is 'The group, level and phase.';
comment on column audit.equity.expected is 'Least share of its people: the floor, or the ratio times the coverage of everybody.';
comment on column audit.equity.found is 'Share that is covered.';
comment on column audit.equity.message is 'The violation in words.';
