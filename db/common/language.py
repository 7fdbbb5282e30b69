"""Words, numbers, money and days in English and French, as Canadians write them (CLDR, by Babel)."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated

from babel import Locale, dates, numbers
from pydantic import AfterValidator, BaseModel, ConfigDict

CANADIAN = "CAD"
NO_BREAK = "\u00a0"
MINUS = "\u2212"
_LARGE = 1e9
_BEFORE_SIGN = re.compile(r" (?=[:;?!»](?!\w))|(?<=«) |(?<=[\d}]) (?=[%$€](?!\w))")


class Language(StrEnum):
    """A language that people read."""

    EN = "en"
    FR = "fr"


LANGUAGES = tuple(Language)
LOCALES = {Language.EN: Locale.parse("en_CA"), Language.FR: Locale.parse("fr_CA")}


def typeset(text: str) -> str:
    """Return a French text with no-break spaces where a line must not end: before : ; ? ! » % $ and after «.

    People who write words put plain spaces there; every text passes here before people read it.
    """
    return _BEFORE_SIGN.sub(NO_BREAK, text)


French = Annotated[str, AfterValidator(typeset)]


class Text(BaseModel):
    """The same in both languages."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    en: str
    fr: French

    def of(self, language: Language) -> str:
        """Return it in one."""
        return self.en if language == Language.EN else self.fr


Word = str | dict[str, str]
"""A text, or a text for each plural form that CLDR has for the language: `one` and `other`."""


def number(value: float, language: Language, digits: int | None = None) -> str:
    """Return a number with so many digits after the point, else with those it has: 1,234.5 or 1 234,5."""
    if digits is None and abs(value) >= _LARGE:  # nothing that is counted is so large
        return f"{value:g}"
    pattern = "#,##0.##########" if digits is None else f"#,##0.{'0' * digits}".rstrip(".")
    return _signed(numbers.format_decimal(float(f"{value:.10g}"), pattern, locale=LOCALES[language]))


def signed(value: float, language: Language, digits: int = 0) -> str:
    """Return a change with its sign; none where 0 is shown."""
    text = number(value, language, digits)
    return f"+{text}" if value > 0 and text != number(0, language, digits) else text


def share(value: float, language: Language, digits: int | None = None) -> str:
    """Return a share as per cent: 12.3% or 12,3 %."""
    sign = "%" if language == Language.EN else f"{NO_BREAK}%"
    return number(value * 100, language, digits) + sign


def money(value: float, currency: str, language: Language, digits: int = 0) -> str:
    """Return a sum in a currency (ISO 4217), without cents unless `digits` asks: $1,234 or 1 234 $."""
    amount = f"#,##0.{'0' * digits}".rstrip(".")
    pattern = f"¤{amount}" if language == Language.EN else f"{amount}{NO_BREAK}¤"
    if symbol_of(currency, language)[-1].isalpha():
        pattern = pattern.replace("¤#", f"¤{NO_BREAK}#")
    return _signed(
        numbers.format_currency(value, currency, pattern, locale=LOCALES[language], currency_digits=False)
    )


def _signed(text: str) -> str:
    """Return a number with the sign of minus, behind which no line ends, and without one where 0 is shown."""
    return text.replace("-", MINUS if re.search("[1-9]", text) else "")


def symbol_of(currency: str, language: Language) -> str:
    """Return what Canadians write for a currency: $ for their own, else US$ (in French $ US), €, CHF."""
    return numbers.get_currency_symbol(currency, locale=LOCALES[language])


def day(value: dt.date, language: Language) -> str:
    """Return a day: November 26, 2026 or 26 novembre 2026; the first of a month is 1er novembre."""
    text = dates.format_date(value, "long", locale=LOCALES[language])
    return text.replace("1 ", "1er ", 1) if language == Language.FR and value.day == 1 else text


@cache
def read_words(*files: Path) -> dict[Language, dict[str, Word]]:
    """Return the words of files by language, French ones `typeset`; a later file adds to an earlier one."""
    found: dict[Language, dict[str, Word]] = {language: {} for language in LANGUAGES}
    for file in files:
        read = tomllib.loads(file.read_text(encoding="utf-8"))
        found[Language.EN] |= read[Language.EN]
        found[Language.FR] |= {key: _typeset_word(word) for key, word in read[Language.FR].items()}
    return found


def _typeset_word(word: Word) -> Word:
    return typeset(word) if isinstance(word, str) else {form: typeset(text) for form, text in word.items()}


@dataclass(frozen=True)
class Words:
    """The words of some files in one language, about sums in one currency."""

    language: Language
    currency: str
    files: tuple[Path, ...]

    def __call__(self, key: str, *, count: float | None = None, **values: object) -> str:
        """Return a text with its values filled in; `count` chooses the plural form.

        Raises:
            KeyError: the files have no such word.
        """
        word = read_words(*self.files)[self.language][key]
        if count is not None:
            values["count"] = number(count, self.language)
        if isinstance(word, dict):
            form = LOCALES[self.language].plural_form(0 if count is None else count)
            word = word.get(form, word["other"])
        return word.format(currency=symbol_of(self.currency, self.language), **values)

    def named(self, kind: str, name: str) -> str:
        """Return what people read for a name of some kind; a name without a word is shown as it is."""
        key = f"{kind}_{name}"
        return self(key) if key in read_words(*self.files)[self.language] else name

    def value(self, value: float | str) -> str:
        """Return the value of a parameter: a number, or the word of a choice."""
        return self.named("choice", value) if isinstance(value, str) else self.number(value)

    def between(self, sign: str) -> str:
        """Return a sign such as : or ; as it stands between two parts of a text: in French after a space."""
        return f"{NO_BREAK}{sign} " if self.language == Language.FR else f"{sign} "

    def number(self, value: float, digits: int | None = None) -> str:
        """Return a number; see `number`."""
        return number(value, self.language, digits)

    def signed(self, value: float, digits: int = 0) -> str:
        """Return a change with its sign."""
        return signed(value, self.language, digits)

    def share(self, value: float, digits: int | None = None) -> str:
        """Return a share as per cent."""
        return share(value, self.language, digits)

    def money(self, value: float, digits: int = 0) -> str:
        """Return a sum in the currency."""
        return money(value, self.currency, self.language, digits)
