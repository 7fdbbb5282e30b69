-- needs: audit.audited_run, audit.covering_site, plan.scenario_phase, plan.scenario_level, plan.scenario_objective,
--   plan.scenario_priority_level, plan.demand_coverage
-- grain: one row per (run_id, term)

create view audit.term_double_coverage as

with doubled as not materialized (
    select run_id, phase, level, demand_id
    from audit.covering_site
    where phase > 0
    group by run_id, phase, level, demand_id
    having count(*) >= 2
)

select
    a.run_id,
    o.term,
    sum(f.discount_factor * coalesce(b.share, 0)) / sum(f.discount_factor) as value
from audit.audited_run as a
join plan.scenario_level as l on l.scenario_id = a.scenario_id
join plan.scenario_objective as o on o.scenario_id = a.scenario_id and o.term = 'double_coverage.' || l.level
join plan.scenario_phase as f on f.scenario_id = a.scenario_id
left join (
    select d.run_id, d.phase, d.level, sum(c.weight_share) as share
    from doubled as d
    join plan.demand_coverage as c on c.run_id = d.run_id and c.phase = d.phase and c.level = d.level and c.demand_id = d.demand_id
    group by d.run_id, d.phase, d.level
) as b on b.run_id = a.run_id and b.phase = f.phase and b.level = l.level
where o.weight > 0
    or exists (
        select from plan.scenario_priority_level as p
        where p.scenario_id = a.scenario_id and o.term = any (p.terms)
    )
group by a.run_id, o.term;

comment on view audit.term_double_coverage is 'Share of the demand that two stations of a level cover, averaged over the phases by their discount factors; where the objective asks for it.';
comment on column audit.term_double_coverage.run_id is 'The run.';
comment on column audit.term_double_coverage.term is 'The term of the objective.';
comment on column audit.term_double_coverage.value is 'Its value.';
