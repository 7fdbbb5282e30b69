"""Prints the contents of the current load: files, totals, rejects, remarks, assumptions, attributions.

`python -m etl.report [--json]`
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
from db.common.assumption import sentence
from db.common.errors import UsageError
from db.session import connection, steady

_QUERIES = {
    "load": "select * from report.load where is_current",
    "files": """
        select source, file_name, row_count, reject_count, data_date, licence, sha256
        from report.load_file join report.load using (load_id)
        where is_current order by source_id
    """,
    "totals": "select * from report.source_total order by measure",
    "rejects": """
        select source, file_name, field, reason, is_outside, sum(record_count)::bigint as record_count,
            sum(population)::double precision as population, min(record) as example
        from report.reject group by 1, 2, 3, 4, 5 order by is_outside, record_count desc, 1, 2, 3, 4
    """,
    "remarks": """
        select source, record_key, field, remark from report.source_remark
        order by source, record_number, field
    """,
    "use": """
        select source, file_name, record_kind, record_count, used_count, left_out_count
        from report.record_use where left_out_count > 0 order by record_use_id
    """,
    "steps": """
        select step, elapsed_s, loader_s, other_s from report.load_step order by elapsed_s desc, step_number
    """,
    "assumptions": "select topic, code, value from report.assumption order by assumption_id",
    "attributions": "select attribution, licences, sources from report.attribution order by attribution_id",
}
_SHOWN = 15


def read_report(conn: psycopg.Connection[Any]) -> dict[str, list[dict[str, Any]]]:
    """Return the report of the current load by section, each a list of rows.

    Raises:
        UsageError: the database is not set up, or no region is loaded.
    """
    with conn.cursor(row_factory=dict_row) as cursor:
        try:
            found = {name: cursor.execute(query.encode()).fetchall() for name, query in _QUERIES.items()}
        except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
            raise UsageError("The database is not set up.", "run `planner db upgrade`.") from None
        except psycopg.errors.ObjectNotInPrerequisiteState:
            raise UsageError("No region is loaded.", "run `make load`.") from None
    if not found["load"]:
        raise UsageError("No region is loaded.", "run `make load`.")
    for row in found["assumptions"]:
        row["assumption"] = sentence(row["code"], row["value"])
    return found


def _table(console: Console, title: str, rows: list[dict[str, Any]], columns: tuple[str, ...]) -> None:
    if not rows:
        console.print(f"[bold]{title}[/]: none")
        return
    table = Table(*columns, title=title, title_justify="left", box=None, pad_edge=False)
    for row in rows[:_SHOWN]:
        table.add_row(*(escape(_words(row[column])) for column in columns))
    console.print(table)
    if len(rows) > _SHOWN:
        console.print(f"and {len(rows) - _SHOWN} more: --json lists all")


def _words(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1 else f"{value:,.0f}"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def print_report(found: dict[str, list[dict[str, Any]]], console: Console) -> None:
    """Print the report as tables."""
    load = found["load"][0]
    label = " (synthetic: made up)" if load["is_synthetic"] else ""
    console.print(
        f"[bold]{escape(load['title'])}[/]{label}: load {load['load_id']} of {load['loaded_at']:%Y-%m-%d}"
    )
    _table(
        console,
        "loaded",
        found["files"],
        ("source", "file_name", "row_count", "reject_count", "data_date", "licence"),
    )
    _table(
        console,
        "compared with published totals",
        found["totals"],
        ("measure", "published_value", "found_value", "difference_share", "published_by"),
    )
    for title, is_outside in (("rejected as faulty", False), ("left out, not faulty", True)):
        rows = [row for row in found["rejects"] if row["is_outside"] is is_outside]
        _table(console, title, rows, ("source", "field", "reason", "record_count", "example"))
    columns = ("source", "record_kind", "record_count", "used_count", "left_out_count")
    _table(console, "read, and left out by the views", found["use"], columns)
    _table(console, "remarks", found["remarks"], ("record_key", "field", "remark"))
    seconds = ("elapsed_s", "loader_s", "other_s")
    steps = [row | {name: f"{row[name]:,.1f}" for name in seconds} for row in found["steps"]]
    _table(console, "where the time went", steps, ("step", *seconds))
    _table(console, "assumed", found["assumptions"], ("topic", "assumption"))
    _table(console, "attributions to show with the data", found["attributions"], ("attribution", "licences"))


app = typer.Typer(add_completion=False)


@app.command()
def main(
    *, as_json: Annotated[bool, typer.Option("--json", help="Print JSON, every row of it.")] = False
) -> None:
    """Print what was loaded, rejected and assumed."""
    with connection.connect() as conn:
        found = steady.read(conn, lambda: read_report(conn))
    if as_json:
        typer.echo(json.dumps(found, default=str))
        return
    print_report(found, Console())


if __name__ == "__main__":
    run_app(app)
