-- needs: report.demand_zone, report.demand_state
-- grain: one row per (run_id, edge_count, i, j, level, state)

create view report.demand_overview_state as

select
    run_id,
    edge_count,
    i,
    j,
    level,
    state,
    population,
    coalesce(
        population / nullif(sum(population) over (whole order by state rows between unbounded preceding and unbounded following), 0),
        cell_count / sum(cell_count) over whole
    ) as share
from (
    select
        z.run_id,
        z.edge_count,
        z.i,
        z.j,
        s.level,
        s.state,
        sum(z.population order by z.demand_id) as population,
        count(*) as cell_count
    from report.demand_zone as z
    join report.demand_state as s using (run_id, demand_id)
    group by z.run_id, z.edge_count, z.i, z.j, s.level, s.state
) as t
window whole as (partition by run_id, edge_count, i, j, level);

comment on view report.demand_overview_state is 'How many people of each large hexagon live where a level covers alike, phase by phase.';
comment on column report.demand_overview_state.run_id is 'The run.';
comment on column report.demand_overview_state.edge_count is 'Edge of the large hexagon, in edges of a small one.';
comment on column report.demand_overview_state.i is 'Column of the large hexagon.';
comment on column report.demand_overview_state.j is 'Row of the large hexagon.';
comment on column report.demand_overview_state.level is 'The level.';
comment on column report.demand_overview_state.state is 'Coverage as report.demand_state has it.';
comment on column report.demand_overview_state.population is 'People in that state.';
comment on column report.demand_overview_state.share is 'Their share of the people of the large hexagon; of its small hexagons where nobody lives.';
