"""Finds what stands outside the derived schemas and would fall with them."""

from __future__ import annotations

from typing import Any

import psycopg

from db.common.errors import UsageError

# What `drop schema ... cascade` would take along, found as PostgreSQL finds it: a view hangs on its rule.
_FALLING = """
    with recursive falling as (
        select 'pg_namespace'::regclass::oid as classid, n.oid as objid
        from pg_namespace as n
        where n.nspname = any(%(schemas)s)
        union
        select
            case when r.oid is null then d.classid else 'pg_class'::regclass end,
            coalesce(r.ev_class, d.objid)
        from falling as f
        join pg_depend as d on d.refclassid = f.classid and d.refobjid = f.objid
        left join pg_rewrite as r on r.oid = d.objid and d.classid = 'pg_rewrite'::regclass
    )
    select distinct i.type || ' ' || i.identity
    from falling as f
    cross join pg_identify_object(f.classid, f.objid, 0) as i
    cross join pg_identify_object_as_address(f.classid, f.objid, 0) as a
    where
        i.type not in ('schema', 'type', 'composite type', 'default acl')
        and not coalesce(i.schema, a.object_names[1]) = any(%(schemas)s || 'pg_toast'::name)
    order by 1
"""


def relations(connection: psycopg.Connection[Any], schemas: list[str]) -> list[str]:
    """Return the relations outside these schemas that depend on them, as pg_dump takes names."""
    rows = connection.execute(_FALLING, {"schemas": schemas}).fetchall()
    kinds = ("view ", "materialized view ", "table ")
    return [row[0].removeprefix(kind) for row in rows for kind in kinds if row[0].startswith(kind)]


def refuse(connection: psycopg.Connection[Any], schemas: list[str]) -> None:
    """Refuse to drop these schemas while something outside depends on them.

    Raises:
        UsageError: names every view, function, policy or column that would be lost.
    """
    rows = connection.execute(_FALLING, {"schemas": schemas}).fetchall()
    if rows:
        names = ", ".join(row[0] for row in rows)
        raise UsageError(
            f"The planner's views are about to be rebuilt, and these depend on them: {names}.",
            "keep their definitions, drop them, and create them again afterwards.",
        )
