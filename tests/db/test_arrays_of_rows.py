"""Rows of numbers that come from the database as arrays, and go there."""

from __future__ import annotations

from typing import Any

import numpy as np
import psycopg
import pytest
from psycopg import sql

from db.distance import binary

COLUMNS = {"a": "i8", "b": "f8", "c": "?", "d": "i4"}
ROWS = "select * from (values (1::bigint, 0.1::float8, true, 7), (-9223372036854775808, 'nan', false, -1)) as v (a, b, c, d)"


def read(conn: psycopg.Connection[Any], query: str, columns: dict[str, str]) -> binary.Rows:
    return binary.read(conn, sql.SQL(query), columns)  # type: ignore[arg-type]


def test_rows_come_as_they_are(toy_connection: psycopg.Connection[Any]) -> None:
    found = read(toy_connection, ROWS, COLUMNS)
    assert found["a"].tolist() == [1, -(2**63)]
    assert found["b"][0] == 0.1
    assert np.isnan(found["b"][1])
    assert (found["c"].tolist(), found["d"].tolist()) == ([True, False], [7, -1])


def test_rows_come_in_the_order_of_the_query(toy_connection: psycopg.Connection[Any]) -> None:
    query = "select n::bigint as a, -n::float8 as b from generate_series(1, 5000) as n order by n % 7, n"
    found = read(toy_connection, query, {"a": "i8", "b": "f8"})
    assert found["a"].tolist() == sorted(range(1, 5001), key=lambda n: (n % 7, n))
    assert (found["b"] == -found["a"]).all()


def test_no_rows_are_an_empty_array(toy_connection: psycopg.Connection[Any]) -> None:
    found = read(toy_connection, f"{ROWS} where a = 2", COLUMNS)
    assert len(found) == 0
    assert found.dtype.names == tuple(COLUMNS)


@pytest.mark.parametrize(
    ("value", "kind"),
    [("null::bigint", "i8"), ("case n when 1 then 1::bigint end", "i8"), ("n", "i8"), ("n::bigint", "i4")],
)
def test_a_null_or_another_width_is_refused(
    toy_connection: psycopg.Connection[Any], value: str, kind: str
) -> None:
    query = value.join(("select ", " as a from generate_series(1, 3) as n"))
    with pytest.raises(
        ValueError, match=f"a value of a is null, or not {np.dtype(kind).itemsize} bytes wide"
    ):
        read(toy_connection, query, {"a": kind})


def test_rows_that_are_written_are_there(toy_connection: psycopg.Connection[Any]) -> None:
    rows = read(toy_connection, ROWS, COLUMNS)
    with toy_connection.transaction(force_rollback=True):
        toy_connection.execute("create temp table written (d integer, c boolean, b float8, a bigint)")
        binary.copy(toy_connection, sql.Identifier("written"), rows.dtype.names, binary.sent_form(rows))
        again = read(toy_connection, "select * from written", COLUMNS)
    assert again.tobytes() == rows.tobytes()
