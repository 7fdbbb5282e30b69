"""What the project says besides the names of layers and columns."""

from __future__ import annotations

from pathlib import Path

from db.common.language import Language, Words

_WORDS = Path(__file__).with_name("words.toml")


def map_words(language: Language, currency: str) -> Words:
    """Return the words of the project in a language, about sums in a currency (ISO 4217)."""
    return Words(language, currency, (_WORDS,))
