"""Prints a checksum of every view of `core`: two loads of the same files have the same checksums.

`python -m etl.checksum`
"""

from __future__ import annotations

from typing import Any

import psycopg
import typer
from psycopg import sql

from db.command.app import run_app
from db.common.errors import UsageError
from db.session import connection


def compute_checksums(conn: psycopg.Connection[Any]) -> dict[str, str]:
    """Return the MD5 of each view of `core`, independent of the order of its rows and the number of the load.

    Raises:
        UsageError: the database is not set up, or no region is loaded.
    """
    names = conn.execute(
        """
        select c.relname, array_agg(a.attname::text order by a.attnum)
        from pg_class as c
        join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and a.attname <> 'load_id'
        where c.relnamespace = to_regnamespace('core') and c.relkind in ('v', 'm')
        group by c.relname
        order by c.relname
        """
    ).fetchall()
    query = """
        select md5(coalesce(string_agg(line, e'\\n' order by line collate "C"), ''))
        from (select row({columns})::text as line from {view}) as t
    """
    found: dict[str, str] = {}
    try:
        for name, columns in names:
            columns_sql = sql.SQL(", ").join(map(sql.Identifier, columns))
            row = conn.execute(
                sql.SQL(query).format(columns=columns_sql, view=sql.Identifier("core", name))
            ).fetchone()
            found[name] = str(row[0]) if row else ""
    except psycopg.errors.ObjectNotInPrerequisiteState:
        found = {}
    if not found:
        raise UsageError("No region is loaded.", "run `make load`.")
    return found


app = typer.Typer(add_completion=False)


@app.command()
def main() -> None:
    """Print a checksum of every view of core."""
    with connection.connect() as conn:
        for name, digest in compute_checksums(conn).items():
            typer.echo(f"{digest}  core.{name}")


if __name__ == "__main__":
    run_app(app)
