"""A workbook (XLSX) in the making: names of sheets differ, texts stay texts, sums have their values."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_range

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_SHEET_NAME_MAX, _TEXT_MAX = 31, 32_767
"""Units of UTF-16 of a sheet's name, and characters of a cell, that the format allows."""

Look = dict[str, Any]
"""How a cell is shown: properties of a format, such as bold or num_format."""


class Workbook:
    """Sheets of a file; what is written is held until `save`."""

    def __init__(self, title: str) -> None:
        self._bytes = io.BytesIO()
        self._book = xlsxwriter.Workbook(self._bytes, {"in_memory": True})
        self._book.set_properties({"title": _printable(title), "author": ""})
        self._looks: dict[tuple[tuple[str, Any], ...], Any] = {}
        self._names: set[str] = set()

    def sheet(self, name: str) -> Sheet:
        """Return a new sheet; its name is cut to what the format allows, with a number where it is taken."""
        cleaned = re.sub(r"[\[\]:*?/\\']", "_", _printable(name)) or "_"
        chosen, number = _cut(cleaned), 1
        while chosen.casefold() in self._names:
            number += 1
            chosen = f"{_cut(cleaned, len(str(number)) + 1)}_{number}"
        self._names.add(chosen.casefold())
        return Sheet(self, self._book.add_worksheet(chosen))

    def look(self, look: Look) -> Any:
        """Return the format of a look, each made once."""
        key = tuple(sorted(look.items()))
        if key not in self._looks:
            self._looks[key] = self._book.add_format(look)
        return self._looks[key]

    def save(self, path: Path) -> None:
        """Write the file.

        Raises:
            OSError: it cannot be written.
        """
        self._book.close()
        path.write_bytes(self._bytes.getvalue())


class Sheet:
    """A sheet of a workbook; rows and columns count from 0."""

    def __init__(self, book: Workbook, sheet: Any) -> None:
        self._book = book
        self.layout = sheet
        """The sheet itself: its widths, panes, filters and pages."""

    def put(self, row: int, column: int, value: str | float | None, **look: Any) -> None:
        """Write a value; a text stays a text, whatever it begins with: names come from open feeds."""
        if value is None or value == "":
            self.layout.write_blank(row, column, None, self._book.look(look))
        elif isinstance(value, str):
            quoted = {"quote_prefix": True} if value.startswith(_FORMULA) else {}
            text = _printable(value)[:_TEXT_MAX]
            self.layout.write_string(row, column, text, self._book.look(look | quoted))
        else:
            self.layout.write_number(row, column, value, self._book.look(look))

    def put_sum(self, row: int, column: int, first_row: int, values: Sequence[Any], **look: Any) -> None:
        """Write the sum of the numbers below `first_row`, as a formula and as its value.

        Programs that do not compute, such as previews and libraries, show the value.
        """
        total = math.fsum(value for value in values if value is not None and not isinstance(value, str))
        cells = xl_range(first_row, column, first_row + len(values) - 1, column)
        self.layout.write_formula(row, column, f"=SUM({cells})", self._book.look(look), total)


def _printable(text: str) -> str:
    return _UNPRINTABLE.sub("", text)


def _cut(name: str, less: int = 0) -> str:
    """Return as much of a sheet's name as there is room for."""
    return name.encode("utf-16-le")[: 2 * (_SHEET_NAME_MAX - less)].decode("utf-16-le", "ignore")
