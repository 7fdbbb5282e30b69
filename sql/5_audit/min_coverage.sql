-- needs: plan.run, plan.scenario, plan.scenario_rule, plan.scenario_target, plan.demand_coverage, core.region
-- grain: one row per (run_id, subject)

create view audit.min_coverage as

with reached as (
    select
        r.run_id, t.phase, t.level, t.coverage_min_share,
        coalesce(sum(d.weight_share) filter (where d.is_covered_after), 0) as coverage_share
    from plan.run as r
    join plan.scenario as n on n.scenario_id = r.scenario_id
    join core.region as g on g.load_id = n.load_id
    join plan.scenario_rule as u on u.scenario_id = r.scenario_id and u.rule = 'min_coverage' and u.is_on
    join plan.scenario_target as t on t.scenario_id = r.scenario_id
    left join plan.demand_coverage as d on d.run_id = r.run_id and d.phase = t.phase and d.level = t.level
    where r.status in ('optimal', 'feasible')
    group by r.run_id, t.phase, t.level, t.coverage_min_share
)

select
    run_id,
    format('%s, phase %s', level, phase) as subject,
    coverage_min_share as expected,
    coverage_share as found,
    format(
        '%s covers %s %% at the end of phase %s; asked for are %s %%.', level, round(100 * coverage_share::numeric, 2), phase,
        round(100 * coverage_min_share::numeric, 2)
    ) as message
from reached
where coverage_share < coverage_min_share - 1e-6;

comment on view audit.min_coverage is 'Levels and phases whose coverage falls short of what the scenario asks for.';
comment on column audit.min_coverage.run_id is 'The run.';
comment on column audit.min_coverage.subject is 'The level and phase.';
comment on column audit.min_coverage.expected is 'Least share of the weight.';
comment on column audit.min_coverage.found is 'Share that is covered.';
comment on column audit.min_coverage.message is 'The violation in words.';
