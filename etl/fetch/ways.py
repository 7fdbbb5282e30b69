"""Tries the addresses of a source in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from db.errors import FetchError
from etl.fetch.cache import LocalError

T = TypeVar("T")


def first(kind: str, ways: Sequence[Callable[[], T]]) -> T:
    """Return what the first way gives that does not fail.

    Raises:
        FetchError: all fail; LocalError where the fault lies on this machine.
    """
    failed: list[FetchError] = []
    for way in ways:
        try:
            return way()
        except LocalError:
            raise
        except FetchError as error:
            failed.append(error)
    raise none_of(kind, failed)


def none_of(kind: str, failed: list[FetchError]) -> FetchError:
    """Return why none of the addresses of a source gives it."""
    if len(failed) == 1:
        return failed[0]
    messages = "; ".join(error.message.removeprefix(f"{kind}: ").rstrip(".") for error in failed)
    return FetchError(f"{kind}: none of {len(failed)} addresses gives it: {messages}.", failed[-1].hint)
