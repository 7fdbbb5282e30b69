-- needs: audit.audited_run, audit.covering_site, plan.scenario_phase, plan.scenario_level, plan.scenario_demand_weight,
--   plan.demand_coverage, core.demand_cell, core.reference_demand_point, analysis.cell_share
-- grain: one row per (run_id, subject)

create view audit.figure_coverage as

with demand as (
    select r.run_id, r.scenario_id, w.demand_id, w.weight_share
    from audit.audited_run as r
    cross join lateral (
        select c.cell_id as demand_id, sum(m.share * case m.component
            when 'ev' then h.ev_share when 'population' then h.population_share when 'transit' then h.transit_share
            when 'infrastructure_quality' then h.infrastructure_quality_share else h.infrastructure_age_share
        end) as weight_share
        from core.demand_cell as c
        join analysis.cell_share as h on h.cell_id = c.cell_id
        join plan.scenario_demand_weight as m on m.scenario_id = r.scenario_id
        where r.demand_kind = 'cell'
        group by c.cell_id
        union all
        select reference_demand_point_id, weight / sum(weight) over ()
        from core.reference_demand_point
        where r.demand_kind = 'reference_point'
    ) as w
    where w.weight_share > 0
),

-- phase 0 is what stands before the plan
covered as (
    select run_id, level, demand_id, array_agg(distinct phase) as phases
    from audit.covering_site
    group by run_id, level, demand_id
),

fact as (
    select
        d.run_id, p.phase, l.level, d.demand_id, d.weight_share as weight_due, null::double precision as weight_said,
        null::boolean as is_before_said, null::boolean as is_after_said
    from demand as d
    join plan.scenario_phase as p on p.scenario_id = d.scenario_id
    join plan.scenario_level as l on l.scenario_id = d.scenario_id
    union all
    select w.run_id, w.phase, w.level, w.demand_id, null, w.weight_share, w.is_covered_before, w.is_covered_after
    from audit.audited_run as r
    join plan.demand_coverage as w on w.run_id = r.run_id
),

compared as (
    select
        run_id, phase, level, demand_id, max(weight_due) as weight_due, max(weight_said) as weight_said,
        bool_or(is_before_said) as is_before_said, bool_or(is_after_said) as is_after_said
    from fact
    group by run_id, phase, level, demand_id
)

select c.run_id, format('demand %s, %s, phase %s', c.demand_id, c.level, c.phase) as subject, v.expected, v.found, v.message
from compared as c
left join covered as t on t.run_id = c.run_id and t.level = c.level and t.demand_id = c.demand_id
cross join lateral (select coalesce(0 = any (t.phases), false) as is_before, coalesce(c.phase = any (t.phases), false) as is_after) as k
cross join lateral (
    select o.expected, o.found, o.message
    from (values
        (1, c.weight_said is null, 1, 0, format('Demand %s is missing at %s in phase %s.', c.demand_id, c.level, c.phase)),
        (2, c.weight_due is null, 0, 1, format('The plan covers %s at %s in phase %s, which is no demand.', c.demand_id, c.level, c.phase)),
        (3, k.is_before <> c.is_before_said, k.is_before::integer, c.is_before_said::integer, format(
            'Demand %s is %s at %s before the plan; the plan says otherwise.', c.demand_id,
            case when k.is_before then 'covered' else 'not covered' end, c.level)),
        (4, k.is_after <> c.is_after_said, k.is_after::integer, c.is_after_said::integer, format(
            'Demand %s is %s at %s after phase %s; the plan says otherwise.', c.demand_id,
            case when k.is_after then 'covered' else 'not covered' end, c.level, c.phase)),
        (5, abs(c.weight_due - c.weight_said) > 1e-9, c.weight_due, c.weight_said, format(
            'Demand %s weighs %s; the plan says %s.', c.demand_id, c.weight_due, c.weight_said))
    ) as o (priority, is_violation, expected, found, message)
    where o.is_violation
    order by o.priority limit 1
) as v;

comment on view audit.figure_coverage is 'Demands whose coverage or weight, worked out anew from ports and distances, is not what the plan says.';
comment on column audit.figure_coverage.run_id is 'The run.';
comment on column audit.figure_coverage.subject is 'The demand, level and phase.';
comment on column audit.figure_coverage.expected is 'Coverage (1 or 0), weight, or number of rows that there should be.';
comment on column audit.figure_coverage.found is 'What the plan says instead.';
comment on column audit.figure_coverage.message is 'The violation in words.';
