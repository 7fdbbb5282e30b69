-- Every grid area has a hosting capacity, known or assumed, and it is not negative.
-- hint: a limit or peak load in the grid source may be negative; look at analysis.hosting_capacity.

select grid_area_id, remaining_kw, basis
from analysis.hosting_capacity
where remaining_kw is null or remaining_kw < 0;
