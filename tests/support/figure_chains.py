"""The chains of figures that the README lists: from the page to the source files."""

from __future__ import annotations

import re

from db.environment import CHECKOUT

_HEADING = "## Where a figure comes from"


def chains() -> dict[str, list[str]]:
    """Return by figure the steps of its chain, from the view of the page to the source."""
    text = (CHECKOUT / "README.md").read_text(encoding="utf-8").split(f"{_HEADING}\n")[1].split("\n## ")[0]
    lines = [line.split("|") for line in text.splitlines() if line.startswith("| ") and "`" in line]
    return {line[1].strip(): re.findall(r"`([^`]+)`", line[3]) for line in lines}
