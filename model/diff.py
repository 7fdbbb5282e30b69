"""Two plans side by side: what differs in what was asked, and in what came of it.

`python -m model.diff --runs 12 15 [--json]`
"""

from __future__ import annotations

import json
from typing import Annotated, Any

import psycopg
import typer
from psycopg import sql
from psycopg.rows import dict_row

from db.command.app import run_app
from db.command.number_options import whole_number
from db.common.errors import UsageError
from db.common.number import NUMBER_MAX
from db.session import connection
from db.session.dead_run import end_dead_runs
from model.run import lifecycle
from model.terminal import show
from model.terminal.options import Json

Connection = psycopg.Connection[tuple[Any, ...]]
PARTS = {
    "scenario": "run_parameter_difference",
    "figures": "run_figure_difference",
    "sites": "run_site_difference",
    "people": "run_gain_difference",
}


def difference(conn: Connection, a: int, b: int) -> dict[str, Any]:
    """Return what the functions report.run_*_difference say of plan b against plan a.

    Raises:
        UsageError: there is no such run, or it has no plan.

    """
    for run_id in (a, b):
        row = None
        if 0 <= run_id <= NUMBER_MAX:
            row = conn.execute(
                "select status, objective from plan.run where run_id = %s", (run_id,)
            ).fetchone()
        if row is None:
            raise UsageError(f"There is no run {run_id}.", "report.run_summary lists the runs.")
        if row[1] is None:
            raise UsageError(
                f"Run {run_id} has no plan: it ended as {row[0]}.", "compare runs that have one."
            )
    query = sql.SQL("select * from report.{}(%s, %s)")
    with conn.cursor(row_factory=dict_row) as cursor:
        found = {
            part: cursor.execute(query.format(sql.Identifier(name)), (a, b)).fetchall()
            for part, name in PARTS.items()
        }
    return {"run_a": a, "run_b": b, "currency": lifecycle.currency(conn), **found}


def main(
    runs: Annotated[
        tuple[int, int], whole_number(low=1, help="The two runs; the first is the one to compare with.")
    ],
    *,
    json_output: Json = False,
) -> None:
    """Compare two plans: parameters, data, sites, money, coverage, and who gains and loses."""
    with connection.connect(autocommit=True) as conn:
        end_dead_runs(conn)
        found = difference(conn, *runs)
    if json_output:
        typer.echo(json.dumps(found))
    else:
        show.show_difference(found)


if __name__ == "__main__":
    run_app(lambda: typer.run(main))
