"""The one HTTP client: patient, polite, bounded; what it gets goes into the cache.

It asks conditionally (ETag, Last-Modified), tries again with growing pauses or as Retry-After says, goes on
where a large download was cut short (Range with If-Range), and gives up after a total time. Sizes are counted
after decompression. Keys travel in headers only, and never to another host.
"""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import requests

from db.errors import FetchError, UsageError
from etl.fetch import attempt
from etl.fetch.cache import Cache, Entry, Part, file_name, shown
from etl.fetch.content import ANY, JSON, Form, check_start, with_suffix
from etl.fetch.patience import Limits, PassingError, Patience
from etl.fetch.refusal import Refusal
from etl.fetch.session import Session

Watch = Callable[[str, int | None], Callable[[int], None]]


def unwatched(_: str, __: int | None) -> Callable[[int], None]:
    """Watch a download without showing it."""
    return lambda _: None


@dataclass(frozen=True)
class Request:
    """What to get: for which source, from where, in which format.

    `api_key` is sent in a header, and never stored or shown.
    `refusals` are statuses with a meaning of their own at this service. `is_empty` returns whether a file
    holds no record: where the cache has one that does, that one is kept.
    """

    source: str
    url: str
    form: Form = ANY
    params: Mapping[str, str] = field(default_factory=dict)
    api_key: str | None = None
    name: str | None = None
    refusals: Mapping[int, Refusal] = field(default_factory=dict)
    is_empty: Callable[[Path], bool] | None = None

    @property
    def key(self) -> str:
        """Return the whole address."""
        return str(requests.Request("GET", self.url, params=dict(self.params)).prepare().url)

    @property
    def what(self) -> str:
        """Return how a message speaks of it."""
        return f"{self.source}: {shown(self.key)}"


@dataclass(frozen=True)
class Fetched:
    """A file that was fetched, or found in the cache: where it lies and where it came from."""

    path: Path
    sha256: str
    url: str
    fetched_at: dt.datetime
    last_modified: str | None = None
    note: str | None = None

    @property
    def name(self) -> str:
        """Return its name for people."""
        return self.path.name


class Client:
    """Gets files. `is_offline` takes what the cache has; `is_refreshing` asks again however fresh it is."""

    def __init__(
        self,
        cache: Cache | None = None,
        *,
        limits: Limits | None = None,
        is_offline: bool = False,
        is_refreshing: bool = False,
        watch: Watch = unwatched,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self.cache = cache or Cache()
        self.limits = limits or Limits()
        self.is_offline = is_offline
        self.is_refreshing = is_refreshing
        self.watch = watch
        self.clock, self.sleep, self.now = clock, sleep, now
        self.session = Session(self.limits.redirect_count)
        self._asked: set[str] = set()

    def patience(self, what: str) -> Patience:
        """Return the patience for one file: it begins to run now."""
        return Patience(what, self.limits, self.clock, self.sleep)

    def get(self, request: Request) -> Fetched:
        """Return a file: from the cache while it is fresh, else as the server has it now.

        Raises:
            FetchError: it cannot be had, or is something else; the cache keeps what it had.
        """
        _check_address(request)

        def fetch(entry: Entry | None) -> Fetched:
            with self.cache.part(request.key) as part:
                return self.patience(request.what).keep_trying(
                    lambda patience: self._try(request, entry, part, patience)
                )

        return self._kept_or(request.key, request.what, fetch)

    def get_json(self, request: Request) -> Any:
        """Return what an answer in JSON holds.

        Raises:
            FetchError: as `get` does, or it is no JSON.
        """
        fetched = self.get(replace(request, form=JSON))
        try:
            return json.loads(fetched.path.read_bytes().decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            raise FetchError(
                f"{request.source}: {fetched.url} answered with JSON that cannot be read "
                f"({str(error)[:100]}).",
                "load again with --refresh.",
            ) from None

    def made(
        self,
        source: str,
        key: str,
        name: str,
        make: Callable[[Path], None],
        is_empty: Callable[[Path], bool] | None = None,
    ) -> Fetched:
        """Return a file that `make` puts together from several answers, as fresh as `get` would have it.

        Raises:
            FetchError: as `make` does, or offline and not in the cache.
        """

        def make_new(entry: Entry | None) -> Fetched:
            with self.cache.scratch() as folder:
                part = folder / file_name(name)
                make(part)
                if entry and self._is_emptied(is_empty, part, entry):
                    return self._former(source, entry)
                fresh = Entry(shown(key), "", part.name, 0, self.now().isoformat())
                return self._fetched(self.cache.store(key, part, fresh))

        return self._kept_or(key, f"{source}: {shown(key)}", make_new)

    def check(self, request: Request) -> None:
        """Ask whether a file is to be had, without fetching it; one that the cache knows is not asked for.

        Raises:
            FetchError: it is not, and will not be in a minute.
        """
        _check_address(request)
        if self.is_offline or self.cache.knows(request.key):
            return
        try:
            attempt.probe(self.session, request, patience=self.patience(request.what))
        except PassingError:
            return

    def _kept_or(self, key: str, what: str, fetch: Callable[[Entry | None], Fetched]) -> Fetched:
        """Return what the cache has of an address while it is fresh, else what `fetch` gives."""
        entry = self.cache.entry(key)
        if entry and self._is_good(key, entry):
            return self._fetched(entry)
        self._refuse_offline(what)
        self._asked.add(key)
        try:
            return fetch(entry)
        except OSError as error:  # what the network raises has been told apart by then
            raise self.cache.fault(error) from None

    def _try(self, request: Request, entry: Entry | None, part: Part, patience: Patience) -> Fetched:
        outcome = attempt.ask(self.session, request, entry, part, patience=patience, watch=self.watch)
        if outcome is None and entry is not None:
            entry = replace(entry, fetched_at=self.now().isoformat())
            self.cache.touch(request.key, entry)
            return self._fetched(entry)
        if outcome is None:
            raise FetchError(
                f"{request.what} says that nothing changed, though nothing was there.", "try again."
            )
        try:
            check_start(request.form, part.path, request.what)
        except FetchError:
            part.drop()
            raise
        if entry and self._is_emptied(request.is_empty, part.path, entry):
            part.drop()
            return self._former(request.source, entry)
        given = file_name(request.name or outcome.name or request.url.split("?", 1)[0])
        name = with_suffix(given, request.source, part.path)
        fresh = Entry(
            shown(request.key), "", name, 0, self.now().isoformat(), outcome.etag, outcome.last_modified
        )
        stored = self.cache.store(request.key, part.path, fresh)
        part.drop()
        return self._fetched(stored)

    def _is_emptied(self, is_empty: Callable[[Path], bool] | None, part: Path, entry: Entry) -> bool:
        """Return whether an answer holds nothing where the one before it held something."""
        return is_empty is not None and is_empty(part) and not is_empty(self.cache.path(entry))

    def _former(self, source: str, entry: Entry) -> Fetched:
        note = (
            f"{source} answered without a single record where it had some on {entry.when:%Y-%m-%d}; the "
            "answer of that day is used."
        )
        return replace(self._fetched(entry), note=note)

    def _is_good(self, key: str, entry: Entry) -> bool:
        if self.is_offline or key in self._asked:
            return True
        age_s = (self.now() - entry.when).total_seconds()
        return not self.is_refreshing and 0 <= age_s < self.limits.fresh_s

    def _refuse_offline(self, what: str) -> None:
        if self.is_offline:
            raise FetchError(
                f"{what} is not in the cache {self.cache.folder}, and --offline asks nobody.",
                "load once without --offline, or give the file in DATA_DIR.",
            )

    def _fetched(self, entry: Entry) -> Fetched:
        note = None
        if self.is_offline:
            days = max(0, (self.now() - entry.when).days)
            age = f"{days} day{'s' * (days != 1)} old"
            note = f"{entry.name} is the copy of {entry.when:%Y-%m-%d}, {age}: the load was offline."
        path = self.cache.path(entry)
        return Fetched(path, entry.sha256, entry.url, entry.when, entry.last_modified, note)


def _check_address(request: Request) -> None:
    if not request.url.lower().startswith(("http://", "https://")):
        raise UsageError(
            f"{request.source}: the address '{shown(request.url)}' is no http or https address.",
            "correct `url` in the region file; a file of your own goes into `path`.",
        )
    try:
        request.key  # noqa: B018 - requests finds what is wrong with it
    except (requests.RequestException, ValueError) as error:
        raise UsageError(
            f"{request.source}: the address '{shown(request.url)}' cannot be used: {str(error)[:80]}.",
            "correct `url` in the region file.",
        ) from None
