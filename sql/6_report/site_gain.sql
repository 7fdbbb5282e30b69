-- needs: report.plan_port, report.run_level, plan.run, plan.decision, plan.scenario_phase, plan.demand_coverage, model.scenario, model.covering_pair,
--   core.demand_cell
-- grain: one row per (run_id, site_id, level)

create view report.site_gain as

-- at the end of the plan: a site changes once, so its decision holds then
with standing as (
    select r.run_id, r.scenario_id, p.site_id, p.level, d.decision_id
    from plan.run as r
    join report.plan_port as p using (run_id)
    left join plan.decision as d on d.run_id = r.run_id and d.site_id = p.site_id
    where p.port_count_after > 0
    group by r.run_id, r.scenario_id, p.site_id, p.level, d.decision_id
),

covered as (
    select
        s.run_id, s.scenario_id, s.level, r.demand_id,
        count(*) as site_count, array_agg(s.site_id) filter (where s.decision_id is not null) as changed_site_ids
    from standing as s
    cross join lateral (
        select demand_id from model.covering_pair
        where scenario_id = s.scenario_id and level = s.level and site_id = s.site_id
        -- look up station by station: otherwise the covering pairs of all sites are worked out first
        offset 0
    ) as r
    group by s.run_id, s.scenario_id, s.level, r.demand_id
)

select
    -- the same in every query, whatever is filtered; and a run is worked out alone
    t.run_id * 1000000000000 + k.place * 10000000000 + c.site_id as site_gain_id,
    t.run_id,
    c.site_id,
    t.level,
    count(*)::integer as demand_count,
    sum(d.population) as population,
    sum(v.weight_share) as weight_share,
    (count(*) filter (where t.site_count = 1))::integer as only_demand_count,
    sum(d.population) filter (where t.site_count = 1) as only_population,
    coalesce(sum(v.weight_share) filter (where t.site_count = 1), 0) as only_weight_share
from covered as t
join plan.demand_coverage as v
    on v.run_id = t.run_id and v.level = t.level and v.demand_id = t.demand_id
        and v.phase = (select max(f.phase) from plan.scenario_phase as f where f.scenario_id = t.scenario_id)
join model.scenario as s on s.scenario_id = t.scenario_id
join report.run_level as k on k.run_id = t.run_id and k.level = t.level
cross join lateral unnest(t.changed_site_ids) as c (site_id)
left join core.demand_cell as d on s.demand_kind = 'cell' and d.cell_id = t.demand_id
where not v.is_covered_before
group by t.run_id, c.site_id, t.level, k.place;

comment on view report.site_gain is 'People newly covered by each changed site at the end of a plan, and those covered by it alone.';
comment on column report.site_gain.site_gain_id is 'Key for GIS clients: run, level and site.';
comment on column report.site_gain.run_id is 'The run.';
comment on column report.site_gain.site_id is 'The site.';
comment on column report.site_gain.level is 'The level.';
comment on column report.site_gain.demand_count is 'Demand nodes (cells or reference points) within its service distance that were not covered before the plan.';
comment on column report.site_gain.population is 'People in them; null for reference points.';
comment on column report.site_gain.weight_share is 'Their weight, as a share of all demand.';
comment on column report.site_gain.only_demand_count is 'Those that no other station covers at the end of the plan.';
comment on column report.site_gain.only_population is 'People in those.';
comment on column report.site_gain.only_weight_share is 'Weight of those.';
