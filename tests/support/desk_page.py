"""A desk of its own in a browser, for tests by a person's steps."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page

from db.environment import CHECKOUT
from tests.support.compose import free_port
from tests.support.toy_town import NEAR

SLOW_MS = 180_000


@contextmanager
def running_desk() -> Iterator[str]:
    """Yield the address that lets a browser enter a desk on the database of DATABASE_URL; Ctrl-C ends it."""
    command = [sys.executable, "-m", "desk", "--port", str(free_port()), "--scenario", str(NEAR)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=CHECKOUT) as desk:
        try:
            assert desk.stdout
            found = re.search(r"http://127\.0\.0\.1:\d+/enter\?token=\S+", desk.stdout.readline())
            assert found
            yield found[0]
        finally:
            desk.send_signal(signal.SIGINT)
            assert desk.wait(timeout=120) == 130


class Entered:
    """A page of the desk, the errors it wrote and the addresses it asked for."""

    def __init__(self, browser: Browser, link: str, **options: Any) -> None:
        self.page: Page = browser.new_page(viewport={"width": 1366, "height": 768}, locale="en-CA", **options)
        self.page.set_default_timeout(SLOW_MS)
        self.errors: list[str] = []
        self.elsewhere: list[str] = []
        self.page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        own = link.partition("/enter")[0]
        self.page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((own, "blob:", "data:"))
                else self.elsewhere.append(request.url)
            ),
        )
        self.page.goto(link)
        self.page.wait_for_selector("#map[data-ready]")
        self.page.wait_for_selector("[id='field-budget']")

    def set(self, key: str, text: str) -> None:
        self.page.fill(f"[id='field-{key}']", text)
        self.page.press(f"[id='field-{key}']", "Tab")

    def click_site(self, site_id: int) -> None:
        """Click a site where it is drawn."""
        lon, lat = self.page.evaluate(
            "id => { const { lon, lat } = place.sites.get(id); return [lon, lat]; }", site_id
        )
        self.click_map(lon, lat)

    def click_map(self, lon: float, lat: float) -> None:
        """Click a place of the map, with the map moved there."""
        at = self.page.evaluate(
            "([lon, lat]) => { place.map.jumpTo({ center: [lon, lat], zoom: 14 });"
            " const { x, y } = place.map.project([lon, lat]); return [x, y]; }",
            [lon, lat],
        )
        self.page.evaluate(
            "() => new Promise(done => { place.map.once('idle', done); place.map.triggerRepaint(); })"
        )
        self.page.click("#map canvas", position={"x": at[0], "y": at[1]})

    def faults(self) -> list[str]:
        """Return the errors of the page; what the driver of graphics says of itself is none."""
        return [text for text in self.errors if "GL Driver" not in text]
