"""No sentence stands in SQL: views give codes and values, and sentences stand beside the Python that reads them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from db.common.language import Language, read_words
from db.environment import CHECKOUT
from model.run.violation import WORDS, sentence
from tests.support.findings import COLUMNS, places

SQL = CHECKOUT / "sql"
REMARK = "a remark about a record, in English as those of the readers of sources"
KEY = "a key that plan.run_constraint_slack has"
QUERY = "a statement, not words"
GROUP = "names of groups, which scenarios use; the page has words for them"
EXCEPTIONS = {
    "1_staging/afdc_remark.sql": REMARK,
    "1_staging/osm_charging_station.sql": "words that a tag of the map may have",
    "1_staging/osm_substation.sql": REMARK,
    "2_core/candidate_site.sql": "the name of a site that has none",
    "2_core/census_area_unplaced.sql": REMARK,
    "2_core/congregation_name.sql": "words in the names of congregations",
    "2_core/grid_station.sql": REMARK,
    "2_core/municipal_facility.sql": "words in the names of buildings of municipalities",
    "2_core/municipal_name.sql": "words in the names of municipalities and their bodies",
    "2_core/openchargemap_remark.sql": REMARK,
    "2_core/station_remark.sql": REMARK,
    "2_core/three_phase_supply.sql": "the remark of 1_staging/osm_substation.sql",
    "3_analysis/confirmed_route.sql": QUERY,
    "3_analysis/equity_group.sql": GROUP,
    "4_model/forget_gone.sql": QUERY,
    "4_model/gather_statistics.sql": QUERY,
    "4_model/offer_content.sql": QUERY,
    "4_model/work_out.sql": QUERY,
    "5_audit/figure_slack.sql": KEY,
    "5_audit/limit_area_station_limits.sql": KEY,
    "5_audit/limit_cost_limit.sql": KEY,
    "5_audit/limit_equity.sql": KEY,
    "5_audit/limit_grid_area_power.sql": KEY,
    "5_audit/limit_locks.sql": KEY,
    "5_audit/limit_min_coverage.sql": KEY,
    "5_audit/limit_min_served.sql": KEY,
    "5_audit/limit_projects_per_phase.sql": KEY,
    "5_audit/gather_statistics.sql": QUERY,
    "5_audit/work_out.sql": QUERY,
    "checks/road_network_connected.sql": QUERY,
}
"""Files of SQL with a text of several words, with the reason."""
WORDY = re.compile(r"([a-z]{2,}|%\S*s)[,;:]?\s+([a-z]{2,}|%\S*s)", re.IGNORECASE)
"""Two words, or a word and a place for another."""
CLAUSES = (
    *("period", "planning_area", "grant_area", "population", "owner", "access", "open_all_day", "service"),
    *("apart", "alone", "ports"),
)
MADE = {
    "grant_": tuple(f"grant_{clause}" for clause in CLAUSES),
    "equity_": ("equity_floor", "equity_ratio"),
    "lock_": ("lock_force_in", "lock_keep", "lock_force_out", "lock_fix_option"),
}
"""Codes that end in what a column says."""
NO_CODE = {
    *("build", "expand", "remove", "upgrade", "keep", "force_in", "force_out", "fix_option"),
    *("cell", "reference_point", "road", "straight_line", "lexicographic"),
    *("ev", "population", "transit", "infrastructure_quality"),
    *("floor", "ratio", "most", "fewest"),
    *("place", "site", "exclusion", "junction"),
    *("history", "low", "middle", "high"),
    *CLAUSES,
    *("optimal", "settle", "compile"),
}
"""Words of plans and scenarios that views of the audit compare with."""


def texts(path: Path) -> list[str]:
    """Return the texts that a file of SQL has, but for comments of either kind."""
    code = re.sub(r"^comment on .*?';$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return [text.replace("''", "'") for text in re.findall(r"'((?:[^']|'')*)'", re.sub(r"--.*", "", code))]


def wordy() -> dict[str, list[str]]:
    """Return the texts with several words, by file."""
    found = {
        str(path.relative_to(SQL)): [text for text in texts(path) if WORDY.search(text)]
        for path in sorted(SQL.rglob("*.sql"))
    }
    return {name: said for name, said in found.items() if said}


def codes() -> set[str]:
    """Return the codes that views of the audit give: their words that are no key, rule or word of a plan."""
    found: set[str] = set()
    rules = {path.stem.removeprefix("limit_") for path in (SQL / "5_audit").glob("limit_*.sql")}
    for path in (SQL / "5_audit").glob("*.sql"):
        if re.match("figure_|limit_|port_fault", path.stem):
            text = re.sub(r"comment on .*|u\.rule = '\w+'", "", path.read_text(encoding="utf-8"))
            words = set(re.findall(r"'([a-z_]+)'", text))
            found |= words - rules if path.stem == "figure_slack" else words
    return found


def test_no_sentence_stands_in_sql() -> None:
    found = wordy()
    assert {name: said for name, said in found.items() if name not in EXCEPTIONS} == {}
    assert set(EXCEPTIONS) - set(found) == set()


def test_a_key_of_a_row_is_no_sentence() -> None:
    keys = [text for name, said in wordy().items() if EXCEPTIONS.get(name) == KEY for text in said]
    assert [text for text in keys if re.search(r"[.;]( |$)", text)] == []


def test_each_code_of_the_audit_has_a_sentence_and_no_sentence_is_there_for_nothing() -> None:
    told = read_words(WORDS)[Language.EN].keys() - {"nothing"}
    names = {name for code in told for name in places(code, Language.EN)} - COLUMNS
    given = {code for word in codes() for code in MADE.get(word, (word,))} - NO_CODE - names
    assert given == told


@pytest.mark.parametrize("language", Language)
def test_a_sentence_has_a_place_for_each_value(language: Language) -> None:
    """The values are those that its view names; tests with a database hold that they are just these."""
    for code in read_words(WORDS)[language].keys() - {"nothing"}:
        assert places(code, language) == places(code, Language.EN), code
        value = {name: f"<{name}>" for name in places(code, language)}
        said = sentence(code, value, "CAD", language)
        assert all(text in said for text in value.values()), code
        assert said.endswith("."), code


def test_values_are_written_as_people_of_the_language_do() -> None:
    value = {"phase": 1, "expected": 1_000, "found": 1_234.5}
    assert sentence("phase_cost", value, "CAD") == "Phase 1 costs $1,234.50; its budget is $1,000.00."
    assert sentence("phase_cost", value, "CHF", Language.FR) == (
        "La phase 1 co\u00fbte 1\u00a0234,50\u00a0CHF\u00a0; son budget est de 1\u00a0000,00\u00a0CHF."
    )
    share = {"level": "hpc", "phase": 2, "expected": 0.5, "found": 1 / 3}
    assert sentence("coverage_share", share, "CAD", Language.FR) == (
        "Le niveau hpc couvre 33,33\u00a0% \u00e0 la fin de la phase 2\u00a0; il en faut 50,00\u00a0%."
    )
    near = {"site_id": 1234, "other_site_id": 2, "level": "L3", "phase": 1, "expected": 1500, "found": 999.96}
    assert sentence("spacing", near, "CAD") == (
        "L3 sites 1234 and 2 are 1,000.0 m apart after phase 1; the least distance is 1,500 m."
    )


def test_a_small_difference_is_seen_and_what_is_not_there_is_named() -> None:
    value = {"term": "capex", "expected": 0.123456789, "found": 0.123456788}
    assert sentence("term_value", value, "CAD") == (
        "The value of term capex is 0.123456789; the plan says 0.123456788."
    )
    assert sentence("term_value", value | {"found": None}, "CAD").endswith("; the plan says nothing.")
    assert sentence("term_value", value | {"found": None}, "CAD", Language.FR).endswith(
        "\u00a0; le plan dit rien."
    )


def test_text_of_the_data_stays_as_it_is() -> None:
    value = {"area_name": "{x} <b>", "phase": 1, "expected": 1, "found": 2}
    assert sentence("area_projects", value, "CAD") == (
        "Sites of {x} <b> worked on in phase 1: 2; there may be 1."
    )


@pytest.mark.parametrize(("code", "value"), [("no_such_code", {}), ("phase_cost", {"phase": 1})])
def test_a_code_or_value_that_is_not_there_is_an_error(code: str, value: dict[str, int]) -> None:
    with pytest.raises(KeyError):
        sentence(code, value, "CAD")
