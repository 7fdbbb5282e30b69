"""The page says where its figures come from, to whoever asks by mouse or keyboard, in both languages."""

from __future__ import annotations

from itertools import pairwise
from math import floor, log10
from pathlib import Path
from typing import Any

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from db.common.language import Language, read_words
from report.page.render import WORDS
from report.page.source import FIGURES, content
from tests.support.browser import Watched
from tests.system.test_page import browser, files, solved, watched

__all__ = ["browser", "files", "solved", "watched"]  # fixtures
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def file_of(templates: Any, solved: str) -> dict[str, str]:
    """Return the file of each kind of source."""
    with templates.clone(solved) as address, psycopg.connect(address) as conn:
        return dict(conn.execute("select source, file_name from report.load_source").fetchall())


def open_all(watched: Watched) -> None:
    watched.page.evaluate("document.querySelectorAll('.origin').forEach((one) => { one.open = true; })")
    watched.wait("[...document.querySelectorAll('.origin')].every((one) => one.children.length === 2)")


def test_coverage_leads_to_the_census_by_keyboard(watched: Watched, file_of: dict[str, str]) -> None:
    place = "#coverage-section > .origin"
    assert not watched.page.inner_text(f"{place} summary").startswith("formula")
    assert file_of["population"] not in watched.page.inner_text(place)
    watched.page.focus(f"{place} > summary")
    watched.page.keyboard.press("Enter")
    watched.page.wait_for_selector(f"{place} > div")
    told = watched.page.inner_text(place)
    assert file_of["population"] in told
    assert "report.coverage_summary" in told
    assert "weights of the hexagons" in told
    watched.page.keyboard.press("Enter")
    assert not watched.page.evaluate("document.querySelector('#coverage-section > .origin').open")


def test_the_first_screen_tells_of_cost_people_and_certainty(
    watched: Watched, file_of: dict[str, str]
) -> None:
    watched.page.click("#facts-origin > summary")
    watched.page.wait_for_selector("#facts-origin > div")
    told = watched.page.inner_text("#facts-origin")
    heads = watched.page.locator("#facts-origin h3").all_text_contents()
    assert heads == [read_words(WORDS)[Language.EN][name] for name in FIGURES if name.startswith("fact_")]
    assert file_of["population"] in told
    assert "Net cost = capital cost" in told
    watched.page.click("#facts-origin a")
    assert watched.page.url.endswith("#parameters-section")


def test_every_section_that_is_shown_has_its_source(watched: Watched) -> None:
    open_all(watched)
    empty = watched.page.evaluate(
        "Object.entries(ORIGINS).filter(([, one]) => !one.files.length && !one.is_plan && !one.is_parameter && !one.is_setting)"
    )
    assert empty == []
    without = watched.page.evaluate(
        "[...document.querySelectorAll('main > section:not([hidden])')].filter((one) => !one.querySelector('.origin')).map((one) => one.id)"
    )
    assert without == []
    watched.page.click("#language")
    assert watched.page.inner_text("#grid-section > .origin > summary") == "D'où cela vient-il\u00a0?"
    assert "Puissance ajoutée = variation" in watched.page.inner_text("#grid-section > .origin")


COMMENTS = """
() => [...document.querySelectorAll(".origin details")].map((view) => [
  view.querySelector("summary code").textContent, view.querySelector("p").textContent,
  Object.fromEntries([...view.querySelectorAll("li")].map((one) => [one.querySelector("code").textContent, one.lastChild.textContent])),
])
"""


def test_comments_of_the_database_are_french_on_the_french_page(watched: Watched) -> None:
    views = content([], [])["views"]
    for language in (Language.EN, Language.FR):
        if language == Language.FR:
            watched.page.click("#language")
        open_all(watched)
        told = watched.page.evaluate(COMMENTS)
        assert {name for name, *_ in told} == views.keys()
        place = 1 if language == Language.FR else 0
        for name, comment, columns in told:
            assert comment == views[name]["comment"][place]
            assert columns == {c: pair[place] for c, (pair, *_) in views[name]["columns"].items()}
        assert watched.page.locator(".origin [lang]").count() == 0


def test_a_comment_without_french_is_marked_as_english(watched: Watched) -> None:
    watched.page.click("#language")
    watched.page.evaluate("ORIGIN_VIEWS['report.coverage_summary'].columns.phase[0][1] = null")
    open_all(watched)
    marked = watched.page.locator("#coverage-section > .origin [lang]")
    assert marked.all_text_contents() == ["The phase, at its end."]
    assert marked.get_attribute("lang") == "en"


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)])
def test_opened_it_has_no_fault_that_axe_finds(
    browser: Browser, files: dict[str, Path], size: tuple[int, int]
) -> None:
    screen = Watched(browser, files["both"], *size)
    screen.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    screen.wait("[...document.querySelectorAll('.origin')].every((one) => one.children.length === 2)")
    screen.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    found = Axe().run(screen.page, options={"runOnly": {"type": "tag", "values": TAGS}})
    assert found.response["passes"]
    assert [
        (fault["id"], [n["html"][:200] for n in fault["nodes"]]) for fault in found.response["violations"]
    ] == []
    width = screen.page.evaluate("document.documentElement.scrollWidth")
    assert width <= size[0]
    screen.page.close()


def test_the_curve_of_a_node_says_its_peak_and_has_a_table(watched: Watched) -> None:
    (first, *_) = watched.page.evaluate("PLAN.grid_hours")
    shown = watched.page.inner_text("#grid-hours figcaption")
    assert first["name"] in shown
    assert f"{first['peak_hour']}:00" in shown
    assert watched.page.locator("#grid-hours svg rect title").count() >= 48
    marks = watched.page.locator("#grid-hours svg text[text-anchor=end]").all_text_contents()
    kw = [float(mark.replace(",", "").removesuffix(" kW")) for mark in marks]
    assert kw[0] == 0
    assert len({round(b - a, 6) for a, b in pairwise(kw)}) == 1
    assert kw[-1] >= max(a + t for a, t in zip(first["added_kw"], first["today_kw"], strict=True))
    assert (kw[1] / 10 ** floor(log10(kw[1]))) in (1, 2, 5)
    watched.page.click("#grid-hours details > summary")
    rows = watched.page.locator("#grid-hours details tbody tr").all_text_contents()
    assert len(rows) == 24
    assert max(range(24), key=lambda hour: first["added_kw"][hour]) == first["peak_hour"]


GAINS = """
([people, is_better, is_proven]) => {
  const slack = PLAN.constraint_slack.find((row) => row.is_binding && row.row_count === 1);
  Object.assign(slack, { marginal_value: 0.02, step: 100000, unit: 'cad' });
  PLAN.constraint_gain = people.map((count, place) => ({ rule: slack.rule, subject: slack.subject, about: slack.about, step: 100000,
    unit: 'cad', row_count: 1, level: PLAN.levels[place].level, service_distance_m: [1000, 5000][place], population_change: count,
    weight_share_change: 0.1, sessions_change_per_h: null, is_better, is_proven, place: 1,
    worth_level: null, worth_population_low: null, worth_population_high: null }));
  draw_binding();
}
"""


@pytest.mark.parametrize(
    ("given", "language", "words"),
    [
        ([[-1, 2310], True, True], "en", "$100,000 more: Level 2: 1 fewer person within 1 km; Level 3"),
        ([[0, 2310], True, True], "en", "2,310 more people within 5 km"),
        (
            [[0, 2310], True, False],
            "en",
            "(Best plans found: a search was cut off, so it may be more or less.)",
        ),
        ([[0, 0], False, True], "en", "$100,000 more: no better plan"),
        ([[0, 0], True, True], "en", "as many people and sessions as now"),
        ([[0, 2310], True, True], "fr", "2\u00a0310 habitants de plus à moins de 5 km"),
    ],
)
def test_what_binds_is_said_in_people(watched: Watched, given: list[Any], language: str, words: str) -> None:
    if language == "fr":
        watched.page.click("#language")
    watched.page.evaluate(GAINS, given)
    told = watched.page.inner_text("#binding")
    assert words in told, told
    lead = watched.page.locator("#binding > p b").count()
    assert lead == (1 if given[1] else 0), "where more room brings nothing, nothing is said to lead"
