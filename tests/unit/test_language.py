"""Words, numbers, money and days of reports, in both languages."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from babel import Locale

from db.common.assumption import WORDS as ASSUMPTIONS
from db.common.language import (
    LANGUAGES,
    LOCALES,
    Language,
    Text,
    Word,
    Words,
    day,
    money,
    number,
    read_words,
    share,
    signed,
)
from db.environment import CHECKOUT
from model.run.violation import WORDS as VIOLATIONS
from report.catalogue import NAMES, PARAMETER_WORDS
from report.kinds import ports

FILES = [
    NAMES,
    PARAMETER_WORDS,
    ASSUMPTIONS,
    VIOLATIONS,
    *(p for room in ("report", "desk") for p in sorted((CHECKOUT / room).rglob("words.toml"))),
]
BREAK = "\u00a0"


def forms(word: Word) -> dict[str, str]:
    return word if isinstance(word, dict) else {"other": word}


def placeholders(word: Word) -> set[str]:
    return {name for text in forms(word).values() for name in re.findall(r"{(\w*)(?::\w+)?}", text)}


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_each_word_is_there_in_both_languages_with_the_same_placeholders(file: Path) -> None:
    english, french = (read_words(file)[language] for language in LANGUAGES)
    assert english.keys() == french.keys()
    assert english
    for key, word in english.items():
        assert placeholders(word) == placeholders(french[key]), key
        assert isinstance(word, dict) == isinstance(french[key], dict), key


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_with_a_number_has_each_plural_form(file: Path, language: Language) -> None:
    """`many` of French is for millions alone, which read as `other` does."""
    known = {"one", "other"}
    assert known <= set(LOCALES[language].plural_form.tags) | {"other"}
    for key, word in read_words(file)[language].items():
        if isinstance(word, dict):
            assert word.keys() == known, key
            is_symbol = key in {"seconds", "minutes"}  # s, min
            assert word["one"] != word["other"] or is_symbol or key == "unit_sites", key


def test_the_languages_are_canadian() -> None:
    assert {Language.EN: Locale.parse("en_CA"), Language.FR: Locale.parse("fr_CA")} == LOCALES


def test_numbers_are_written_as_people_of_the_language_do() -> None:
    assert number(1234.5, Language.EN) == "1,234.5"
    assert number(1234.5, Language.FR) == f"1{BREAK}234,5"
    assert number(0.1 + 0.2, Language.EN) == "0.3"
    assert number(1234.567, Language.FR, 1) == f"1{BREAK}234,6"
    assert number(2, Language.EN, 0) == "2"
    assert signed(1234.4, Language.EN) == "+1,234"
    assert signed(-1234, Language.FR) == f"\u22121{BREAK}234"
    assert [signed(value, Language.EN) for value in (0, -0.4, 0.4, -0.5001)] == ["0", "0", "0", "\u22121"]
    assert share(0.1234, Language.EN, 1) == "12.3%"
    assert share(0.1234, Language.FR, 1) == f"12,3{BREAK}%"
    assert share(0.25, Language.EN) == "25%"


@pytest.mark.parametrize("language", Language)
def test_below_zero_stands_the_sign_of_minus_and_none_where_zero_is_shown(language: Language) -> None:
    for written, shown in (
        (number(-1234.5, language, 1), number(1234.5, language, 1)),
        (share(-0.5, language), share(0.5, language)),
        (money(-1234, "CAD", language), money(1234, "CAD", language)),
    ):
        assert written == f"\u2212{shown}"
    assert number(-0.004, language, 2) == number(0, language, 2)
    assert money(-0.4, "CAD", language) == money(0, "CAD", language)


@pytest.mark.parametrize(
    ("currency", "english", "french"),
    [
        ("CAD", "$1,234,568", f"1{BREAK}234{BREAK}568{BREAK}$"),
        ("USD", "US$1,234,568", f"1{BREAK}234{BREAK}568{BREAK}${BREAK}US"),
        ("CHF", f"CHF{BREAK}1,234,568", f"1{BREAK}234{BREAK}568{BREAK}CHF"),
        ("EUR", "€1,234,568", f"1{BREAK}234{BREAK}568{BREAK}€"),
    ],
)
def test_money_is_written_in_the_currency_of_the_region(currency: str, english: str, french: str) -> None:
    assert money(1_234_567.6, currency, Language.EN) == english
    assert money(1_234_567.6, currency, Language.FR) == french
    assert money(1_234_567.6, currency, Language.EN, 2) == english.replace("568", "567.60")
    assert money(1_234_567.6, currency, Language.FR, 2) == french.replace("568", "567,60")


def test_ports_are_written_by_charger_type() -> None:
    types = [(2, Text(en="Level 2, 7 kW", fr="Niveau 2, 7 kW")), (0, Text(en="x", fr="x"))]
    types += [(1200, Text(en="350 kW", fr="350 kW"))]
    times = f"{BREAK}\u00d7{BREAK}"
    assert ports(types, Language.EN) == f"2{times}Level 2, 7 kW + 1,200{times}350 kW"
    assert ports(types, Language.FR) == f"2{times}Niveau 2, 7 kW + 1{BREAK}200{times}350 kW"
    assert ports([], Language.EN) == "\u2013"


def test_days_are_written_out() -> None:
    assert day(dt.date(2026, 11, 6), Language.EN) == "November 6, 2026"
    assert day(dt.date(2026, 11, 6), Language.FR) == "6 novembre 2026"


def test_the_count_chooses_the_plural_form(tmp_path: Path) -> None:
    file = tmp_path / "words.toml"
    forms = 'sites = { one = "{count} site of {all}, {currency}", other = "{count} sites of {all}, {currency}" }\n'
    file.write_text(f"[en]\n{forms}[fr]\n{forms}", encoding="utf-8")
    english, french = (Words(language, "CHF", (file,)) for language in LANGUAGES)
    assert english("sites", count=1, all=3) == "1 site of 3, CHF"
    assert english("sites", count=0, all=3) == "0 sites of 3, CHF"
    assert english("sites", count=1200, all=3) == "1,200 sites of 3, CHF"
    assert french("sites", count=0, all=3) == "0 site of 3, CHF"  # in French nothing is no plural
    assert french("sites", count=1_000_000, all=3) == f"1{BREAK}000{BREAK}000 sites of 3, CHF"
