-- needs: plan.run, plan.scenario, plan.scenario_rule, plan.scenario_equity, plan.demand_coverage, core.region, analysis.equity_group
-- grain: one row per (run_id, subject)

create view audit.protected_coverage as

select
    r.run_id,
    format('demand %s, %s, phase %s', d.demand_id, d.level, d.phase) as subject,
    1::double precision as expected,
    0::double precision as found,
    format(
        'Demand %s loses its coverage at %s by phase %s, though its people are protected: %s.', d.demand_id, d.level, d.phase,
        string_agg(g.group_name, ', ' order by g.group_name)
    ) as message
from plan.run as r
join plan.scenario as n on n.scenario_id = r.scenario_id
join core.region as c on c.load_id = n.load_id
join plan.scenario_rule as u on u.scenario_id = r.scenario_id and u.rule = 'protected_coverage' and u.is_on
join plan.demand_coverage as d on d.run_id = r.run_id and d.is_covered_before and not d.is_covered_after
join analysis.equity_group as g on g.cell_id = d.demand_id
join plan.scenario_equity as e
    on e.scenario_id = r.scenario_id and e.group_kind = g.group_kind and e.group_name = g.group_name and e.level = d.level
    and e.is_protected
where r.status in ('optimal', 'feasible') and n.demand_kind = 'cell'
group by r.run_id, d.demand_id, d.level, d.phase;

comment on view audit.protected_coverage is 'Demands of protected groups that lose coverage they had.';
comment on column audit.protected_coverage.run_id is 'The run.';
comment on column audit.protected_coverage.subject is 'The demand, level and phase.';
comment on column audit.protected_coverage.expected is '1: covered, as before.';
comment on column audit.protected_coverage.found is '0: not covered.';
comment on column audit.protected_coverage.message is 'The violation in words.';
