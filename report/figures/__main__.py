"""Writes the figures of a published plan as PNG and SVG.

`python -m report.figures [--run R] [--language en|fr] [--out FOLDER]`
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import matplotlib as mpl
import typer
from matplotlib.figure import Figure

from db.command.app import run_app
from db.command.number_options import PublishedRun
from db.common import output
from db.common.language import Language, Words
from db.environment import CHECKOUT
from db.session import connection, steady
from db.session.dead_run import end_dead_runs_as_owner
from report.figures import charts, maps
from report.figures.read import Findings, read
from report.figures.text import figure_words
from report.figures.tornado import tornado
from report.run import adoption_words, find_run

DPI = 150
# names are untrusted, and a dollar sign would begin a formula; the same data give the same file
_SETTINGS: dict[Any, Any] = {
    "text.parse_math": False,
    "svg.hashsalt": "ev-charging-planner",
    "font.family": "DejaVu Sans",
}


def figures(found: Findings, words: Words) -> Iterator[tuple[str, Figure]]:
    """Draw the figures that there are data for; tornado and Pareto frontier need runs of their own."""
    for level, covered in found.coverage.items():
        # a plan on the points of a study covers no hexagons
        if len(covered.cells):
            yield f"coverage_{level}", maps.coverage(found, covered, words)
    if len(found.projects):
        yield "projects", maps.numbered(found, words)
    yield "ev_density", maps.ev_density(found, words)
    yield "money", charts.money(found, words)
    if len(found.tornado):
        yield "tornado", tornado(found, words)
    if len(found.pareto):
        yield "pareto", charts.pareto(found, words)


def write(found: Findings, words: Words, folder: Path) -> list[Path]:
    """Write each figure as PNG and SVG; return the files.

    Raises:
        UsageError: the folder cannot be written to.
    """
    names = []
    with output.written_files(folder) as draft, mpl.rc_context(_SETTINGS):
        for name, figure in figures(found, words):
            for kind in ("png", "svg"):
                names.append(f"{name}.{kind}")
                figure.savefig(draft / names[-1], dpi=DPI, metadata={"Date": None} if kind == "svg" else None)
    return [folder / name for name in names]


def main(
    run: PublishedRun = None,
    language: Annotated[Language, typer.Option(help="Language of the figures.")] = Language.EN,
    out: Annotated[Path | None, typer.Option(help="Folder; out/figures_<run> if left out.")] = None,
) -> None:
    """Write the figures of a published plan, the adopted one by default."""
    end_dead_runs_as_owner()
    with connection.connect("reader") as conn:
        found = steady.read(conn, lambda: read(conn, find_run(conn, run)))
    folder = out or CHECKOUT / "out" / f"figures_{found.run['run_id']}"
    files = write(found, figure_words(language, found.run["currency"]), folder)
    shown = (
        f"run {found.run['run_id']} of scenario '{found.run['scenario_name']}', {adoption_words(found.run)}"
    )
    typer.echo(f"Wrote {len(files)} files of {shown}: {folder}")


if __name__ == "__main__":
    run_app(lambda: typer.run(main))
