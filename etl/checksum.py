"""Prints a checksum of every view of `core`, to see whether two loads of the same files are the same data.

`python -m etl.checksum`
"""

from __future__ import annotations

from typing import Any

import psycopg
import typer
from psycopg import sql

from db import connection
from db.errors import UsageError, run_app


def checksums(conn: psycopg.Connection[Any]) -> dict[str, str]:
    """Return the MD5 of each view of `core`, whatever the order of its rows; the load's number is left out.

    Raises:
        UsageError: the database is not set up, or no region is loaded.
    """
    names = conn.execute(
        """
        select relname from pg_class
        where relnamespace = to_regnamespace('core') and relkind in ('v', 'm')
        order by relname
        """
    ).fetchall()
    query = """
        select md5(coalesce(string_agg(row_text, e'\\n' order by row_text collate "C"), ''))
        from (select (to_jsonb(t) - 'load_id')::text as row_text from {view} as t) as line
    """
    try:
        found = {
            name: conn.execute(sql.SQL(query).format(view=sql.Identifier("core", name))).fetchone()
            for (name,) in names
        }
    except psycopg.errors.ObjectNotInPrerequisiteState:
        found = {}
    if not found:
        raise UsageError("No region is loaded.", "run `make load`.")
    return {name: str(row[0]) for name, row in found.items() if row}


app = typer.Typer(add_completion=False)


@app.command()
def main() -> None:
    """Print a checksum of every view of core."""
    with connection.connect() as conn:
        for name, digest in checksums(conn).items():
            typer.echo(f"{digest}  core.{name}")


if __name__ == "__main__":
    run_app(app)
