"""Numbers as people write them."""

from __future__ import annotations

from decimal import Decimal

_DIGITS = 9


NUMBER_MAX = 2**63 - 1
"""The largest number of a row that PostgreSQL holds."""


def plain(value: float) -> str:
    """Return a number in full, never with an exponent: 2,200,000 or 0.05; nine digits at most are its own."""
    return format(Decimal(f"{value:.{_DIGITS}g}"), ",f")
