"""Stores the QGIS project "Region plan" (and "Plan de la région") and default styles in the database.

`python -m report.qgis [--language en|fr] [--service NAME]`
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote, urlencode

import typer

from db.command.app import run_app
from db.common.errors import UsageError
from db.common.language import LANGUAGES, Language
from db.session import connection
from db.session.dead_run import end_dead_runs
from report.qgis import facts as reading
from report.qgis.project import PROJECT_NAMES
from report.qgis.store import store


def project_uri(address: dict[str, str], language: Language, service: str | None = None) -> str:
    """Return what QGIS opens the project with; QGIS asks for user and password, or the service knows them."""
    rest = {"schema": "public", "project": PROJECT_NAMES[language]}
    if service:
        return "postgresql:?" + urlencode({"service": service} | rest, quote_via=quote)
    server = {k: v for k, v in address.items() if k not in ("host", "port")}
    host = f"{address['host']}:{address['port']}"
    return f"postgresql://{host}?" + urlencode(server | rest, quote_via=quote)


def main(
    language: Annotated[Language, typer.Option(help="Language of the default styles.")] = Language.EN,
    service: Annotated[
        str | None, typer.Option(help="Entry of pg_service.conf that layers use, instead of host and port.")
    ] = None,
) -> None:
    """Store the project in both languages, with default styles, and print how to open it."""
    with connection.connect() as conn:
        end_dead_runs(conn)
        layers = reading.layers_of(conn)
        facts = reading.read(conn, layers)
        if facts.address["host"].startswith("/") and not service:
            raise UsageError(
                "QGIS opens no project through a local socket by address.",
                "name an entry of pg_service.conf: --service NAME.",
            )
        count = store(conn, layers, facts, default=language, service=service)
    typer.echo(
        f"Stored the QGIS project and {count} styles for {facts.region}. Open it in QGIS by this address:"
    )
    for each in LANGUAGES:
        typer.echo(f"  {project_uri(facts.address, each, service)}")
    typer.echo(
        "`planner db url --role reader --long` prints user and password (planner: may edit the locks)."
    )


if __name__ == "__main__":
    run_app(lambda: typer.run(main))
