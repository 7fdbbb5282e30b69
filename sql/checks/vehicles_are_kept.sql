-- The electric vehicles of the postal areas, as far as they lie in the region, are all in cells.
-- hint: refresh the views; if it stays, postal areas may lie where there are no people.

with total as (
    select
        (select coalesce(sum(ev_count * inside_share), 0) from core.postal_area) as source_ev_count,
        (select coalesce(sum(ev_count), 0) from core.demand_cell) as cell_ev_count
)

select *
from total
where abs(source_ev_count - cell_ev_count) > 1e-6 * greatest(source_ev_count, 1);
