"""The fields of the form: each value of a scenario that a person may set, by group, with what is known."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from db.common.errors import UsageError
from db.common.language import LANGUAGES, Text
from db.common.parameter_note import Note, note_of
from db.common.text_file import shown
from model.analysis import variation, what_if
from model.data.scenario import SETTINGS, Scenario
from model.data.scenario_faults import ScenarioError
from model.formulation.constraints import RULES

Row = dict[str, Any]
SETTINGS_MAX, VALUE_MAX = 200, 150
_FACTORS = ("costs", "service_distance")
_SHORT = ("budget", *_FACTORS)
_WITHOUT_FIELD = re.compile(r"(^|\.)(title|year|source)(\.|$)|^continues$|^session\.is_counted$")
"""What a scenario is called and continues, and when its phases are, is not for a what-if to change; the last
follows from other values."""


class Group(BaseModel):
    """A group of keys: those that begin with one of `keys`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    title: Text
    keys: tuple[str, ...]


class Form(BaseModel):
    """What `form.toml` says: groups, labels of the keys that are shown at once, units by the end of a key."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    group: tuple[Group, ...]
    main: dict[str, Text]
    unit: dict[str, Text]


@cache
def form() -> Form:
    """Return what `form.toml` says."""
    text = Path(__file__).with_name("form.toml").read_text(encoding="utf-8")
    return Form.model_validate(tomllib.loads(text))


def fields(parameters: Scenario, settings: Mapping[str, str], currency: str) -> list[Row]:
    """Return the fields of a scenario with some keys set, in the order in which they are shown.

    Each has `key`, `group`, `kind` (number, integer, flag or choice), `value` (null: no limit), `choices`,
    `label` and `unit` in both languages (null where none is written), `note` and `range` in both,
    `is_assumption`; `is_main` is true of those that have a label.
    """
    found: list[Row | None] = [_short_field(key, parameters, settings) for key in _SHORT]
    found += [_field(key, value) for key, value in _leaves(parameters.model_dump(exclude={"written"}))]
    order = {group.id: n for n, group in enumerate(form().group)}
    mains = list(form().main)
    made = []
    for row in (r for r in found if r is not None):
        pattern = next((p for p in mains if _fits(p, row["key"])), None)
        group = next(g.id for g in form().group if any(_is_below(row["key"], k) for k in g.keys))
        made.append(
            row
            | {
                "group": group,
                "is_main": pattern is not None,
                "label": None if pattern is None else _label(pattern, row["key"], parameters),
                "unit": _unit(row["key"], currency),
            }
        )
        made[-1]["place"] = (order[group], mains.index(pattern) if pattern else len(mains))
    made.sort(key=lambda row: row["place"])
    return [{key: value for key, value in row.items() if key != "place"} for row in made]


def own_values(base: str) -> dict[str, str]:
    """Return what a scenario itself has for each key that may be set, as it would be written.

    A scenario that is not there, or no longer sound, has none.
    """
    parameters, _ = faults(base, {})
    if parameters is None:
        return {}
    rows = fields(parameters, {}, "")
    return {row["key"]: _written(row["value"]) for row in rows}


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "inf" if value is None else str(value)


def groups() -> list[Row]:
    """Return the groups of the form with their titles."""
    return [{"id": group.id, "title": group.title.model_dump()} for group in form().group]


def _short_field(key: str, parameters: Scenario, settings: Mapping[str, str]) -> Row:
    value: Any = variation.SHORT[key].read(parameters.model_dump())
    if key in _FACTORS:  # prices and distances below have been multiplied already
        value = 1.0
        if key in settings:
            value = float(settings[key])
    return {
        "key": key,
        "kind": "number",
        "value": value,
        "choices": [],
        **_said(Note("", "")),
    }


def _field(key: str, value: Any) -> Row | None:
    if _WITHOUT_FIELD.search(key):
        return None
    if isinstance(value, bool):
        kind, choices = "flag", []
    elif isinstance(value, StrEnum):
        kind, choices = "choice", [str(member) for member in type(value)]
    elif isinstance(value, int | float):
        kind, choices = "integer" if isinstance(value, int) else "number", []
    else:
        return None
    return {
        "key": key,
        "kind": kind,
        "value": None if value == float("inf") else str(value) if kind == "choice" else value,
        "choices": choices,
        **_said(note_of(key)),
    }


def _said(note: Note) -> Row:
    return {
        "note": {language: note.of(language) for language in LANGUAGES},
        "range": {language: note.range(language) for language in LANGUAGES},
        "is_assumption": note.is_assumption,
    }


def _leaves(tree: Mapping[Any, Any], prefix: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for key, value in tree.items():
        found += _leaves(value, f"{prefix}{key}.") if isinstance(value, dict) else [(f"{prefix}{key}", value)]
    return found


def _fits(pattern: str, key: str) -> bool:
    return re.fullmatch(re.escape(pattern).replace(r"\*", "[^.]+"), key) is not None


def _is_below(key: str, table: str) -> bool:
    return table in ("*", key) or key.startswith(f"{table}.")


def _label(pattern: str, key: str, parameters: Scenario) -> Row:
    label = form().main[pattern].model_dump()
    if "*" not in pattern:
        return label
    table, name = key.split(".")[:2]
    title = _title(table, name, parameters)
    return {language: text.replace("{name}", title[language]) for language, text in label.items()}


def _title(table: str, name: str, parameters: Scenario) -> Row:
    if table == "rule":
        rule = next((rule for rule in RULES if rule.name == name), None)
        return {"en": name, "fr": name} if rule is None else {"en": rule.title.en, "fr": rule.title.fr}
    if table == "phase":
        return dict.fromkeys(LANGUAGES, f"{name} ({parameters.phase[int(name)].year})")
    title = (parameters.level if table == "level" else parameters.charger)[name].title
    return {"en": title.en, "fr": title.fr}


def _unit(key: str, currency: str) -> Row | None:
    if key == "budget":
        key = "budget_cad"
    last = key.rpartition(".")[2]
    found = next((form().unit[end] for end in form().unit if last.endswith(f"_{end}")), None)
    if found is None:
        return None
    return {language: text.replace("{currency}", currency) for language, text in found.model_dump().items()}


def faults(base: str, settings: Mapping[str, str]) -> tuple[Scenario | None, list[Row]]:
    """Return a scenario with keys set, and what is wrong with the values: `key`, `kind`, `limits`, `words`.

    `key` is empty where no single value is to blame, `kind` is empty where the (English) words alone tell.
    """
    wrong = [
        {"key": key, "kind": kind, "limits": {}, "words": f"{shown(key)}: {shown(text)}"}
        for key, text in settings.items()
        if (kind := _rough_fault(key, text))
    ]
    if wrong or len(settings) > SETTINGS_MAX:
        return None, wrong or [{"key": "", "kind": "too_many", "limits": {}, "words": ""}]
    try:
        _, parameters = what_if.resolve(base, [f"{key}={text}" for key, text in settings.items()])
    except ScenarioError as error:
        return None, [
            {"key": f.key, "kind": f.kind, "limits": dict(f.limits), "words": f.words}
            for f in error.faults
            if f.file == SETTINGS.name or not f.key
        ] or [{"key": "", "kind": "", "limits": {}, "words": error.message}]
    except UsageError as error:
        return None, [{"key": "", "kind": "", "limits": {}, "words": error.message}]
    return parameters, []


def _rough_fault(key: str, text: str) -> str:
    """Return what is wrong with a value whatever the scenario is; empty where nothing is."""
    if not re.fullmatch(r"[\w.]{1,100}", key):
        return "extra_forbidden"
    if not text.strip() or not text.isprintable() or len(text) > VALUE_MAX or text != text.strip():
        return "no_value"
    if key in _SHORT:
        try:
            number = float(text)
        except ValueError:
            return "float_parsing"
        if not 0 <= number < float("inf"):
            return "not_negative"
    return ""
