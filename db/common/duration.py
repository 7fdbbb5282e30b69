"""A length of time as people write it: 90d, 12w."""

from __future__ import annotations

import datetime as dt
import re

from db.common.errors import UsageError
from db.common.text_file import shown

_DAYS = {"d": 1, "w": 7, "y": 365}
_DAYS_MAX = 36_500


def duration(text: str, option: str) -> dt.timedelta:
    """Return a number of days, weeks or years such as `90d`, `12w`, `2y`.

    Raises:
        UsageError: it is none, or more than a hundred years.
    """
    match = re.fullmatch(r"([0-9]{1,6})([dwy])", text.strip())
    days = int(match[1]) * _DAYS[match[2]] if match else _DAYS_MAX + 1
    if days > _DAYS_MAX:
        raise UsageError(
            f"{option} '{shown(text)}' is no length of time.", "write days, weeks or years: 90d, 12w, 2y."
        )
    return dt.timedelta(days=days)
