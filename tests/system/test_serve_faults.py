"""The service on a bad day: clients that hold connections, a database that stops, addresses that cannot be."""

from __future__ import annotations

import json
import re
import select
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
import requests
import uvicorn
from psycopg import sql

from db.common.errors import UsageError
from report.serve.__main__ import CONNECTIONS_MAX, listening
from report.serve.app import REQUESTS_MAX, make_app
from report.serve.connection import timed_protocol
from tests.support.processes import until
from tests.support.service import items, serving, slow_down


@contextmanager
def serving_timed(address: str, *, header_s: float, answer_s: float, **limits: Any) -> Iterator[str]:
    """Run the service with its own protocol, as `planner serve` does."""
    listener = listening("127.0.0.1", 0)
    config = uvicorn.Config(
        make_app(address, **limits),
        log_level="error",
        limit_concurrency=CONNECTIONS_MAX,
        http=timed_protocol(header_s, answer_s),
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        until(lambda: server.started or not thread.is_alive())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def connect(url: str) -> socket.socket:
    at = urlsplit(url)
    return socket.create_connection((at.hostname or "", at.port or 0), timeout=60)


def is_ended(client: socket.socket) -> bool:
    """Wait until the server ends a connection; what it sends before is thrown away."""
    with suppress(ConnectionResetError):
        while client.recv(65_536):
            pass
    return True


def test_idle_connections_shut_nobody_out(planned_database: str) -> None:
    with serving_timed(planned_database, header_s=600, answer_s=600) as url:
        idle = [connect(url) for _ in range(2 * REQUESTS_MAX)]
        begun = [connect(url) for _ in range(REQUESTS_MAX)]
        for client in begun:
            client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        assert requests.get(url, timeout=60).status_code == 200
        assert items(url, "decision").status_code == 200
        for client in idle + begun:
            client.close()


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"])
def test_who_sends_no_request_is_left(sent: bytes, planned_database: str) -> None:
    """From the beginning, in the middle of its headers, and after an answer."""
    with serving_timed(planned_database, header_s=1, answer_s=60) as url, connect(url) as client:
        client.sendall(sent)
        assert is_ended(client)


BIG = b"GET /collections/report.assumption/items?limit=10000 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def make_a_big_answer(address: str) -> None:
    """Make a published view whose answer no buffer of the system holds."""
    with psycopg.connect(address) as conn:
        conn.execute(
            "create or replace view report.assumption as select n::bigint as assumption_id, repeat(md5(n::text), 100)"
            "::text as topic, null::text as code, null::jsonb as value from generate_series(1, 10000) as n"
        )


def begins_a_big_answer(client: socket.socket) -> bool:
    """Ask for it; return whether it begins before the server ends the connection."""
    client.sendall(BIG)
    with suppress(ConnectionResetError):
        return client.recv(4, socket.MSG_PEEK | socket.MSG_WAITALL) == b"HTTP"
    return False


def ends_who_takes_no_answer(address: str, answer_s: float) -> bool:
    """Whether an answer that nobody takes is ended; False where it did not even begin in that time."""
    with serving_timed(address, header_s=600, answer_s=answer_s, request_s=600) as url:
        with connect(url) as client:
            if not begins_a_big_answer(client):
                return False
            ended = select.poll()
            ended.register(client, 0)
            until(lambda: bool(ended.poll(0)))
        return items(url, "decision").status_code == 200


def test_who_takes_no_answer_is_left(planned_database: str) -> None:
    make_a_big_answer(planned_database)
    # a busy machine takes longer to make the answer, which is within the time as well
    assert any(ends_who_takes_no_answer(planned_database, answer_s) for answer_s in (2, 8, 32, 128))


def test_who_takes_an_answer_slowly_gets_it_whole(planned_database: str) -> None:
    make_a_big_answer(planned_database)
    with (
        serving_timed(planned_database, header_s=1, answer_s=600, request_s=600) as url,
        connect(url) as client,
    ):
        assert begins_a_big_answer(client)
        threading.Event().wait(3)
        received = b""
        while part := client.recv(1_000_000):
            received += part
    head, _, body = received.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head)
    assert length
    assert len(body) == int(length[1]) > 30_000_000


def test_more_requests_than_there_is_room_for_are_told_to_come_back(planned_database: str) -> None:
    slow_down(planned_database)
    with serving(planned_database, request_s=600, statement_s=600) as url:
        waiting = [connect(url) for _ in range(REQUESTS_MAX)]
        for client in waiting:
            client.sendall(b"GET /collections/report.assumption/items HTTP/1.1\r\nHost: x\r\n\r\n")
        until(lambda: requests.get(url, timeout=60).status_code == 503)
        assert int(requests.get(url, timeout=60).headers["retry-after"]) > 0
        for client in waiting:
            client.close()
        until(lambda: requests.get(url, timeout=60).status_code == 200)
        until(lambda: items(url, "decision").status_code == 200)


@pytest.mark.parametrize(
    "path", ["/", "/conformance", "/collections", "/api", "/collections/report.decision/items"]
)
def test_head_is_get_without_its_body(path: str, planned_database: str) -> None:
    with serving(planned_database) as url:
        got, head = requests.get(url + path, timeout=60), requests.head(url + path, timeout=60)
        assert (head.status_code, head.content) == (200, b"")
        for name in ("content-type", "content-length"):
            assert head.headers.get(name) == got.headers.get(name)
        assert requests.head(f"{url}/nothing", timeout=60).status_code == 404


def test_a_database_that_refuses_is_503_and_comes_back(planned_database: str, server: str) -> None:
    name = sql.Identifier(urlsplit(planned_database).path[1:])
    with serving(planned_database) as url, psycopg.connect(server, autocommit=True) as conn:
        assert items(url, "decision").status_code == 200
        conn.execute(sql.SQL("alter database {} with allow_connections false").format(name))
        conn.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s and pid <> pg_backend_pid()",
            (urlsplit(planned_database).path[1:],),
        )
        try:
            for _ in range(12):
                found = items(url, "decision")
                assert found.status_code == 503
                assert set(found.json()) == {"detail"}
            assert requests.get(f"{url}/collections", timeout=60).status_code == 200
        finally:
            conn.execute(sql.SQL("alter database {} with allow_connections true").format(name))
        until(lambda: items(url, "decision").status_code == 200)


class Wire:
    """A way to the database that can be cut: a port that passes bytes on, until it is closed."""

    def __init__(self, target: tuple[str, int]) -> None:
        self.target = target
        self.ends: list[socket.socket] = []
        self.port = 0
        self.open()

    def open(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def cut(self) -> None:
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for end in self.ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self.ends.clear()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(self.target)
                self.ends += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._pass, args=(one, other), daemon=True).start()

    @staticmethod
    def _pass(one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while part := one.recv(65_536):
                other.sendall(part)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


def test_a_database_that_is_gone_is_503_and_comes_back(planned_database: str) -> None:
    at = urlsplit(planned_database)
    wire = Wire((at.hostname or "", at.port or 5432))
    address = at._replace(netloc=f"{at.username}:{at.password}@127.0.0.1:{wire.port}").geturl()
    with serving(address) as url:
        assert items(url, "decision").status_code == 200
        wire.cut()
        for _ in range(5):
            found = items(url, "decision")
            assert (found.status_code, found.headers["retry-after"]) == (503, "5")
            assert "Traceback" not in found.text
        wire.open()
        until(lambda: items(url, "decision").status_code == 200)
    wire.cut()


@pytest.mark.usefixtures("gdal")
def test_gdal_gets_its_features_however_many_it_asks_for_at_once(
    planned_database: str, tmp_path: Path
) -> None:
    out = tmp_path / "coverage.geojson"
    with serving(planned_database) as url:
        done = subprocess.run(
            ["ogr2ogr", "-f", "GeoJSON", str(out), f"OAPIF:{url}", "report.demand_coverage", "-oo", "PAGE_SIZE=20000"],
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert len(json.loads(out.read_text())["features"]) == 10


@pytest.mark.parametrize("host", ["", "  ", "no-such-host.invalid", "203.0.113.7", "x" * 300])
def test_an_address_that_cannot_be_listened_on(host: str) -> None:
    with pytest.raises(UsageError) as caught:
        listening(host, 8080)
    assert caught.value.hint


def test_a_port_that_is_taken() -> None:
    with listening("127.0.0.1", 0) as taken, pytest.raises(UsageError, match="in use"):
        listening("127.0.0.1", taken.getsockname()[1])


def test_the_command_refuses_an_empty_host(planned_database: str) -> None:  # noqa: ARG001 - DATABASE_URL
    done = subprocess.run(
        [sys.executable, "-m", "report.serve", "--host", ""],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("error: --host is empty")
    assert "next: " in done.stderr
