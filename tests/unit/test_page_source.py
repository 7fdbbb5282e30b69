"""Each figure of the page leads to its source: by the views that it reads and their headers, never by hand."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter

import pytest

from db.common.language import LANGUAGES, Language, read_words, typeset
from db.schema import build, origin
from report.page import read, source
from report.page.render import HERE, WORDS
from tests.support.figure_chains import chains
from tests.unit.test_contributing import sections
from tests.unit.test_scenario_command import numbers
from tests.unit.test_typeset import LOOSE, TIGHT

SOURCES = [
    {"source_id": 11, "source": "population", "file_name": "census.csv"},
    {"source_id": 12, "source": "ev_counts", "file_name": "ev.csv"},
    {"source_id": 13, "source": "grid", "file_name": "grid.csv"},
]
TABLES = [
    {"source_id": 11, "record_table": "census_area"},
    {"source_id": 12, "record_table": "ev_count"},
    {"source_id": 13, "record_table": "grid_station"},
]
NO_ROWS = {
    "demand": "the map",
    "answer": "its figures are those below",
    "facts": "fact_*",
    "map": "all sections",
}
"""Sections that show no rows of their own."""


def test_people_covered_come_from_the_census() -> None:
    (view,) = (view for view in build.view_files() if view.full_name == "report.coverage_summary")
    assert "core.demand_cell" in view.needs
    assert "census_area" in origin.origin(source.views_of("coverage")).record_tables
    found = source.content(SOURCES, TABLES)["figures"]
    for figure in ("coverage", "fact_whom", "reach"):
        assert 0 in found[figure]["files"]
        assert found[figure]["is_plan"]
    assert 2 in found["grid"]["files"]
    assert found["use"]["is_plan"] is False, "records alone"


@pytest.mark.parametrize("figure", source.FIGURES)
def test_each_figure_has_views_a_source_and_a_formula(figure: str) -> None:
    views = source.views_of(figure)
    assert views
    assert origin.origin(views).is_known
    words = read_words(WORDS)
    assert all(f"formula_{figure.replace('-', '_')}" in words[language] for language in LANGUAGES)


def test_what_reads_nothing_has_no_source() -> None:
    assert not origin.origin([]).is_known
    assert not origin.origin(["report.published_run"]).is_known, "it only says which run is meant"


def test_each_section_and_each_query_has_its_figure() -> None:
    shown = {name.removesuffix("-section") for name in sections()} - NO_ROWS.keys()
    firsts = {name for name in source.FIGURES if name.startswith("fact_")}
    assert source.FIGURES.keys() - firsts == shown
    script = (HERE / "source.js").read_text(encoding="utf-8")
    listed = re.search(r"FIRST_FIGURES = \[(.*?)\]", script)
    assert listed is not None
    assert set(re.findall(r"\w+", listed[1])) == firsts
    unknown = {query for queries in source.FIGURES.values() for query in queries} - read.QUERIES.keys()
    assert unknown == set()


@pytest.mark.parametrize("figure", chains())
def test_the_chains_of_the_readme_end_where_the_page_says(figure: str) -> None:
    """A chain over a table of the plan ends among what the plan was decided from, any other among the files."""
    first, *rest = chains()[figure]
    found = origin.origin([first])
    (end,) = [name for name in rest if name.startswith("raw.")] or [None]
    if end is None:
        assert found.is_plan
    elif any(name.startswith("plan.") for name in rest):
        assert found.is_plan
        assert end.removeprefix("raw.") in origin.decided_from().record_tables
    else:
        assert end.removeprefix("raw.") in found.record_tables


def test_views_have_the_comments_of_the_database_and_add_little_to_the_page() -> None:
    found = source.content(SOURCES, TABLES)
    view = found["views"]["report.coverage_summary"]
    assert view["title"] == {"en": "Coverage by phase", "fr": "Couverture par phase"}
    assert view["columns"]["after_share"][0][0] == "Covered share at the end of the phase."
    assert "scenario_name" not in view["columns"], "the page does not read it"
    assert all(
        found["views"][name]["comment"] for figure in found["figures"].values() for name in figure["views"]
    )
    assert len(json.dumps(found, ensure_ascii=False).encode()) < 125_000, "a twentieth of a page"


def shown() -> dict[str, str | None]:
    """Return the comments of views and columns that the page shows, with their French."""
    views = source.content([], [])["views"].values()
    return dict(
        pair
        for view in views
        for pair in (view["comment"], *(first for first, *_ in view["columns"].values()))
    )


def test_every_comment_that_is_shown_has_its_french_and_no_other_has() -> None:
    french = tomllib.loads(source.FRENCH.read_text(encoding="utf-8"))
    assert len(shown()) > 400
    assert [english for english, text in shown().items() if text is None] == [], source.FRENCH.name
    assert sorted(french.keys() - shown().keys()) == [], f"{source.FRENCH.name} has what no view says"
    assert shown() == {english: typeset(text) for english, text in french.items()}


def codes(text: str) -> Counter[str]:
    """Return names of views and columns, and codes of several words."""
    return Counter(re.findall(r"[a-z0-9]+(?:[_.][a-z0-9]+)+", text))


@pytest.mark.parametrize(
    ("english", "text"), tomllib.loads(source.FRENCH.read_text(encoding="utf-8")).items()
)
def test_the_french_of_a_comment_says_the_same_in_good_type(english: str, text: str) -> None:
    assert text != english
    assert re.search(r"\b(the|and|of|with|by|that|which|is|are|it|its|where|each|from)\b", text) is None
    assert codes(text) == codes(english)
    assert numbers(text, Language.FR) == numbers(english, Language.EN)
    assert len(re.findall(r"\bnull\b", text, re.IGNORECASE)) == len(
        re.findall(r"\bnull\b", english, re.IGNORECASE)
    )
    assert text.endswith(".")
    assert not re.search(r"['\"]|--|  |\.\.\.", text)
    assert not re.search(r"[\u00a0\u202f]", text), "plain spaces in the file: typeset makes the others"
    assert not LOOSE.search(typeset(text))
    assert not TIGHT.search(typeset(text))


def test_a_comment_written_anew_is_english_until_its_french_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    english = "Covered share at the end of the phase."
    assert shown()[english] == "Part couverte à la fin de la phase."
    monkeypatch.setattr(source, "_french", dict)
    assert shown()[english] is None
