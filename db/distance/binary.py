"""Rows of numbers to and from the database as arrays, in the binary form of COPY.

The form: https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg import sql

Rows = NDArray[np.void]
_SIGNATURE = b"PGCOPY\n\xff\r\n\0"
_HEAD = _SIGNATURE + bytes(8)
_END = b"\xff\xff"


def read(conn: psycopg.Connection[Any], query: sql.Composable, columns: Mapping[str, str]) -> Rows:
    """Return the rows of a query as an array with a field for each column.

    `columns` are names and NumPy types of the width that the query gives: `i8` for bigint, `f8` for double
    precision, `?` for boolean.

    Raises:
        ValueError: a value is null, or a column has another width.
    """
    with (
        conn.cursor() as cursor,
        cursor.copy(sql.SQL("copy ({}) to stdout (format binary)").format(query)) as copy,
    ):
        text = b"".join(map(bytes, copy))
    form = _form(columns)
    rows = np.frombuffer(text[len(_HEAD) : -len(_END)], form)
    if not text.startswith(_SIGNATURE) or not all(
        (rows[f"{name} width"] == np.dtype(kind).itemsize).all() for name, kind in columns.items()
    ):
        raise ValueError(f"a row is not {dict(columns)}")
    found = np.empty(len(rows), [(name, np.dtype(kind)) for name, kind in columns.items()])
    for name in columns:
        found[name] = rows[name]
    return found


def write(conn: psycopg.Connection[Any], table: sql.Composable, rows: Rows) -> None:
    """Append rows to a table; the fields are its columns, by name, and of their widths.

    Raises:
        psycopg.Error: a type is another one than that of the column.
    """
    names = rows.dtype.names or ()
    columns = {name: rows.dtype[name].str for name in names}
    form = _form(columns)
    sent = np.empty(len(rows), form)
    sent["field count"] = len(names)
    for name in names:
        sent[f"{name} width"] = rows.dtype[name].itemsize
        sent[name] = rows[name]
    command = sql.SQL("copy {} ({}) from stdin (format binary)").format(
        table, sql.SQL(", ").join(map(sql.Identifier, names))
    )
    with conn.cursor() as cursor, cursor.copy(command) as copy:
        copy.write(_HEAD)
        copy.write(sent.tobytes())
        copy.write(_END)


def _form(columns: Mapping[str, str]) -> np.dtype[np.void]:
    """Return the form of a row: the number of fields, then the width and value of each, big end first."""
    fields = [("field count", ">i2")]
    for name, kind in columns.items():
        fields += [(f"{name} width", ">i4"), (name, np.dtype(kind).newbyteorder(">").str)]
    return np.dtype(fields)
