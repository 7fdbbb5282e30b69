-- needs: report.published_run, plan.demand_coverage, core.demand_cell
-- grain: one row per (run_id, cell_id)

create view report.demand_coverage as

with cell as (
    select
        p.run_id,
        p.scenario_name,
        c.demand_id as cell_id,
        max(c.phase) as phase,
        max(c.weight_share) as weight_share,
        bool_or(c.is_covered_before) filter (where c.level = 'L2') as is_l2_before,
        bool_or(c.is_covered_after) filter (where c.level = 'L2') as is_l2_after,
        bool_or(c.is_covered_before) filter (where c.level = 'L3') as is_l3_before,
        bool_or(c.is_covered_after) filter (where c.level = 'L3') as is_l3_after
    from report.published_run as p
    join plan.demand_coverage as c using (run_id)
    where p.demand_kind = 'cell'
        and c.phase = (select max(l.phase) from plan.demand_coverage as l where l.run_id = p.run_id)
    group by p.run_id, p.scenario_name, c.demand_id
)

select
    -- the same in every query: a cell_id has twelve digits at most
    c.run_id * 1000000000000 + c.cell_id as demand_coverage_id,
    c.run_id,
    c.scenario_name,
    c.cell_id,
    c.phase,
    c.is_l2_before,
    c.is_l2_after,
    c.is_l3_before,
    c.is_l3_after,
    case when not c.is_l2_before and c.is_l2_after then 'gained' when c.is_l2_before and not c.is_l2_after then 'lost'
        when c.is_l2_after then 'kept' else 'uncovered' end as l2_status,
    case when not c.is_l3_before and c.is_l3_after then 'gained' when c.is_l3_before and not c.is_l3_after then 'lost'
        when c.is_l3_after then 'kept' else 'uncovered' end as l3_status,
    d.population,
    c.weight_share,
    d.geom::geometry(Polygon, :metric_srid) as geom
from cell as c
join core.demand_cell as d using (cell_id);

comment on view report.demand_coverage is 'Hexagons before and after each published plan, at the end of its last phase; scenarios on points of a study have none.';
comment on column report.demand_coverage.demand_coverage_id is 'Key for GIS clients: run and cell.';
comment on column report.demand_coverage.run_id is 'The run.';
comment on column report.demand_coverage.scenario_name is 'Name of the scenario.';
comment on column report.demand_coverage.cell_id is 'The hexagon.';
comment on column report.demand_coverage.phase is 'The last phase of the plan.';
comment on column report.demand_coverage.is_l2_before is 'Covered by L2 at the start of the plan.';
comment on column report.demand_coverage.is_l2_after is 'Covered by L2 at its end.';
comment on column report.demand_coverage.is_l3_before is 'Covered by L3 at the start of the plan.';
comment on column report.demand_coverage.is_l3_after is 'Covered by L3 at its end.';
comment on column report.demand_coverage.l2_status is 'gained, kept, lost or uncovered, for L2.';
comment on column report.demand_coverage.l3_status is 'gained, kept, lost or uncovered, for L3.';
comment on column report.demand_coverage.population is 'People.';
comment on column report.demand_coverage.weight_share is 'Weight of its demand; sums to 1 per run.';
comment on column report.demand_coverage.geom is 'Hexagon.';
