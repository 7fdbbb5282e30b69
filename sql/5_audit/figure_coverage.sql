-- needs: audit.audited_run, audit.covering_site, plan.scenario_phase, plan.scenario_level, plan.scenario_demand_weight,
--   plan.demand_coverage, core.demand_cell, core.reference_demand_point, analysis.cell_share
-- grain: one row per (run_id, code, value)

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

select
    c.run_id,
    v.code,
    jsonb_build_object('demand_id', c.demand_id, 'level', c.level, 'phase', c.phase) as value,
    case v.code when 'demand_weight' then c.weight_due else (v.code in ('demand_missing', 'covered_before', 'covered_after'))::integer end as expected,
    case v.code when 'demand_weight' then c.weight_said else (v.code in ('demand_unknown', 'uncovered_before', 'uncovered_after'))::integer end as found
from compared as c
left join covered as t on t.run_id = c.run_id and t.level = c.level and t.demand_id = c.demand_id
cross join lateral (select coalesce(0 = any (t.phases), false) as is_before, coalesce(c.phase = any (t.phases), false) as is_after) as k
cross join lateral (
    -- the first that is wrong
    select case
        when c.weight_said is null then 'demand_missing'
        when c.weight_due is null then 'demand_unknown'
        when k.is_before and not c.is_before_said then 'covered_before'
        when not k.is_before and c.is_before_said then 'uncovered_before'
        when k.is_after and not c.is_after_said then 'covered_after'
        when not k.is_after and c.is_after_said then 'uncovered_after'
        when abs(c.weight_due - c.weight_said) > 1e-9 then 'demand_weight'
    end as code
) as v
where v.code is not null;

comment on view audit.figure_coverage is 'Demands whose coverage or weight, worked out anew from ports and distances, is not what the plan says.';
comment on column audit.figure_coverage.run_id is 'The run.';
comment on column audit.figure_coverage.code is 'What is wrong: model/run/violation.toml has the sentence, in both languages.';
comment on column audit.figure_coverage.value is 'The demand, level and phase: what the sentence takes beside expected and found.';
comment on column audit.figure_coverage.expected is 'Coverage (1 or 0), weight, or number of rows that there should be.';
comment on column audit.figure_coverage.found is 'What the plan says instead.';
