"""Writes the council report of a published plan: a Word document and a PDF that say the same.

`python -m report.brief [--run R] [--language en|fr] [--paper letter|a4] [--out FOLDER]`
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from db.command.app import run_app
from db.command.number_options import PublishedRun
from db.common import output
from db.common.language import CANADIAN, Language
from db.environment import CHECKOUT
from db.session import connection, steady
from db.session.dead_run import end_dead_runs_as_owner
from report.brief import content, docx, pdf
from report.brief.parts import Document
from report.brief.read import read
from report.run import Connection, Row, adoption_words, find_run

_LETTER_CURRENCIES = frozenset({CANADIAN, "USD"})


class Paper(StrEnum):
    """Paper that councils print on."""

    LETTER = "letter"
    A4 = "a4"


def write_brief(
    conn: Connection, run_id: int | None, language: Language, folder: Path | None, paper: Paper | None = None
) -> list[Path]:
    """Write the report of a published run, the adopted plan by default, as .docx and .pdf; return the files.

    Paper is Letter where people pay in Canadian or US dollars, else A4, unless it is given.

    Raises:
        UsageError: there is no such published run, or the folder cannot be written to.
    """

    def whole() -> tuple[Row, Document]:
        run = find_run(conn, run_id)
        return run, content.document(run, *read(conn, run), language)

    run, document = steady.read(conn, whole)
    size = paper or (Paper.LETTER if run["currency"] in _LETTER_CURRENCIES else Paper.A4)
    place = folder or CHECKOUT / "out" / f"brief_{run['run_id']}"
    name = f"brief_{run['run_id']}_{language.value}"
    with output.written_files(place) as draft:
        docx.write(document, draft / f"{name}.docx", size.value)
        pdf.write(document, draft / f"{name}.pdf", size.value)
    return [place / f"{name}.docx", place / f"{name}.pdf"]


def main(
    run: PublishedRun = None,
    language: Annotated[Language, typer.Option(help="Language of the report.")] = Language.EN,
    paper: Annotated[
        Paper | None, typer.Option(help="Letter where people pay in dollars, else A4, if left out.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder; out/brief_<run> if left out.")] = None,
) -> None:
    """Write the council report of a published plan, the adopted one by default, as Word document and PDF."""
    end_dead_runs_as_owner()
    with connection.connect("reader") as conn:
        found = find_run(conn, run)
        files = write_brief(conn, found["run_id"], language, out, paper)
    shown = f"run {found['run_id']} of scenario '{found['scenario_name']}', {adoption_words(found)}"
    typer.echo(f"Wrote the report of {shown}: {', '.join(str(file) for file in files)}")


if __name__ == "__main__":
    run_app(lambda: typer.run(main))
