"""Opens a text file with a header line, whatever its encoding mark, and gives its records."""

from __future__ import annotations

import codecs
import csv
import difflib
import gzip
import io
import itertools
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from db.errors import UsageError
from etl.sources.base import Reject, Rejects
from etl.sources.guard import COLUMNS_MAX, UNPACKABLE, check_archive, lines

_SEPARATORS = ",;\t|"


class Records:
    """The records of a file, as (record number from 1, {column: text}); others are rejects."""

    def __init__(self, path: Path, *, encoding: str = "utf-8") -> None:
        """Read the file's header.

        Raises:
            UsageError: the file is empty, damaged, or in another encoding than it should be.
        """
        self.path = path
        self.rejects = Rejects()
        self._encoding = encoding
        found = lines(path, _open(path, encoding))
        with _readable(path, encoding):
            first = next(found, "")
        separator = max(_SEPARATORS, key=first.count)
        self._reader = csv.reader(itertools.chain([first], found), delimiter=separator, strict=True)
        self.columns = [name.strip() for name in self._line() or []]
        if not any(self.columns):
            raise UsageError(
                f"{path.name} is empty.", "fetch the file again, or remove its source from the region file."
            )
        if len(self.columns) > COLUMNS_MAX:
            raise UsageError(
                f"{path.name} has {len(self.columns):,} columns; {COLUMNS_MAX:,} may be.",
                "leave out the columns that the region file does not name.",
            )

    def need(self, *wanted: str | None) -> None:
        """Make sure that columns are there, each once.

        Raises:
            UsageError: a column is missing (with the nearest one there is), or there twice.
        """
        for name in wanted:
            if name is None or self.columns.count(name) == 1:
                continue
            if self.columns.count(name) > 1:
                raise UsageError(
                    f"{self.path.name} has more than one column '{name}'.",
                    "give each column a name of its own.",
                )
            near = difflib.get_close_matches(name, self.columns, n=1, cutoff=0.5)
            raise UsageError(
                f"{self.path.name} has no column '{name}'"
                + (f"; the nearest is '{near[0]}'." if near else "."),
                f"correct `columns` in the region file; it has {', '.join(filter(None, self.columns))[:300]}",
            )

    def __iter__(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Give the records.

        Raises:
            UsageError: the file is damaged beyond a line, or has no records.
        """
        record = 0
        while (values := self._line()) is not None:
            if not values:
                continue
            record += 1
            if len(values) != len(self.columns):
                reason = f"it has {len(values)} fields where the header has {len(self.columns)}"
                self.rejects.append(Reject(str(record), None, reason))
                continue
            yield record, dict(zip(self.columns, values, strict=True))
        if record == 0:
            raise UsageError(
                f"{self.path.name} has a header but no records.",
                "fetch it again, or remove its source from the region file.",
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


@contextmanager
def _readable(path: Path, encoding: str, lines_before: Callable[[], int] = lambda: 0) -> Iterator[None]:
    """Put in words what stops a text from being read."""
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
        packed = _member(path) if path.suffix == ".zip" else path.open("rb")
        raw = cast("BinaryIO", gzip.GzipFile(fileobj=packed) if path.suffix == ".gz" else packed)
        start = raw.read(4)
        raw.seek(0)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif start.startswith(codecs.BOM_UTF8):
        encoding = "utf-8-sig"
    return io.TextIOWrapper(raw, encoding=encoding, newline="")


def _member(path: Path) -> BinaryIO:
    """Open the one table of a .zip; notes and other formats may lie beside it.

    Raises:
        UsageError: the archive is not harmless, or holds no table or several.
    """
    names = [member.filename for member in check_archive(path)]
    tables = [name for name in names if name.lower().endswith(".csv")] or [
        name for name in names if name.lower().endswith(".txt")
    ]
    if len(tables) != 1:
        held = ", ".join(tables)[:200] or "none"
        raise UsageError(f"{path.name} holds {len(tables)} tables ({held}).", "unpack the one that is meant.")
    return cast("BinaryIO", zipfile.ZipFile(path).open(tables[0]))
