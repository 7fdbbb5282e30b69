-- needs: nothing
-- grain: one row: the hexagon (i, j) that holds the point

create function core.hexagon_index(geom geometry, edge_m double precision) returns table (i integer, j integer)
language sql immutable parallel safe
begin atomic
    -- The numbering is that of ST_HexagonGrid: columns 1.5 edges apart, odd columns half a hexagon up. In slanted coordinates
    -- q, r, s, which sum to 0, the nearest centre is found by rounding all three and mending the one that was rounded furthest.
    -- offset 0: each step is worked out once, not wherever it stands in the next
    select
        k.q,
        k.r + floor(k.q / 2.0)::integer
    from (
        select
            (case when dq > dr and dq > ds then -c.r - c.s else c.q end)::integer as q,
            (case when dr >= dq and dr > ds then -c.q - c.s else c.r end)::integer as r
        from (
            select
                n.q,
                n.r,
                n.s,
                abs(n.q - n.exact_q) as dq,
                abs(n.r - n.exact_r) as dr,
                abs(n.s + n.exact_q + n.exact_r) as ds
            from (
                select p.q as exact_q, p.r as exact_r, round(p.q) as q, round(p.r) as r, round(-p.q - p.r) as s
                from (
                    select
                        st_x(geom) / (1.5 * edge_m) as q,
                        st_y(geom) / (sqrt(3.0) * edge_m) - st_x(geom) / (3 * edge_m) as r
                    offset 0
                ) as p
                offset 0
            ) as n
        ) as c
        offset 0
    ) as k;
end;

comment on function core.hexagon_index is 'Indices of the hexagon of ST_HexagonGrid, of that edge, in which a point lies.';
