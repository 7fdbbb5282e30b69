"""Views that give way to new ones: renamed while the new ones are made, dropped when they are read no more.

To rename a schema takes no lock on what is in it, and other sessions see it when the transaction commits. So
readers read the former views until the new ones are whole, and from one moment to the next the new ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import sql
from psycopg.pq import TransactionStatus

from db.common.errors import UsageError
from db.schema import dependencies
from db.session import turn

DROP_TIMEOUT_S = 3.0
"""How long to wait for readers of the former views, seconds; afterwards the next command drops them."""
SLICE = 50
"""Views that one transaction drops; each takes a handful of locks."""
_VIEWS = """
    select
        c.relname::text,
        case c.relkind when 'm' then 'materialized view' when 'v' then 'view' else 'table' end
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname = %(schema)s and c.relkind in ('v', 'm', 'r', 'p')
    order by c.oid desc
    limit %(count)s
"""


def standing(conn: psycopg.Connection[Any], schemas: Sequence[str]) -> list[str]:
    """Return the schemas of former views that have not been dropped yet."""
    pattern = f"^({'|'.join(schemas)})_former_[0-9]+$"
    rows = conn.execute("select nspname::text from pg_namespace where nspname ~ %s order by 1", (pattern,))
    return [row[0] for row in rows]


def refuse_dependents(conn: psycopg.Connection[Any], schemas: Sequence[str]) -> None:
    """Refuse to replace these schemas and former ones while something outside depends on them.

    Raises:
        UsageError: names what would be lost.
    """
    dependencies.refuse(conn, [*schemas, *standing(conn, schemas)])


def set_aside(conn: psycopg.Connection[Any], schemas: Sequence[str]) -> None:
    """Rename these schemas to make room for new ones; other sessions see it at the commit.

    Raises:
        UsageError: something outside depends on them and would be lost when they are dropped.
    """
    turn.take(conn)
    refuse_dependents(conn, schemas)
    rows = conn.execute(
        "select nspname::text, oid from pg_namespace where nspname = any(%s) order by 1", (list(schemas),)
    ).fetchall()
    for name, number in rows:
        renamed = sql.Identifier(f"{name}_former_{number}")  # unique, so left-overs are no hindrance
        conn.execute(sql.SQL("alter schema {} rename to {}").format(sql.Identifier(name), renamed))


def drop(conn: psycopg.Connection[Any], schemas: Sequence[str]) -> bool:
    """Drop the former views in transactions of their own; return whether none are left.

    Views that another session still reads stay, and so do those on which something outside depends: the next
    load, upgrade or refresh tries again.

    Raises:
        ValueError: the connection is in a transaction, which would hold the locks of all to its end.
    """
    if conn.info.transaction_status is not TransactionStatus.IDLE:
        raise ValueError("the connection is in a transaction")
    with conn.transaction():  # ends here, so that each of the next ones is one of its own
        left = [name for schema in reversed(schemas) for name in standing(conn, [schema])]
    return all(_drop(conn, name, schemas) for name in left)  # what reads before what is read


def _drop(conn: psycopg.Connection[Any], name: str, schemas: Sequence[str]) -> bool:
    """Drop one schema, a few views at a time: the locks of many may be more than the server has room for."""
    try:
        while _drop_some(conn, name, schemas):
            pass
    except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected, UsageError):
        return False
    return True


def _drop_some(conn: psycopg.Connection[Any], name: str, schemas: Sequence[str]) -> bool:
    """Drop a slice of the views of a schema, or the schema without any; return whether it still stands."""
    place = sql.Identifier(name)
    with conn.transaction():
        turn.limit(conn, DROP_TIMEOUT_S)
        turn.take(conn)
        dependencies.refuse(conn, standing(conn, schemas))
        views = conn.execute(_VIEWS, {"schema": name, "count": SLICE}).fetchall()
        for view, kind in views:
            target = sql.SQL("drop {} if exists {}.{} cascade")
            conn.execute(target.format(sql.SQL(kind), place, sql.Identifier(view)))
        if not views:
            conn.execute(sql.SQL("drop schema if exists {} cascade").format(place))
    return bool(views)
