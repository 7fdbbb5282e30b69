"""Parses single values of text: numbers, places, dates; a fault has a field and a reason."""

from __future__ import annotations

import datetime as dt
import math
import re

from db.common.number import plain

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_SCIENTIFIC = re.compile(r"([0-9]+(?:[.,][0-9]*)?)[eE]\+?([0-9]{1,3})", re.ASCII)
INTEGER_MAX = 2**31 - 1
BIGINT_MAX = 2**63 - 1
PEOPLE_MAX = 50_000_000.0
NUMBER_MAX = 1e15


class FieldError(Exception):
    """A value that cannot be used: its field, the reason, the name of the record, and the people it has."""

    def __init__(self, field: str | None, reason: str, label: str | None = None) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason
        self.label = label
        self.population: float | None = None


class WithheldError(FieldError):
    """Not a fault: the source withholds the figure of the record."""


class ElsewhereError(FieldError):
    """Not a fault: the record is about a place outside the region."""


def clean_text(value: str) -> str | None:
    """Return text that PostgreSQL can hold, without outer blanks; empty becomes None."""
    return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8").strip() or None


def parse_required_text(value: str, field: str) -> str:
    """Return text as `clean_text` does.

    Raises:
        FieldError: it is empty.
    """
    found = clean_text(value)
    if found is None:
        raise FieldError(field, "it is empty")
    return found


def parse_number(value: str, field: str, *, low: float = 0.0, high: float = 1e15) -> float | None:
    """Return a number within [low, high]; empty becomes None.

    Raises:
        FieldError: it is not a number, not finite or out of range.
    """
    text = value.strip()
    if not text:
        return None
    if not _NUMBER.fullmatch(text) or not math.isfinite(found := float(text)):
        raise FieldError(field, f"'{text[:40]}' is not a number")
    if not low <= found <= high:
        raise FieldError(field, f"{text[:40]} is not between {plain(low)} and {plain(high)}")
    return found


# What statistical offices write for a figure that is not known, not applicable or withheld: Canada (.., ...,
# x, F), the United States (-, N, (X), **, -666666666), Britain ([c], [x], :) or Australia.
_WITHHELD = frozenset((
    ".", "..", "...", "\u2026", "x", "f", "-", "--", "\u2013", "\u2014", "*", "**", "***", ":", "/", "n",
    "na", "n/a", "n.a.", "n.a", "#n/a", "#null!", "nan", "null", "none", "np", "n.p.", "n.p", "c", "d", "s",
    "z", "(x)", "(d)", "(s)", "(c)", "[c]", "[x]", "[z]", "[u]", "[low]", "suppressed", "confidential",
    "withheld", "unknown",
))  # fmt: skip
_FEWER = re.compile(r"[<\u2264]\s*=?\s*[0-9]+")  # so few that the figure would identify persons
_WITHHELD_NUMBER = re.compile(r"-([2-9])\1{8}(\.0*)?")
# a letter that grades a figure (E: use with caution; p, r: preliminary, revised), or + for the top class
_GRADED = re.compile(r"[$\u20ac\u00a3]?\s*([0-9][0-9.]*)\s*([$\u20ac\u00a3]|[EeRrPp]|\+)?")


def is_withheld(text: str) -> bool:
    """Return whether a text means that a figure is not known or withheld."""
    bare = text.strip().lower()
    return bare in _WITHHELD or bool(_WITHHELD_NUMBER.fullmatch(bare) or _FEWER.fullmatch(bare))


def parse_figure(value: str, field: str, *, high: float = NUMBER_MAX) -> float | None:
    """Return a figure of a statistical table; None if it is empty or withheld.

    Raises:
        FieldError: it is not a number, or out of range.
    """
    if is_withheld(value):
        return None
    graded = _GRADED.fullmatch(value.strip())
    return parse_number(graded[1] if graded else value, field, high=high)


def parse_required_number(value: str, field: str, *, low: float = 0.0, high: float = 1e15) -> float:
    """Return a number as `parse_number` does.

    Raises:
        FieldError: as `parse_number`, or if it is empty.
    """
    found = parse_number(value, field, low=low, high=high)
    if found is None:
        raise FieldError(field, "it is empty")
    return found


def parse_whole_number(value: str, field: str, *, high: int = INTEGER_MAX) -> int | None:
    """Return a whole number from 0 to `high`, however it is written (`2`, `2.0`); empty becomes None.

    Raises:
        FieldError: it is not a whole number, or out of range.
    """
    text = value.strip()
    if text.isascii() and text.isdigit() and len(text) < 20:  # noqa: PLR2004 - a bigint has 19 digits
        found = int(text)
        if found > high:
            raise FieldError(field, f"{text} is more than {high}")
        return found
    loose = parse_number(value, field, high=min(high, 2**53))
    if loose is None:
        return None
    if loose != int(loose):
        raise FieldError(field, f"{text[:40]} is not a whole number")
    return int(loose)


def is_rounded(text: str) -> bool:
    """Return whether a spreadsheet has rounded a long number, such as 1.23457E+11."""
    found = _SCIENTIFIC.fullmatch(text.strip())
    return found is not None and len(re.sub(r"\D", "", found[1]).lstrip("0")) <= int(found[2])


def parse_id(value: str, field: str) -> int | None:
    """Return a number that is an id; empty becomes None.

    Raises:
        FieldError: it is not a whole number, or a spreadsheet has rounded it (`1.23457E+11`).
    """
    if is_rounded(value):
        raise FieldError(field, f"a spreadsheet has rounded it to {value.strip()[:40]}")
    return parse_whole_number(value, field, high=BIGINT_MAX)


def parse_place(
    lon: str, lat: str, *, fields: tuple[str, str] = ("lon", "lat")
) -> tuple[float, float] | None:
    """Return a place in degrees; None if both are empty.

    Raises:
        FieldError: a value is not a coordinate, one of the two is empty, or it is the place 0, 0.
    """
    x = parse_number(lon, fields[0], low=-180, high=180)
    y = parse_number(lat, fields[1], low=-90, high=90)
    if x is None and y is None:
        return None
    if x is None or y is None:
        raise FieldError(fields[0] if x is None else fields[1], "it is empty")
    if x == 0 and y == 0:
        raise FieldError(fields[1], "0, 0 means an unknown place")
    return x, y


def parse_required_place(
    lon: str, lat: str, *, fields: tuple[str, str] = ("lon", "lat")
) -> tuple[float, float]:
    """Return a place as `parse_place` does.

    Raises:
        FieldError: as `parse_place`, or if both are empty.
    """
    found = parse_place(lon, lat, fields=fields)
    if found is None:
        raise FieldError(fields[1], "it is empty")
    return found


def parse_date(value: str, field: str) -> dt.date | None:
    """Return a date written YYYY-MM-DD, without a time of day after it; empty becomes None.

    Raises:
        FieldError: it is not a date.
    """
    text = value.strip()
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        raise FieldError(field, f"'{text[:40]}' is not a date like 2024-11-30") from None


def parse_flag(value: str, field: str) -> bool | None:
    """Return true or false; empty becomes None.

    Raises:
        FieldError: it is neither.
    """
    text = value.strip().lower()
    if not text:
        return None
    if text in ("true", "t", "yes", "y", "1"):
        return True
    if text in ("false", "f", "no", "n", "0"):
        return False
    raise FieldError(field, f"'{text[:40]}' is neither true nor false")
