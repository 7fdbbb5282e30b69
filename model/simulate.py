"""Plays days of charging sessions on a plan: waits, cars that leave, and how busy ports are.

`python -m model.simulate --run R [--days 20] [--seed 1] [--lognormal 1.0]`
"""

from __future__ import annotations

from typing import Annotated, Any

import psycopg
import typer
from psycopg.rows import dict_row
from rich.console import Console
from rich.table import Table

from db.command.app import run_app
from db.command.number_options import whole_number
from db.common.language import CANADIAN, Language, Words
from db.session import connection
from model.analysis import simulation
from model.terminal.words import FILE

_LEVELS = "select * from report.simulation_level where simulation_id = %s order by level"


def show(conn: psycopg.Connection[Any], simulation_id: int, language: Language) -> None:
    """Print what the days came to by level, with 95 % intervals, beside what the plan promised."""
    with conn.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(_LEVELS, (simulation_id,)).fetchall()
    words = Words(language, CANADIAN, (FILE,))
    days = rows[0]["replication_count"] if rows else 0
    table = Table(title=words("simulation_title", simulation=simulation_id, days=days))
    keys = ("level", "ports", "cars", "balked", "wait", "busy", "peak", "promised")
    for key in keys:
        table.add_column(words(f"simulation_{key}"), justify="left" if key == "level" else "right")
    for row in rows:
        table.add_row(
            row["level"],
            words.number(row["port_count"]),
            words.number(row["arrived_per_day"], 0),
            _share(words, row, "balked_share", "balked_margin"),
            _with(words, row["wait_min"], row["wait_margin"]),
            _share(words, row, "utilisation_share", "utilisation_margin"),
            _share(words, row, "peak_served_share", "peak_served_margin"),
            "-"
            if row["peak_served_promised_share"] is None
            else words.share(row["peak_served_promised_share"], 1),
        )
    console = Console()
    console.print(table)
    is_measured = bool(rows) and rows[0]["is_profile_measured"]
    console.print(words("simulation_measured" if is_measured else "simulation_stated"), soft_wrap=True)


def _share(words: Words, row: dict[str, Any], name: str, margin: str) -> str:
    if row[name] is None:
        return "-"
    return f"{words.share(row[name], 1)} ± {words.number((row[margin] or 0) * 100, 1)}"


def _with(words: Words, value: float | None, margin: float | None) -> str:
    return "-" if value is None else f"{words.number(value, 1)} ± {words.number(margin or 0, 1)}"


def main(
    *,
    run_id: Annotated[int, whole_number("--run", low=1, help="The run.")],
    days: Annotated[int, typer.Option(min=2, max=10_000, help="Days to play.")] = 20,
    seed: Annotated[int, whole_number(help="Seed of the random numbers.")] = 1,
    lognormal: Annotated[
        float | None,
        typer.Option(min=0.01, max=10, help="Lognormal session times with this coefficient of variation."),
    ] = None,
    language: Annotated[Language, typer.Option("--language", help="Language of the table.")] = Language.EN,
) -> None:
    """Play days of charging sessions on the last phase of a run, and store and print what they came to."""
    with connection.connect(autocommit=True) as conn:
        town = simulation.read_town(conn, run_id, lognormal)
        number = simulation.simulate(conn, town, replications=days, seed=seed)
        show(conn, number, language)


if __name__ == "__main__":
    run_app(lambda: typer.run(main))
