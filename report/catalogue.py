"""Reads `catalogue.toml`: all that is published; a mistake in it is found when it is read.

Levels and charger types are rows of the database: `Catalogue.of` makes a layer, or a line of a legend, for
each level where the catalogue says `each`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from db.common import assumption
from db.common.language import LANGUAGES, French, Language, Text, read_words
from report.kinds import Kinds, Level

Place = Literal["qgis", "export", "serve", "page", "figures", "summary", "brief", "application"]
_FILE = Path(__file__).with_name("catalogue.toml")
NAMES = Path(__file__).with_name("names.toml")
"""Words that page and figures share."""
PARAMETER_WORDS = Path(__file__).with_name("parameter.toml")
"""Words for a parameter's unit, value and basis."""

Each = Literal["level", "existing_level"]
"""All levels, or those of the stations of today."""
Colour = Annotated[str, Field(pattern=r"^(none|#[0-9a-f]{6})$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Symbol(_Strict):
    """A marker (with a shape), a line or a fill; sizes in millimetres."""

    shape: str = "circle"
    colour: Colour = "none"
    outline: Colour = "none"
    width: float = 0.2
    size: float = 2.0


class Entry(_Strict):
    """A line of a legend: a value (or, with rules, an expression), its words and its symbol.

    With `each` it stands for one line per level: {level} is its key in the value, its title in the words.
    """

    value: str | bool
    label: Text
    symbol: Symbol
    within_scale: int | None = None
    each: Each | None = None


class Scale(_Strict):
    """What levels look like, from the lowest rank to the highest: darker, larger, each of another shape."""

    colours: tuple[Colour, Colour]
    sizes: tuple[float, float]
    shapes: tuple[str, ...] = Field(min_length=1)

    def colour(self, place: int, count: int) -> str:
        """Return the colour of the level at `place`, from 0, of so many levels."""
        share = place / max(count - 1, 1)
        ends = [[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in self.colours]
        return "#" + "".join(
            f"{round(low + (high - low) * share):02x}" for low, high in zip(*ends, strict=True)
        )

    def symbol(self, look: Symbol, place: int, count: int) -> Symbol:
        """Return a symbol as the level at `place` has it; a colour that the symbol has stays."""
        share = place / max(count - 1, 1)
        return look.model_copy(
            update={
                "shape": self.shapes[min(place, len(self.shapes) - 1)],
                "size": round(self.sizes[0] + (self.sizes[1] - self.sizes[0]) * share, 2),
                "colour": self.colour(place, count) if look.colour == "none" else look.colour,
            }
        )


class Style(_Strict):
    """How a layer is drawn; see the top of `catalogue.toml`."""

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
    """Text beside the features, or inside their symbols: a column, shown at this scale and nearer."""

    attribute: str
    within_scale: int | None = None
    size: float = 8
    colour: Colour = "#222222"
    is_inside: bool = False


class Layer(_Strict):
    """A layer of the map, or a table when it has no geometry; what is left out is the view's.

    With `each` it stands for one layer per level, which shows the rows of that level alone.
    """

    id: str
    view: str
    group: str
    title: Text
    geometry: Literal["Point", "LineString", "Polygon", "MultiPolygon"] | None = None
    only: str | None = None
    where: str = ""
    style: Style | None = None
    label: Label | None = None
    display: str = ""
    opacity: float = 1
    is_visible: bool = False
    is_editable: bool = False
    each: Each | None = None
    level: str | None = None


class View(_Strict):
    """A view of schema `report` and where it is published; with layers it is on the map."""

    name: str
    title: Text
    published: tuple[Place, ...] = Field(min_length=1)
    layer: tuple[Layer, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _layers_take_its_name_and_title(cls, given: dict[str, Any]) -> dict[str, Any]:
        own = {"view": given["name"], "id": given["name"], "title": given["title"]}
        return given | {"layer": [own | layer for layer in given.get("layer", ())]}

    @model_validator(mode="after")
    def _layers_are_published(self) -> View:
        if bool(self.layer) != ("qgis" in self.published):
            raise ValueError(f"view {self.name} is published in qgis without a layer, or has one and is not")
        return self


class Relation(_Strict):
    """Rows of a table that belong to a feature of a layer: its form in QGIS shows them."""

    layer: str
    table: str
    column: str
    title: Text


class Group(_Strict):
    """A group of layers; of an exclusive one a single layer shows at a time."""

    id: str
    title: Text
    is_exclusive: bool = False


class Catalogue(_Strict):
    """All that is published; layers of the map from top to bottom.

    `field` has what people read for a column, `value` for the values of a column: [English, French].
    """

    group: tuple[Group, ...]
    view: tuple[View, ...]
    relation: tuple[Relation, ...]
    scale: Scale
    shared: dict[str, tuple[Entry, ...]]
    condition: dict[str, str]
    field: dict[str, tuple[str, French]]
    value: dict[str, dict[str, tuple[str, French]]]

    @model_validator(mode="after")
    def _names_are_known(self) -> Catalogue:
        groups = {group.id for group in self.group}
        for layer in self.layer:
            shared = layer.style.entries_from if layer.style else ""
            if layer.group not in groups or (shared and shared not in self.shared):
                raise ValueError(f"layer {layer.id} names a group or a legend that does not exist")
            if layer.only and layer.only not in self.condition:
                raise ValueError(f"layer {layer.id} names a condition that does not exist")
        for names in ([view.name for view in self.view], [layer.id for layer in self.layer]):
            if len(names) > len(set(names)):
                raise ValueError("a view or a layer is listed twice")
        known = {layer.id for layer in self.layer}
        if not {name for relation in self.relation for name in (relation.layer, relation.table)} <= known:
            raise ValueError("a relation names a layer that does not exist")
        return self

    def of(self, kinds: Kinds) -> Catalogue:
        """Return what is published where there are these levels and charger types."""
        levels = {level.key: level.title for level in kinds.levels}
        types = {charger.key: charger.title for charger in kinds.chargers}
        titles = dict.fromkeys(_LEVEL_COLUMNS, levels) | {"charger_type": types}
        titles["code"] = _assumption_words()
        value = {column: {key: (t.en, t.fr) for key, t in names.items()} for column, names in titles.items()}
        views = tuple(
            view.model_copy(
                update={"layer": tuple(x for y in view.layer for x in _layers(y, kinds, self.scale))}
            )
            for view in self.view
        )
        return self.model_copy(update={"view": views, "value": self.value | value})

    @property
    def layer(self) -> tuple[Layer, ...]:
        """All layers, top to bottom."""
        return tuple(layer for view in self.view for layer in view.layer)

    def published(self, place: Place) -> tuple[str, ...]:
        """Return the names of the views that are published in a place."""
        return tuple(view.name for view in self.view if place in view.published)

    def entries(self, style: Style) -> tuple[Entry, ...]:
        """Return the legend of a style, its own or a shared one."""
        return self.shared[style.entries_from] if style.entries_from else style.entry

    def field_of(self, column: str, language: Language) -> str:
        """Return what people read for a column; a column without a name is shown as it is called."""
        return self.field.get(column, (column, column))[LANGUAGES.index(language)]

    def values_of(self, column: str, language: Language) -> dict[str, str]:
        """Return what people read for the values of a column; empty when they read the values."""
        return {k: v[LANGUAGES.index(language)] for k, v in self.value.get(column, {}).items()}


@cache
def catalogue() -> Catalogue:
    """Return what `catalogue.toml` says."""
    return Catalogue.model_validate(tomllib.loads(_FILE.read_text(encoding="utf-8")))


_LEVEL_COLUMNS = ("level", "gain_level", "top_level", "top_level_before", "top_level_after")


def _assumption_words() -> dict[str, Text]:
    """Return the sentence of each assumption, with the names of its values."""
    found = read_words(assumption.WORDS)
    forms = {
        language: {key: word if isinstance(word, str) else word["other"] for key, word in words.items()}
        for language, words in found.items()
    }
    return {key: Text(en=en, fr=forms[Language.FR][key]) for key, en in forms[Language.EN].items()}


def _named(text: Text, level: Level) -> Text:
    return Text(en=text.en.replace("{level}", level.title.en), fr=text.fr.replace("{level}", level.title.fr))


def _layers(layer: Layer, kinds: Kinds, scale: Scale) -> Iterator[Layer]:
    """Yield a layer, or one for each level, the highest rank first; one of them may be visible."""
    style = layer.style and layer.style.model_copy(
        update={"entry": tuple(x for y in layer.style.entry for x in _entries(y, kinds, scale))}
    )
    if layer.each is None:
        yield layer.model_copy(update={"style": style})
        return
    levels = kinds.of(layer.each)[::-1]
    first = next((level for level in levels if level.is_adopted), levels[0] if levels else None)
    for level in levels:
        yield layer.model_copy(
            update={
                "id": layer.id.replace("{level}", level.key),
                "title": _named(layer.title, level),
                "style": style,
                "is_visible": layer.is_visible and level is first,
                "level": level.key,
            }
        )


def _entries(entry: Entry, kinds: Kinds, scale: Scale) -> Iterator[Entry]:
    """Yield a line of a legend, or one for each level, the highest rank first."""
    if entry.each is None:
        yield entry
        return
    for level in reversed(kinds.of(entry.each)):
        yield entry.model_copy(
            update={
                "value": str(entry.value).replace("{level}", level.key),
                "label": _named(entry.label, level),
                "symbol": scale.symbol(entry.symbol, kinds.levels.index(level), len(kinds.levels)),
            }
        )
