"""How long to go on: attempts, pauses between them, and a total time for everything."""

from __future__ import annotations

import datetime as dt
import email.utils
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import tenacity

from db.errors import FetchError

T = TypeVar("T")


@dataclass(frozen=True)
class Limits:
    """What a fetch may take: seconds, attempts, bytes; a copy younger than `fresh_s` is used unasked.

    A server that asks to wait longer than `wait_max_s` is not waited for.
    """

    connect_s: float = 20
    silence_s: float = 90
    total_s: float = 3600
    attempt_count: int = 6
    pause_s: float = 2
    pause_max_s: float = 120
    redirect_count: int = 5
    size_max_bytes: int = 4 * 2**30
    fresh_s: float = 86_400
    wait_max_s: float = 300


class PassingError(Exception):
    """A failure that may pass: try again, `after_s` seconds from now if the server said so.

    `least_s` is the pause that manners ask for where the server says nothing; `hint` is what to do when all
    attempts have failed.
    """

    def __init__(
        self, reason: str, after_s: float | None = None, *, least_s: float = 0.0, hint: str = ""
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after_s = after_s
        self.least_s = least_s
        self.hint = hint


class Patience:
    """The patience for one file: attempts and pauses by tenacity, within a total time."""

    def __init__(
        self, what: str, limits: Limits, clock: Callable[[], float], sleep: Callable[[float], None]
    ) -> None:
        self.what, self.limits = what, limits
        self._clock, self._sleep = clock, sleep
        self._end = clock() + limits.total_s

    @property
    def left_s(self) -> float:
        """Return the seconds that are left."""
        return self._end - self._clock()

    def check(self) -> None:
        """Raise when the time is over.

        Raises:
            FetchError: it is.
        """
        if self.left_s <= 0:
            raise FetchError(
                f"{self.what} was not complete after {self.limits.total_s:,.0f} s.",
                "try again: what came is kept, and the download goes on from there where the server can.",
            )

    def keep_trying(self, ask: Callable[[Patience], T]) -> T:
        """Return what `ask` returns; failures that may pass are tried again.

        Raises:
            FetchError: attempts or time are used up.
        """
        retrying = tenacity.Retrying(
            stop=self._stop,
            wait=self._wait,
            sleep=self._sleep,
            retry=tenacity.retry_if_exception_type(PassingError),
            reraise=True,
        )
        try:
            return retrying(ask, self)
        except PassingError as error:
            count = int(retrying.statistics["attempt_number"])
            times = "once" if count == 1 else f"{count} times"
            asked = f", and asks to wait {error.after_s:,.0f} s" if error.after_s else ""
            raise FetchError(
                f"{self.what} could not be fetched, tried {times}: {error.reason}{asked}.",
                error.hint
                or "try again later; with --offline the copy in the cache is used, if there is one.",
            ) from None

    def pause(self, seconds: float) -> None:
        """Wait, as a server asks that has no room now.

        Raises:
            FetchError: it asks for more than there is time for.
        """
        if seconds >= min(self.left_s, self.limits.wait_max_s):
            raise FetchError(
                f"{self.what} asks to wait {seconds:,.0f} s.", "try again then, or name a mirror in `url`."
            )
        if seconds > 0:
            self._sleep(seconds)

    def _stop(self, state: tenacity.RetryCallState) -> bool:
        error = state.outcome.exception() if state.outcome else None
        asked = (error.after_s if isinstance(error, PassingError) else None) or 0.0
        is_too_long = asked > self.limits.wait_max_s or self._wait(state) >= self.left_s
        return state.attempt_number >= self.limits.attempt_count or is_too_long

    def _wait(self, state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        pause: float = min(self.limits.pause_s * 2.0 ** (state.attempt_number - 1), self.limits.pause_max_s)
        if isinstance(error, PassingError):
            return max(pause, error.after_s or 0.0, error.least_s)
        return pause


def retry_after_s(text: str | None) -> float | None:
    """Return the seconds that a Retry-After header asks for, a number or a date; None if it says nothing."""
    if not text:
        return None
    if text.strip().isdigit():
        return float(text.strip()[:9])
    try:
        at = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=dt.UTC)
    return max(0.0, (at - dt.datetime.now(dt.UTC)).total_seconds())
