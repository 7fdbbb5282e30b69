-- needs: analysis.access_point
-- grain: one row per (vertex_id)

create materialized view analysis.site_vertex as

with vertex as (
    select distinct vertex_id, geom
    from analysis.access_point
    where place_kind = 'site'
),

-- as many strips as each has tiles, so that tiles are about as high as wide; some 400 sites each: each tile reads the
-- streets around it anew, and the answer for this many is held in memory
tiling as (
    select ceil(sqrt(ceil(count(*) / 400.0)))::integer as strip_count
    from vertex
),

strip as (
    select v.*, ntile(t.strip_count) over (order by st_x(v.geom), v.vertex_id) as strip, t.strip_count
    from vertex as v
    cross join tiling as t
)

select
    vertex_id,
    (strip - 1) * strip_count
    + ntile(strip_count) over (partition by strip order by st_y(geom), vertex_id) as tile_id,
    geom
from strip
with no data;

create unique index site_vertex_key on analysis.site_vertex (vertex_id);
create index site_vertex_tile_idx on analysis.site_vertex (tile_id);

comment on materialized view analysis.site_vertex is 'Where sites meet the network, in tiles: sites near each other that are searched from together.';
comment on column analysis.site_vertex.vertex_id is 'Vertex of analysis.road_network.';
comment on column analysis.site_vertex.tile_id is 'Number of the tile.';
comment on column analysis.site_vertex.geom is 'The point on the street.';
