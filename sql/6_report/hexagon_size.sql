-- needs: nothing
-- grain: one row per (edge_count)

create view report.hexagon_size as

-- three times the edge holds nine times as many
select edge_count
from unnest(array[3, 9, 27, 81]) as s (edge_count);

comment on view report.hexagon_size is 'Sizes of the large hexagons in which a map shows a whole region.';
comment on column report.hexagon_size.edge_count is 'Edge of a large hexagon, in edges of a small one.';
