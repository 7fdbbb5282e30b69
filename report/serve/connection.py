"""Connections that cannot be held: one that sends no request, or takes no answer, is ended after its time."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

HEADER_S = 10.0


def timed_protocol(header_s: float, answer_s: float) -> type[asyncio.Protocol]:
    """Return uvicorn's protocol with two limits on each connection.

    A request must be there whole `header_s` seconds after the connection was made, or the answer before it
    was given; its own answer must have been taken `answer_s` seconds later. uvicorn itself waits without end.
    """

    class TimedProtocol(H11Protocol):
        """HTTP/1.1 with an end to waiting."""

        _timer: asyncio.TimerHandle | None = None
        _timed: Any = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            """Begin to wait for a request."""
            super().connection_made(transport)
            self._wait(header_s)

        def data_received(self, data: bytes) -> None:
            """Wait for the answer to be taken, once a request is there."""
            super().data_received(data)
            self._look()

        def on_response_complete(self) -> None:
            """Wait for what was written to be taken, and for the next request."""
            super().on_response_complete()
            self._wait(header_s)
            self._look()

        def connection_lost(self, exc: Exception | None) -> None:
            """Stop to wait."""
            if self._timer:
                self._timer.cancel()
            super().connection_lost(exc)

        def _look(self) -> None:
            cycle = self.cycle
            if cycle is not None and cycle is not self._timed and not cycle.response_complete:
                self._timed = cycle
                self._wait(answer_s)

        def _wait(self, seconds: float) -> None:
            if self._timer:
                self._timer.cancel()
            # what lies in the buffer of a client that does not read would keep a plain close waiting
            self._timer = self.loop.call_later(seconds, self.transport.abort)

    return TimedProtocol
