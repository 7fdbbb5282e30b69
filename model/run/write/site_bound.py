"""Writes what a run proves of each site, the cheapest change there, and what stands in its way."""

from __future__ import annotations

from typing import Any

import psycopg

from model.solver.taken import Bounds

Connection = psycopg.Connection[tuple[Any, ...]]
_WRITE = """
    with option as materialized (
        select * from model.site_option
        where scenario_id = %(scenario_id)s and action not in ('keep', 'remove')
    ),
        price as materialized (select * from model.layout_price where scenario_id = %(scenario_id)s),
        barred as materialized (
            select option_id, phase from model.barred_option(%(scenario_id)s)
        ),
        priced as (
            select o.option_id, o.site_id, o.layout_after, p.phase, p.capex_cad, p.grant_cad, p.resale_cad
            from option as o
            join price as p
                on p.price_class = o.price_class and p.layout_before = o.layout_before
                and p.action = o.action and p.layout_after = o.layout_after and p.phase = any (o.phases)
            where not exists (
                select from plan.run_lock as l
                where l.run_id = %(run_id)s and l.site_id = o.site_id
                    and (
                        l.lock_kind = 'force_out'
                        or l.lock_kind = 'fix_option' and l.option_id <> o.option_id
                    )
            )
                and not exists (
                    select from barred as b where b.option_id = o.option_id and b.phase = p.phase
                )
        ),
        cheapest as (
            select distinct on (site_id) *
            from priced
            order by site_id, capex_cad - grant_cad - resale_cad, capex_cad, phase, option_id
        ),
        bound as (
            select distinct on (o.site_id) o.site_id, b.*
            from unnest(%(option_ids)s::text[], %(phases)s::integer[], %(bounds)s::double precision[])
                as b (option_id, phase, objective_bound)
            join option as o using (option_id)
            order by o.site_id, b.objective_bound desc, b.phase, b.option_id
        )
    insert into plan.site_bound (
        run_id, site_id, is_candidate, refusal, option_id, phase, objective_bound,
        cheapest_option_id, cheapest_phase, ports, capex_cad, grant_cad, resale_cad
    )
    select
        %(run_id)s, s.site_id, k.is_candidate,
        case
            when c.site_id is not null then null
            when f.reason is not null then f.reason
            when not exists (
                select from plan.scenario_phase as p
                where p.scenario_id = s.scenario_id and 'build' = any (p.actions)
            ) then 'action'
            when s.site_id in (
                select l.site_id from plan.run_lock as l
                where l.run_id = %(run_id)s and l.lock_kind in ('force_out', 'fix_option')
            ) then 'lock'
            else 'limit'
        end,
        b.option_id, b.phase, b.objective_bound,
        c.option_id, c.phase, c.layout_after, c.capex_cad, c.grant_cad, c.resale_cad
    from model.site_state as s
    cross join lateral (select not s.is_existing and not s.is_changed as is_candidate) as k
    left join cheapest as c on c.site_id = s.site_id
    left join bound as b on b.site_id = c.site_id
    left join model.candidate_refusal as f on f.scenario_id = s.scenario_id and f.site_id = s.site_id
    where s.scenario_id = %(scenario_id)s and (k.is_candidate or c.site_id is not null)
    order by s.site_id
"""

_OBSTACLES = """
    insert into plan.candidate_obstacle (
        run_id, site_id, is_final, obstacle, level, other_site_id, grid_node_id, allowed, found
    )
    select
        %(run_id)s, site_id, is_final, obstacle, coalesce(level, ''), other_site_id, grid_node_id, allowed,
        found
    from (
        select true as is_final, * from model.candidate_obstacle(%(run_id)s, %(scenario_id)s)
        union all
        select false, * from model.candidate_conflict(%(run_id)s, %(scenario_id)s)
    ) as o
"""


def write(
    conn: Connection, run_id: int, scenario_id: int, bounds: Bounds, *, dual_bound: float | None
) -> None:
    """Write what is proved of each site, what the cheapest change there would cost, and what bars it.

    `bounds` are those of the choices; no plan at all is better than `dual_bound`. A station that can only be
    kept or removed has no row; a candidate has one with the reason why nothing may be built.
    """
    best = float("inf") if dual_bound is None else dual_bound
    kept = {key: min(bound, best) for key, bound in sorted(bounds.items())}
    values = {
        "run_id": run_id,
        "scenario_id": scenario_id,
        "option_ids": [option_id for option_id, _ in kept],
        "phases": [phase for _, phase in kept],
        "bounds": list(kept.values()),
    }
    for table in ("plan.candidate_obstacle", "plan.site_bound"):
        conn.execute(f"delete from {table} where run_id = %s".encode(), (run_id,))  # noqa: S608 - our own names
    conn.execute(_WRITE, values)
    conn.execute(_OBSTACLES, values)
