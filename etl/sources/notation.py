"""Detects how a file writes numbers and days: `1,234.5` or `1 234,5`, `11/30/2011` or `30.11.2011`.

For an ambiguous value, such as `68,000` or `3/4/2024`, the other values of the file decide.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

_GAPS = re.compile("(?<=[0-9])[ '\u00a0\u2009\u202f\u2019](?=[0-9]{3}(?![0-9]))")
_SIGNS = str.maketrans({"\u2212": "-"})
_PLAIN = re.compile(r"[+-]?[0-9]+")
# with one mark that may separate thousands or decimals
_EITHER = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")
_FRACTION = re.compile(r"[+-]?[0-9]*([.,])[0-9]+([eE][+-]?[0-9]+)?")
_BY_COMMAS = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{2,3})*,[0-9]{3}(?:\.[0-9]*)?")
_BY_DOTS = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]*)?")
# with a currency, or a letter after it that grades it
_MARKED = re.compile(r"([$\u20ac\u00a3]?\s*)([0-9][0-9.,]*)(\s*(?:[$\u20ac\u00a3]|[A-Za-z]|\+)?)")
_SIMPLE = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_PARTS = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})(?:[ T,].*)?", re.ASCII)
_YEAR_FIRST = re.compile(r"([0-9]{4})[/.]([0-9]{1,2})[/.]([0-9]{1,2})(?:[ T].*)?", re.ASCII)
_COMPACT = re.compile(r"(19|20)[0-9]{6}")
_NAMED = (
    "%d-%b-%Y",
    "%d-%b-%y",
    "%d %b %Y",
    "%d %B %Y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%b %d %Y",
    "%A, %B %d, %Y",
)
_MONTHS = 12
_SERIAL = re.compile(r"[2-6][0-9]{4}(\.0+)?")
_EXCEL_DAY_0 = dt.date(1899, 12, 30)


@dataclass(frozen=True)
class Notation:
    """The decimal mark, and the order of day and month ("dm", "md"); None if it is not known."""

    decimal: str = "."
    day_order: str | None = None

    def number(self, text: str) -> str:
        """Return a number as Python reads it; other text is returned unchanged."""
        if self.decimal == "." and _SIMPLE.fullmatch(text):
            return text
        given = _bare(text)
        if (found := self._number(given)) is not None:
            return found
        if match := _MARKED.fullmatch(given):
            return f"{match[1]}{self._number(match[2]) or match[2]}{match[3]}"
        return text

    def _number(self, given: str) -> str | None:
        if _PLAIN.fullmatch(given):
            return given
        if _EITHER.fullmatch(given):
            return given.replace(self.decimal, "#").replace(".", "").replace(",", "").replace("#", ".")
        mark = _decimal(given)
        if mark is None:
            return None
        other = "," if mark == "." else "."
        return given.replace(other, "").replace(mark, ".")

    def day(self, text: str) -> str:
        """Return a day as 2024-11-30; other or ambiguous text is returned unchanged."""
        found = _days(text.strip())
        if len(found) > 1 and self.day_order:
            return found[self.day_order].isoformat()
        days = set(found.values())
        return days.pop().isoformat() if len(days) == 1 else text


def detect_notation(
    rows: Iterable[dict[str, str]], numbers: list[str], places: list[str], days: list[str], *, separator: str
) -> Notation:
    """Return how the values of some columns are written.

    `places` are columns of degrees: they have no thousands, so a comma in them is a decimal mark.
    """
    decimal: str | None = None
    has_either = False
    orders: set[str] = set()
    for row in rows:
        if decimal is None:
            texts = [_bare(row[name]) for name in (*places, *numbers)]
            has_either = has_either or any(_EITHER.fullmatch(text) for text in texts)
            of_places = [m[1] for t in texts[: len(places)] if (m := _FRACTION.fullmatch(t))]
            of_numbers = [mark for t in texts if not _EITHER.fullmatch(t) and (mark := _decimal(t))]
            decimal = next(iter((*of_places, *of_numbers)), None)
        for name in days:
            found = _days(row[name].strip())
            if len(found) == 1:
                orders |= found.keys()
        if decimal is not None and not days:
            break
    if decimal is None:
        # Excel separates fields by semicolons where the decimal mark is a comma
        decimal = "," if separator == ";" else "."
    known = orders & {"dm", "md"}
    return Notation(decimal, known.pop() if len(known) == 1 else None)


def _bare(text: str) -> str:
    """Return a number without its unambiguous separators of thousands: blanks and apostrophes."""
    return _GAPS.sub("", text.strip().translate(_SIGNS))


def _decimal(text: str) -> str | None:
    """Return the decimal mark of a number that is not ambiguous."""
    if _BY_COMMAS.fullmatch(text):
        return "."
    if _BY_DOTS.fullmatch(text):
        return ","
    match = _FRACTION.fullmatch(text)
    return match[1] if match else None


def _days(text: str) -> dict[str, dt.date]:
    """Return the days that a text may mean by the order of day and month; "" if it is not ambiguous."""
    if match := _PARTS.fullmatch(text):
        first, mark, second, year = int(match[1]), match[2], int(match[3]), int(match[4])
        if len(match[4]) == 2:  # noqa: PLR2004 - as Excel reads years of two digits
            year += 2000 if year < 30 else 1900  # noqa: PLR2004
        found = {"dm": _day(year, second, first)}
        if mark != ".":
            found["md"] = _day(year, first, second)
        return {order: day for order, day in found.items() if day}
    if match := _YEAR_FIRST.fullmatch(text):
        day = _day(int(match[1]), int(match[2]), int(match[3]))
    elif _COMPACT.fullmatch(text):
        day = _day(int(text[:4]), int(text[4:6]), int(text[6:]))
    elif _SERIAL.fullmatch(text):
        day = _EXCEL_DAY_0 + dt.timedelta(days=int(float(text)))
    else:
        day = _named_day(text)
    return {"": day} if day else {}


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _named_day(text: str) -> dt.date | None:
    if not any(letter.isalpha() for letter in text) or len(text) > 40:  # noqa: PLR2004 - longer than any day
        return None
    for form in _NAMED:
        try:
            return dt.datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None
