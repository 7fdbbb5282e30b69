"""A real browser for tests: Chromium of the system, without a head, with a fresh profile."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from db.environment import setting
from tests.support.processes import until

# the map needs WebGL, which a machine without a graphics card draws in software
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--enable-unsafe-swiftshader",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Yield a browser; the test is skipped where there is none, and fails where CI is meant to have one."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        reason = "no Chromium is installed: `apt-get install chromium`"
        if setting("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


class Watched:
    """A page, the errors it wrote and the addresses it asked for."""

    def __init__(self, browser: Browser, file: Path, width: int = 1280, height: int = 900) -> None:
        self.page: Page = browser.new_page(viewport={"width": width, "height": height})
        self.errors: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(file.as_uri())
        try:
            self.page.wait_for_selector("#map[data-ready]", timeout=60_000)
        except PlaywrightError as error:
            raise AssertionError(f"the map is not drawn: {self.errors}") from error

    def drawn(self, layer: str, number: int = 0) -> int:
        """Return how many features of a layer are on a map once it has come to rest."""
        return int(
            self.page.evaluate(
                "([layer, number]) => new Promise(done => { const { map } = maps[number];"
                " map.once('idle', () => done(map.queryRenderedFeatures({layers: [layer]}).length)); map.triggerRepaint(); })",
                [layer, number],
            )
        )

    def wait(self, expression: str, argument: object = None) -> None:
        """Wait until an expression, or what a function makes of an argument, holds in the page.

        Asked from outside, each time anew: the page's own policy forbids it the texts that a wait inside
        would evaluate, and allows them only where they hold at once.
        """
        until(lambda: self.page.evaluate(expression, argument))

    def rows(self) -> list[list[str]]:
        """Return the cells of the list of decisions."""
        found: list[list[str]] = self.page.eval_on_selector_all(
            "#decisions tbody tr", "rows => rows.map(row => [...row.cells].map(cell => cell.innerText))"
        )
        return found
