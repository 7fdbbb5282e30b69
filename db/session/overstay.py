"""Ends sessions of readers and planners that outstay the limits which their roles begin with.

PostgreSQL lets every role change its own `statement_timeout` and the like, so these only guide. What holds is
what the owner does: a command that changes tables or views ends such sessions first.
"""

from __future__ import annotations

from typing import Any

import psycopg

STATEMENT_MAX_S = 600
IDLE_MAX_S = 1800
_END = """
    select pg_terminate_backend(a.pid)
    from pg_stat_activity as a
    join pg_roles as r on r.oid = a.usesysid
    join pg_roles as g on g.rolname = any(%(groups)s) and pg_has_role(r.oid, g.oid, 'member')
    where
        a.datname = current_database()
        and a.pid <> pg_backend_pid()
        and not r.rolsuper
        and r.rolname <> current_user
        and (
            (a.state = 'active' and now() - a.query_start > make_interval(secs => %(statement_s)s))
            or (
                a.state like 'idle in transaction%%'
                and now() - a.state_change > make_interval(secs => %(idle_s)s)
            )
        )
"""


def end_overstayers(conn: psycopg.Connection[Any]) -> int:
    """End the sessions of readers and planners whose statement, or open transaction, has lasted too long.

    Returns how many; none on a server where this login may not end the sessions of others.
    """
    from db.server.roles import ROLE_NAMES  # noqa: PLC0415 - the roles know the views, which take turns

    groups = [ROLE_NAMES["planner"], ROLE_NAMES["reader"]]
    limits = {"groups": groups, "statement_s": STATEMENT_MAX_S, "idle_s": IDLE_MAX_S}
    try:
        with conn.transaction():
            return len(conn.execute(_END, limits).fetchall())
    except psycopg.errors.InsufficientPrivilege:
        return 0
