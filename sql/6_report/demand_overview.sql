-- needs: report.demand_zone
-- grain: one row per (run_id, edge_count, i, j)

create view report.demand_overview as

select
    run_id,
    edge_count,
    i,
    j,
    count(*)::integer as cell_count,
    sum(population order by demand_id) as population,
    sum(ev_count order by demand_id) as ev_count
from report.demand_zone
group by run_id, edge_count, i, j;

comment on view report.demand_overview is 'People and vehicles of a published plan in large hexagons, for a map of a whole region.';
comment on column report.demand_overview.run_id is 'The run.';
comment on column report.demand_overview.edge_count is 'Edge of the large hexagon, in edges of a small one.';
comment on column report.demand_overview.i is 'Column of the large hexagon.';
comment on column report.demand_overview.j is 'Row of the large hexagon.';
comment on column report.demand_overview.cell_count is 'Small hexagons in it.';
comment on column report.demand_overview.population is 'People.';
comment on column report.demand_overview.ev_count is 'Electric vehicles; null when the region has no counts.';
