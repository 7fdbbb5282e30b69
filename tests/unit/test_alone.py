"""What a unit test may not do fails it, even where the code under test would let the failure pass."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
from collections.abc import Callable

import psycopg
import pytest

TEST_NET = "192.0.2.1"  # RFC 5737: nobody's


@pytest.mark.parametrize(
    ("forbidden", "says"),
    [
        (lambda: socket.create_connection((TEST_NET, 80), timeout=1), "connects to"),
        (lambda: socket.create_connection(("example.org", 80), timeout=1), "looks up example.org"),
        (lambda: socket.socket(socket.AF_UNIX).connect("/var/run/docker.sock"), "docker.sock"),
        (lambda: subprocess.run([sys.executable, "-c", ""], check=True), "starts a process"),
        (lambda: psycopg.connect("postgresql://127.0.0.1/none"), "connects to a database"),
        (lambda: psycopg.Connection.connect("postgresql://127.0.0.1/none"), "connects to a database"),
    ],
    ids=["address", "name", "Docker", "process", "database", "class"],
)
def test_what_is_not_its_own_is_refused(forbidden: Callable[[], object], says: str) -> None:
    with pytest.raises(pytest.fail.Exception, match=says):
        forbidden()


def test_code_that_lets_errors_pass_does_not_hide_it() -> None:
    with pytest.raises(pytest.fail.Exception), contextlib.suppress(Exception):
        socket.create_connection((TEST_NET, 80), timeout=1)


def test_a_database_is_refused(request: pytest.FixtureRequest) -> None:
    with pytest.raises(pytest.fail.Exception, match=r"asks for a database.*tests/db"):
        request.getfixturevalue("server")


def test_a_server_of_its_own_on_this_machine_is_no_matter() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=60).close()
