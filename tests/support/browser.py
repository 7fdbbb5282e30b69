"""A real browser for tests: Chromium of the system, without a head, with a fresh profile."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

from db.environment import setting

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
