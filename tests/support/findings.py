"""What the audit finds in a plan, view by view, as `model.run.audit` reads it."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

_VIEWS = """
    select relname from pg_class
    where relnamespace = 'audit'::regnamespace and relname ~ '^(figure|limit)_'
    order by relname
"""


def views(conn: psycopg.Connection[Any]) -> list[str]:
    """Return the views of figures and of limits."""
    return [name for (name,) in conn.execute(_VIEWS).fetchall()]


def messages(conn: psycopg.Connection[Any], view: str, run_id: int | None = None) -> list[str]:
    """Return what a view finds in a run, the latest unless told."""
    condition = "true" if view.startswith("figure_") else "is_violated"
    query = sql.SQL(
        "select message from audit.{} where run_id = coalesce(%s, (select max(run_id) from plan.run)) and {}"
        " order by subject"
    ).format(sql.Identifier(view), sql.SQL(condition))
    return [row[0] for row in conn.execute(query, (run_id,))]


def violations(conn: psycopg.Connection[Any], run_id: int | None = None) -> dict[str, list[str]]:
    """Return the messages of each figure and rule that finds anything in a run, the latest unless told."""
    found = {view.removeprefix("limit_"): messages(conn, view, run_id) for view in views(conn)}
    return {name: said for name, said in found.items() if said}
