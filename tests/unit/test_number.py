"""Numbers are printed as people write them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.common.number import plain


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2_200_000, "2,200,000"),
        (1e15, "1,000,000,000,000,000"),
        (0.1 + 0.2, "0.3"),
        (1e-7, "0.0000001"),
        (-1234.5, "-1,234.5"),
        (0, "0"),
        (math.inf, "Infinity"),
    ],
)
def test_a_number_is_written_in_full(value: float, text: str) -> None:
    assert plain(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_it_has_no_exponent_and_is_that_number(value: float) -> None:
    text = plain(value)
    assert "e" not in text.lower()
    assert float(text.replace(",", "")) == pytest.approx(value, rel=1e-8)
