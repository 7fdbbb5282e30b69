"""Workers for pieces of work that do not need each other: none, some processes here, or those of a scheduler.

A piece gives the same wherever it is done, and may be done again: what a worker had begun when it was lost
counts for nothing. So a lost worker costs the time of its piece, and a lost scheduler the help of workers:
what is left is done here.
"""

from __future__ import annotations

import logging
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from functools import cached_property, partial
from importlib.util import find_spec
from itertools import chain, islice
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import psycopg
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_exponential

from db.common.errors import UsageError
from db.work import processes
from db.work.makeup import makeup, other, refuse_others

if TYPE_CHECKING:
    from distributed import Client, Future

    _Done = tuple[Future[Any], Any, Exception | None]

Piece = TypeVar("Piece")
Result = TypeVar("Result")
Content = TypeVar("Content")
_CONNECT_TIMEOUT_S = 10.0
_HEED_S = 0.2
"""How long it may take to see that nothing is wanted any more."""
_LOOK_S, _PATIENCE_S = 5.0, 60.0
"""How often workers are looked for while nothing is done, and how long none may be there."""
_QUICK_COUNT = 2
"""Quick pieces that are handed out for each thread of the workers, so that none waits for the next."""


class Pool(Protocol):
    """Does pieces of work."""

    def each(
        self, function: Callable[[Piece], Result], pieces: Iterable[Piece], *, are_quick: bool = False
    ) -> Iterator[tuple[Piece, Result]]:
        """Yield each piece with what the function makes of it, in any order.

        Pieces are taken as workers come free, and begun in their order. Where they `are_quick`, so that the
        way to a worker counts, the next ones wait there. What the function raises is raised here, and what is
        not done by then is left.
        """
        ...


class Here:
    """Does one piece after the other, in this process."""

    def each(
        self,
        function: Callable[[Piece], Result],
        pieces: Iterable[Piece],
        *,
        are_quick: bool = False,  # noqa: ARG002 - there is no way to go
    ) -> Iterator[tuple[Piece, Result]]:
        """Yield each piece with what the function makes of it, in their order."""
        for piece in pieces:
            yield piece, _with_patience(function, piece)


HERE = Here()


class Workers:
    """Dask workers; once they are lost all is done here, and `note` is told why.

    `reach` gives the client of their scheduler; it is called when there is work.
    """

    def __init__(self, reach: Callable[[], Client], note: Callable[[str], None]) -> None:
        self._reach, self._note = reach, note
        self._is_lost = False
        self._known: dict[str, int] = {}  # the workers as last looked at, which a former `each` may have done

    @cached_property
    def _client(self) -> Client:
        client = self._reach()
        if find_spec("bokeh"):  # the dashboard is made of it
            self._note(f"progress of the workers: {client.dashboard_link}")
        return client

    def each(
        self, function: Callable[[Piece], Result], pieces: Iterable[Piece], *, are_quick: bool = False
    ) -> Iterator[tuple[Piece, Result]]:
        """Yield each piece with what the function makes of it, as they are done."""
        waiting = iter(pieces)
        if self._is_lost:
            yield from Here().each(function, waiting)
            return
        left: dict[Future[Any] | None, Piece] = {}
        try:
            submit = partial(self._submit, _by_the_like, makeup(), function)
            yield from self._each(submit, waiting, left, _QUICK_COUNT if are_quick else 1)
        except _signs_of_loss() as error:
            self._is_lost = True
            self._note(f"the workers are lost ({type(error).__name__}): what is left is done here")
            yield from Here().each(function, chain(left.values(), waiting))
        finally:
            for future in filter(None, left):
                future.release()  # what has not begun is given up

    def beside(
        self,
        function: Callable[[Content, Piece], Result],
        content: Content,
        pieces: Iterable[Piece],
        is_wanted: Callable[[], bool],
    ) -> Iterator[Result]:
        """Yield what the function makes of each piece, as they are done, while that is wanted.

        For help that can be done without: what is lost is left. The content is sent to each worker once.
        """
        left: dict[Future[Any] | None, Piece] = {}
        try:
            sent = self._client.scatter(content, broadcast=True)
            hand_out = partial(self._submit, function, sent)
            for _, result in self._each(hand_out, iter(pieces), left, _QUICK_COUNT, is_wanted):
                yield result
        except _signs_of_loss(OSError) as error:
            if is_wanted():
                self._note(f"the workers are lost ({type(error).__name__}): they help no more")
        finally:
            for future in filter(None, left):
                future.release()

    def _submit(self, function: Callable[..., Any], *content: object) -> Future[Any]:
        return self._client.submit(function, *content, pure=False)

    def _each(
        self,
        submit: Callable[[Piece], Future[Any]],
        waiting: Iterator[Piece],
        left: dict[Future[Any] | None, Piece],
        count_per_thread: int,
        is_wanted: Callable[[], bool] = lambda: True,
    ) -> Iterator[tuple[Piece, Any]]:
        there = self._noted()
        done: SimpleQueue[_Done] = SimpleQueue()
        while True:
            # workers may have come meanwhile
            count = count_per_thread * max(sum(there.values()), 1) - len(left)
            for piece in islice(waiting, max(count, 0)):
                left[None] = piece  # until it has been handed out
                future = submit(piece)
                left[future] = left.pop(None)
                future.add_done_callback(partial(_fetch, done))
            ended = self._next(done, is_wanted) if left else None
            if ended is None:
                return
            future, result, error = ended
            if error is not None:
                raise error
            yield left.pop(future), result
            there = self._noted()

    def _next(self, done: SimpleQueue[_Done], is_wanted: Callable[[], bool]) -> _Done | None:
        """Return the next piece that is done; None when none is wanted any more.

        Raises:
            _NoWorkersError: no worker has been there for so long that none will come, or no scheduler is.
        """
        there_s = looked_s = time.monotonic()
        while is_wanted():
            with suppress(Empty):
                return done.get(timeout=_HEED_S)
            now_s = time.monotonic()
            if now_s > looked_s + _LOOK_S:
                looked_s = now_s
                if self._there():
                    there_s = now_s
                elif now_s > there_s + _PATIENCE_S:
                    raise _NoWorkersError
        return None

    def _there(self) -> dict[str, int]:
        """Return the threads of each worker.

        Raises:
            _NoWorkersError: there is no scheduler any more; a client that found so has closed itself.
        """
        if self._client.status in ("closing", "closed"):
            raise _NoWorkersError
        try:
            there: dict[str, int] = self._client.nthreads()
        except OSError:
            raise _NoWorkersError from None
        return there

    def _noted(self) -> dict[str, int]:
        """Return the workers that are there; some that were known before and are not there now are noted.

        Raises:
            _NoWorkersError: there is no scheduler any more.
        """
        known, self._known = self._known, self._there()
        if count := len(known.keys() - self._known):
            here = len(self._known)
            self._note(f"workers lost: {count}, there: {here}; what was begun there is done again")
        return self._known


class _NoWorkersError(Exception):
    """The scheduler has no workers."""


def _signs_of_loss(*others: type[BaseException]) -> tuple[type[BaseException], ...]:
    from distributed import KilledWorker  # noqa: PLC0415 - see `_client_of`
    from distributed.client import ClosedClientError, FutureCancelledError  # noqa: PLC0415
    from distributed.comm.core import CommClosedError  # noqa: PLC0415

    return FutureCancelledError, KilledWorker, CommClosedError, ClosedClientError, _NoWorkersError, *others


def _fetch(done: SimpleQueue[_Done], future: Future[Any]) -> None:
    """Put the result of a future where it is waited for.

    It is fetched beside that, as it may be lost with its worker, and no other may come to make it anew.
    """
    try:
        done.put((future, future.result(), None))
    except Exception as error:  # noqa: BLE001 - whatever the piece raised; it is raised where it is waited for
        done.put((future, None, error))


def _by_the_like(asked: Mapping[str, str], function: Callable[[Piece], Result], piece: Piece) -> Result:
    """Do a piece in a worker, if it is made of what the command is that asks.

    Raises:
        UsageError: it came to the scheduler after the others, and is made of something else.
    """
    refuse_others(asked, makeup(), "A worker")
    return _with_patience(function, piece)


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
def sharing(
    workers: int, scheduler: str, note: Callable[[str], None], *, is_certain: bool = False
) -> Iterator[Pool]:
    """Yield the workers that were asked for: those of a scheduler, or so many processes here.

    With no workers and no address of a scheduler the work is done in this process. `note` is told where its
    progress can be watched, and when workers are lost. Where it `is_certain` that there will be work,
    processes are begun at once, else once there is some.

    Raises:
        UsageError: both are given, no scheduler answers at the address, or its workers have another Python,
            other packages or another planner than this process.
    """
    if workers and scheduler:
        raise UsageError("--workers and --scheduler exclude each other.", "give one of them.")
    if not workers and not scheduler:
        yield HERE
        return
    with ExitStack() as ends:
        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters is said here
        if scheduler:
            client = ends.enter_context(_client_of(scheduler))
            _meet_the_workers(client)
            yield Workers(lambda: client, note)
        else:
            yield Workers(ends.enter_context(processes.client(workers, at_once=is_certain)), note)


def _client_of(scheduler: str) -> Client:
    """Return a client of the scheduler at an address.

    Raises:
        UsageError: none answers there.
    """
    from distributed import Client  # noqa: PLC0415 - that takes half a second, for those who ask for workers

    try:
        with warnings.catch_warnings():  # of versions, which are compared below
            warnings.simplefilter("ignore")
            return Client(scheduler, timeout=_CONNECT_TIMEOUT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UsageError(
            f"No Dask scheduler answers at '{scheduler}': {error}.",
            "start one (`dask scheduler`, or `docker compose --profile workers up`), and give its"
            " address: tcp://127.0.0.1:8786.",
        ) from None


def _meet_the_workers(client: Client) -> None:
    """Wait for the first worker, and compare what scheduler and workers are made of with this process.

    Where none comes, what is to be done will say so.

    Raises:
        UsageError: one is made of something else.
    """
    with suppress(TimeoutError):
        client.wait_for_workers(1, timeout=max(_PATIENCE_S, _LOOK_S))
    versions: Any = client.get_versions()
    refuse_others(makeup(), versions["scheduler"]["packages"], "The scheduler")
    for address, found in client.run(makeup, on_error="return").items():
        who = f"The worker at {address}"
        if isinstance(found, Exception):  # it has no planner, or one that knows nothing of `makeup`
            raise other(who, str(found))
        refuse_others(makeup(), found, who)
