"""Retries with pauses, within a number of attempts and a total time."""

from __future__ import annotations

import datetime as dt
import email.utils
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import tenacity

from db.common.errors import FetchError

T = TypeVar("T")


@dataclass(frozen=True)
class Limits:
    """The limits of a download, in seconds, attempts and bytes.

    A copy younger than `fresh_s` is used without a request. A server that asks for a pause longer than
    `wait_max_s` is not tried again.
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


class TransientError(Exception):
    """A failure that a retry may overcome.

    `after_s` is the pause in seconds that the server asks for, `min_pause_s` the least pause if it does not;
    `hint` is the next step when all attempts have failed.
    """

    def __init__(
        self, reason: str, after_s: float | None = None, *, min_pause_s: float = 0.0, hint: str = ""
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after_s = after_s
        self.min_pause_s = min_pause_s
        self.hint = hint


class RetryBudget:
    """The attempts and the total time for one file; retries and pauses are those of tenacity."""

    def __init__(
        self, label: str, limits: Limits, clock: Callable[[], float], sleep: Callable[[float], None]
    ) -> None:
        self.label, self.limits = label, limits
        self._clock, self._sleep = clock, sleep
        self._end = clock() + limits.total_s

    @property
    def left_s(self) -> float:
        """Return the remaining time in seconds."""
        return self._end - self._clock()

    def check(self) -> None:
        """Check that time remains.

        Raises:
            FetchError: it is used up.
        """
        if self.left_s <= 0:
            raise FetchError(
                f"{self.label} was not complete after {self.limits.total_s:,.0f} s.",
                "try again: the part that was downloaded is kept, and resumed if the server supports it.",
            )

    def retry(self, ask: Callable[[RetryBudget], T]) -> T:
        """Return what `ask` returns, retrying after a `TransientError`.

        Raises:
            FetchError: attempts or time are used up.
        """
        retrying = tenacity.Retrying(
            stop=self._stop,
            wait=self._wait,
            sleep=self._sleep,
            retry=tenacity.retry_if_exception_type(TransientError),
            reraise=True,
        )
        try:
            return retrying(ask, self)
        except TransientError as error:
            count = int(retrying.statistics["attempt_number"])
            times = "once" if count == 1 else f"{count} times"
            asked = f", and the server asks to wait {error.after_s:,.0f} s" if error.after_s else ""
            raise FetchError(
                f"{self.label} could not be fetched, tried {times}: {error.reason}{asked}.",
                error.hint
                or "try again later; with --offline the copy in the cache is used, if there is one.",
            ) from None

    def pause(self, seconds: float) -> None:
        """Wait as long as a busy server asks for.

        Raises:
            FetchError: that is longer than the remaining time or `wait_max_s`.
        """
        if seconds >= min(self.left_s, self.limits.wait_max_s):
            raise FetchError(
                f"{self.label} asks to wait {seconds:,.0f} s.", "try again then, or name a mirror in `url`."
            )
        if seconds > 0:
            self._sleep(seconds)

    def _stop(self, state: tenacity.RetryCallState) -> bool:
        error = state.outcome.exception() if state.outcome else None
        asked = (error.after_s if isinstance(error, TransientError) else None) or 0.0
        is_too_long = asked > self.limits.wait_max_s or self._wait(state) >= self.left_s
        return state.attempt_number >= self.limits.attempt_count or is_too_long

    def _wait(self, state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        pause: float = min(self.limits.pause_s * 2.0 ** (state.attempt_number - 1), self.limits.pause_max_s)
        if isinstance(error, TransientError):
            return max(pause, error.after_s or 0.0, error.min_pause_s)
        return pause


def retry_after_s(text: str | None) -> float | None:
    """Return the seconds that a Retry-After header (a number or a date) asks for; None if it has no value."""
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
