"""What figures say, in English or French."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from db.common.language import Language, Words
from report.catalogue import NAMES

_WORDS = Path(__file__).with_name("words.toml")


def figure_words(language: Language, currency: str) -> Words:
    """Return the words of figures in a language, about sums in a currency (ISO 4217)."""
    return Words(language, currency, (NAMES, _WORDS))


def title(words: Words, run: dict[str, Any], name: str, level: str = "") -> str:
    """Return the title of a figure: what it shows, of which region, scenario and run."""
    label = f" ({words('synthetic')})" if run["is_synthetic"] else ""
    place = f"{run['region_title']}{label}"
    shown = words("adopted" if run["is_adopted"] else "not_adopted")
    heading = words(name, level=level)
    return f"{heading}\n{place}, {run['scenario_name']}, {words('run')} {run['run_id']} ({shown})"
