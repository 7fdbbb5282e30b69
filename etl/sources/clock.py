"""Parses points in time and durations, however a file of records writes them."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo

from etl.sources.notation import Notation
from etl.sources.values import FieldError

_TIME = re.compile(
    r"(?P<day>.*?)(?:[ T,]+)(?P<hour>\d{1,2})\s?[:.h]\s?(?P<minute>\d{2})"
    r"(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?\s*(?P<half>[AaPp])?(?(half)\.?[Mm]\.?)\s*(?P<offset>Z|[A-Z]{2,4}|[+-]\d{2}(?::?\d{2})?)?",
    re.ASCII,
)
_COMPACT_TIME = re.compile(r"(\d{8})T(\d{2}):?(\d{2}):?(\d{2})?(Z|[+-]\d{2}:?\d{2})?", re.ASCII)
_WEEKDAY = re.compile(r"[A-Za-z]{3,9}\.?,\s+(?=\d)", re.ASCII)
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_EPOCH = re.compile(r"(\d{9,10})(?:[.,]\d+)?|(\d{12,13})", re.ASCII)
_SERIAL = re.compile(r"[2-6]\d{4}[.,]\d+", re.ASCII)
_EXCEL_DAY_0 = dt.datetime(1899, 12, 30)
_UNIX_0 = dt.datetime(1970, 1, 1)
_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d{2}))?", re.ASCII)
_HOURS_A_DAY, _NOON = 24, 12
_OFFSET_MAX_H = 14
# Hours from UTC of the abbreviations that exports of networks write.
_ABBREVIATIONS = {
    "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "BST": 1, "WEST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3,
    "NST": -3.5, "NDT": -2.5, "AST": -4, "ADT": -3, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5,
    "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10,
}  # fmt: skip
_PARTS = re.compile(
    r"(?:(?P<days>\d+)(?:\.|\s*d(?:ays?|ay\(s\))?,?\s*))?(?P<hours>\d+):(?P<minutes>[0-5]\d)(?::(?P<seconds>[0-5]\d)(?:[.,]\d+)?)?",
    re.ASCII,
)
_WORDS = re.compile(
    r"(?:PT?)?(?:(?P<days>\d+)\s*d[a-z]*)?\s*(?:(?P<hours>\d+)\s*h[a-z]*)?\s*(?:(?P<minutes>\d+)\s*m[a-z]*)?\s*"
    r"(?:(?P<seconds>\d+)(?:[.,]\d+)?\s*s[a-z]*)?",
    re.ASCII | re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+(?:\.\d*)?|\.\d+", re.ASCII)
MINUTES = {"s": 1 / 60, "min": 1.0, "h": 60.0}
"""Minutes of a unit of duration."""


@dataclass(frozen=True)
class Moment:
    """A point in time as clocks on the wall show it, and their distance from UTC where it is known."""

    local: dt.datetime
    offset: dt.timedelta | None

    @property
    def utc(self) -> dt.datetime:
        """Return it in UTC, naive; where the distance is not known, as if the clock showed UTC."""
        return self.local - (self.offset or dt.timedelta())


def split_day(text: str) -> str:
    """Return what stands before the time of day; the whole text where there is none."""
    given = _plain(text)
    found = _TIME.fullmatch(given)
    return found["day"].strip() if found else given


def parse_moment(
    text: str,
    field: str,
    notation: Notation,
    zone: str | None = None,
    *,
    counts_offset: bool = True,
    not_before: dt.datetime | None = None,
) -> Moment:
    """Return a point in time: a day and time of day with or without offset, seconds since 1970, or a serial.

    `zone` is the tz name, abbreviation or offset of clocks that the text does not tell; with an offset in the
    text it says what local time is. Without `counts_offset` that offset is ignored. Of an hour that an autumn
    night has twice it is the first, unless that is before `not_before` (UTC) and the second is not.

    Raises:
        FieldError: it is no point in time, or the day could be a month.
    """
    given = _plain(text)
    if not given:
        raise FieldError(field, "it is empty")
    stamp, offset = _read(given, field, notation)
    if offset is None or not counts_offset:
        return _at_local(stamp, field, zone, not_before)
    if zone is None:
        return Moment(stamp, offset)
    utc = stamp - offset
    there = _offset_at_utc(utc, field, zone)
    return Moment(utc + there, there)


def parse_duration(text: str, field: str, unit: str) -> float | None:
    """Return minutes of `1:28:23`, `1:28`, `2 days, 1:28:23`, `1h 28m`, `PT1H28M`, or a number of a unit.

    Empty becomes None.

    Raises:
        FieldError: it is none of them.
    """
    given = text.strip()
    if not given:
        return None
    if _NUMBER.fullmatch(given):
        return float(given) * MINUTES[unit]
    found = _PARTS.fullmatch(given) or _WORDS.fullmatch(given)
    parts = {name: int(value) for name, value in found.groupdict().items() if value} if found else {}
    if not parts:
        raise FieldError(field, f"'{given[:40]}' is not a duration like 1:28:23, or a number")
    seconds = dt.timedelta(**parts).total_seconds() if max(parts.values()) < 10**6 else float("inf")
    return seconds / 60


def _plain(text: str) -> str:
    """Return a text without a weekday before it, and `20190107T103000Z` as `20190107 10:30:00Z`."""
    given = _WEEKDAY.sub("", text.strip(), count=1)
    found = _COMPACT_TIME.fullmatch(given)
    return f"{found[1]} {found[2]}:{found[3]}:{found[4] or '00'}{found[5] or ''}" if found else given


def _read(given: str, field: str, notation: Notation) -> tuple[dt.datetime, dt.timedelta | None]:
    if epoch := _EPOCH.fullmatch(given):
        seconds = float(epoch[1]) if epoch[1] else float(epoch[2]) / 1000
        return _UNIX_0 + dt.timedelta(seconds=seconds), dt.timedelta()
    if _SERIAL.fullmatch(given):
        days = float(given.replace(",", "."))
        return _EXCEL_DAY_0 + dt.timedelta(seconds=round(days * 86_400)), None
    found = _TIME.fullmatch(given)
    day = _day(found["day"].strip(), notation) if found else None
    if found is None or day is None:
        if found and _is_either(found["day"].strip()):
            raise FieldError(
                field, f"'{given[:40]}' may be read in two ways; `day_order` in the region file says which"
            )
        raise FieldError(field, f"'{given[:40]}' is not a day and time like 2024-11-30 15:54")
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    if found["half"]:
        if not 1 <= hour <= _NOON:
            raise FieldError(field, f"'{given[:40]}' has no such hour")
        hour = hour % _NOON + (_NOON if found["half"] in "pP" else 0)
    is_midnight = (hour, minute, second) == (_HOURS_A_DAY, 0, 0)
    try:
        time = dt.time() if is_midnight else dt.time(hour, minute, second)
    except ValueError:
        raise FieldError(field, f"'{given[:40]}' has no such time of day") from None
    stamp = dt.datetime.combine(day, time) + dt.timedelta(days=is_midnight)
    offset = _parse_offset(found["offset"]) if found["offset"] else None
    if found["offset"] and offset is None:
        raise FieldError(field, f"'{found['offset']}' is not a known time zone, such as EST or -05:00")
    return stamp, offset


@cache
def _day(text: str, notation: Notation) -> dt.date | None:
    found = _ISO_DAY.fullmatch(notation.day(text))
    try:
        return dt.date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def _is_either(text: str) -> bool:
    return re.fullmatch(r"\d{1,2}[/.-]\d{1,2}[/.-](\d{4}|\d{2})", text) is not None


@cache
def _parse_offset(text: str) -> dt.timedelta | None:
    found = _OFFSET.fullmatch(text.upper())
    if found is None:
        hours = _ABBREVIATIONS.get(text.upper())
        return None if hours is None else dt.timedelta(hours=hours)
    offset = dt.timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    if offset > dt.timedelta(hours=_OFFSET_MAX_H):
        return None
    return -offset if found[1] == "-" else offset


@cache
def _zone_info(name: str) -> ZoneInfo | dt.timedelta | None:
    """Return a zone of the tz database, or the constant offset of an abbreviation; None if it is neither."""
    offset = _parse_offset(name)
    if offset is not None:
        return offset
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return None


def _named(name: str, field: str) -> ZoneInfo | dt.timedelta:
    found = _zone_info(name.strip())
    if found is None:
        raise FieldError(field, f"'{name[:40]}' is not a time zone, such as America/Toronto, EST or -05:00")
    return found


def _at_local(stamp: dt.datetime, field: str, zone: str | None, not_before: dt.datetime | None) -> Moment:
    if zone is None:
        return Moment(stamp, None)
    found = _named(zone, field)
    if isinstance(found, dt.timedelta):
        return Moment(stamp, found)
    first, second = (Moment(stamp, stamp.replace(tzinfo=found, fold=fold).utcoffset()) for fold in (0, 1))
    is_second = not_before is not None and first.utc < not_before <= second.utc
    return second if is_second else first


def _offset_at_utc(utc: dt.datetime, field: str, zone: str) -> dt.timedelta:
    found = _named(zone, field)
    if isinstance(found, dt.timedelta):
        return found
    return utc.replace(tzinfo=dt.UTC).astimezone(found).utcoffset() or dt.timedelta()
