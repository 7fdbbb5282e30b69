"""What figures say, in English or French."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from report.currency import CANADIAN, in_currency
from report.qgis.catalogue import LANGUAGES, Language


@cache
def _known() -> dict[str, list[str]]:
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Words:
    """The words of one language."""

    language: Language
    currency: str = CANADIAN

    def __call__(self, name: str) -> str:
        """Return a phrase, about money in the currency of the region."""
        return in_currency(_known()[name][LANGUAGES.index(self.language)], self.currency)

    def filled(self, name: str, value: float) -> str:
        """Return a phrase with a number in it."""
        text = self(name).format(value)
        return text.replace(".", ",").replace("%", "\u00a0%") if self.language == "fr" else text

    def title(self, run: dict[str, Any], name: str) -> str:
        """Return the title of a figure: what it shows, of which region, scenario and run."""
        label = f" ({self('synthetic')})" if run["is_synthetic"] else ""
        place = f"{run['region_title']}{label}"
        shown = self("adopted" if run["is_adopted"] else "not_adopted")
        return f"{self(name)}\n{place}, {run['scenario_name']}, {self('run')} {run['run_id']} ({shown})"
