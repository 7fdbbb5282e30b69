"""Makes the views anew on the current load, beside those that stand, which readers read until the commit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg

from db.schema import build, fingerprint, former, grants
from db.work.pool import HERE, Pool

DEFAULT_SRID = 3857


def current_srid(conn: psycopg.Connection[Any]) -> int:
    """Return the EPSG code of the current load's metric CRS; a stand-in while nothing is loaded."""
    row = conn.execute("select metric_srid from raw.load where is_current").fetchone()
    return int(row[0]) if row else DEFAULT_SRID


def rebuild(
    conn: psycopg.Connection[Any], progress: Callable[[str], None] = lambda _: None, pool: Pool = HERE
) -> None:
    """Create and fill all views, number new sites on the way, and grant, in the transaction that is open.

    Raises:
        UsageError: something outside depends on the views that stand.
    """
    progress("creating the views")
    build.create_views(conn, current_srid(conn))
    first = build.needed_by("core.site_key")
    build.refresh(conn, only=first, progress=progress, pool=pool)
    _register_sites(conn)
    build.refresh(conn, skip=first, progress=progress, pool=pool)
    work_out(conn, progress)
    progress("granting")
    fingerprint.record(conn)
    grants.grant(conn)
    former.refuse_dependents(conn, build.schemas())  # what was made on them meanwhile


def step_count() -> int:
    """Return how many steps `rebuild` tells of where there are no plans: the first, each view, the last."""
    return 2 + sum(file.is_refreshed for file in build.view_files())


def work_out(conn: psycopg.Connection[Any], progress: Callable[[str], None] = lambda _: None) -> None:
    """Fill the tables of rooms 4 and 5 for reports: of scenarios that have a plan, and of published runs.

    Those of the current load alone. Other scenarios are worked out when they are solved, other runs when they
    are audited.
    """
    scenarios = conn.execute(
        """
        select s.scenario_id, s.name
        from model.scenario as s
        where
            s.scenario_id in (select r.scenario_id from plan.run as r where r.objective is not null)
            and s.scenario_id not in (select w.scenario_id from model.worked_out as w)
        order by s.scenario_id
        """
    ).fetchall()
    for scenario_id, name in scenarios:
        progress(f"scenario {scenario_id}, {name}")
        conn.execute("select model.work_out(%s)", (scenario_id,))
    if scenarios:
        conn.execute("select model.gather_statistics()")
    runs = conn.execute(
        """
        select r.run_id
        from plan.run as r
        join model.scenario as s using (scenario_id)
        where r.publication = 'published' and r.run_id not in (select a.run_id from audit.audited_run as a)
        order by r.run_id
        """
    ).fetchall()
    if runs:
        progress("the published runs")
        conn.execute("select audit.work_out(%s::bigint[])", ([run_id for (run_id,) in runs],))
        conn.execute("select audit.gather_statistics()")
        conn.execute("delete from audit.asked_run")  # none of them is being audited


def finish(conn: psycopg.Connection[Any], progress: Callable[[str], None] = lambda _: None) -> bool:
    """Do what remains after the commit of `rebuild`; return whether no former views are left.

    A run that ended while the views were made has been worked out in the former ones alone.
    """
    with conn.transaction():
        work_out(conn, progress)
    return tidy(conn, progress)


def tidy(conn: psycopg.Connection[Any], progress: Callable[[str], None] = lambda _: None) -> bool:
    """Drop the views that gave way, after the commit; return whether none are left."""
    is_tidy = former.drop(conn, build.schemas())
    if not is_tidy:
        progress("the former views are still in use; the next load, upgrade or refresh drops them")
    return is_tidy


def _register_sites(conn: psycopg.Connection[Any]) -> None:
    """Give every station and candidate of the current load a number; those that have one keep it."""
    conn.execute(
        """
        insert into raw.site_registry (region, site_key)
        select r.region, k.site_key
        from core.site_key as k
        cross join core.region as r
        where not exists (
            select from raw.site_registry as g where g.region = r.region and g.site_key = k.site_key
        )
        order by k.site_key
        """
    )
