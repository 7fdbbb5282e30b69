"""Connections that cannot be held, and a server that ends when it is told to, with the exit code of that."""

from __future__ import annotations

import asyncio
import math
import signal
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import HANDLED_SIGNALS

HEADER_S = 10.0
_AT_ONCE = struct.pack("ii", 1, 0)  # linger for 0 seconds: what was not taken is thrown away


class TimedProtocol(H11Protocol):
    """HTTP/1.1 with an end to waiting, which uvicorn itself does without end.

    A request must be there whole `header_s` seconds after the connection was made, or the answer before it
    was given; of its own answer something must be taken every `answer_s` seconds.
    """

    header_s = HEADER_S
    answer_s = math.inf
    _timer: asyncio.TimerHandle | None = None
    _timed: Any = None
    _left_bytes: float = math.inf

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._wait(self.header_s)

    def data_received(self, data: bytes) -> None:
        """Wait for the answer to be taken, once a request is there."""
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        """Wait for what was written to be taken, and for the next request."""
        super().on_response_complete()
        self._wait(self.answer_s if self.transport.get_write_buffer_size() else self.header_s)
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
            self._wait(self.answer_s)

    def _wait(self, seconds: float) -> None:
        self._left_bytes = math.inf
        self._set(seconds)

    def _set(self, seconds: float) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = self.loop.call_later(seconds, self._late)

    def _late(self) -> None:
        left = self.transport.get_write_buffer_size()
        if 0 < left < self._left_bytes:
            self._left_bytes = left
            self._set(self.answer_s)
            return
        end = self.transport.get_extra_info("socket")
        if left and end is not None:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        self.transport.abort()


class HeedingServer(uvicorn.Server):
    """A server that a signal ends, and its command with it: `run` always raises KeyboardInterrupt in the end.

    uvicorn sends the signal to its own process again and leaves the end to what heeded it before: where
    that ignores it, as in the background of a shell, the command would end as if all was done, and by SIGTERM
    without ending what it has begun.
    """

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Heed the signals while the server runs."""
        before = {number: signal.signal(number, self.handle_exit) for number in HANDLED_SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until a signal ends it.

        Raises:
            KeyboardInterrupt: always, once all is closed.
        """
        super().run(sockets)
        raise KeyboardInterrupt


def timed_protocol(header_s: float, answer_s: float) -> type[asyncio.Protocol]:
    """Return the protocol with limits of its own, in seconds."""
    return type("Protocol", (TimedProtocol,), {"header_s": header_s, "answer_s": answer_s})
