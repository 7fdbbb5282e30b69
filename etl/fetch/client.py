"""The HTTP client: every download goes through it into the cache.

It sends conditional requests (ETag, Last-Modified), retries with growing pauses or after the time that
Retry-After names, resumes interrupted downloads (Range with If-Range) and stops after a total time. Size
limits apply to the decompressed bytes. API keys are sent in a header only, and never to another host.

No cache library does all of this: they hold a whole body in memory or store it twice, resume nothing, and
keep an answer before its content has been checked.
"""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from db.common.assumption import Remark
from db.common.errors import FetchError
from etl.fetch import attempt
from etl.fetch.attempt import Watch, no_progress
from etl.fetch.cache import Cache, Entry, PartialDownload, redact_url, safe_file_name
from etl.fetch.content import JSON, check_content, with_suffix
from etl.fetch.request import Request
from etl.fetch.retry import Limits, RetryBudget, TransientError
from etl.fetch.session import Session


@dataclass(frozen=True)
class Fetched:
    """A file that was fetched or found in the cache: its path and its origin."""

    path: Path
    sha256: str
    url: str
    fetched_at: dt.datetime
    last_modified: str | None = None
    note: str | None = None

    @property
    def name(self) -> str:
        """Return the name of the file."""
        return self.path.name


class Client:
    """Downloads files.

    `is_offline` uses the cache alone; `is_refreshing` requests a file again even if its copy is fresh.
    """

    def __init__(
        self,
        cache: Cache | None = None,
        *,
        limits: Limits | None = None,
        is_offline: bool = False,
        is_refreshing: bool = False,
        watch: Watch = no_progress,
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

    def start_budget(self, label: str) -> RetryBudget:
        """Return the budget of attempts and time for one file; its time starts now."""
        return RetryBudget(label, self.limits, self.clock, self.sleep)

    def get(self, request: Request) -> Fetched:
        """Return a file: from the cache while its copy is fresh, else from the server.

        Raises:
            UsageError: its address is malformed.
            FetchError: it cannot be downloaded, or is not in the expected format; the cache keeps its copy.
        """
        request.check_address()

        def fetch(entry: Entry | None) -> Fetched:
            with self.cache.open_part(request.key) as part:
                return self.start_budget(request.label).retry(
                    lambda budget: self._try(request, entry, part, budget)
                )

        return self._from_cache_or(request.key, request.label, fetch)

    def get_json(self, request: Request) -> Any:
        """Return the parsed content of a JSON file.

        Raises:
            UsageError, FetchError: as `get` does, or it is not JSON.
        """
        fetched = self.get(replace(request, file_format=JSON))
        try:
            return json.loads(fetched.path.read_bytes().decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            raise FetchError(
                f"{request.source}: {fetched.url} answered with JSON that cannot be read "
                f"({str(error)[:100]}).",
                "load again with --refresh.",
            ) from None

    def assemble(
        self,
        source: str,
        key: str,
        name: str,
        write: Callable[[Path], None],
        is_empty: Callable[[Path], bool] | None = None,
    ) -> Fetched:
        """Return a file that `write` assembles from several answers, cached under `key` like any other.

        Raises:
            FetchError: as `write` does, or it is not in the cache of an offline load.
        """

        def assemble_new(entry: Entry | None) -> Fetched:
            with self.cache.open_scratch_folder() as folder:
                part = folder / safe_file_name(name)
                write(part)
                if entry and self._is_emptied(is_empty, part, entry):
                    return self._keep_former(source, entry)
                fresh = Entry(redact_url(key), "", part.name, 0, self.now().isoformat())
                return self._fetched(self.cache.store(key, part, fresh))

        return self._from_cache_or(key, f"{source}: {redact_url(key)}", assemble_new)

    def check_available(self, request: Request) -> None:
        """Check that a file can be downloaded, without downloading it; one in the cache is not requested.

        Raises:
            UsageError: its address is malformed.
            FetchError: it cannot, and a retry would not help.
        """
        request.check_address()
        if self.is_offline or self.cache.has_entry(request.key):
            return
        try:
            attempt.probe(self.session, request, budget=self.start_budget(request.label))
        except TransientError:
            return

    def _from_cache_or(self, key: str, label: str, fetch: Callable[[Entry | None], Fetched]) -> Fetched:
        """Return the copy in the cache while it is fresh, else what `fetch` returns."""
        entry = self.cache.read_entry(key)
        if entry and self._is_fresh(key, entry):
            return self._fetched(entry)
        self._refuse_offline(label)
        self._asked.add(key)
        try:
            return fetch(entry)
        except OSError as error:  # those of the network have been classified by then
            raise self.cache.to_local_error(error) from None

    def _try(
        self, request: Request, entry: Entry | None, part: PartialDownload, budget: RetryBudget
    ) -> Fetched:
        outcome = attempt.download(self.session, request, entry, part, budget=budget, watch=self.watch)
        if outcome is None and entry is not None:
            entry = replace(entry, fetched_at=self.now().isoformat())
            self.cache.write_entry(request.key, entry)
            return self._fetched(entry)
        if outcome is None:
            raise FetchError(
                f"{request.label} answered 304 (not modified), but the cache has no copy.", "try again."
            )
        try:
            check_content(request.file_format, part.path, request.label)
        except FetchError:
            part.discard()
            raise
        if entry and self._is_emptied(request.is_empty, part.path, entry):
            part.discard()
            return self._keep_former(request.source, entry)
        given = safe_file_name(request.name or outcome.name or request.url.split("?", 1)[0])
        name = with_suffix(given, request.source, part.path)
        fresh = Entry(
            redact_url(request.key), "", name, 0, self.now().isoformat(), outcome.etag, outcome.last_modified
        )
        stored = self.cache.store(request.key, part.path, fresh)
        part.discard()
        return self._fetched(stored)

    def _is_emptied(self, is_empty: Callable[[Path], bool] | None, part: Path, entry: Entry) -> bool:
        """Return whether an answer has no records although the former one had some."""
        return is_empty is not None and is_empty(part) and not is_empty(self.cache.file_path(entry))

    def _keep_former(self, source: str, entry: Entry) -> Fetched:
        note = Remark(
            f"{source} answered without any records, but had some on {entry.when:%Y-%m-%d}; the answer of "
            "that day is used.",
            f"{source} a répondu sans enregistrement, mais en avait le {entry.when:%Y-%m-%d} ; la réponse de "
            "ce jour sert.",
        )
        return replace(self._fetched(entry), note=note)

    def _is_fresh(self, key: str, entry: Entry) -> bool:
        if self.is_offline or key in self._asked:
            return True
        age_s = (self.now() - entry.when).total_seconds()
        return not self.is_refreshing and 0 <= age_s < self.limits.fresh_s

    def _refuse_offline(self, label: str) -> None:
        if self.is_offline:
            raise FetchError(
                f"{label} is not in the cache {self.cache.folder}, and --offline sends no requests.",
                "load once without --offline, or put the file into DATA_DIR.",
            )

    def _fetched(self, entry: Entry) -> Fetched:
        note = None
        if self.is_offline:
            days = max(0, (self.now() - entry.when).days)
            age = f"{days} day{'s' * (days != 1)} old"
            note = Remark(
                f"{entry.name} is the copy of {entry.when:%Y-%m-%d}, {age}: the load was offline.",
                f"{entry.name} est la copie du {entry.when:%Y-%m-%d} : le chargement était hors ligne.",
            )
        path = self.cache.file_path(entry)
        return Fetched(path, entry.sha256, entry.url, entry.when, entry.last_modified, note)
