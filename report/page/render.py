"""Puts a plan into one HTML file: words, data, styles and scripts inlined, nothing fetched."""

from __future__ import annotations

import datetime
import json
import tomllib
from importlib.metadata import distribution
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jinja2
from markupsafe import Markup

from db.common.assumption import is_english, sentence
from db.common.language import Language, Text, Word, Words, read_words
from db.common.parameter_note import note_of, unit_of
from report.catalogue import NAMES, PARAMETER_WORDS, catalogue
from report.page import demand, source
from report.page.pack import deflated, packed
from report.page.read import browser
from report.page.street import squeezed

HERE = Path(__file__).parent
WORDS = HERE / "words.toml"
STREET_KINDS = HERE / "street_kind.toml"
FIRST_SCRIPT = "inflate.js"
SCRIPTS = (
    FIRST_SCRIPT,
    *("text.js", "table.js", "chart.js", "progress.js", "symbol.js", "download.js", "cells.js", "map.js"),
    *("answer.js", "parameter.js", "binding.js", "programme.js", "tornado.js", "street.js"),
    *("grid_hour.js", "source.js", "page.js"),
)
CONTENT_DIGITS, CENT_DIGITS = 6, 2
DEFLATED_FROM = 2_000_000
"""Characters of content from which a page has it deflated, and its scripts wait until it is text again."""

Row = dict[str, Any]


def render(
    region: Row, plans: list[Row], *, language: Language = Language.EN, tiles: tuple[str, str] | None = None
) -> str:
    """Return the page as HTML.

    Args:
        region: what `read_region` returns.
        plans: what `read_plan` returns: the plan, and one to compare it with if there are two.
        language: the one it opens in; the reader can switch.
        tiles: address of background tiles, with {z}, {x} and {y}, and the line of attribution they ask for;
            without it the page makes no request at all.

    """
    plan = plans[0]
    content = {
        "title": plan["run"]["region_title"],
        "is_synthetic": plan["run"]["is_synthetic"],
        "people": plan["demand"].people,
        "demand": demand.content(plan["demand"], region["hexagon_edge_m"], browser(region)),
        "region": {
            key: value
            for key, value in region.items()
            if key not in ("names", "assumptions", "source_tables")
        }
        | {"backtest_remarks": _sentences(region["backtest_remarks"], plans)},
        "assumptions": _sentences(region["assumptions"], plans),
        "origins": source.content(region["sources"], region["source_tables"]),
        "levels": _levels(plans),
        "symbols": _symbols(),
        "covers": {str(e.value): e.symbol.colour for e in catalogue().shared["status"]},
        "titles": {
            "level": _titles(plans, "levels", "level"),
            "charger": _titles(plans, "chargers", "charger_type"),
        },
        "plans": [_plan_content(p, plan) for p in plans],
        "street": squeezed(plan["street"]) if plan["street"] else None,
        "street_kinds": tomllib.loads(STREET_KINDS.read_text(encoding="utf-8")),
        "tiles": {"url": tiles[0], "attribution": tiles[1]} if tiles else None,
    }
    text = _json(content)
    is_deflated = len(text) > DEFLATED_FROM
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE), autoescape=True, undefined=jinja2.StrictUndefined
    )
    words = Words(language, plan["run"]["currency"], (WORDS,))
    return environment.get_template("page.html.j2").render(
        language=language,
        title=words("page_title", region=plan["run"]["region_title"]),
        tile_origin=f" {_origin(tiles[0])}" if tiles else "",
        words=_json(_with_names(region["names"])),
        is_deflated=is_deflated,
        content=Markup(deflated(text)) if is_deflated else text,  # noqa: S704 - letters and digits
        map_css=Markup(_inline(_maplibre("maplibre-gl.css"))),  # noqa: S704 - a style sheet of a package
        map_js=Markup(_inline(_maplibre("maplibre-gl.js"))),  # noqa: S704 - a script of a package
        page_css=Markup((HERE / "page.css").read_text(encoding="utf-8")),  # noqa: S704 - our own
        first_script=_script(FIRST_SCRIPT),
        scripts=[_script(name) for name in SCRIPTS if name != FIRST_SCRIPT],
    )


def _script(name: str) -> Markup:
    return Markup((HERE / name).read_text(encoding="utf-8"))  # noqa: S704 - our own


def _with_names(names: list[Row]) -> dict[Language, dict[str, Word]]:
    """Return the words of the page, with what the database calls rules and terms, and steps of a run."""
    words, known = read_words(NAMES, PARAMETER_WORDS, WORDS), catalogue()
    return {
        language: words[language]
        | {row["key"]: row[language] for row in names}
        | {f"solve_step_{step}": word for step, word in known.values_of("solve_step", language).items()}
        for language in words
    }


def _plan_content(plan: Row, first: Row) -> Row:
    """Return a plan with its rows packed, and its coverage in the order of the first plan's demand."""
    tables = {
        key: packed([_in_cents(row) for row in value]) if isinstance(value, list) else value
        for key, value in plan.items()
        if key not in ("demand", "street")
    }
    tables["parameters"] = packed(_with_notes(plan["parameters"]))
    return tables | demand.coverage(plan["demand"], first["demand"])


def _with_notes(rows: list[Row]) -> list[Row]:
    """Return parameters with what `base.toml` says of each: source, range, whether it is an assumption."""
    return [
        row
        | {"unit": unit_of(row["key"]), "is_assumed": note.is_assumption}
        | {"note": {language: note.of(language) for language in Language}}
        | {"range": {language: note.range(language) for language in Language}}
        for row in rows
        for note in (note_of(row["key"]),)
    ]


def _in_cents(row: Row) -> Row:
    return {
        key: round(value, CENT_DIGITS) if key.endswith("_cad") and isinstance(value, float) else value
        for key, value in row.items()
    }


def _sentences(rows: list[Row], plans: list[Row]) -> list[Row]:
    """Return each assumption as a sentence in both languages; what a reader of sources told is English."""
    titles = _titles(plans, "levels", "level")
    levels = {level: Text.model_validate(title) for level, title in titles.items()}
    return [
        {"is_english": is_english(row["code"], row["value"]), "source": row.get("source")}
        | {language: sentence(row["code"], row["value"], language, levels) for language in Language}
        for row in rows
    ]


def _levels(plans: list[Row]) -> list[Row]:
    """Return the levels of all plans, from the lowest rank to the highest, with their colours on the map."""
    # a level has another rank where there are more below it: the plan with most levels orders them all
    fullest_last = sorted(plans, key=lambda plan: len(plan["levels"]))
    rank = {row["level"]: row["rank"] for plan in fullest_last for row in plan["levels"]}
    found = sorted(rank, key=lambda level: (rank[level], level))
    scale = catalogue().scale
    return [{"level": level, "colour": scale.colour(n, len(found))} for n, level in enumerate(found)]


def _symbols() -> Row:
    """Return shape and colour of each action on the map, as the layer of projects has them everywhere."""
    style = next(layer.style for layer in catalogue().layer if layer.id == "decision")
    entries = style.entry if style else ()
    return {
        str(entry.value): {"shape": entry.symbol.shape, "colour": entry.symbol.colour} for entry in entries
    }


def _titles(plans: list[Row], rows: str, key: str) -> dict[str, dict[Language, str]]:
    """Return what people call levels or charger types; the first plan has the first word."""
    return {
        row[key]: {language: row[f"title_{language}"] for language in Language}
        for plan in reversed(plans)
        for row in plan[rows]
    }


def _json(value: Any) -> Markup:
    """Return JSON that cannot end the element it stands in, whatever text the data holds."""
    text = json.dumps(
        _rounded(value), default=_as_text, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - no markup can begin in it


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, CONTENT_DIGITS)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return value


def _as_text(value: object) -> str:
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place on the page")


def _maplibre(name: str) -> str:
    """Return a file of MapLibre GL JS, which the package `maplibre` brings along."""
    return Path(str(distribution("maplibre").locate_file(f"maplibre/srcjs/{name}"))).read_text(
        encoding="utf-8"
    )


def _inline(text: str) -> str:
    """Return a package's script or style sheet as it may stand inside its element."""
    return text.replace("</script", "<\\/script").replace("</style", "<\\/style")


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
