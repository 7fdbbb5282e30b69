"""The form has every value of a scenario once, in a group, and says at which key a value is wrong."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from db.common.language import Language, read_words
from desk import form
from desk.app import HERE, SCRIPTS
from desk.scenarios import known_scenarios
from model.analysis import what_if
from model.data import scenario

KNOWN = {"phase1": what_if.resolve("phase1")[1], "full": what_if.resolve("full")[1]}


def by_key(name: str, **settings: str) -> dict[str, form.Row]:
    return {row["key"]: row for row in form.fields(KNOWN[name], settings, "$")}


@pytest.mark.parametrize("name", KNOWN)
def test_each_value_has_one_field(name: str) -> None:
    keys = Counter(row["key"] for row in form.fields(KNOWN[name], {}, "$"))
    assert set(keys.values()) == {1}
    assert {"budget", "phase.1.budget_cad", "growth.path", "rule.budget", "costs", "service_distance"} <= set(
        keys
    )
    assert not {key for key in keys if "title" in key or key.endswith(".year")}


def test_what_is_shown_at_once_has_a_label_in_both_languages() -> None:
    main = [row for row in by_key("full").values() if row["is_main"]]
    assert {row["group"] for row in main} == {"money", "prices", "distance", "growth", "rule"}
    for row in main:
        assert all(row["label"].values()), row["key"]
        assert "{" not in "".join(row["label"].values())
    patterns = {p for p in form.form().main if not any(form._fits(p, row["key"]) for row in main)}
    assert patterns == set(), "labels that no key has"


def test_fields_tell_unit_range_and_choices() -> None:
    fields = by_key("phase1")
    assert fields["level.L3.service_distance_m"]["unit"] == {"en": "m", "fr": "m"}
    assert fields["level.L3.service_distance_m"]["range"] == {"en": ("3000", "5000"), "fr": ("3000", "5000")}
    assert fields["level.L3.wait_probability_max"]["range"]["fr"] == ("0,05", "0,20")
    assert fields["growth.path"]["choices"] == ["low", "middle", "high"]
    assert fields["budget"]["value"] == sum(phase.budget_cad for phase in KNOWN["phase1"].phase.values())
    assert fields["budget"]["unit"] == {"en": "$", "fr": "$"}
    assert by_key("phase1", costs="1.2")["costs"]["value"] == 1.2


def test_each_field_can_be_set_to_what_it_shows() -> None:
    """What a person sets back, or sets to the value that is there, is no fault of theirs."""
    for key, row in by_key("full").items():
        value = row["value"]
        text = "inf" if value is None else str(value).lower() if row["kind"] == "flag" else str(value)
        assert form.faults("full", {key: text})[1] == [], key


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ({"phase.1.budget_cad": "-3"}, ("phase.1.budget_cad", "greater_than_equal", {"ge": "0.0"})),
        ({"growth.path": "up"}, ("growth.path", "enum", {"expected": "'low', 'middle' or 'high'"})),
        ({"site.power_limit_kw": "much"}, ("site.power_limit_kw", "float_type", {})),
        ({"no.such": "1"}, ("no", "extra_forbidden", {})),
        ({"bad key": "1"}, ("bad key", "extra_forbidden", {})),
        ({"budget": "many"}, ("budget", "float_parsing", {})),
        ({"budget": "-1"}, ("budget", "not_negative", {})),
        ({"costs": "inf"}, ("costs", "not_negative", {})),
        ({"growth.five_year_factor": ""}, ("growth.five_year_factor", "no_value", {})),
        ({"growth.five_year_factor": "9" * 200}, ("growth.five_year_factor", "no_value", {})),
    ],
)
def test_a_fault_is_told_at_its_key(settings: dict[str, str], found: tuple[object, ...]) -> None:
    parameters, faults = form.faults("full", settings)
    assert parameters is None
    assert [(f["key"], f["kind"], f["limits"]) for f in faults] == [found]


def test_all_faults_are_told_at_once() -> None:
    _, faults = form.faults("full", {"phase.1.budget_cad": "-3", "growth.path": "up"})
    assert {f["key"] for f in faults} == {"phase.1.budget_cad", "growth.path"}


def test_a_scenario_that_is_not_there_is_a_fault_of_no_key() -> None:
    (fault,) = form.faults("nowhere", {})[1]
    assert fault["key"] == ""
    assert "nowhere" in fault["words"]


def test_scripts_say_only_words_that_there_are() -> None:
    words = read_words(HERE / "words.toml")[Language.EN]
    text = "".join((HERE / name).read_text(encoding="utf-8") for name in SCRIPTS)
    html = (HERE / "desk.html.j2").read_text(encoding="utf-8")
    said = set(re.findall(r'word\("(\w+)"', text)) | set(re.findall(r'data-(?:word|label)="(\w+)"', html))
    assert said - set(words) == set()
    known = (
        said
        | set(re.findall(r'"(\w+)"', text))
        | {key for key in words for start in re.findall(r"`(\w+_)\$\{", text) if key.startswith(start)}
        | {"used_link"}
    )
    assert set(words) - known == set(), "words that nothing says"


def test_both_languages_have_the_same_words() -> None:
    words = read_words(HERE / "words.toml")
    assert words[Language.EN].keys() == words[Language.FR].keys()
    for key, word in words[Language.EN].items():
        other = words[Language.FR][key]
        assert type(word) is type(other), key
        places = [set(re.findall(r"\{(\w+)\}", str(text))) for text in (word, other)]
        assert places[0] == places[1], key


def test_scenarios_offered_can_be_solved() -> None:
    assert set(known_scenarios()) == set(scenario.names()) - {"base"}
