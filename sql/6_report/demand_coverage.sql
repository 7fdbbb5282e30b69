-- needs: report.published_run, report.run_level, plan.demand_coverage, core.demand_cell
-- grain: one row per (run_id, level, cell_id)

create view report.demand_coverage as

select
    -- the same in every query: a cell_id has twelve digits at most
    (c.run_id * 32 + l.place) * 1000000000000 + c.demand_id as demand_coverage_id,
    c.run_id,
    p.scenario_name,
    c.level,
    c.demand_id as cell_id,
    c.phase,
    c.is_covered_before,
    c.is_covered_after,
    case
        when c.is_covered_before and c.is_covered_after then 'kept'
        when c.is_covered_after then 'gained'
        when c.is_covered_before then 'lost'
        else 'uncovered'
    end as status,
    d.population,
    c.weight_share,
    d.geom::geometry(Polygon, :metric_srid) as geom
from report.published_run as p
join plan.demand_coverage as c using (run_id)
join report.run_level as l on l.run_id = c.run_id and l.level = c.level
join core.demand_cell as d on d.cell_id = c.demand_id
where p.demand_kind = 'cell'
    and c.phase = (select max(e.phase) from plan.demand_coverage as e where e.run_id = p.run_id);

comment on view report.demand_coverage is 'Hexagons before and after each published plan, at the end of its last phase, once for each level; scenarios on points of a study have none.';
comment on column report.demand_coverage.demand_coverage_id is 'Key for GIS clients: run, level and hexagon.';
comment on column report.demand_coverage.run_id is 'The run.';
comment on column report.demand_coverage.scenario_name is 'Name of the scenario.';
comment on column report.demand_coverage.level is 'The level; a map shows one at a time.';
comment on column report.demand_coverage.cell_id is 'The hexagon.';
comment on column report.demand_coverage.phase is 'Last phase of the plan.';
comment on column report.demand_coverage.is_covered_before is 'Covered at the start of the plan.';
comment on column report.demand_coverage.is_covered_after is 'Covered at its end.';
comment on column report.demand_coverage.status is 'gained, kept, lost or uncovered.';
comment on column report.demand_coverage.population is 'People.';
comment on column report.demand_coverage.weight_share is 'Weight of its demand; sums to 1 per run and level.';
comment on column report.demand_coverage.geom is 'The hexagon.';
