"""What the page's rows are packed into: nothing is lost, whatever they hold."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from report.page.pack import column, packed, steps

VALUES = st.lists(
    st.one_of(st.none(), st.booleans(), st.integers(0, 2), st.sampled_from([1.0, 0.0, "1", "a"]))
)


def unpacked(given_column: Any) -> list[Any]:
    if isinstance(given_column, list):
        return given_column
    runs = given_column["runs"]
    return [value for value, length in zip(runs[::2], runs[1::2], strict=True) for _ in range(length)]


@given(VALUES)
def test_a_column_comes_back_with_its_types(values: list[Any]) -> None:
    found = column(values)
    assert [(type(v), v) for v in unpacked(found)] == [(type(v), v) for v in values]
    assert isinstance(found, list) or len(found["runs"]) < len(values)


@given(st.sets(st.integers(0, 10_000)))
def test_numbers_come_back_from_their_runs(numbers: set[int]) -> None:
    runs, at, found = steps(np.array(sorted(numbers), dtype=np.int64)), 0, []
    for gap, length in zip(runs[::2], runs[1::2], strict=True):
        at += gap
        found += range(at, at + length)
        at += length - 1
    assert found == sorted(numbers)


def test_rows_become_columns() -> None:
    rows = [{"a": 1, "b": None}, {"a": 2, "b": None}, {"a": 3, "b": None}]
    assert packed(rows) == {"count": 3, "columns": {"a": [1, 2, 3], "b": {"runs": [None, 3]}}}
    assert packed([]) == {"count": 0, "columns": {}}
