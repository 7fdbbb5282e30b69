"""What the data had to assume, as a sentence in either language."""

from __future__ import annotations

import pickle
import re
import tomllib
from typing import Any

import pytest

from db.common.assumption import AS_OF, ROADS_APPROXIMATE, TOLD, WORDS, Remark, is_english, sentence, told
from db.common.language import Language, Text
from db.environment import CHECKOUT
from etl.sources.registry import source_types

VIEWS = [
    CHECKOUT / "sql" / "3_analysis" / f"{name}.sql"
    for name in (
        "assumption",
        "map_assumption",
        "feeder_assumption",
        "session_assumption",
        "destination_assumption",
        "station_assumption",
    )
]
CODES: dict[str, dict[str, Any]] = tomllib.loads(WORDS.read_text(encoding="utf-8"))
# a code that ends in what a column says, with all that it says
MADE = {
    "station_": ("sql/2_core/station_detail.sql", r"array\['public', '(\w+)', '(\w+)', '(\w+)', '(\w+)'\]"),
    "candidate_": ("sql/2_core/candidate_refusal.sql", r"then '(\w+)'\n"),
    "station_for_": ("sql/3_analysis/map_assumption.sql", r"in \('(\w+)', '(\w+)', '(\w+)'\).*else '(\w+)'"),
}
NAMES = re.compile(r"{(\w+)}")


def given() -> dict[str, set[str]]:
    """The codes of the views, each with the names of the values that they give it."""
    found: dict[str, set[str]] = {}
    for path in VIEWS:
        text = path.read_text(encoding="utf-8").split("comment on view")[0]
        parts = re.split(r"\bselect '?\w+'?(?: as topic)?, '", text)[1:]
        for part in parts:
            code, rest = part.split("'", 1)
            names = set(re.findall(r"'(\w+)', ", rest.split("\nfrom ")[0].split("where u.", 1)[0]))
            names |= set(re.findall(r"\n    '(\w+)',", rest)) if "jsonb_build_object(\n" in rest else set()
            codes = [code]
            if code in MADE:
                file, pattern = MADE[code]
                ends = re.findall(pattern, (CHECKOUT / file).read_text(encoding="utf-8"))
                codes = [code + end for each in ends for end in ([each] if isinstance(each, str) else each)]
            found |= dict.fromkeys(codes, names)
    # what readers tell, and what is done with sources that are too new
    found |= {TOLD: {"sentence"}, ROADS_APPROXIMATE: {"file_name"}} | {
        code: {"file_name", "data_date", "day", "count", "kept_count", "station"} for code in AS_OF
    }
    return found


def test_each_code_of_the_views_has_a_sentence_and_no_sentence_is_there_for_nothing() -> None:
    assert len(given()) > 20
    assert given().keys() == CODES["en"].keys() == CODES["fr"].keys()


@pytest.mark.parametrize("language", Language)
def test_a_sentence_takes_what_the_view_gives(language: Language) -> None:
    for code, names in given().items():
        word = CODES[language][code]
        forms = word.values() if isinstance(word, dict) else [word]
        used = {name for text in forms for name in NAMES.findall(text)}
        assert used <= names, code
        assert ("count" in names) or not isinstance(word, dict), code


def test_numbers_and_plural_forms_are_those_of_the_language() -> None:
    value = {"count": 1200, "port_count": 3400, "level": "hpc"}
    assert sentence("power_unknown", value) == (
        "The power of 1,200 of 3,400 hpc ports is not known; they are taken for the usual charger of that level."
    )
    titles = {"hpc": Text(en="High power", fr="haute puissance")}
    french = sentence("power_unknown", value | {"count": 1}, Language.FR, titles)
    assert french.startswith("La puissance de 1 des 3\u00a0400 bornes (haute puissance) n'est pas connue")
    assert "elle est suppos\u00e9e" in french
    assert sentence("grid_station_unplaced", {"count": 1}).startswith("1 grid station has no known place")
    assert sentence("grid_station_unplaced", {"count": 2}).startswith("2 grid stations have no known place")


def test_text_of_the_data_stays_as_it_is() -> None:
    """Names of files are not ours: a brace in one is no place for a value."""
    assert sentence(TOLD, {"sentence": "a {count} <b>"}, Language.FR) == "a {count} <b>"
    old = {"file_name": "{x}.csv", "year": "1911", "count": 115}
    assert sentence("old_source", old) == "{x}.csv is of 1911: 115 years old when it was loaded."
    with pytest.raises(KeyError):
        sentence("no_such_code", {})


def test_what_a_reader_told_is_french_where_it_has_french_words() -> None:
    both, english = told("transit", Remark("No bus.", "Aucun bus : rien.")), told("transit", "No bus.")
    assert [sentence(both.code, both.value, language) for language in Language] == [
        "No bus.",
        "Aucun bus\u00a0: rien.",
    ]
    assert sentence(english.code, english.value, Language.FR) == "No bus."
    assert [is_english(code, value) for _, code, value in (both, english)] == [False, True]
    assert not is_english("old_source", {})


def test_a_remark_keeps_its_french_from_process_to_process() -> None:
    remark = pickle.loads(pickle.dumps(Remark("No bus.", "Aucun bus.")))  # noqa: S301 - our own
    assert (remark, remark.french) == ("No bus.", "Aucun bus.")


def test_every_source_that_may_be_missing_says_so_in_french() -> None:
    assert all(entry.assumption.french for entry in source_types() if entry.assumption)
