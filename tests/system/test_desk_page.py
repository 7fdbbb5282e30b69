"""A what-if by a person's steps, at a real desk in a real browser: set, lock, solve, watch, compare, adopt, export."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.support.browser import chromium
from tests.support.desk_page import SLOW_MS, Entered, running_desk
from tests.support.processes import until


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def link(planned_database: str) -> Iterator[str]:
    assert planned_database
    with running_desk() as found:
        yield found


def candidate_not_built(conn: psycopg.Connection[Any]) -> tuple[int, str]:
    row = conn.execute(
        "select s.site_id, s.name from core.site as s where not s.is_existing and not exists"
        " (select from plan.decision as d where d.site_id = s.site_id) order by s.site_id limit 1"
    ).fetchone()
    assert row
    return int(row[0]), str(row[1])


def test_a_what_if_from_the_budget_to_the_export(
    planned_database: str, link: str, browser: Browser, tmp_path: Path
) -> None:
    with psycopg.connect(planned_database, autocommit=True) as conn:
        site_id, name = candidate_not_built(conn)
        adopted = conn.execute("select run_id from report.adopted_run").fetchone()
        desk = Entered(browser, link)
        page = desk.page
        expect(page.locator("#parent option:checked")).to_have_text("near")

        desk.set("budget", "-5")
        expect(page.locator("[id='fault-budget']")).to_have_text(re.compile("0 or more"))
        desk.set("budget", "3,000,000")
        expect(page.locator("[id='fault-budget']")).to_be_hidden()
        expect(page.locator("[id='field-budget']")).to_have_value("3,000,000")

        desk.click_site(site_id)
        expect(page.locator("#site h3")).to_have_text(name)
        page.click("#site button:has-text('must be built')")
        expect(page.locator("#lock-list")).to_contain_text(name)
        expect(page.locator(".sign.on-map")).to_have_attribute("aria-label", f"{name}, must be built")
        expect(page.locator("#changed")).to_have_text("1 value changed · 1 lock")

        page.click("#form button[type=submit]")
        expect(page.locator("#fault-title")).to_be_visible()
        page.fill("#what-if-title", "More money, and a station here")
        page.fill("#asked-by", "Ann")
        page.click("#form button[type=submit]")

        card = page.locator(".what-if").first
        expect(card).to_contain_text("More money, and a station here")
        expect(card).to_contain_text(f"{name}: must be built")
        expect(card.locator(".tag")).to_have_text("solved", timeout=SLOW_MS)
        expect(card.locator("dl")).to_contain_text("Gap at most")
        assert conn.execute(
            "select count(*) from plan.decision as d join plan.what_if as w using (run_id) where d.site_id = %s",
            (site_id,),
        ).fetchone() == (1,)

        card.locator("[data-do=compare]").click()
        dialog = page.locator("#compare")
        expect(dialog).to_contain_text("Net cost")
        expect(dialog.locator("tbody")).to_contain_text([re.compile("."), re.compile(re.escape(name))])
        plans = page.frame_locator("#compare iframe")
        expect(plans.locator("#map[data-ready]")).to_be_visible(timeout=SLOW_MS)
        expect(plans.locator("#other-map[data-ready]")).to_be_visible(timeout=SLOW_MS)

        dialog.locator("[data-do=adopt]").click()
        dialog.locator("[data-do=adopt_yes]").click()
        expect(card.locator(".tag")).to_have_text("adopted")
        expect(page.locator("#adopted")).to_contain_text("More money, and a station here")
        assert conn.execute("select run_id from report.adopted_run").fetchone() != adopted

        card.locator("summary").click()
        with page.expect_download() as saved:
            card.locator("a[href$='/gpkg']").click()
        saved.value.save_as(tmp_path / "plan.zip")
        assert (tmp_path / "plan.zip").stat().st_size > 10_000
        assert desk.elsewhere == []
        assert desk.faults() == []


def test_what_waits_is_cancelled_by_a_click_and_never_solved(
    planned_database: str, link: str, browser: Browser
) -> None:
    """The runner stands still meanwhile, so that the what-if waits for as long as the person needs."""
    desk = Entered(browser, link)
    page = desk.page
    (runner,) = [p for p in psutil.Process().children(recursive=True) if "desk.runner" in p.cmdline()]
    runner.suspend()
    try:
        page.fill("#what-if-title", "Never mind")
        page.fill("#asked-by", "Ann")
        page.click("#form button[type=submit]")
        card = page.locator(".what-if").first
        expect(card.locator(".tag")).to_have_text(re.compile("^waits"))
        card.locator("[data-do=cancel]").click()
        expect(card.locator("[data-do=cancel]")).to_have_count(0)
    finally:
        runner.resume()
    expect(card.locator(".tag")).to_have_text("cancelled", timeout=SLOW_MS)
    with psycopg.connect(planned_database) as conn:
        assert conn.execute("select run_id, attempt_count from plan.what_if").fetchall() == [(None, 0)]
    assert desk.faults() == []


def test_two_people_see_each_other_and_one_reads_french(link: str, browser: Browser) -> None:
    ann = Entered(browser, link)
    ann.page.click("#invite")
    invited = ann.page.locator("#invited code").inner_text()
    bob = Entered(browser, invited)
    bob.page.click("#language")
    expect(bob.page.locator("h1")).to_have_text("Bureau du planificateur")
    bob.set("budget", "2 500 000,50")
    expect(bob.page.locator("[id='field-budget']")).to_have_value(re.compile("2.500.000,5"))
    bob.set("budget", "0")
    bob.page.fill("#what-if-title", "Rien")
    bob.page.fill("#asked-by", "Bob")
    bob.page.click("#form button[type=submit]")
    expect(ann.page.locator(".what-if").first).to_contain_text("Rien")
    expect(ann.page.locator(".what-if").first).to_contain_text("Bob")
    expect(ann.page.locator(".what-if .tag").first).to_have_text("solved", timeout=SLOW_MS)
    assert ann.faults() + bob.faults() == []


def test_it_can_be_worked_without_a_mouse_or_a_map(link: str, browser: Browser) -> None:
    """The map of a browser that draws none is told to be missing; sites are found by their names."""
    desk = Entered(browser, link)
    page = desk.page
    name = page.evaluate(
        "() => site_name([...place.sites.values()].find((site) => site.is_existing && site.name))"
    )
    page.focus("#find")
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#site h3")).to_have_text(name)
    page.keyboard.press("Enter")
    expect(page.locator("#lock-list")).to_contain_text(name)
    assert page.evaluate("() => by_id('site').contains(document.activeElement)"), (
        "the focus stays where it was"
    )


@pytest.mark.parametrize("language", ["en", "fr"])
def test_it_has_no_fault_that_axe_finds(link: str, browser: Browser, language: str) -> None:
    """WCAG 2.2, levels A and AA, and what axe-core recommends beside them; all groups open, a value wrong."""
    page = Entered(browser, link).page
    if language == "fr":
        page.click("#language")
    page.fill("[id='field-budget']", "-1")
    page.press("[id='field-budget']", "Tab")
    expect(page.locator("[id='fault-budget']")).to_be_visible()
    page.evaluate(
        "() => document.querySelectorAll('#groups details.group').forEach(one => { one.open = true; })"
    )
    page.evaluate("() => choose_site([...place.sites.keys()][0])")
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}})
    assert [(v["id"], [n["target"] for n in v["nodes"]]) for v in found.response["violations"]] == []


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_nothing_is_wider_than_the_screen(link: str, browser: Browser, width: int, height: int) -> None:
    page = Entered(browser, link).page
    page.set_viewport_size({"width": width, "height": height})
    until(lambda: page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"))
