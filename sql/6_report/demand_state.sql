-- needs: report.published_run, plan.demand_coverage, core.demand_cell, core.reference_demand_point
-- grain: one row per (run_id, demand_id)

create view report.demand_state as

with state as (
    select
        run_id,
        demand_id,
        bool_or(level = 'L2' and is_covered_before)::integer
            + coalesce(bit_or(1 << phase) filter (where level = 'L2' and is_covered_after), 0) as l2_state,
        bool_or(level = 'L3' and is_covered_before)::integer
            + coalesce(bit_or(1 << phase) filter (where level = 'L3' and is_covered_after), 0) as l3_state
    from plan.demand_coverage
    group by run_id, demand_id
)

select
    -- the same in every query: a demand_id has twelve digits at most
    p.run_id * 1000000000000 + s.demand_id as demand_state_id,
    p.run_id,
    s.demand_id,
    s.l2_state,
    s.l3_state,
    c.population,
    c.ev_count,
    coalesce(c.geom, q.geom)::geometry(Geometry, :metric_srid) as geom
from report.published_run as p
join state as s using (run_id)
left join core.demand_cell as c on p.demand_kind = 'cell' and c.cell_id = s.demand_id
left join core.reference_demand_point as q
    on p.demand_kind = 'reference_point' and q.reference_demand_point_id = s.demand_id;

comment on view report.demand_state is 'Hexagons (or points of a study) of each published plan, with the coverage of all its phases in a number.';
comment on column report.demand_state.demand_state_id is 'Key for GIS clients: run and demand.';
comment on column report.demand_state.run_id is 'The run.';
comment on column report.demand_state.demand_id is 'The hexagon, or the point of a study.';
comment on column report.demand_state.l2_state is 'Bit 0 is set when L2 covers it before the plan, bit t when at the end of phase t.';
comment on column report.demand_state.l3_state is 'The same for L3.';
comment on column report.demand_state.population is 'People; null for points of a study.';
comment on column report.demand_state.ev_count is 'Electric vehicles; null for points of a study.';
comment on column report.demand_state.geom is 'Hexagon, or point.';
