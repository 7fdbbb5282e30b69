-- needs: analysis.site_vertex, analysis.tile_network, analysis.access_point, core.region
-- grain: one row per (from_vertex_id, to_vertex_id)
-- filled: db.distance.fill

create table analysis.route (
    tile_id integer not null,
    from_vertex_id bigint not null,
    to_vertex_id bigint not null,
    distance_m double precision not null,
    duration_min double precision not null
) partition by list (tile_id);

comment on table analysis.route is 'Shortest routes along directed streets between the vertices where places meet them, as far as road_distance_max_m.';
comment on column analysis.route.tile_id is 'The tile of the site: analysis.site_vertex.';
comment on column analysis.route.from_vertex_id is 'Vertex of analysis.road_network where a cell or a site meets the street.';
comment on column analysis.route.to_vertex_id is 'Vertex where a site does.';
comment on column analysis.route.distance_m is 'Length of the shortest route, without access legs.';
comment on column analysis.route.duration_min is 'Minutes on that route, without access legs.';
