"""The catalogue of what is published, held against the readers and the schema."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from db.common.language import Language, Text
from db.environment import CHECKOUT
from db.schema.build import view_files
from report.catalogue import Catalogue, Layer, catalogue
from report.kinds import Charger, Kinds, Level

REPORT = CHECKOUT / "report"
ATTRIBUTION = REPORT / "attribution.py"

READERS = {
    "page": [ATTRIBUTION, *(REPORT / "page" / f"{name}.py" for name in ("read", "demand", "street"))],
    "figures": [ATTRIBUTION, REPORT / "figures" / "read.py"],
    "application": [ATTRIBUTION, REPORT / "application" / "read.py"],
    "brief": [ATTRIBUTION, REPORT / "brief" / "read.py"],
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
        ('table = "decision_port"', 'table = "decision_ports"', "a layer that does not exist"),
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


def level(key: str, *, is_existing: bool = True) -> Level:
    return Level(key, Text(en=f"Level {key}", fr=f"Niveau {key}"), is_existing)


FOUR = Kinds(
    (level("kerb", is_existing=False), level("slow"), level("fast"), level("hpc", is_existing=False)),
    (Charger("hpc_350", Text(en="350 kW", fr="350 kW (rapide)")),),
)


def found(kinds: Kinds, layer_id: str) -> Layer:
    (layer,) = (layer for layer in catalogue().of(kinds).layer if layer.id == layer_id)
    return layer


def test_each_level_has_its_layers_with_the_fastest_shown_first() -> None:
    layers = [layer for layer in catalogue().of(FOUR).layer if layer.level is not None]
    after = [layer for layer in layers if layer.id.startswith("coverage_after_")]
    assert [layer.level for layer in after] == ["hpc", "fast", "slow", "kerb"]
    assert [layer.is_visible for layer in after] == [True, False, False, False]
    adopted = Kinds((*FOUR.levels[:1], replace(FOUR.levels[1], is_adopted=True), *FOUR.levels[2:]), ())
    visible = [layer.id for layer in catalogue().of(adopted).layer if layer.level and layer.is_visible]
    assert visible == ["coverage_after_slow"], "the adopted plan knows no faster one: its map would be empty"
    assert after[0].title == Text(en="Level hpc: after the plan", fr="Niveau hpc\u00a0: après le plan")
    assert [layer.id for layer in layers if layer.view == "service_area"] == [
        "service_area_fast",
        "service_area_slow",
    ], "no station of today has the others"
    assert all("{" not in layer.id + layer.title.en + layer.title.fr for layer in catalogue().of(FOUR).layer)


def test_levels_are_told_apart_by_colour_size_and_shape_in_the_order_of_their_rank() -> None:
    style = found(FOUR, "station_plan").style
    assert style
    *levels, without = style.entry
    assert [entry.label.en for entry in levels] == ["Level hpc", "Level fast", "Level slow", "Level kerb"]
    assert levels[0].value == "\"top_level_after\" = 'hpc'"
    assert without.value == '"top_level_after" is null'
    assert len({entry.symbol.shape for entry in levels}) == 4
    for above, below in pairwise(levels):
        assert above.symbol.size > below.symbol.size
        assert int(above.symbol.colour[1:], 16) < int(below.symbol.colour[1:], 16), "the faster the darker"
    today = found(FOUR, "existing_station").style
    assert today
    assert [entry.label.fr for entry in today.entry][:2] == ["Niveau fast", "Niveau slow"]
    assert {entry.symbol.colour for entry in today.entry[:2]} == {"#ffffff"}


def test_there_may_be_one_level_or_more_than_shapes() -> None:
    many = Kinds(tuple(level(f"l{n}") for n in range(9)), ())
    style = found(many, "station_plan").style
    assert style
    assert len({entry.symbol.colour for entry in style.entry[:9]}) == 9
    assert found(Kinds((level("slow"),), ()), "coverage_after_slow").is_visible
    assert not [layer for layer in catalogue().of(Kinds((), ())).layer if layer.level]


def test_levels_and_types_are_read_by_their_titles() -> None:
    known = catalogue().of(FOUR)
    for column in ("level", "top_level", "top_level_before", "top_level_after"):
        assert known.values_of(column, Language.FR)["hpc"] == "Niveau hpc"
    assert known.values_of("charger_type", Language.FR) == {"hpc_350": "350 kW (rapide)"}
    assert known.values_of("action", Language.EN)["build"] == "Build"
