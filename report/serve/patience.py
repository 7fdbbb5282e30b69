"""An end to every request: when the client leaves, or when its time is up, the statement is cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class PatienceMiddleware:
    """Runs a request in a task that ends with the client's connection, or after `limit_s` seconds.

    More than `count_max` requests at a time are told to come back. HEAD is GET without its body. Cancelling
    the task makes asyncpg cancel the statement on the server. Bodies are not read: nothing here takes one.
    """

    def __init__(self, app: ASGIApp, *, limit_s: float, count_max: int) -> None:
        self.app = app
        self.limit_s, self.count_max = limit_s, count_max
        self._count = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request; whatever else comes (start, stop) is passed on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["method"] not in ("GET", "HEAD", "OPTIONS"):
            await JSONResponse({"detail": "Only reading is offered."}, 405)(scope, receive, send)
            return
        if self._count >= self.count_max:
            headers = {"Retry-After": "2"}
            await JSONResponse({"detail": "Too many ask now."}, 503, headers)(scope, receive, send)
            return
        self._count += 1
        try:
            if scope["method"] == "HEAD":
                await self._run(dict(scope) | {"method": "GET"}, receive, _without_body(send))
            else:
                await self._run(scope, receive, send)
        finally:
            self._count -= 1

    async def _run(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_begun = False

        async def noticing(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        async def empty() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        work = asyncio.ensure_future(self._plain(self.app(scope, empty, noticing)))
        gone = asyncio.ensure_future(_disconnect(receive))
        try:
            await asyncio.wait({work, gone}, timeout=self.limit_s, return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                work.result()
            elif not gone.done() and not has_begun:
                work.cancel()
                await JSONResponse({"detail": "It took too long."}, 503)(scope, receive, send)
        finally:
            for task in (work, gone):
                task.cancel()
            await asyncio.gather(work, gone, return_exceptions=True)

    @staticmethod
    async def _plain(running: Awaitable[None]) -> None:
        await running


async def _disconnect(receive: Receive) -> None:
    """Wait until the client is gone; what it sends is thrown away."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _without_body(send: Send) -> Send:
    """Return a sender that leaves the body out; headers stay as they are."""

    async def sending(message: Message) -> None:
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    return sending
