-- Every cell lies in a planning area and in a grid area.
-- hint: the outlines of planning or grid areas may be empty; look at core.planning_area and core.grid_area.

select cell_id, planning_area_id, grid_area_id
from core.demand_cell
where planning_area_id is null or grid_area_id is null;
