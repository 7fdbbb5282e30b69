"""Writes the planner's page of the adopted plan, or of another published one.

`python -m report.page [--run R] [--compare R2] [--language fr] [--out FILE]`
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from db.command.app import run_app
from db.command.number_options import PublishedRun, whole_number
from db.common import output
from db.common.errors import UsageError
from db.common.language import Language
from db.environment import CHECKOUT
from db.session import connection, steady
from db.session.dead_run import end_dead_runs
from report.page import read, render

OUT = CHECKOUT / "out"


def write_page(
    run_id: int | None = None,
    *,
    compare: int | None = None,
    language: Language = Language.EN,
    tiles: tuple[str, str] | None = None,
    out: Path | None = None,
) -> Path:
    """Write the page of a run, the adopted plan by default, and return its path.

    Raises:
        UsageError: no such published run, or the file cannot be written.

    """
    with connection.connect() as conn:
        end_dead_runs(conn)
        chosen = [run_id] if compare is None else [run_id, compare]
        plans, region = steady.read(
            conn, lambda: ([read.read_plan(conn, each) for each in chosen], read.read_region(conn))
        )
    run = plans[0]["run"]
    scenario = re.sub(r"[^\w-]+", "_", run["scenario_name"])
    path = output.with_ending(out or OUT / f"plan_{scenario}_{run['run_id']}.html", ".html", ".htm")
    with output.written_file(path) as draft:
        draft.write_text(render.render(region, plans, language=language, tiles=tiles), encoding="utf-8")
    return path


def main(
    run: PublishedRun = None,
    compare: Annotated[
        int | None, whole_number(low=1, help="Another published run, shown beside it.")
    ] = None,
    language: Annotated[Language, typer.Option(help="Language the page opens in.")] = Language.EN,
    tiles: Annotated[
        str | None, typer.Option(help="Address of background tiles with {z}, {x}, {y}; none by default.")
    ] = None,
    tiles_attribution: Annotated[str, typer.Option(help="Attribution that the tiles require.")] = "",
    *,
    out: Annotated[Path | None, typer.Option(help="File to write; out/plan_<scenario>_<run>.html.")] = None,
) -> None:
    """Write one HTML file that explains a plan and needs no network."""
    if tiles is not None and not re.fullmatch(r"https?://[^\s;'\"]+", tiles):
        raise UsageError(
            f"'{tiles}' is not an address of tiles.", "such as https://tile.example.org/{z}/{x}/{y}.png."
        )
    path = write_page(
        run,
        compare=compare,
        language=language,
        tiles=(tiles, tiles_attribution) if tiles else None,
        out=out,
    )
    typer.echo(f"{path} ({path.stat().st_size / 1e6:.1f} MB)")


if __name__ == "__main__":
    run_app(lambda: typer.run(main))
