"""Days that people write less exactly: a year or a month stands for its last day."""

from __future__ import annotations

import calendar
import datetime as dt
import re

from db.common.errors import UsageError

_DAY = re.compile(r"\b(\d{4})(?:-(\d\d)(?:-(\d\d))?)?\b")
_MONTHS = 12


def last_day(text: str, option: str) -> dt.date:
    """Return the last day of a year, month or day, as 2022, 2022-07 or 2022-07-31.

    Raises:
        UsageError: it is none of these; `option` is where it was given.
    """
    found = _DAY.fullmatch(text.strip())
    day = _last(found) if found else None
    if day is None:
        raise UsageError(f"'{text}' is not a date.", f"give {option} as 2022-07 or 2022-07-31.")
    return day


def newest_day(text: str) -> dt.date | None:
    """Return the last day that a text speaks of, such as `2016 to 2026-03`; None where it names none."""
    return max((day for found in _DAY.finditer(text) if (day := _last(found))), default=None)


def _last(found: re.Match[str]) -> dt.date | None:
    year, month = int(found[1]), int(found[2] or _MONTHS)
    try:
        return dt.date(year, month, int(found[3] or calendar.monthrange(year, month)[1]))
    except ValueError:
        return None
