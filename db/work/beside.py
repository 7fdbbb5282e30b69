"""One process beside this one, which does pieces of work while this one reads the next and writes the last.

It is forked, and so there at once with all that is imported here; what it does must need neither a connection
nor a lock of this process. When this process is gone, it ends.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from db.work.cores import core_count

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

Piece = TypeVar("Piece")
Result = TypeVar("Result")
_LOST = (EOFError, OSError)


def each(function: Callable[[Piece], Result], pieces: Iterable[Piece]) -> Iterator[tuple[Piece, Result]]:
    """Yield each piece with what the function makes of it, in their order.

    A piece is taken while the one before is at work. What the function raises is raised here. With a single
    processor, and once the process is lost, all is done here.
    """
    if core_count() == 1:
        for piece in pieces:
            yield piece, function(piece)
        return
    with closing(_Beside(function)) as beside:
        at_work: list[Piece] = []  # none at first, then one
        for piece in pieces:
            done = [(before, beside.result(before)) for before in at_work]
            beside.begin(piece)
            at_work = [piece]
            yield from done
        yield from [(before, beside.result(before)) for before in at_work]


class _Beside(Generic[Piece, Result]):
    """The process, which has one piece at a time; once it is lost, results are made here."""

    def __init__(self, function: Callable[[Piece], Result]) -> None:
        self._function = function
        self._is_lost = False
        context = multiprocessing.get_context("fork")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs, self._pipe, function), daemon=True)
        self._process.start()
        theirs.close()

    def begin(self, piece: Piece) -> None:
        """Give it a piece; it must have none."""
        try:
            self._pipe.send(piece)
        except _LOST:
            self._is_lost = True

    def result(self, piece: Piece) -> Result:
        """Wait for the result of the piece that it has."""
        if not self._is_lost:
            try:
                result, error = self._pipe.recv()
            except _LOST:
                self._is_lost = True
            else:
                if error is not None:
                    raise error
                return result  # type: ignore[no-any-return]
        return self._function(piece)

    def close(self) -> None:
        """End it, whatever it does."""
        self._pipe.close()
        self._process.kill()
        self._process.join()
        self._process.close()


def _work(theirs: Connection, ours: Connection, function: Callable[[Any], Any]) -> None:
    """Do what comes, until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends Ctrl-C to it as well
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    ours.close()  # or this process would never hear that the other is gone
    with suppress(*_LOST):
        while True:
            piece = theirs.recv()
            try:
                answer: tuple[Any, Exception | None] = (function(piece), None)
            except Exception as error:  # noqa: BLE001 - whatever it is: it is raised where it is waited for
                answer = (None, error)
            theirs.send(answer)
