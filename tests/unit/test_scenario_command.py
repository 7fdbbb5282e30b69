"""Scenarios as people read them: all parameters with their notes, differences, faults."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner

from db.common import parameter_note
from db.common.language import Language, read_words
from db.common.parameter_note import comments, note_of, notes, own_words, unit_of
from model import scenario as command
from model.data import scenario
from model.data.parameters.switches import FOLDER
from model.data.scenario_faults import leaves
from report.catalogue import PARAMETER_WORDS

RUN = CliRunner()


def told(*arguments: str) -> str:
    result = RUN.invoke(command.app, arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_every_parameter_has_a_note_that_stands_alone() -> None:
    tree = tomllib.loads((FOLDER / "base.toml").read_text(encoding="utf-8"))
    keys = [key for key in leaves(tree) if "title" not in key.split(".")]
    values = [k for k in keys if not any(other.startswith(f"{k}.") for other in keys)]
    assert [key for key in values if not note_of(key).en] == []
    assert [key for key, note in notes().items() if re.match(r"As (above|\w+)\.", note.en)] == []


def numbers(text: str, language: Language) -> Counter[float]:
    """Return the numbers of a text as people of its language write them."""
    if language == Language.FR:
        text = re.sub(r"(?<=\d)[\u00a0\u202f](?=\d{3})", "", text).replace(",", ".")
    else:
        text = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)
    return Counter(map(float, re.findall(r"\d+(?:\.\d+)?", text)))


def test_every_note_has_its_french_with_the_same_numbers() -> None:
    french = tomllib.loads(parameter_note.FRENCH.read_text(encoding="utf-8"))
    own = dict.fromkeys(map(own_words, comments().values()))
    assert list(french) == [text for text in own if text], "one for each comment, in their order"
    for english, text in french.items():
        assert text, english
        assert text == english or not text.isascii() or not re.search(r"\b(the|and|with|of)\b", text), text
        assert numbers(english, Language.EN) == numbers(text, Language.FR), english
        assert ("assumption" in english.lower()) == ("hypothèse" in text.lower()), english
        assert not re.search(r"[\w\d] '|'|--", text), text
    for key, note in notes().items():
        low, high = note.range(Language.EN), note.range(Language.FR)
        assert low == (high and tuple(end.replace(",", ".") for end in high)), key


def test_a_note_written_anew_is_english_until_its_french_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    assert note_of("level.L3.service_distance_m").fr != note_of("level.L3.service_distance_m").en
    monkeypatch.setattr(parameter_note, "_french", dict)
    notes.cache_clear()
    assert note_of("level.L3.service_distance_m").fr == note_of("level.L3.service_distance_m").en
    notes.cache_clear()


def test_french_notes_are_typeset() -> None:
    text = note_of("connection.three_phase_kw_min").fr
    assert "kW\u00a0; au-delà" in text
    assert "80\u00a0%" in text
    assert note_of("charger.dc_350.ports_max").fr == (
        "Nombre maximal de nouvelles bornes à un site. Étude d\u2019origine, cas équilibré."
    )


def test_a_note_has_the_words_of_the_one_it_refers_to() -> None:
    assert note_of("charger.dc_350.ports_max").en == "Most new ports at a site. Seed, balanced."
    assert note_of("charger.dc_50.utilisation_share") == note_of("charger.dc_150.utilisation_share")
    assert note_of("level.L3.rank") == note_of("level.L2.rank")


def test_a_note_knows_range_and_assumption() -> None:
    note = note_of("charger.ac_7.equipment_cost_cad_per_port")
    assert note.range(Language.EN) == note.range(Language.FR) == ("2 k", "7 k")
    assert note.is_assumption
    assert note_of("charger.dc_150.session_min").range(Language.FR) is None
    as_another = note_of("charger.dc_150.network_fee_cad_per_port_year")
    assert "Range 100 to 400" in as_another.en
    assert as_another.range(Language.EN) == as_another.range(Language.FR) == ("300", "1200")
    assert not note_of("charger.dc_150.session_min").is_assumption


@pytest.mark.parametrize(
    ("key", "unit"),
    [
        ("charger.dc_150.session_min", "min"),
        ("charger.dc_150.ports_min", None),
        ("connection.three_phase_kw_min", "kw"),
        ("phase.1.coverage_min_share.L2", "share"),
        ("greenhouse_gas.km_per_kwh", "km_per_kwh"),
        ("greenhouse_gas.grid_g_per_kwh", "g_per_kwh"),
        ("electricity.transmission_charge_cad_per_kw_month", "cad_per_kw_month"),
        ("charger.ac_7.opex_cad_per_port_year", "cad_per_port_year"),
        ("publication.mip_gap_max", None),
        ("session.kwh_per_ev_day", "kwh_per_ev_day"),
        ("phase.2.year", "year"),
    ],
)
def test_the_unit_of_a_parameter_stands_in_its_name(key: str, unit: str | None) -> None:
    assert unit_of(key) == unit


def test_every_unit_of_a_parameter_has_words() -> None:
    units = {unit_of(key) for key in command.values(scenario.resolve("full")[1])} - {None}
    known = read_words(PARAMETER_WORDS)
    assert all(f"parameter_unit_{unit}" in known[language] for unit in units for language in known)


def test_rows_that_a_scenario_adds_have_the_notes_of_their_kind() -> None:
    assert note_of("charger.curbside.port_kw") == note_of("charger.ac_7.port_kw")
    assert note_of("phase.3.budget_cad") == note_of("phase.1.budget_cad")
    assert note_of("area.level_station_count_min.L9") == note_of("area.level_station_count_min")


def test_show_has_every_parameter_and_changed_only_those_that_differ() -> None:
    everything = json.loads(told("show", "phase2", "--json"))["parameters"]
    changed = json.loads(told("show", "phase2", "--changed", "--json"))["parameters"]
    assert {row["key"]: row["value"] for row in everything} == command.values(scenario.resolve("phase2")[1])
    assert {row["key"] for row in changed} < {row["key"] for row in everything}
    assert all(row["value"] != row["base_value"] for row in changed)
    assert "phase.1.budget_cad" in {row["key"] for row in changed}
    assert "2,200,000" in told("show", "phase2")
    assert "2,028" not in told("show", "phase2")


def test_diff_names_what_differs_alone() -> None:
    found = json.loads(told("diff", "phase1", "phase2", "--json"))["parameters"]
    assert found["continues"] == ["", "phase1"]
    assert "price.year" not in found
    assert "ask for the same" in told("diff", "phase1", "phase1")


def test_check_tells_a_sound_scenario_and_all_faults_of_another(tmp_path: Path) -> None:
    assert "phase1 is sound" in told("check", "phase1")
    path = tmp_path / "mine.toml"
    path.write_text("[site]\npower_limit_kw = -1\nwrong = 1\n", encoding="utf-8")
    with pytest.raises(Exception, match=r"there is no key 'site.wrong'.*site.power_limit_kw"):
        RUN.invoke(command.app, ["check", str(path)], catch_exceptions=False)


def test_list_has_each_scenario_and_what_it_asks_for() -> None:
    found = json.loads(told("list", "--json"))
    assert set(found) == set(scenario.names()) - {"base"}
    assert all(found.values())
