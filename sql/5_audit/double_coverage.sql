-- needs: plan.scenario, plan.scenario_level, plan.scenario_phase, plan.run_objective_term, plan.demand_coverage, audit.plan_site, core.site,
--   core.demand_cell, core.reference_demand_point, analysis.road_distance
-- grain: one row per (run_id, subject)

create view audit.double_coverage as

with l3 as not materialized (
    select p.run_id, p.scenario_id, p.phase, p.site_id, n.demand_kind, n.distance_kind, k.service_distance_m, c.geom, t.value
    from plan.run_objective_term as t
    join audit.plan_site as p on p.run_id = t.run_id
    join plan.scenario as n on n.scenario_id = p.scenario_id
    join plan.scenario_level as k on k.scenario_id = p.scenario_id and k.level = 'L3'
    join core.site as c on c.site_id = p.site_id
    where t.term = 'double_coverage' and p.l3_port_count_after > 0
),

doubled as not materialized (
    select s.run_id, s.phase, d.demand_id
    from l3 as s
    cross join lateral (
        select cell_id as demand_id from analysis.road_distance
        where s.distance_kind = 'road' and site_id = s.site_id and distance_m <= s.service_distance_m
        union all
        select cell_id from core.demand_cell
        where s.distance_kind = 'straight_line' and s.demand_kind = 'cell' and st_dwithin(point_geom, s.geom, s.service_distance_m)
        union all
        select reference_demand_point_id from core.reference_demand_point
        where s.distance_kind = 'straight_line' and s.demand_kind = 'reference_point' and st_dwithin(geom, s.geom, s.service_distance_m)
    ) as d
    group by s.run_id, s.phase, d.demand_id
    having count(*) >= 2
),

worth as (
    select
        t.run_id, t.value as value_said,
        sum(f.discount_factor * coalesce(b.share, 0)) / sum(f.discount_factor) as value_due
    from plan.run_objective_term as t
    join (select distinct run_id, scenario_id from audit.plan_site) as r on r.run_id = t.run_id
    join plan.scenario_phase as f on f.scenario_id = r.scenario_id
    left join lateral (
        select sum(c.weight_share) as share
        from doubled as d
        join plan.demand_coverage as c on c.run_id = d.run_id and c.phase = d.phase and c.level = 'L3' and c.demand_id = d.demand_id
        where d.run_id = t.run_id and d.phase = f.phase
    ) as b on true
    where t.term = 'double_coverage'
    group by t.run_id, t.value
)

select
    run_id,
    'term double_coverage' as subject,
    value_due as expected,
    value_said as found,
    format('Two L3 stations reach a share of %s of the demand; the plan says %s.', value_due, value_said) as message
from worth
where abs(value_due - value_said) > 1e-6;

comment on view audit.double_coverage is 'Plans whose share of demand with a second L3 station in reach, worked out anew, is not what they say.';
comment on column audit.double_coverage.run_id is 'The run.';
comment on column audit.double_coverage.subject is 'The term of the objective.';
comment on column audit.double_coverage.expected is 'Share by ports and distances, averaged over the phases by their discount factors.';
comment on column audit.double_coverage.found is 'Value of the term in the plan.';
comment on column audit.double_coverage.message is 'The violation in words.';
