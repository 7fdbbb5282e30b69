"""What the data of a region had to assume: a code with its values, and its sentence in either language."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from db.common.language import Language, Text, Words, typeset

TOLD = "told"
"""Code of what a reader of sources told, as a sentence in English."""
ROADS_APPROXIMATE = "roads_approximate"
"""Code of a road network that the region file calls approximate."""
WORDS = Path(__file__).with_name("assumption.toml")
AS_OF = (
    "as_of_left_out",
    "as_of_list_dated",
    "as_of_named_left_out",
    "as_of_no_file",
    "as_of_records_left_out",
    "as_of_undated",
    "as_of_used",
    "as_of_stations_left_out",
    "as_of_stated_left_out",
)
"""Codes of what was done with sources that are newer than the day as of which a region is loaded."""


class Assumption(NamedTuple):
    """What a load had to assume: the type of source, the code of a sentence, and its values."""

    source: str
    code: str
    value: Mapping[str, Any]


class Remark(str):
    """A sentence in English that has the same in French beside it."""

    french: str

    def __new__(cls, english: str, french: str = "") -> Remark:
        """Return the English sentence; French is typeset."""
        remark = super().__new__(cls, english)
        remark.french = typeset(french)
        return remark


def told(source: str, text: str) -> Assumption:
    """Return what a reader of sources told: a sentence in English, in French too where it is a `Remark`."""
    french = {"sentence_fr": text.french} if isinstance(text, Remark) else {}
    return Assumption(source, TOLD, {"sentence": str(text)} | french)


def is_english(code: str, value: Mapping[str, Any]) -> bool:
    """Return whether the sentence of a code is there in English alone."""
    return code == TOLD and "sentence_fr" not in value


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
        language: of the sentence; what a reader of sources told in English alone stays so.
        levels: what people call levels; one that is not there is called by its key.

    Raises:
        KeyError: there is no such code.
    """
    if code == TOLD and language == Language.FR:
        return str(value.get("sentence_fr", value["sentence"]))
    words = Words(language, "CAD", (WORDS,))
    shown: dict[str, Any] = {
        k: v if isinstance(v, str) else words.number(v) for k, v in value.items() if k != "count"
    }
    if levels and shown.get("level") in levels:
        shown["level"] = levels[shown["level"]].of(language)
    return words(code, count=value.get("count"), **shown)
