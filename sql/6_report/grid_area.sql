-- needs: core.grid_area
-- grain: one row per (grid_area_id)

create view report.grid_area as

select grid_area_id, name, basis, geom::geometry(MultiPolygon, :metric_srid) as geom
from core.grid_area;

comment on view report.grid_area is 'Service areas of the grid, whatever a plan adds there.';
comment on column report.grid_area.grid_area_id is 'Number of the area within the load.';
comment on column report.grid_area.name is 'Name.';
comment on column report.grid_area.basis is 'given, nearest_station or planning_area.';
comment on column report.grid_area.geom is 'Outline.';
