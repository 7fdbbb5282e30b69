-- needs: audit.audited_run, plan.scenario_phase, plan.scenario_level, plan.demand_coverage
-- grain: one row per (run_id, term)

create view audit.term_coverage as

select
    a.run_id,
    'coverage.' || l.level as term,
    sum(f.discount_factor * c.share) / sum(f.discount_factor) as value
from audit.audited_run as a
join plan.scenario_level as l on l.scenario_id = a.scenario_id
join plan.scenario_phase as f on f.scenario_id = a.scenario_id
cross join lateral (
    select coalesce(sum(d.weight_share) filter (where d.is_covered_after), 0) as share
    from plan.demand_coverage as d
    where d.run_id = a.run_id and d.phase = f.phase and d.level = l.level
) as c
group by a.run_id, l.level;

comment on view audit.term_coverage is 'Covered share of the demand at each level, averaged over the phases by their discount factors.';
comment on column audit.term_coverage.run_id is 'The run.';
comment on column audit.term_coverage.term is 'The term of the objective.';
comment on column audit.term_coverage.value is 'Its value.';
