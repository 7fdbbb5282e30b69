"""Which plan is shown: the adopted one of the region, or a published one that is named."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.rows import dict_row

from db.common.errors import UsageError
from db.common.number import NUMBER_MAX

Connection = psycopg.Connection[Any]
Row = dict[str, Any]


def rows(conn: Connection, query: str, *values: object) -> list[Row]:
    """Return the rows of a query as dictionaries."""
    with conn.cursor(row_factory=dict_row, binary=True) as cursor:
        return cursor.execute(query.encode(), values).fetchall()


def find_run(conn: Connection, run_id: int | None) -> Row:
    """Return the row of report.run_summary of a published run; of the adopted plan when `run_id` is None.

    Raises:
        UsageError: the database is not set up, no plan is adopted, or that run is not published.
    """
    if run_id is not None and abs(run_id) > NUMBER_MAX:
        raise UsageError(f"There is no run {run_id}.", "report.run_summary lists the runs.")
    try:
        found = rows(
            conn,
            "select * from report.run_summary where publication = 'published'"
            " and (run_id = %s or (%s::bigint is null and is_adopted))",
            run_id,
            run_id,
        )
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
        raise UsageError(
            "The database is not set up.", "run `planner db upgrade`, then `make load`."
        ) from None
    if found:
        return found[0]
    if run_id is not None:
        used = rows(
            conn,
            "select load_id, loaded_at from report.run_source where run_id = %s"
            " and not is_current_load order by load_id limit 1",
            run_id,
        )
        if used:
            raise UsageError(
                f"Run {run_id} used load {used[0]['load_id']} of {used[0]['loaded_at']:%Y-%m-%d};"
                " the views show another.",
                "solve again on the current data; report.run_source lists the files that run used.",
            )
        raise UsageError(
            f"Run {run_id} is not a published plan on the current data.",
            "report.run_summary lists all runs; without --run the adopted plan is shown.",
        )
    if not rows(conn, "select 1 from report.region"):
        raise UsageError("No region is loaded.", "run `make load`, then `make solve`.")
    latest = rows(conn, "select max(run_id) as run_id from report.published_run")[0]["run_id"]
    if latest is not None:
        raise UsageError(
            "No plan is adopted for this region.",
            f"adopt one, such as the latest: `planner adopt --run {latest}`; or name one to look at:"
            f" --run {latest}.",
        )
    raise UsageError(
        "No plan is published on the current data.", "solve one: `planner solve --scenario phase1`."
    )


def adoption_words(run: Row) -> str:
    """Say whether a plan is the adopted one of its region."""
    return "adopted plan" if run["is_adopted"] else "not the adopted plan"
