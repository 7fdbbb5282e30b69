"""Tells whether the views that stand are those of the files, filled from the current load.

The fingerprint is the comment of `plan.alembic_version`, beside the version of the tables.
"""

from __future__ import annotations

import hashlib
from typing import Any

import psycopg
from psycopg import sql

from db.schema import build

_NAME = sql.Identifier("plan", "alembic_version")
_PREFIX = "Version of the tables. Views and their content: "


def _wanted(connection: psycopg.Connection[Any]) -> str:
    """Return the fingerprint of the files, the current load and the extensions that the views call."""
    digest = hashlib.sha256()
    for file in build.view_files():
        digest.update(f"{file.full_name}\0{file.text}\0".encode())
    for query in (
        "select load_id, metric_srid from raw.load where is_current",
        "select extname, extversion from pg_extension order by 1",
    ):
        digest.update(repr(connection.execute(query.encode()).fetchall()).encode())
    return digest.hexdigest()


def is_current(connection: psycopg.Connection[Any]) -> bool:
    """Whether every view of the files is there, made from these files and filled from the current load."""
    row = connection.execute("select obj_description(to_regclass('plan.alembic_version'))").fetchone()
    if row is None or row[0] != _PREFIX + _wanted(connection):
        return False
    relations = {
        name
        for file in build.view_files()
        if file.is_relation
        for name in (file.full_name, file.definition_name)
    }
    rows = connection.execute(
        """
        select n.nspname || '.' || c.relname
        from pg_class as c
        join pg_namespace as n on n.oid = c.relnamespace
        where c.relkind in ('v', 'm', 'r', 'p') and c.relispopulated and not c.relispartition
            and n.nspname = any(%s)
        """,
        (build.schemas(),),
    )
    return {row[0] for row in rows} == relations


def record(connection: psycopg.Connection[Any]) -> None:
    """Note that the views have just been made and filled; call it after a whole refresh."""
    comment = sql.Literal(_PREFIX + _wanted(connection))
    connection.execute(sql.SQL("comment on table {} is {}").format(_NAME, comment))
