"""Publishes the result views as OGC API Features and vector tiles, under the reader role.

`python -m report.serve [--host 127.0.0.1] [--port 8080]`
"""

from __future__ import annotations

from typing import Annotated

import typer
import uvicorn

from db import connection
from db.dead_run import end_dead_runs_as_owner
from db.errors import run_app
from report.serve.app import make_app
from report.serve.pool import check

CLIENTS_MAX = 64


def main(
    host: Annotated[
        str, typer.Option(help="Address to listen on; 127.0.0.1 is this machine alone.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8080,
) -> None:
    """Serve until interrupted."""
    address = connection.database_url("service")
    check(address)
    end_dead_runs_as_owner()
    app = make_app(address)
    typer.echo(f"OGC API Features and vector tiles: http://{host}:{port}/ (ends with Ctrl+C)")
    uvicorn.run(
        app, host=host, port=port, log_level="warning", limit_concurrency=CLIENTS_MAX, server_header=False
    )


if __name__ == "__main__":
    run_app(lambda: typer.run(main))
