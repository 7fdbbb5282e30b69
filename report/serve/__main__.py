"""Publishes the result views as OGC API Features and vector tiles, under the reader role.

`python -m report.serve [--host 127.0.0.1] [--port 8080] [--page]`
"""

from __future__ import annotations

import socket
from typing import Annotated

import typer
import uvicorn

from db.command.app import run_app
from db.common.errors import UsageError
from db.session import connection
from db.session.dead_run import end_dead_runs_as_owner
from report.serve.app import REQUEST_S, make_app
from report.serve.connection import HEADER_S, HeedingServer, timed_protocol
from report.serve.pool import check

CONNECTIONS_MAX = 512
_GRACE_S = 5


def main(
    host: Annotated[
        str, typer.Option(help="Address to listen on; 127.0.0.1 is this machine alone.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8080,
    *,
    page: Annotated[
        bool, typer.Option("--page", help="Give the planner's page of the adopted plan at /page, too.")
    ] = False,
) -> None:
    """Serve the adopted plan as maps and data for GIS programs and browsers, until interrupted."""
    address = connection.database_url("service")
    check(address)
    end_dead_runs_as_owner()
    config = uvicorn.Config(
        make_app(address, with_page=page),
        log_level="warning",
        limit_concurrency=CONNECTIONS_MAX,
        server_header=False,
        http=timed_protocol(HEADER_S, REQUEST_S + _GRACE_S),
    )
    with listening(host, port) as listener:
        shown = f"[{host}]" if ":" in host else host
        typer.echo(f"OGC API Features and vector tiles: http://{shown}:{port}/ (ends with Ctrl+C)")
        HeedingServer(config).run(sockets=[listener])


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens on one address.

    Raises:
        UsageError: `host` is empty (which would be every address), unknown or not of this machine, or the
            port is taken.
    """
    if not host.strip():
        raise UsageError(
            "--host is empty, which would open the service to every network of this machine.",
            "give 127.0.0.1 for this machine alone, or 0.0.0.0 for all.",
        )
    try:
        (family, _, _, _, address), *_ = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return socket.create_server(address[:2], family=family, backlog=128)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(
            f"The service cannot listen on {host[:100]}, port {port}: {reason}.",
            "give an address of this machine with --host, or a free port with --port.",
        ) from None


if __name__ == "__main__":
    run_app(lambda: typer.run(main))
