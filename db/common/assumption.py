"""Says in a sentence what the data of a region had to assume, from a row of report.assumption."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from db.common.language import Language, Text, Words

TOLD = "told"
"""Code of what a reader of sources told, as a sentence in English."""
WORDS = Path(__file__).with_name("assumption.toml")


def sentence(
    code: str,
    value: Mapping[str, Any],
    language: Language = Language.EN,
    levels: Mapping[str, Text] | None = None,
) -> str:
    """Return the sentence of a code with its values; numbers are written as people of the language do.

    Args:
        code: what is assumed.
        value: the names and numbers of the sentence; `count` chooses the plural form.
        language: of the sentence; what a reader of sources told stays in English.
        levels: what people call levels; one that is not there is called by its key.

    Raises:
        KeyError: there is no such code.
    """
    words = Words(language, "CAD", (WORDS,))
    shown: dict[str, Any] = {
        k: v if isinstance(v, str) else words.number(v) for k, v in value.items() if k != "count"
    }
    if levels and shown.get("level") in levels:
        shown["level"] = levels[shown["level"]].of(language)
    return words(code, count=value.get("count"), **shown)
