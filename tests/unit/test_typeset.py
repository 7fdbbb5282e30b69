"""French texts keep signs with their words: no line ends before : ; ? ! » % $ or after «."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from db.common.assumption import sentence
from db.common.language import Language, Text, Words, read_words, typeset
from db.environment import CHECKOUT
from model.data.scenario import FOLDER, resolve
from model.formulation.constraints import RULES
from model.formulation.definitions import DEFINITIONS
from model.formulation.objective import TERMS
from report.catalogue import catalogue

BREAK = "\u00a0"
LOOSE = re.compile(r"[^\S\u00a0][:;?!»](?!\w)|«[^\S\u00a0]|[\d}][^\S\u00a0][%$€](?!\w)")
TIGHT = re.compile(r"[\w)}»][:;?!](?=\s|$)|[^\s\u00a0]»|«[^\s\u00a0]")
FILES = sorted(
    path
    for part in ("db", "etl", "model", "report", "desk")
    for path in (CHECKOUT / part).rglob("*.toml")
    if {"en", "fr"} <= tomllib.loads(path.read_text(encoding="utf-8")).keys()
)


def texts(value: Any) -> Iterator[str]:
    """Yield all French texts within what files and models say: those under `fr`, and second ones of a pair."""
    if isinstance(value, BaseModel):
        value = {name: getattr(value, name) for name in type(value).model_fields}
    if isinstance(value, dict):
        for key, item in value.items():
            yield from ([item] if key == "fr" and isinstance(item, str) else texts(item))
    elif isinstance(value, tuple) and len(value) == 2 and all(isinstance(item, str) for item in value):
        yield value[1]
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts(item)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Couverture : 12 % ; et puis ?", f"Couverture{BREAK}: 12{BREAK}%{BREAK}; et puis{BREAK}?"),
        ("le site « Parc » !", f"le site «{BREAK}Parc{BREAK}»{BREAK}!"),
        ("{name} : {count} $ ({share} %)", f"{{name}}{BREAK}: {{count}}{BREAK}$ ({{share}}{BREAK}%)"),
        ("de 9:30 à 10:15, https://a.b/?c=d ; fin", f"de 9:30 à 10:15, https://a.b/?c=d{BREAK}; fin"),
        ("rien à faire ici, ni a :b", "rien à faire ici, ni a :b"),
    ],
)
def test_signs_are_kept_with_their_words(given: str, expected: str) -> None:
    assert typeset(given) == expected
    assert typeset(expected) == expected, "what is done is not done again"


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_french_words_of_each_file_are_typeset(file: Path) -> None:
    words = read_words(file)
    for key, word in words[Language.FR].items():
        for text in word.values() if isinstance(word, dict) else [word]:
            assert not LOOSE.search(text), (key, text)
            assert not TIGHT.search(text), f"{key}: a French sign has a space before it: {text}"
    raw = tomllib.loads(file.read_text(encoding="utf-8"))
    assert words[Language.EN] == raw["en"], "English is left as it is"


@pytest.mark.parametrize(
    ("language", "expected"), [(Language.EN, "a: b; c"), (Language.FR, f"a{BREAK}: b{BREAK}; c")]
)
def test_signs_between_parts_are_those_of_the_language(language: Language, expected: str) -> None:
    words = Words(language, "CAD", tuple(FILES[:1]))
    assert f"a{words.between(':')}b{words.between(';')}c" == expected


def test_files_with_words_are_found() -> None:
    assert {"db/common", "model/run", "model/terminal", "report/page", "report/figures", "report/qgis"} <= {
        file.parent.relative_to(CHECKOUT).as_posix() for file in FILES
    }


def test_names_of_the_catalogue_are_typeset() -> None:
    found = list(texts(catalogue()))
    assert len(found) > 500
    assert any(f"{BREAK}:" in text for text in found)
    for text in found:
        assert not LOOSE.search(text), text
        assert not TIGHT.search(text), text


def test_titles_of_scenarios_are_typeset() -> None:
    for path in sorted(FOLDER.glob("*.toml")):
        for text in texts(resolve(path.stem)[1]):
            assert not LOOSE.search(text), text
            assert not TIGHT.search(text), text
    assert Text(en="a", fr="b : c").fr == f"b{BREAK}: c"


def test_titles_of_rules_and_terms_have_their_spaces() -> None:
    for one in (*DEFINITIONS, *RULES, *TERMS):
        assert not TIGHT.search(one.title.fr), one.name


def test_a_sentence_of_the_data_is_typeset() -> None:
    value = {"count": 3, "station_count": 5}
    assert f"en service{BREAK}: elles comptent" in sentence("access_unknown", value, Language.FR)
