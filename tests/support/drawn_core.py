"""Single views over tables drawn by a test: the view's own file runs on rows that stand in for what it reads.

A load takes seconds; this takes milliseconds, so that hypothesis can draw many worlds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import psycopg
from psycopg import sql

from db.schema import build

SRID = 32617


class DrawnCore:
    """Tables in place of what some views read, and these views, in a database of their own.

    Of a view that is worked out once for each scenario, `<name>_definition` has the rows.
    """

    def __init__(
        self, conn: psycopg.Connection[Any], *, tables: Mapping[str, str], views: Iterable[str]
    ) -> None:
        self.conn, self.tables = conn, list(tables)
        wanted = set(views)
        build.drop_views(conn)
        for _, schema, _ in build.rooms():
            conn.execute(sql.SQL("create schema {}").format(sql.Identifier(schema)))
        for name, columns in tables.items():
            text = columns.replace(":metric_srid", str(SRID))
            conn.execute(f"create table {name} ({text})".encode())
        self.views = [file for file in build.view_files() if file.full_name in wanted]
        for file in self.views:
            conn.execute(file.statements().replace(":metric_srid", str(SRID)).encode())
        conn.commit()  # its locks are as many as the views were

    def fill(self, rows: Mapping[str, Sequence[Sequence[Any]]]) -> None:
        """Put these rows in the tables, geometries as WKT, in place of all others, and fill the views."""
        for name in self.tables:
            self.conn.execute(f"truncate {name}".encode())
        for name, values in rows.items():
            if values:
                marks = ", ".join(["%s"] * len(values[0]))
                with self.conn.cursor() as cursor:
                    cursor.executemany(
                        f"insert into {name} values ({marks})".encode(),  # noqa: S608 - names of the test
                        values,
                    )
        build.refresh(self.conn, only=[file.full_name for file in self.views])

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the answer to a query."""
        return self.conn.execute(query.encode()).fetchall()
