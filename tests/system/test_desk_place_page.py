"""A place of one's own by a person's steps: drawn, worked in, asked for, solved, and there a station is built."""

from __future__ import annotations

import re
from collections.abc import Iterator

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.support.browser import chromium
from tests.support.desk_page import SLOW_MS, Entered, running_desk
from tests.support.toy_town.build import lon_lat

LOT = lon_lat(600, 420)
"""More than 250 m from any site of Toy Town."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def link(planned_database: str) -> Iterator[str]:
    assert planned_database
    with running_desk() as found:
        yield found


def test_a_place_from_the_map_to_the_plan(planned_database: str, link: str, browser: Browser) -> None:
    desk = Entered(browser, link)
    page = desk.page
    desk.click_map(*LOT)
    expect(page.locator("#own-form")).to_contain_text("No site within 250 m")
    page.fill("#place_name", "Fire hall lot")
    page.fill("#suitability", "2")
    page.click("#own-form button[type=submit]")
    expect(page.locator("#fault-suitability")).to_have_text(re.compile("from 0 to 1"))
    page.fill("#suitability", "0.8")
    page.click("#own-form button[type=submit]")
    row = page.locator("#own-list li").first
    expect(row).to_contain_text("Fire hall lot")
    expect(row.locator(".tag")).to_have_text("waits to be worked in")
    expect(page.locator("#legend")).to_contain_text("Place of your own, no candidate")

    page.fill("#what-if-title", "Before")
    page.click("#form button[type=submit]")
    expect(page.locator(".what-if .tag").first).to_have_text("solved", timeout=SLOW_MS)

    page.click("#own-load [data-do=work_in]")
    expect(page.locator("#own-load")).to_contain_text(re.compile(r"step \d+ of \d+"), timeout=SLOW_MS)
    expect(row.locator(".tag")).to_have_text("candidate", timeout=SLOW_MS)
    expect(page.locator("#news")).to_contain_text("1 site is new")
    before = page.locator(".what-if").first
    expect(before.locator(".tag.former")).to_have_text("former data")
    expect(before.locator("[data-do=adopt]")).to_have_count(0)
    expect(page.locator("#adopted")).to_contain_text("Adopted on former data")

    # it lies where it was drawn, and is a site like any other
    desk.click_map(*LOT)
    expect(page.locator("#site h3")).to_have_text("Fire hall lot")
    page.click("#site button:has-text('must be built')")
    expect(page.locator("#lock-list")).to_contain_text("Fire hall lot")
    desk.set("budget", "3,000,000")
    page.fill("#what-if-title", "A station at the fire hall")
    page.click("#form button[type=submit]")
    card = page.locator(".what-if").first
    expect(card).to_contain_text("Fire hall lot: must be built")
    expect(card.locator(".tag").first).to_have_text("solved", timeout=SLOW_MS)
    with psycopg.connect(planned_database) as conn:
        assert conn.execute(
            "select d.action from plan.decision as d join plan.what_if as w using (run_id)"
            " join report.own_place as p using (site_id) where w.title = 'A station at the fire hall'"
        ).fetchall() == [("build",)]

    # beside the plan that was adopted before it says that the data are others
    card.locator("[data-do=compare]").click()
    expect(page.locator("#compare .warning").first).to_contain_text("different data")
    expect(page.locator("#compare tbody").nth(1)).to_contain_text("Fire hall lot")
    page.click("#compare-close")

    before = page.locator(".what-if").nth(1)
    before.locator("[data-do=again]").click()
    expect(page.locator(".what-if").first.locator("h3")).to_contain_text("Before")
    expect(page.locator(".what-if .tag").first).to_have_text("solved", timeout=SLOW_MS)
    assert desk.elsewhere == []
    assert [text for text in desk.faults() if "422" not in text] == []


def test_a_place_is_typed_without_mouse_or_map_and_seen_by_another_in_french(
    link: str, browser: Browser
) -> None:
    ann = Entered(browser, link)
    ann.page.click("#invite")
    bob = Entered(browser, ann.page.locator("#invited code").inner_text())
    bob.page.click("#language")
    page = bob.page
    page.focus("#find")
    page.keyboard.type("0, 0")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#place_name")).to_be_focused(timeout=SLOW_MS)
    page.keyboard.press("Enter")
    expect(page.locator("#fault-place")).to_have_text(re.compile("hors de la région"), timeout=SLOW_MS)

    page.focus("#find")
    page.keyboard.type("far rd")
    expect(page.locator("#found li")).to_contain_text(
        [re.compile("Far Road.*Un emplacement à vous")], timeout=SLOW_MS
    )
    page.keyboard.press("Tab")
    for _ in range(page.locator("#found li").count() - 1):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#place_name")).to_be_focused(timeout=SLOW_MS)
    page.keyboard.press("Control+A")
    page.keyboard.type("Chez Bob")
    page.keyboard.press("Enter")
    expect(page.locator("#own-list li").first).to_be_focused(timeout=SLOW_MS)
    expect(page.locator("#own-list .tag").first).to_have_text(re.compile("en attente"), timeout=SLOW_MS)
    other = ann.page.locator("#own-list li").first
    expect(other).to_contain_text("Chez Bob", timeout=SLOW_MS)
    other.locator("[data-do=withdraw]").click()
    expect(page.locator("#own-list .tag").first).to_have_text("retiré", timeout=SLOW_MS)


def test_a_form_begun_before_the_last_answer_came_stays(link: str, browser: Browser) -> None:
    page = Entered(browser, link).page
    page.evaluate("([lon, lat]) => offer_place({ lon, lat })", list(LOT))
    page.evaluate("by_id('own-form').requestSubmit()")
    page.evaluate("([lon, lat]) => offer_place({ lon, lat })", [LOT[0] + 0.001, LOT[1]])
    page.fill("#place_name", "The next one")
    expect(page.locator("#own-list .tag")).to_have_count(1, timeout=SLOW_MS)
    page.evaluate("async () => { await refresh(); await refresh(); }")
    expect(page.locator("#place_name")).to_have_value("The next one")


def test_of_two_clicks_the_last_is_shown_whichever_answer_comes_first(link: str, browser: Browser) -> None:
    page = Entered(browser, link).page
    first, last = list(LOT), [LOT[0] + 0.001, LOT[1]]
    page.evaluate(
        """async ([first, last]) => {
          const asked = ask, late = [];
          ask = (path, wished) => path !== "/api/nearest" || wished.lon !== first[0] ? asked(path, wished)
            : new Promise((give) => late.push(() => give(asked(path, wished))));
          const waited = choose_place({ lon: first[0], lat: first[1] });
          await choose_place({ lon: last[0], lat: last[1] });
          late[0]();
          await waited;
        }""",
        [first, last],
    )
    assert page.evaluate("own.spot.lon") == last[0]


@pytest.mark.parametrize(("language", "width", "height"), [("en", 1366, 768), ("fr", 390, 844)])
def test_its_form_and_list_have_no_fault_that_axe_finds(
    link: str, browser: Browser, language: str, width: int, height: int
) -> None:
    page = Entered(browser, link).page
    page.set_viewport_size({"width": width, "height": height})
    if language == "fr":
        page.click("#language")
    page.evaluate("([lon, lat]) => offer_place({ lon, lat })", list(LOT))
    page.click("#own-form button[type=submit]")
    expect(page.locator("#own-list .tag")).to_have_count(1, timeout=SLOW_MS)
    page.evaluate("([lon, lat]) => offer_place({ lon, lat })", list(LOT))
    expect(page.locator(".spot")).to_have_attribute("aria-label", page.evaluate("word('own_new')"))
    page.fill("#suitability", "much")
    page.click("#own-form button[type=submit]")
    expect(page.locator("#fault-suitability")).to_be_visible()
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}})
    assert [(v["id"], [n["target"] for n in v["nodes"]]) for v in found.response["violations"]] == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
