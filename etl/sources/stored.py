r"""Rows of a source in a temporary file, in the text format of COPY: memory holds some thousands at a time.

The file has no name in any folder, so that nothing is left of it whatever ends the process. The format is
that of postgresql.org/docs/current/sql-copy.html: a line for each row, tabs between values, `\N` for null.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from types import NoneType
from typing import IO, Any, TypeAlias

Row: TypeAlias = tuple[Any, ...]

ROWS_AT_A_TIME = 5_000
_IN_MEMORY_BYTES = 2**18
_BLOCK_BYTES = 2**20
_NULL = "\\N"
_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_TO_ESCAPED = str.maketrans(_ESCAPES)
_FROM_ESCAPED = {escaped: sign for sign, escaped in _ESCAPES.items()}


class RowFile(tempfile.SpooledTemporaryFile[bytes]):
    """A file without a name, in memory while it is small; it is closed when the last rows in it are gone."""

    def __init__(self) -> None:
        super().__init__(_IN_MEMORY_BYTES)

    def __del__(self) -> None:
        """Close it."""
        self.close()


@dataclass(frozen=True)
class StoredRows:
    """Rows that can be read again, as values or as COPY takes them; `len` is their number.

    They are `size_bytes` of a file from `start` on. `types` are those of the values of each column, None for
    a column without any.
    """

    file: IO[bytes]
    start: int
    size_bytes: int
    count: int
    types: tuple[type | None, ...]

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows as they were stored."""
        read = [_FROM_TEXT[found] if found else str for found in self.types]
        for block in self._lines():
            for line in block.decode().split("\n")[:-1]:
                texts = line.split("\t")
                yield tuple(
                    None if text == _NULL else parse(text) for text, parse in zip(texts, read, strict=True)
                )

    def blocks(self, first_values: Sequence[int]) -> Iterator[bytes]:
        """Yield what COPY takes, with the same first values in each row, in blocks of about a megabyte."""
        before = "".join(f"{value}\t" for value in first_values).encode()
        for block in self._lines():
            # a line end inside a value is written as \n, so each byte of a line end ends a row
            yield before + block[:-1].replace(b"\n", b"\n" + before) + b"\n"

    def move_to(self, file: IO[bytes]) -> StoredRows:
        """Return the same rows at the end of another file."""
        start = file.seek(0, 2)
        for block in self._lines():
            file.write(block)
        return StoredRows(file, start, self.size_bytes, self.count, self.types)

    def _lines(self) -> Iterator[bytes]:
        """Yield whole lines in blocks; each place is sought anew, as several may read the same file."""
        at, end = self.start, self.start + self.size_bytes
        while at < end:
            self.file.seek(at)
            block = self.file.read(min(_BLOCK_BYTES, end - at))
            if not block.endswith(b"\n"):
                block += self.file.readline()
            at += len(block)
            yield block


def store_rows(rows: Iterable[Row]) -> StoredRows:
    """Store rows as they come: text, numbers, days, true or false, lists of whole numbers, None.

    Raises:
        TypeError: a value is of another type, or a column has values of types that do not go together.
    """
    file, waiting, count = RowFile(), iter(rows), 0
    types: tuple[type | None, ...] = ()
    while some := list(islice(waiting, ROWS_AT_A_TIME)):
        columns, found = zip(*map(_to_texts, zip(*some, strict=True)), strict=True)
        types = tuple(map(_common_type, types or (None,) * len(found), found))
        text = "\n".join(map("\t".join, zip(*columns, strict=True)))
        file.write(f"{text}\n".encode())
        count += len(some)
    return StoredRows(file, 0, file.tell(), count, types)


def _to_texts(values: tuple[Any, ...]) -> tuple[Sequence[str], type | None]:
    """Return the texts of a column, and the type of its values."""
    found: type | None = None
    for one in set(map(type, values)) - {NoneType}:
        found = _common_type(found, one)
    if found is None:
        return [_NULL] * len(values), None
    if found is float:  # whole numbers among them stay as they are
        return [_NULL if value is None else repr(value) for value in values], found
    if found is str and not _is_special(values):
        return [_NULL if value is None else value for value in values], found
    to_text = _TO_TEXT.get(found)
    if to_text is None:
        raise TypeError(f"a value is of type {found.__name__}, which no table has")
    return [_NULL if value is None else to_text(value) for value in values], found


def _is_special(values: tuple[str | None, ...]) -> bool:
    """Return whether a text has a sign that COPY wants to be escaped."""
    text = "".join(filter(None, values))
    return any(sign in text for sign in _ESCAPES)


def _common_type(one: type | None, other: type | None) -> type | None:
    if one is None or one is other:
        return other
    if other is None:
        return one
    if {one, other} == {int, float}:
        return float
    raise TypeError(f"a column has values of both {one.__name__} and {other.__name__}")


def _escape(text: str) -> str:
    return text.translate(_TO_ESCAPED)


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text
    pairs = text.split("\\\\")
    for escaped, sign in _FROM_ESCAPED.items():
        if sign != "\\":
            pairs = [part.replace(escaped, sign) for part in pairs]
    return "\\".join(pairs)


def _array(values: list[int]) -> str:
    return f"{{{','.join(map(str, values))}}}"


def _from_array(text: str) -> list[int]:
    return [int(value) for value in text[1:-1].split(",")] if len(text) > 2 else []  # noqa: PLR2004 - {}


_TO_TEXT: dict[type, Callable[[Any], str]] = {
    str: _escape,
    int: str,
    bool: {True: "t", False: "f"}.__getitem__,
    dt.date: dt.date.isoformat,
    list: _array,
}
_FROM_TEXT: dict[type, Callable[[str], Any]] = {
    str: _unescape,
    int: int,
    float: float,
    bool: "t".__eq__,
    dt.date: dt.date.fromisoformat,
    list: _from_array,
}
