"""The catalogue of what is published, held against the readers and the schema."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from db.environment import CHECKOUT
from db.schema.build import view_files
from report.catalogue import Catalogue, catalogue

REPORT = CHECKOUT / "report"


READERS = {
    "page": [REPORT / "page" / "read.py"],
    "figures": [REPORT / "figures" / "read.py"],
    "summary": [REPORT / "summary.py", REPORT / "run.py"],
}


_READS = re.compile(r"\b(?:from|join)\s+report\.(\w+)(?!\w|\.\w| import)")


def read_views(*files: Path) -> set[str]:
    return {name for file in files for name in _READS.findall(file.read_text(encoding="utf-8"))}


def test_each_view_of_the_catalogue_is_one_of_the_schema() -> None:
    known = {view.name for view in view_files() if view.schema == "report"}
    assert {view.name for view in catalogue().view} <= known


@pytest.mark.parametrize("place", READERS)
def test_a_reader_reads_what_is_published_there_and_nothing_else(place: Any) -> None:
    assert read_views(*READERS[place]) == set(catalogue().published(place))


def test_whatever_reports_read_is_published() -> None:
    read = read_views(*REPORT.rglob("*.py")) | set(
        _READS.findall((REPORT / "catalogue.toml").read_text(encoding="utf-8"))
    )
    assert read <= {view.name for view in catalogue().view}


def changed(text: str, old: str, new: str) -> Catalogue:
    assert old in text
    return Catalogue.model_validate(tomllib.loads(text.replace(old, new, 1)))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('group = "plan"', 'group = "plans"', "a group or a legend"),
        ('entries_from = "status"', 'entries_from = "state"', "a group or a legend"),
        ('only = "adopted_plan"', 'only = "a_plan"', "a condition"),
        ('name = "decision"', 'name = "site_lock"', "listed twice"),
        ('published = ["qgis"]', 'published = ["serve"]', "without a layer, or has one"),
        ('published = ["qgis"]', 'published = ["map"]', "Input should be 'qgis'"),
        ('published = ["qgis"]', "published = []", "at least 1 item"),
        ('colour = "none"', 'colour = "red"', "should match pattern"),
    ],
)
def test_a_mistake_is_found_when_it_is_read(old: str, new: str, words: str) -> None:
    text = (REPORT / "catalogue.toml").read_text(encoding="utf-8")
    with pytest.raises(ValidationError, match=words):
        changed(text, old, new)
