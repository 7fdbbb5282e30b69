"""A region of as many hexagons as a test asks for, drawn behind the views that the page reads."""

from __future__ import annotations

from typing import Any

import psycopg

_CELLS = """
    create table public.drawn_cell as
    select
        (i + 500000) * 1000000::bigint + (j + 500000) as demand_id, i, j,
        round((random() * 300)::numeric, 4)::double precision as population,
        round((random() * 9)::numeric, 4)::double precision as ev_count
    from (
        select c.i, c.j
        from (
            select round(avg(h.i))::integer as i, round(avg(h.j))::integer as j
            from report.region as r
            cross join lateral core.hexagon_index(st_centroid(r.geom), r.hexagon_edge_m) as h
        ) as middle
        cross join lateral (
            select a, b, middle.i + a as i, middle.j + b as j
            from generate_series(-%(half)s::integer, %(half)s::integer) as a
            cross join generate_series(-%(half)s::integer, %(half)s::integer) as b
        ) as c
        -- clusters with gaps between them, as settlements have
        where random() < 0.45 + 0.45 * sin(c.i / 23.0) * cos(c.j / 17.0)
        order by c.a * c.a + c.b * c.b, c.a, c.b
        limit %(count)s
    ) as t
"""
_VIEW = """
    create or replace view report.run_demand as
    select
        1000000000000 + d.demand_id as run_demand_id, r.run_id, d.demand_id, d.i, d.j, d.population, d.ev_count,
        st_hexagon(g.hexagon_edge_m, d.i, d.j, st_setsrid(st_makepoint(0, 0), g.metric_srid))::geometry(Geometry, {srid}) as geom
    from public.drawn_cell as d
    cross join report.region as g
    cross join (select distinct run_id from plan.demand_coverage) as r
"""
_COVERAGE = """
    with kind as (
        delete from plan.demand_coverage where run_id = %(run)s returning phase, level
    )
    insert into plan.demand_coverage
        (run_id, phase, level, demand_id, is_covered_before, is_covered_after, weight_share)
    select %(run)s, k.phase, k.level, d.demand_id, sin(d.i / 31.0) > 0.2, sin(d.i / 31.0 + k.phase * 0.3) > 0, 1.0 / %(count)s
    from (select distinct phase, level from kind) as k cross join public.drawn_cell as d
"""


def draw_cells(conn: psycopg.Connection[Any], run_id: int, count: int) -> None:
    """Let a run cover `count` hexagons around the middle of the region, the same ones each time.

    The view report.run_demand reads them from a table of the test; all that follows from it is left as it is.
    """
    conn.execute("select setseed(0.5)")
    srid = conn.execute("select metric_srid from report.region").fetchone()
    assert srid is not None
    conn.execute(_CELLS.encode(), {"half": round((count * 2.4) ** 0.5 / 2) + 40, "count": count})
    conn.execute(_VIEW.format(srid=srid[0]).encode())
    conn.execute(_COVERAGE.encode(), {"run": run_id, "count": count})
    conn.execute("grant select on public.drawn_cell to public")
    conn.execute("analyze public.drawn_cell, plan.demand_coverage")
