"""What the project says besides the names of layers and columns."""

from __future__ import annotations

import textwrap
from pathlib import Path

from db.common.language import Language, Words

_WORDS = Path(__file__).with_name("words.toml")
WRAP = " \u200b"
"""Where a layout may end a line of its legend: elsewhere it is read as a space."""
_LINE_MAX = 40
"""Letters of a line of the legend of a layout."""


def wrapped(text: str) -> str:
    """Return a text of a legend with marks where layouts end a line, before which it has room."""
    return WRAP.join(textwrap.wrap(text, _LINE_MAX, break_long_words=False, break_on_hyphens=False))


def map_words(language: Language, currency: str) -> Words:
    """Return the words of the project in a language, about sums in a currency (ISO 4217)."""
    return Words(language, currency, (_WORDS,))
