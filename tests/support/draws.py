"""Strategies that worlds draw from again and again, each made once: to make and check one costs more than a draw."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

T = TypeVar("T")

yes_or_no = st.booleans()


def examples(count: int) -> settings:
    """Try `count` examples where the profile tries 100: fewer, though five at least, where it tries fewer."""
    return settings(max_examples=max(5, count * settings().max_examples // 100))


@lru_cache(maxsize=None, typed=True)
def whole(least: int, most: int) -> SearchStrategy[int]:
    """A whole number from `least` to `most`."""
    return st.integers(least, most)


@lru_cache(maxsize=None, typed=True)
def one_of(*values: T) -> SearchStrategy[T]:
    """One of these values."""
    return st.sampled_from(values)


@lru_cache(maxsize=None, typed=True)
def some_of(*values: T, least: int = 0, most: int | None = None) -> SearchStrategy[frozenset[T]]:
    """Some of these values, each at most once."""
    return st.frozensets(st.sampled_from(values), min_size=least, max_size=most)
