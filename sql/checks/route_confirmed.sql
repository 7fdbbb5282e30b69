-- Routes are those that pgRouting finds on all streets, as far as it was asked: to eight sites.
-- hint: run `planner db refresh`; if it stays, this is a fault of ours.

with confirmed as materialized (
    table analysis.confirmed_route
),

kept as (
    select from_vertex_id, to_vertex_id, distance_m, duration_min
    from analysis.route
    where to_vertex_id in (select to_vertex_id from confirmed)
)

select *
from (
    (table confirmed except table kept)
    union all
    (table kept except table confirmed)
) as difference
order by to_vertex_id, from_vertex_id;
