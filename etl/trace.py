"""Traces a row of `core` to its records, their file, its checksum and licence.

`python -m etl.trace --station ocm:900001`, `--site 17`, `--cell 500321499877`, `--edge 12`, or any other row:
`--entity place --key n5`
"""

from __future__ import annotations

import json
from typing import Annotated, Any

import psycopg
import typer
from psycopg.rows import dict_row
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from db.command.app import run_app
from db.common.errors import UsageError
from db.session import connection

_SHOWN = 20


def trace(conn: psycopg.Connection[Any], entity: str, key: str) -> list[dict[str, Any]]:
    """Return the rows of report.lineage for a row of `core`, in the order of its records.

    Raises:
        UsageError: nothing is loaded, or there is no such row.
    """
    with conn.cursor(row_factory=dict_row) as cursor:
        try:
            found = cursor.execute(
                "select * from report.lineage where entity = %s and row_key = %s"
                " order by source_id, record_number",
                (entity, key),
            ).fetchall()
            if found:
                return found
            known = cursor.execute("select distinct entity from core.origin order by 1").fetchall()
        except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
            raise UsageError("The database is not set up.", "run `planner db upgrade`.") from None
    names = [row["entity"] for row in known]
    if not names:
        raise UsageError("No region is loaded.", "run `make load`.")
    if entity not in names:
        raise UsageError(f"core has no entity '{entity}' to trace.", f"give one of {', '.join(names)}.")
    raise UsageError(f"core.{entity} has no row '{key}'.", f"look its key up in core.{entity}.")


def _station_key(conn: psycopg.Connection[Any], station: str) -> str:
    """Return the key of a station, given that key, one of its records, or the number of its site."""
    found = conn.execute(
        """
        select c.station_key
        from core.charging_station as c
        left join core.site as s on s.site_key = c.station_key
        where %(given)s = any(c.source_ids) or s.site_id::text = %(given)s
        """,
        {"given": station},
    ).fetchone()
    if found is None:
        hint = "give a key such as ocm:900001, or the number of its site; core.charging_station lists all."
        raise UsageError(f"There is no charging station '{station}'.", hint)
    return str(found[0])


def _print_trace(entity: str, key: str, rows: list[dict[str, Any]]) -> None:
    console = Console()
    console.print(
        f"core.{entity} {escape(key)}: {len(rows)} record(s) of load {rows[0]['load_id']}", soft_wrap=True
    )
    records = Table("record", "number", "of raw", "file", box=None, pad_edge=False)
    for row in rows[:_SHOWN]:
        records.add_row(
            escape(row["record_key"]),
            str(row["record_number"]),
            row["record_table"],
            escape(row["file_name"]),
        )
    console.print(records)
    if len(rows) > _SHOWN:
        console.print(f"and {len(rows) - _SHOWN} more: report.lineage")
    for file in {row["source_id"]: row for row in rows}.values():
        place = f", from {file['url']}" if file["url"] else ""
        dates = f"{file['licence']}, data of {file['data_date']}, sha256 {file['sha256']}"
        console.print(escape(f"{file['file_name']}{place}: {dates}"), soft_wrap=True)
        if file["attribution"]:
            console.print(escape(f"  {file['attribution']}"), soft_wrap=True)


app = typer.Typer(add_completion=False)


@app.command()
def main(
    *,
    station: Annotated[str, typer.Option(help="Key of a station, one of its records, or its site.")] = "",
    site: Annotated[str, typer.Option(help="Number of a site.")] = "",
    cell: Annotated[str, typer.Option(help="Number of a demand cell.")] = "",
    edge: Annotated[str, typer.Option(help="Number of a road edge.")] = "",
    entity: Annotated[str, typer.Option(help="Any other view of core, together with --key.")] = "",
    key: Annotated[str, typer.Option(help="Key of its row.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print the records, files, checksums and licences that a row of core comes from."""
    given = {"charging_station": station, "site": site, "demand_cell": cell, "road_edge": edge, entity: key}
    wanted = [(name, value) for name, value in given.items() if name and value]
    if len(wanted) != 1:
        raise UsageError(
            "Exactly one row can be traced.", "give --station, --site, --cell, --edge, or --entity and --key."
        )
    name, value = wanted[0]
    with connection.connect() as conn:
        if name == "charging_station":
            value = _station_key(conn, value)
        rows = trace(conn, name, value)
    if as_json:
        typer.echo(json.dumps(rows, default=str))
        return
    _print_trace(name, value, rows)


if __name__ == "__main__":
    run_app(app)
