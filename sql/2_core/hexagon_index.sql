-- needs: nothing
-- grain: one row: the hexagon (i, j) that holds the point

create function core.hexagon_index(geom geometry, edge_m double precision, out i integer, out j integer)
language sql immutable parallel safe
begin atomic
    -- A hexagon is all that lies nearest to its centre; the numbering is that of ST_HexagonGrid, columns 1.5 edges apart and
    -- odd columns half a hexagon up.
    select c.i, c.j
    from (
        select k.i, round(st_y(geom) / (sqrt(3) * edge_m) - 0.5 * abs(k.i % 2))::integer as j
        from generate_series(
            round(st_x(geom) / (1.5 * edge_m))::integer - 1, round(st_x(geom) / (1.5 * edge_m))::integer + 1
        ) as k (i)
    ) as c
    order by
        (st_x(geom) - 1.5 * edge_m * c.i) ^ 2 + (st_y(geom) - sqrt(3) * edge_m * (c.j + 0.5 * abs(c.i % 2))) ^ 2,
        c.i,
        c.j
    limit 1;
end;

comment on function core.hexagon_index is 'Indices of the hexagon of ST_HexagonGrid, of that edge, in which a point lies.';
