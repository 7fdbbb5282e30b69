"""A desk over HTTP for tests, and a browser that has entered it."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
import uvicorn

from desk.app import make_app
from desk.keys import Keys
from desk.web import Desk
from tests.support.processes import until
from tests.support.toy_town import NEAR

SCENARIO = str(NEAR.resolve())
GIVEN = {"title": "Mine", "asked_by": "Ann", "settings": {}, "locks": [], "time_limit_s": 60}
NEW = GIVEN | {"parent": {"scenario": SCENARIO}}


class Browser(requests.Session):
    """A browser that has entered: its wishes bring what the page gave it."""

    def __init__(self, service: str, link: str) -> None:
        super().__init__()
        self.service = service
        assert self.get(link).status_code == 200
        page = self.get(service)
        assert page.status_code == 200
        found = re.search(r'"csrf": "([^"]+)"', page.text)
        assert found
        self.csrf = found[1]

    def wish(self, path: str, body: Any, **headers: str) -> requests.Response:
        return self.post(self.service + path, json=body, headers={"X-CSRF-Token": self.csrf} | headers)

    def ask(self, path: str) -> Any:
        answer = self.get(self.service + path)
        assert answer.status_code == 200, answer.text
        return answer.json()


@contextmanager
def desk_of(address: str) -> Iterator[tuple[str, Desk]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    desk = Desk(address, (SCENARIO, "phase1"), keys=Keys(), port=port, user="ann", is_solving=lambda: True)
    server = uvicorn.Server(uvicorn.Config(make_app(desk), host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        until(lambda: server.started or not thread.is_alive())
        yield f"http://127.0.0.1:{port}", desk
    finally:
        server.should_exit = True
        thread.join()


def code(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]
