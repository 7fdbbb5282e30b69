"""Scenario files that tests write."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from model.data.scenario import FOLDER

ONE_SHARE = "[grid]\ncoincidence = [{ port_count = 1, share = 0.7 }]\n"
"""With this share of the added power at once the western substation of Toy Town has room for an upgrade to two ports of 150 kW."""
STUDY_PRICES = Path(__file__).parent / "study_prices.toml"


def file(folder: Path, text: str, name: str = "mine", extends: Path | str | None = STUDY_PRICES) -> str:
    """Write a scenario; its prices are the study's unless its text extends another file, or `extends` is None."""
    path = folder / f"{name}.toml"
    is_own = extends is None or re.search(r"^extends\b", text, re.MULTILINE)
    path.write_text(text if is_own else f"extends = '{extends}'\n{text}", encoding="utf-8")
    return str(path)


TOWN = """
[demand.weight_share]
ev = 0.0
population = 1.0
transit = 0.0
infrastructure_quality = 0.0
infrastructure_age = 0.0
[level.L2]
service_distance_m = 1000
[charger.ac_7]
ports_min = 1
port_count_choices = [1]
[phase.1]
actions = ["build"]
chargers = ["ac_7"]
budget_cad = {budget}
[objective.weight]
coverage.L2 = 1.0
coverage.L3 = 0.0
capex = 0.1
opex = 0.0
candidate_score = 0.0
"""


def town_file(folder: Path, text: str = "", budget: int = 25_000) -> str:
    return file(folder, TOWN.format(budget=budget) + text, "town")


BASE = tomllib.loads((FOLDER / "base.toml").read_text(encoding="utf-8"))


def leaves(tree: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}"
