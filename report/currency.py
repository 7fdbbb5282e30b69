"""Words about money in the currency of the region; they are written for Canadian dollars."""

from __future__ import annotations

CANADIAN = "CAD"


def in_currency(text: str, currency: str) -> str:
    """Return words about CAD (in French, $ CA) as words about another currency (ISO 4217)."""
    if currency == CANADIAN:
        return text
    return text.replace("$ CA", currency).replace(CANADIAN, currency)
