"""Reads the records of a text file with a header line, whatever its encoding mark."""

from __future__ import annotations

import codecs
import csv
import difflib
import gzip
import io
import itertools
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from db.common.errors import UsageError
from etl.sources.base import Reject, Rejects
from etl.sources.guard import COLUMNS_MAX, UNPACKABLE, check_archive, read_lines
from etl.sources.notation import Notation, detect_notation

_OTHER_FORMATS = {
    b"PK\x03\x04": "a workbook or an archive",
    b"\xd0\xcf\x11\xe0": "a workbook of Excel 97",
    b"%PDF": "a PDF",
    b"SQLi": "a database such as a GeoPackage",
}
NAME_COLUMNS = "correct `columns` in the region file"
_SEPARATORS = ",;\t|"
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?[,;\t]*', re.IGNORECASE | re.DOTALL)


class Records:
    """The records of a file, as (record number from 1, {column: text}); others are rejects.

    `remedy` is the next step if a column is missing: not every source lets its columns be named.
    """

    def __init__(self, path: Path, *, encoding: str = "utf-8", remedy: str = NAME_COLUMNS) -> None:
        """Read the file's header; a line `sep=;` before it, as Excel writes, gives the separator.

        Raises:
            UsageError: the file is empty, damaged, or not in the expected encoding.
        """
        self.path = path
        self.rejects = Rejects()
        self._encoding = encoding
        self._remedy = remedy
        self._numbers: list[str] = []
        self._days: list[str] = []
        self._notation = Notation()
        found = read_lines(path, _open(path, encoding))
        with _readable(path, encoding):
            first = next(found, "")
            named = _SEPARATOR_LINE.fullmatch(first.strip("\ufeff\r\n"))
            if named:
                first = next(found, "")
        self.separator = named[1] if named else _separator(first)
        self._reader = csv.reader(itertools.chain([first], found), delimiter=self.separator, strict=True)
        self.columns = [name.strip() for name in self._line() or []]
        if not any(self.columns):
            raise UsageError(
                f"{path.name} is empty.", "fetch the file again, or name another in the region file."
            )
        if len(self.columns) > COLUMNS_MAX:
            raise UsageError(
                f"{path.name} has {len(self.columns):,} columns; {COLUMNS_MAX:,} are allowed.",
                "leave out the columns that are not needed.",
            )

    def require_columns(self, *wanted: str | None, remedy: str | None = None) -> None:
        """Check that the file has each of some columns once.

        Raises:
            UsageError: a column is missing (the message names the nearest one), or there twice.
        """
        missing = [name for name in wanted if name is not None and name not in self.columns]
        held = f"it has {', '.join(filter(None, self.columns))[:300]}."
        if len(missing) > 1:
            names = ", ".join(f"'{name}'" for name in missing)
            raise UsageError(
                f"{self.path.name} lacks the columns {names}.", f"{remedy or self._remedy}; {held}"
            )
        for name in missing:
            near = difflib.get_close_matches(name, self.columns, n=1, cutoff=0.5)
            raise UsageError(
                f"{self.path.name} has no column '{name}'"
                + (f"; the nearest is '{near[0]}'." if near else "."),
                f"{remedy or self._remedy}; {held}",
            )
        for column in wanted:
            if column is not None and self.columns.count(column) > 1:
                raise UsageError(
                    f"{self.path.name} has more than one column '{column}'.",
                    "give each column a name of its own.",
                )

    def find_column(self, name: str, *others: str) -> str | None:
        """Return the column of a name as this file spells it: `Total EV` in one file, `total_ev` in another.

        None if it has none of its names.
        """
        spelled = {_bare(column): column for column in reversed(self.columns)}
        return next((spelled[_bare(each)] for each in (name, *others) if _bare(each) in spelled), None)

    def normalize_values(
        self,
        numbers: Iterable[str | None],
        days: Iterable[str | None] = (),
        *,
        places: Iterable[str | None] = (),
    ) -> None:
        """Convert numbers to `1234.5` and days to `2024-11-30` from now on, however the file writes them.

        `places` are columns of degrees.

        Raises:
            UsageError: the file is damaged.
        """
        of_places, of_numbers, self._days = (
            [name for name in names if name in self.columns] for names in (places, numbers, days)
        )
        self._numbers = [*of_places, *of_numbers]
        rows = (row for _, row in Records(self.path, encoding=self._encoding))
        self._notation = detect_notation(rows, of_numbers, of_places, self._days, separator=self.separator)

    def __iter__(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield the records.

        Raises:
            UsageError: the file is damaged beyond a line, or has no records.
        """
        record = 0
        width = len(self.columns)
        while (values := self._line()) is not None:
            if not values:
                continue
            record += 1
            if len(values) != width:
                values = _of_width(values, width) or values
            if len(values) != width:
                reason = f"it has {len(values)} fields where the header has {width}"
                self.rejects.append(Reject(str(record), None, reason))
                continue
            row = dict(zip(self.columns, values, strict=True))
            for name in self._numbers:
                row[name] = self._notation.number(row[name])
            for name in self._days:
                row[name] = self._notation.day(row[name])
            yield record, row
        if record == 0:
            raise UsageError(
                f"{self.path.name} has a header but no records.",
                "fetch it again, or name another in the region file.",
            )

    def _line(self) -> list[str] | None:
        try:
            with _readable(self.path, self._encoding, lambda: self._reader.line_num):
                return next(self._reader, None)
        except csv.Error as error:
            raise UsageError(
                f"{self.path.name} cannot be read beyond line {self._reader.line_num}: {error}.",
                "look for an unclosed quotation mark near that line.",
            ) from None


def _of_width(values: list[str], width: int) -> list[str] | None:
    """Return as many fields of a line as the header has; None if their number differs otherwise.

    Excel omits separators after the last value of a line, or writes more of them for empty cells. A line of
    one field is a note below the table.
    """
    if 1 < len(values) < width:
        return values + [""] * (width - len(values))
    return values[:width] if len(values) > width and not any(map(str.strip, values[width:])) else None


def _bare(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _separator(header: str) -> str:
    """Return the separator of a header; text in quotation marks is ignored."""
    outside = "".join(header.split('"')[::2])
    return max(_SEPARATORS, key=outside.count)


@contextmanager
def _readable(path: Path, encoding: str, lines_before: Callable[[], int] = lambda: 0) -> Iterator[None]:
    """Turn an error of reading a text into a message."""
    try:
        yield
    except UnicodeError as error:
        ahead = error.object[: error.start].count(b"\n") if isinstance(error, UnicodeDecodeError) else 0
        line = lines_before() + 1 + ahead
        raise UsageError(
            f"{path.name} is not {encoding}: line {line} has a byte that cannot be read.",
            'name its encoding in the region file, such as encoding = "cp1252".',
        ) from None
    except UNPACKABLE as error:
        raise UsageError(
            f"{path.name} cannot be read: {error}.", "fetch the file again; it may be cut short."
        ) from None


def _open(path: Path, encoding: str) -> TextIO:
    """Open a text, by its byte order mark if it has one.

    Raises:
        UsageError: it cannot be read.
    """
    with _readable(path, encoding):
        raw = _bytes(path)
        with ExitStack() as unread:
            unread.callback(raw.close)
            start = raw.read(4)
            raw.seek(0)
            _refuse_others(path, start)
            unread.pop_all()
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif start.startswith(codecs.BOM_UTF8):
        encoding = "utf-8-sig"
    elif start[1::2] == b"\x00\x00" or start[::2] == b"\x00\x00":  # without a mark, as some programs write
        encoding = "utf-16-le" if start[1::2] == b"\x00\x00" else "utf-16-be"
    return io.TextIOWrapper(raw, encoding=encoding, newline="")


def _bytes(path: Path) -> BinaryIO:
    if path.suffix.lower() == ".gz":
        return cast("BinaryIO", gzip.open(path))
    return _member(path) if path.suffix.lower() == ".zip" else path.open("rb")


def _refuse_others(path: Path, start: bytes) -> None:
    """Refuse a file that begins like another format.

    Raises:
        UsageError: it does.
    """
    for mark, what in _OTHER_FORMATS.items():
        if start.startswith(mark):
            raise UsageError(
                f"{path.name} is {what}, not a text file.",
                "save the table as CSV (UTF-8), and name that file.",
            )


def _member(path: Path) -> BinaryIO:
    """Open the only table of a .zip; notes and other formats may be beside it.

    Raises:
        UsageError: the archive is unsafe, or has no table or several.
    """
    names = [member.filename for member in check_archive(path)]
    tables = [name for name in names if name.lower().endswith(".csv")] or [
        name for name in names if name.lower().endswith(".txt")
    ]
    if len(tables) != 1:
        held = ", ".join(tables)[:200] or "none"
        raise UsageError(f"{path.name} holds {len(tables)} tables ({held}).", "unpack the one to read.")
    return cast("BinaryIO", zipfile.ZipFile(path).open(tables[0]))
