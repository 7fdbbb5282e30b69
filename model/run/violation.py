"""Says in a sentence what the audit found, from the code and the values of a violation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from db.common.language import Language, Words

WORDS = Path(__file__).with_name("violation.toml")
_NOTHING = "nothing"
_CENTS = 2
_SHARE_DIGITS = 2


@dataclass(frozen=True)
class _Shown:
    """A value, written as the place for it in a sentence asks: money, share, or a number of digits."""

    value: Any
    words: Words

    def __format__(self, spec: str) -> str:
        if self.value is None:
            return self.words(_NOTHING)
        if isinstance(self.value, str):
            return self.value
        if spec == "money":
            return self.words.money(self.value, _CENTS)
        if spec == "share":
            return self.words.share(self.value, _SHARE_DIGITS)
        return self.words.number(self.value, int(spec) if spec else None)


def sentence(code: str, value: Mapping[str, Any], currency: str, language: Language = Language.EN) -> str:
    """Return the sentence of a violation; numbers and money are written as people of the language do.

    Args:
        code: what is wrong, as the views of `sql/5_audit` name it.
        value: names and numbers of the sentence, `expected` and `found` among them; ids are written as they
            are.
        currency: of sums, as ISO 4217 has it.
        language: of the sentence.

    Raises:
        KeyError: there is no such code, or a value of its sentence is missing.
    """
    words = Words(language, currency, (WORDS,))
    shown: dict[str, Any] = {k: _Shown(str(v) if k.endswith("_id") else v, words) for k, v in value.items()}
    return words(code, **shown)
