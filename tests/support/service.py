"""The open service in a thread of the test's own."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import requests
import uvicorn

from report.serve.app import make_app
from tests.support.processes import until


@contextmanager
def serving(address: str, **limits: Any) -> Iterator[str]:
    """Run the service in a thread; yield its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = uvicorn.Config(make_app(address, **limits), host="127.0.0.1", port=port, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        until(lambda: server.started or not thread.is_alive())
        assert server.started
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


def items(service: str, name: str, **values: str) -> requests.Response:
    return requests.get(f"{service}/collections/report.{name}/items", params=values, timeout=60)


def slow_down(address: str) -> None:
    """Make a published view that never ends."""
    with psycopg.connect(address) as conn:
        conn.execute(
            "create or replace view report.assumption as"
            " select 1::bigint as assumption_id, pg_sleep(600)::text as topic, null::text as code, null::jsonb as value"
        )
