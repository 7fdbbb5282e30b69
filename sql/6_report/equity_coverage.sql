-- needs: plan.run, plan.demand_coverage, plan.scenario_rule, plan.scenario_equity, model.scenario, core.demand_cell,
--   analysis.equity_group
-- grain: one row per (run_id, phase, level, group_kind, group_name)

create view report.equity_coverage as

with people as (
    select
        r.run_id, r.scenario_id, d.phase, d.level, g.group_kind, g.group_name,
        sum(c.population) as population,
        sum(c.population) filter (where d.is_covered_before) as population_before,
        sum(c.population) filter (where d.is_covered_after) as population_after
    from plan.run as r
    join model.scenario as s on s.scenario_id = r.scenario_id and s.demand_kind = 'cell'
    join plan.demand_coverage as d on d.run_id = r.run_id
    join core.demand_cell as c on c.cell_id = d.demand_id
    join analysis.equity_group as g on g.cell_id = c.cell_id
    where r.publication = 'published'
    group by r.run_id, r.scenario_id, d.phase, d.level, g.group_kind, g.group_name
)

select
    row_number() over (order by p.run_id, p.phase, p.level, p.group_kind, p.group_name) as equity_coverage_id,
    p.run_id,
    p.phase,
    p.level,
    p.group_kind,
    p.group_name,
    p.population,
    coalesce(p.population_before, 0) / nullif(p.population, 0) as before_share,
    coalesce(p.population_after, 0) / nullif(p.population, 0) as after_share,
    case when u.is_on then e.floor_share end as floor_share,
    coalesce(e.is_protected, false) and coalesce(k.is_on, false) as is_protected
from people as p
left join plan.scenario_equity as e
    on e.scenario_id = p.scenario_id and e.group_kind = p.group_kind and e.group_name = p.group_name and e.level = p.level
left join plan.scenario_rule as u on u.scenario_id = p.scenario_id and u.rule = 'equity'
left join plan.scenario_rule as k on k.scenario_id = p.scenario_id and k.rule = 'protected_coverage';

comment on view report.equity_coverage is 'Covered share of the people of each group, before and after each published plan.';
comment on column report.equity_coverage.equity_coverage_id is 'Key for GIS clients.';
comment on column report.equity_coverage.run_id is 'The run.';
comment on column report.equity_coverage.phase is 'The phase, at its end.';
comment on column report.equity_coverage.level is 'The level.';
comment on column report.equity_coverage.group_kind is 'municipality, settlement, apartment, charger_distance or income.';
comment on column report.equity_coverage.group_name is 'The group: analysis.equity_group says how it is drawn.';
comment on column report.equity_coverage.population is 'People of the group.';
comment on column report.equity_coverage.before_share is 'Share of them covered before the plan.';
comment on column report.equity_coverage.after_share is 'Share of them covered at the end of the phase.';
comment on column report.equity_coverage.floor_share is 'Least share that the scenario asks for; null where it asks for none.';
comment on column report.equity_coverage.is_protected is 'True when the group may not lose coverage that it has.';
