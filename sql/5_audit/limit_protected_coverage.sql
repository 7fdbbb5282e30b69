-- needs: audit.audited_run, plan.scenario_rule, plan.scenario_equity, plan.demand_coverage, analysis.equity_group
-- grain: one row per (run_id, code, value)

create view audit.limit_protected_coverage as

select
    a.run_id,
    'protected_coverage' as code,
    jsonb_build_object(
        'demand_id', d.demand_id, 'level', d.level, 'phase', d.phase,
        'group_names', string_agg(g.group_name, ', ' order by g.group_name)
    ) as value,
    1::double precision as expected,
    d.is_covered_after::integer::double precision as found,
    not d.is_covered_after as is_violated
from audit.audited_run as a
join plan.scenario_rule as u on u.scenario_id = a.scenario_id and u.rule = 'protected_coverage' and u.is_on
join plan.demand_coverage as d on d.run_id = a.run_id and d.is_covered_before
join analysis.equity_group as g on g.cell_id = d.demand_id
join plan.scenario_equity as e
    on e.scenario_id = a.scenario_id and e.group_kind = g.group_kind and e.group_name = g.group_name and e.level = d.level
    and e.is_protected
where a.demand_kind = 'cell'
group by a.run_id, d.demand_id, d.level, d.phase, d.is_covered_after;

comment on view audit.limit_protected_coverage is 'Demands of protected groups that had coverage, and whether they keep it.';
comment on column audit.limit_protected_coverage.run_id is 'The run.';
comment on column audit.limit_protected_coverage.code is 'What would be broken: model/run/violation.toml has the sentence, in both languages.';
comment on column audit.limit_protected_coverage.value is 'The demand, level and phase, and the protected groups: what the sentence takes beside expected and found.';
comment on column audit.limit_protected_coverage.expected is '1: covered, as before.';
comment on column audit.limit_protected_coverage.found is '1 where it is covered, else 0.';
comment on column audit.limit_protected_coverage.is_violated is 'True where the plan breaks the rule.';
