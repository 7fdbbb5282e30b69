"""Holds unit tests to what they are: no database, no other process, no address but this machine's own."""

from __future__ import annotations

import gc
import ipaddress
import sys
from collections.abc import Iterator
from typing import Any, NoReturn

import pytest

_running: list[str] = []


# What the imported packages hold is no garbage, and looking through it takes a tenth of the time.
gc.disable()


def pytest_collection_finish() -> None:
    """Let garbage be collected again, without what is there by now."""
    gc.freeze()
    gc.enable()


def _refuse(what: str) -> NoReturn:
    pytest.fail(f"a unit test {what}: it belongs in tests/db or tests/system")


def _is_own(host: object) -> bool:
    return host in (None, "", "localhost") or (
        _is_number(host) and ipaddress.ip_address(str(host)).is_loopback
    )


def _is_number(host: object) -> bool:
    try:
        ipaddress.ip_address(str(host))
    except ValueError:
        return False
    return True


def _hold(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse what Python is about to do while a unit test runs."""
    if not _running:
        return
    if event == "subprocess.Popen":
        _refuse(f"starts a process, {arguments[1]}")
    if event == "socket.getaddrinfo" and not (_is_own(arguments[0]) or _is_number(arguments[0])):
        _refuse(f"looks up {arguments[0]}")
    if event == "socket.connect":
        address = arguments[1]
        if not isinstance(address, tuple) or not _is_own(address[0]):
            _refuse(f"connects to {address}")


sys.addaudithook(_hold)


@pytest.fixture(scope="session")
def server() -> NoReturn:
    """Refuse a database to whoever asks for one."""
    _refuse("asks for a database")


@pytest.fixture(autouse=True)
def _alone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    import psycopg

    # libpq opens its connections past Python
    monkeypatch.setattr(psycopg.Connection, "connect", lambda *_, **__: _refuse("connects to a database"))
    monkeypatch.setattr(psycopg, "connect", psycopg.Connection.connect)
    _running.append(request.node.nodeid)
    yield
    _running.clear()
