"""Reads the table of layers and the names for people; a mistake in either is found when it is read."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Language = Literal["en", "fr"]
LANGUAGES: tuple[Language, ...] = ("en", "fr")
PROJECT_NAMES: dict[Language, str] = {"en": "Region plan", "fr": "Plan de la région"}
_FOLDER = Path(__file__).parent

Colour = Annotated[str, Field(pattern=r"^(none|#[0-9a-f]{6})$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Strict):
    """The same in both languages."""

    en: str
    fr: str

    def of(self, language: Language) -> str:
        """Return it in one."""
        return self.en if language == "en" else self.fr


class Symbol(_Strict):
    """A marker (with a shape), a line or a fill; sizes in millimetres."""

    shape: str = "circle"
    colour: Colour = "none"
    outline: Colour = "none"
    width: float = 0.2
    size: float = 2.0
    text: str = ""


class Entry(_Strict):
    """A line of a legend: a value (or, with rules, an expression), its words and its symbol."""

    value: str | bool
    label: Words
    symbol: Symbol
    within_scale: int | None = None


class Style(_Strict):
    """How a layer is drawn; see the top of `layers.toml`."""

    kind: Literal["single", "categories", "phases", "classes", "bands", "rules"]
    attribute: str = ""
    entry: tuple[Entry, ...] = ()
    entries_from: str = ""
    ramp: tuple[Colour, ...] = ()
    breaks: tuple[float, ...] = ()
    has_zero: bool = False
    is_percent: bool = False
    symbol: Symbol = Symbol()


class Label(_Strict):
    """Text beside the features: a column, shown at this scale and nearer."""

    attribute: str
    within_scale: int | None = None
    size: float = 8
    colour: Colour = "#222222"


class Layer(_Strict):
    """A layer of the project, or a table when it has no geometry."""

    id: str
    view: str
    group: str
    title: Words
    geometry: Literal["Point", "LineString", "Polygon", "MultiPolygon"] | None = None
    only: str | None = None
    where: str = ""
    style: Style | None = None
    label: Label | None = None
    display: str = ""
    opacity: float = 1
    is_visible: bool = False
    is_editable: bool = False


class Group(_Strict):
    """A group of layers; of an exclusive one a single layer shows at a time."""

    id: str
    title: Words
    is_exclusive: bool = False


class Catalogue(_Strict):
    """All layers, top to bottom."""

    group: tuple[Group, ...]
    layer: tuple[Layer, ...]
    shared: dict[str, tuple[Entry, ...]]
    condition: dict[str, str]

    @model_validator(mode="after")
    def _names_are_known(self) -> Catalogue:
        groups = {group.id for group in self.group}
        for layer in self.layer:
            shared = layer.style.entries_from if layer.style else ""
            if layer.group not in groups or (shared and shared not in self.shared):
                raise ValueError(f"layer {layer.id} names a group or a legend that there is not")
            if layer.only and layer.only not in self.condition:
                raise ValueError(f"layer {layer.id} names a condition that there is not")
        return self

    def entries(self, style: Style) -> tuple[Entry, ...]:
        """Return the legend of a style, its own or a shared one."""
        return self.shared[style.entries_from] if style.entries_from else style.entry


class Names(_Strict):
    """Names of columns and of their values: [English, French]."""

    alias: dict[str, tuple[str, str]]
    value: dict[str, dict[str, tuple[str, str]]]

    def alias_of(self, column: str, language: Language) -> str:
        """Return what people read for a column; a column without a name is shown as it is called."""
        return self.alias.get(column, (column, column))[LANGUAGES.index(language)]

    def values_of(self, column: str, language: Language) -> dict[str, str]:
        """Return what people read for the values of a column; empty when they read the values."""
        return {k: v[LANGUAGES.index(language)] for k, v in self.value.get(column, {}).items()}


def _read(name: str) -> dict[str, object]:
    return tomllib.loads((_FOLDER / name).read_text(encoding="utf-8"))


@cache
def catalogue() -> Catalogue:
    """Return the layers of `layers.toml`."""
    return Catalogue.model_validate(_read("layers.toml"))


@cache
def names() -> Names:
    """Return the names of `fields.toml`."""
    return Names.model_validate(_read("fields.toml"))
