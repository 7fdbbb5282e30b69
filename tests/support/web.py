"""A web server of the tests' own on 127.0.0.1: it answers as it is told, and remembers what it was asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    form: dict[str, str]


@dataclass
class Answer:
    """What to answer. `cut_at` ends the connection after so many bytes; `drip` sends byte by byte for ever."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut_at: int | None = None
    drip: bool = False


Rule = Callable[[Asked], Answer]


class Web:
    """The server: `rules[path]` answers, `asked` is what came."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.rules: dict[str, Rule] = {}
        self.asked: list[Asked] = []

    def url(self, path: str) -> str:
        """Return the address of a path."""
        return self.address + path

    def give(self, path: str, body: bytes, kind: str = "application/octet-stream", **headers: str) -> str:
        """Answer a path with a body; return its address."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.rules[path] = lambda _: Answer(body, headers={"Content-Type": kind, **named})
        return self.url(path)

    def follow(self, path: str, *answers: Answer) -> str:
        """Answer a path with one answer after the other, the last one again and again."""
        left = list(answers)
        self.rules[path] = lambda _: left.pop(0) if len(left) > 1 else left[0]
        return self.url(path)

    def paths(self) -> list[str]:
        """Return the paths that were asked for, in order."""
        return [asked.path for asked in self.asked]


def ranged(body: bytes, etag: str, *, cut_first: int | None = None) -> Rule:
    """Return a rule that serves ranges of a body and honours If-Range; the first answer may be cut short."""
    count = iter(range(1_000_000))

    def rule(asked: Asked) -> Answer:
        cut = cut_first if next(count) == 0 else None
        headers = {"Content-Type": "application/octet-stream", "ETag": etag}
        wanted = asked.headers.get("range")
        if wanted and asked.headers.get("if-range") == etag:
            first = int(wanted.removeprefix("bytes=").rstrip("-"))
            headers["Content-Range"] = f"bytes {first}-{len(body) - 1}/{len(body)}"
            return Answer(body[first:], 206, headers, cut)
        return Answer(body, 200, headers, cut)

    return rule


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    web: Web

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        self._answer({k: v[0] for k, v in parse_qs(self.rfile.read(length).decode()).items()})

    def _answer(self, form: dict[str, str]) -> None:
        parts = urlsplit(self.path)
        query = {k: v[0] for k, v in parse_qs(parts.query, keep_blank_values=True).items()}
        headers = {k.lower(): v for k, v in self.headers.items()}
        asked = Asked(self.command, unquote(parts.path), query, headers, form)
        self.web.asked.append(asked)
        rule = self.web.rules.get(asked.path)
        self._send(rule(asked) if rule else Answer(b"nothing here", 404, {"Content-Type": "text/plain"}))

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if not {"Content-Length", "Transfer-Encoding"} & set(answer.headers):
            self.send_header("Content-Length", str(10**6 if answer.drip else len(answer.body)))
        self.end_headers()
        try:
            while answer.drip:
                self.wfile.write(b"x")
            self.wfile.write(answer.body[: answer.cut_at])
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        if answer.cut_at is not None or "Transfer-Encoding" in answer.headers:
            self.close_connection = True


@contextmanager
def serving() -> Iterator[Web]:
    """Run a server for the length of the block."""
    web = Web("")
    handler = type("Handler", (_Handler,), {"web": web})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    web.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
