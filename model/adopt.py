"""Adopts a plan: of all plans of a region the one that maps, page, figures, exports and service show.

`python -m model.adopt [--run R | --undo] [--json]`; with neither it tells what is adopted and what could be.
"""

from __future__ import annotations

import json
from typing import Annotated, Any

import psycopg
import typer
from psycopg.rows import dict_row

from db.command.app import run_app
from db.command.number_options import whole_number
from db.common.errors import UsageError
from db.session import connection
from db.session.dead_run import end_dead_runs
from model.data.scenario_store import current_load_id
from model.run import adoption
from model.terminal import show
from model.terminal.options import Json

Connection = psycopg.Connection[tuple[Any, ...]]
_STATE = """
    select region_title, run_id, scenario_name, status, parent_run_id, is_adopted, net_capex_cad, currency,
        expand_count + upgrade_count + build_count + remove_count as change_count
    from report.run_summary where publication = 'published' order by run_id desc
"""


def state(conn: Connection) -> list[dict[str, Any]]:
    """Return the published plans of the region on the current data, the latest first."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(_STATE).fetchall()


def main(
    run: Annotated[int | None, whole_number(low=1, help="The published run to adopt.")] = None,
    *,
    undo: Annotated[
        bool, typer.Option("--undo", help="Undo the last adoption: the plan before it is adopted again.")
    ] = False,
    json_output: Json = False,
) -> None:
    """Adopt a published plan, take the last adoption back, or tell which plan is adopted."""
    if undo and run is not None:
        raise UsageError("--run and --undo exclude each other.", "give one of them.")
    with connection.connect(autocommit=True) as conn:
        end_dead_runs(conn)
        current_load_id(conn)
        if undo:
            adoption.undo(conn)
        elif run is not None:
            adoption.adopt(conn, run)
        plans = state(conn)
    if json_output:
        typer.echo(json.dumps({"adopted": next((p for p in plans if p["is_adopted"]), None), "plans": plans}))
    else:
        show.show_adopted(plans)
        if (undo or run is not None) and any(p["is_adopted"] for p in plans):
            typer.echo("note: `planner qgis` writes it into the title of the QGIS project.", err=True)


if __name__ == "__main__":
    run_app(lambda: typer.run(main))
