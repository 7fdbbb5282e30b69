-- Every grid area has a headroom, known or assumed, and it is not negative.
-- hint: a limit or peak load in the grid source may be negative; look at analysis.grid_headroom.

select grid_area_id, headroom_kw, basis
from analysis.grid_headroom
where headroom_kw is null or headroom_kw < 0;
