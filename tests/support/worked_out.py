"""The tables of room 4 that `model.work_out` fills for a scenario."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

from db.schema import build

Connection = psycopg.Connection[Any]
TABLES = [file.full_name for file in build.view_files() if file.is_kept and file.schema == "model"]


def identifier(name: str) -> sql.Identifier:
    return sql.Identifier(*name.split("."))


def rows(conn: Connection, name: str, scenario_id: int) -> list[str]:
    """Return the rows of a table or view for a scenario as text, sorted."""
    query = sql.SQL("select t::text from {} as t where scenario_id = %s order by t::text")
    return [row for (row,) in conn.execute(query.format(identifier(name)), (scenario_id,))]


def counts(conn: Connection, scenario_id: int) -> dict[str, int]:
    """Return how many rows of a scenario each table holds."""
    return {name: len(rows(conn, name, scenario_id)) for name in [*TABLES, "model.worked_out"]}


def work_out_again(conn: Connection) -> None:
    """Work out all scenarios anew, once a test has changed what never changes: rows of a scenario or of a load."""
    known = [row for (row,) in conn.execute("select scenario_id from model.worked_out order by 1")]
    for name in [*TABLES, "model.worked_out"]:
        conn.execute(sql.SQL("truncate {}").format(identifier(name)))
    for scenario_id in known:
        conn.execute("select model.work_out(%s)", (scenario_id,))
