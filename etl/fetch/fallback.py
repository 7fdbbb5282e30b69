"""Tries the places of a source in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from db.common.errors import FetchError
from etl.fetch.cache import LocalError

T = TypeVar("T")


def try_in_order(source_type: str, attempts: Sequence[Callable[[], T]]) -> T:
    """Return the result of the first attempt that does not fail.

    Raises:
        FetchError: all fail; LocalError, at once, for a fault of this machine.
    """
    failed: list[FetchError] = []
    for attempt in attempts:
        try:
            return attempt()
        except LocalError:
            raise
        except FetchError as error:
            failed.append(error)
    raise merge_errors(source_type, failed)


def merge_errors(source_type: str, failed: list[FetchError]) -> FetchError:
    """Return one error for all failed attempts."""
    if len(failed) == 1:
        return failed[0]
    messages = "; ".join(error.message.removeprefix(f"{source_type}: ").rstrip(".") for error in failed)
    return FetchError(
        f"{source_type}: none of its {len(failed)} addresses can be used: {messages}.", failed[-1].hint
    )
