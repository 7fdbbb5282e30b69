"""Rows are kept in a file without a name as COPY takes them, and come back as they were."""

from __future__ import annotations

import datetime as dt
import gc
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.sources.stored import ROWS_AT_A_TIME, Row, RowFile, store_rows

ROWS: list[Row] = [
    (1, "a\tb\\n\n\r", 0.1, True, dt.date(2024, 2, 29), [1, 2]),
    (2, "\\N", -1e-300, False, dt.date(1999, 1, 1), []),
    (3, None, None, None, None, None),
    (4, "", 5.0, True, dt.date(2030, 1, 1), [-7]),
]


def test_rows_come_back_as_they_were() -> None:
    stored = store_rows(ROWS)
    assert len(stored) == 4
    assert list(stored) == ROWS
    assert [(a[0], b[0]) for a, b in zip(stored, stored, strict=True)] == [(n, n) for n in (1, 2, 3, 4)]


@given(st.lists(st.tuples(st.text(st.characters(exclude_categories=["Cs"])), st.floats(allow_nan=False))))
def test_any_text_and_number_comes_back(rows: list[Row]) -> None:
    assert list(store_rows(rows)) == rows


def test_each_row_for_copy_begins_with_the_same_values() -> None:
    blocks = b"".join(store_rows(ROWS[:2]).blocks((7, 3)))
    assert blocks == (
        b"7\t3\t1\ta\\tb\\\\n\\n\\r\t0.1\tt\t2024-02-29\t{1,2}\n7\t3\t2\t\\\\N\t-1e-300\tf\t1999-01-01\t{}\n"
    )
    assert list(store_rows([]).blocks((7, 3))) == []


def test_whole_numbers_go_with_others_and_nothing_else_does() -> None:
    assert list(store_rows([(1,), (0.5,)])) == [(1,), (0.5,)]
    apart = [(1,)] * ROWS_AT_A_TIME + [(0.5,)]
    assert list(store_rows(apart)) == apart
    with pytest.raises(TypeError, match="both"):
        store_rows([(1,), ("one",)])
    with pytest.raises(TypeError, match="no table has"):
        store_rows([(Path(),)])


def test_rows_go_to_the_end_of_another_file() -> None:
    other = RowFile()
    other.write(b"before\n")
    moved = store_rows(ROWS).move_to(other)
    again = store_rows(ROWS[:1]).move_to(other)
    assert list(moved) == ROWS
    assert list(again) == ROWS[:1]


def test_memory_holds_some_thousands_of_rows() -> None:
    count = 20 * ROWS_AT_A_TIME
    gc.collect()
    tracemalloc.start()
    stored = store_rows((n, "x" * 200 + str(n)) for n in range(count))
    assert sum(1 for _ in stored) == len(stored) == count
    assert sum(block.count(b"\n") for block in stored.blocks((1, 2))) == count
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < count * 200 / 2
