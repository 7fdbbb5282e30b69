"""Rows of numbers to and from the database: read as arrays of the server, written by COPY in its binary form.

The forms: `array_send` in src/backend/utils/adt/arrayfuncs.c of PostgreSQL, and
https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg import sql

Rows = NDArray[np.void]
_SIGNATURE = b"PGCOPY\n\xff\r\n\0"
_HEAD = _SIGNATURE + bytes(8)
_END = b"\xff\xff"
_ARRAY_HEAD_BYTES = 20
"""Of an array of one dimension: number of dimensions, whether a value is null, type, length, first index."""


def read(conn: psycopg.Connection[Any], query: sql.Composable, columns: Mapping[str, str]) -> Rows:
    """Return the rows of a query as an array with a field for each column.

    `columns` are names and NumPy types of the width that the query gives: `i8` for bigint, `f8` for double
    precision, `?` for boolean. Each column comes as one array: COPY would hand over row by row, which takes
    several times as long as the query.

    Raises:
        ValueError: a value is null, or a column has another width.
    """
    arrays = sql.SQL(", ").join(sql.SQL("array_agg({})").format(sql.Identifier(name)) for name in columns)
    with conn.cursor(binary=True) as cursor:
        cursor.execute(sql.SQL("select count(*), {} from ({}) as q").format(arrays, query))
        result = cursor.pgresult
        assert result is not None  # noqa: S101 - a query has one
        count = int.from_bytes(result.get_value(0, 0) or b"")
        found = np.empty(count, [(name, np.dtype(kind)) for name, kind in columns.items()])
        for number, (name, kind) in enumerate(columns.items(), start=1):
            found[name] = _values(result.get_value(0, number) or b"", count, np.dtype(kind), name)
    return found


def _values(array: bytes, count: int, kind: np.dtype[Any], name: str) -> NDArray[Any]:
    """Return the values of an array as the server sends it: a head, then the width and value of each.

    Raises:
        ValueError: not all values are there, and of that width.
    """
    form = np.dtype([("width", ">i4"), ("value", kind.newbyteorder(">"))])
    if count and len(array) == _ARRAY_HEAD_BYTES + count * form.itemsize:
        sent = np.frombuffer(array, form, offset=_ARRAY_HEAD_BYTES)
        if (sent["width"] == kind.itemsize).all():
            return sent["value"]
    if count:
        raise ValueError(f"a value of {name} is null, or not {kind.itemsize} bytes wide")
    return np.empty(0, kind)


def sent_form(rows: Rows) -> bytes:
    """Return rows as COPY takes them; the fields are columns, by name, and of their widths."""
    names = rows.dtype.names or ()
    form = _form({name: rows.dtype[name].str for name in names})
    sent = np.empty(len(rows), form)
    sent["field count"] = len(names)
    for name in names:
        sent[f"{name} width"] = rows.dtype[name].itemsize
        sent[name] = rows[name]
    return b"".join([_HEAD, sent.tobytes(), _END])


def copy(conn: psycopg.Connection[Any], table: sql.Composable, columns: Sequence[str], sent: bytes) -> None:
    """Append to a table what `sent_form` made of rows with these fields.

    The table was made in the same transaction: its rows are written as if they had always been there, which
    saves that later readers mark them so.

    Raises:
        psycopg.Error: a type is another one than that of the column.
    """
    command = sql.SQL("copy {} ({}) from stdin (format binary, freeze)").format(
        table, sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with conn.cursor() as cursor, cursor.copy(command) as copying:
        copying.write(sent)


def _form(columns: Mapping[str, str]) -> np.dtype[np.void]:
    """Return the form of a row: the number of fields, then the width and value of each, big end first."""
    fields = [("field count", ">i2")]
    for name, kind in columns.items():
        fields += [(f"{name} width", ">i4"), (name, np.dtype(kind).newbyteorder(">").str)]
    return np.dtype(fields)
