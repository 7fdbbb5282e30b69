"""Workers for pieces of work that do not need each other: none, some processes here, or those of a scheduler.

A piece gives the same wherever it is done, and may be done again: what a worker had begun when it was lost
counts for nothing. So a lost worker costs the time of its piece, and a lost scheduler the help of workers:
what is left is done here.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import psycopg
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_exponential

from db.common.errors import UsageError

if TYPE_CHECKING:
    from distributed import Client, Future

Piece = TypeVar("Piece")
Result = TypeVar("Result")
_CONNECT_TIMEOUT_S = 10.0
_AHEAD = 2
"""Pieces that are handed out for each thread of the workers, so that none waits for the next."""


class Pool(Protocol):
    """Does pieces of work."""

    def each(
        self, function: Callable[[Piece], Result], pieces: Iterable[Piece]
    ) -> Iterator[tuple[Piece, Result]]:
        """Yield each piece with what the function makes of it, in any order.

        Pieces are taken as workers come free, and no more of them held than that needs. What the function
        raises is raised here, and what is not done by then is left.
        """
        ...


class Here:
    """Does one piece after the other, in this process."""

    def each(
        self, function: Callable[[Piece], Result], pieces: Iterable[Piece]
    ) -> Iterator[tuple[Piece, Result]]:
        """Yield each piece with what the function makes of it, in their order."""
        for piece in pieces:
            yield piece, _with_patience(function, piece)


HERE = Here()


class Workers:
    """Dask workers; what they cannot do any more is done here, and `note` is told why."""

    def __init__(self, client: Client, note: Callable[[str], None]) -> None:
        self._client, self._note = client, note

    def each(
        self, function: Callable[[Piece], Result], pieces: Iterable[Piece]
    ) -> Iterator[tuple[Piece, Result]]:
        """Yield each piece with what the function makes of it, as they are done."""
        from distributed import KilledWorker  # noqa: PLC0415 - see `sharing`
        from distributed.client import FutureCancelledError  # noqa: PLC0415
        from distributed.comm.core import CommClosedError  # noqa: PLC0415

        waiting = iter(pieces)
        left: dict[Future[Any], Piece] = {}
        try:
            yield from self._each(function, waiting, left)
        except (FutureCancelledError, KilledWorker, CommClosedError) as error:
            self._note(f"the workers are lost ({type(error).__name__}): what is left is done here")
            yield from Here().each(function, [*left.values(), *waiting])

    def _each(
        self, function: Callable[[Piece], Result], waiting: Iterator[Piece], left: dict[Future[Any], Piece]
    ) -> Iterator[tuple[Piece, Result]]:
        from distributed import as_completed  # noqa: PLC0415 - see `sharing`

        def hand_out(piece: Piece) -> Future[Any]:
            future = self._client.submit(_with_patience, function, piece, pure=False)
            left[future] = piece
            return future

        count = _AHEAD * max(sum(self._client.nthreads().values()), 1)
        done = as_completed([hand_out(piece) for piece in islice(waiting, count)], loop=self._client.loop)
        for future in done:  # futures that nobody holds any more are given up: Dask sees to that
            result = future.result()
            yield left.pop(future), result
            for piece in islice(waiting, 1):
                done.add(hand_out(piece))


@retry(
    retry=retry_if_exception_type((psycopg.OperationalError, psycopg.InterfaceError)),
    stop=stop_after_attempt(4),
    wait=wait_exponential(max=10),
    reraise=True,
)
def _with_patience(function: Callable[[Piece], Result], piece: Piece) -> Result:
    """Do a piece; begin again when the connection to the database was lost."""
    return function(piece)


@contextmanager
def sharing(workers: int, scheduler: str, note: Callable[[str], None]) -> Iterator[Pool]:
    """Yield the workers that were asked for: those of a scheduler, or so many processes here.

    With no workers and no address of a scheduler the work is done in this process. `note` is told where its
    progress can be watched, and when workers are lost.

    Raises:
        UsageError: both are given, or no scheduler answers at the address.
    """
    if workers and scheduler:
        raise UsageError("--workers and --scheduler exclude each other.", "give one of them.")
    if not workers and not scheduler:
        yield Here()
        return
    # imported here, as that takes a second, for those who ask for workers
    from distributed import Client, LocalCluster  # noqa: PLC0415

    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters is said here
    with ExitStack() as ends:
        if scheduler:
            try:
                client = Client(scheduler, timeout=_CONNECT_TIMEOUT_S, set_as_default=False)
            except (OSError, ValueError) as error:
                raise UsageError(
                    f"No Dask scheduler answers at '{scheduler}': {error}.",
                    "start one (`dask scheduler`), and give its address: tcp://127.0.0.1:8786.",
                ) from None
        else:
            cluster = ends.enter_context(
                LocalCluster(
                    n_workers=workers,
                    threads_per_worker=1,
                    memory_limit=None,
                    host="127.0.0.1",
                    dashboard_address="127.0.0.1:0",
                    silence_logs=logging.CRITICAL,
                )
            )
            client = Client(cluster, set_as_default=False)
        ends.enter_context(client)
        if find_spec("bokeh"):  # the dashboard is made of it
            note(f"progress of the workers: {client.dashboard_link}")
        yield Workers(client, note)
