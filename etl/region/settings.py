"""The settings of a region: the judgements of `etl/settings.toml`, with what its own file sets."""

from __future__ import annotations

import difflib
import hashlib
import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from db.common.text_file import parse_toml, read
from etl.region.sources import Table, Text

FILE = Path(__file__).resolve().parents[1] / "settings.toml"
RANK = "level_rank"
_LEVEL = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,31}")


def _in_order(bounds: list[float]) -> list[float]:
    if bounds[0] >= bounds[1]:
        raise ValueError("the lower end of the range comes first")
    return bounds


class SettingTable(Table):
    """A table of `etl/settings.toml`: one `value`, or some by `level` of charger or `feature` of the map."""

    value: float | None = None
    level: dict[str, float] = Field(default_factory=dict)
    feature: dict[str, float] = Field(default_factory=dict)
    unit: Text
    range: Annotated[list[float], Field(min_length=2, max_length=2), AfterValidator(_in_order)]
    means: Text
    source: Text


@dataclass(frozen=True)
class SettingRow:
    """A value of a setting, of one `level` or `feature` where it has several; a row of `raw.setting`."""

    setting: str
    level: str | None
    feature: str | None
    value: float
    unit: str
    value_min: float
    value_max: float
    means: str
    source: str
    is_given: bool = False

    @property
    def key(self) -> str | None:
        """Return its level or feature; None for a setting of one value."""
        return self.level or self.feature

    def fault(self, value: object) -> str | None:
        """Return what is wrong with a value of it, or None."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            return f"{value!r} is not a number"
        if not self.value_min <= value <= self.value_max:
            return f"{value} is not from {self.value_min:g} to {self.value_max:g}"
        if self.unit in ("count", "flag") and value != int(value):
            return f"{value} is not a whole number"
        return None


@dataclass(frozen=True)
class Settings:
    """All settings of a region."""

    rows: tuple[SettingRow, ...]

    def value(self, name: str) -> float:
        """Return the value of a setting that has one.

        Raises:
            KeyError: there is no such setting, or it has values by level or feature.
        """
        for row in self.rows:
            if row.setting == name and row.key is None:
                return row.value
        raise KeyError(name)

    def sha256(self) -> str:
        """Return the SHA-256 of all values and what is said of them."""
        return hashlib.sha256(json.dumps([astuple(row) for row in self.rows]).encode()).hexdigest()


@cache
def default_settings() -> Settings:
    """Return the settings of `etl/settings.toml`."""
    rows: list[SettingRow] = []
    for name, given in parse_toml(read(FILE), FILE.name).items():
        table = SettingTable.model_validate(given)
        said = (table.unit, table.range[0], table.range[1], table.means, table.source)
        if table.value is not None:
            rows.append(SettingRow(name, None, None, table.value, *said))
        rows += [SettingRow(name, level, None, value, *said) for level, value in table.level.items()]
        rows += [SettingRow(name, None, feature, value, *said) for feature, value in table.feature.items()]
    return Settings(tuple(rows))


def read_settings(given: Mapping[str, Any], file_name: str) -> tuple[Settings, list[str]]:
    """Return the settings with what a region file sets, and all faults of what it sets.

    A level that `etl/settings.toml` does not have is a new one, unless it differs from a known one in
    capitals alone.
    """
    rows = {(row.setting, row.key): row for row in default_settings().rows}
    faults: list[str] = []
    for name, wanted in given.items():
        of_name = [row for row in rows.values() if row.setting == name]
        if not of_name:
            faults.append(
                f"unknown key settings.{name}; {_nearest(name, [row.setting for row in rows.values()])}"
            )
            continue
        values, fault = _by_key(of_name[0], wanted)
        if fault:
            faults.append(f"settings.{name}: {fault}")
        for key, value in values.items():
            row = rows.get((name, key)) or _new_level(of_name[0], str(key))
            where = f"settings.{name}" if key is None else f"settings.{name}.{key}"
            if row is None:
                known = [str(each.key) for each in of_name]
                faults.append(f"unknown key {where}; {_nearest(str(key), known)}")
            elif fault := row.fault(value):
                faults.append(f"{where}: {fault}")
            else:
                source = f"{file_name}, [settings]."
                rows[name, key] = replace(row, value=float(value), source=source, is_given=True)
    settings = Settings(tuple(rows.values()))
    return settings, faults or _incomplete(settings)


def _by_key(row: SettingRow, wanted: object) -> tuple[Mapping[str | None, Any], str | None]:
    """Return what is wanted by level or feature, or by None if it has one value, and what is wrong."""
    if row.key is None:
        return ({}, "it has one value, no table") if isinstance(wanted, Mapping) else ({None: wanted}, None)
    if isinstance(wanted, Mapping):
        return dict(wanted), None
    sort = "level" if row.level else "feature"
    return {}, f"it has a value for each {sort}, as in {{ {json.dumps(row.key)} = {row.value:g} }}"


def _new_level(like: SettingRow, level: str) -> SettingRow | None:
    """Return the row of a level that no file has had so far; None where the name can be none."""
    if like.level is None or not _LEVEL.fullmatch(level):
        return None
    known = {row.level.casefold() for row in default_settings().rows if row.level}
    return None if level.casefold() in known else replace(like, level=level)


def _nearest(key: str, known: Iterable[str]) -> str:
    names = sorted(set(known))
    by_letters = {name.casefold(): name for name in names}
    near = difflib.get_close_matches(key.casefold(), by_letters, n=1, cutoff=0.6)
    if key.casefold() in by_letters or near:
        return f"the nearest known key is '{by_letters.get(key.casefold()) or by_letters[near[0]]}'"
    return f"known there are {', '.join(names[:8])}{', ...' if len(names) > 8 else ''}"  # noqa: PLR2004


def _incomplete(settings: Settings) -> list[str]:
    """Return a fault for each level that lacks a setting: a rank and, unless that is 0, all the others."""
    by_level: dict[str, dict[str, float]] = {}
    for row in settings.rows:
        if row.level:
            by_level.setdefault(row.setting, {})[row.level] = row.value
    ranks = by_level.pop(RANK)
    faults = [
        f"settings.{RANK} has no {level}, which settings.{name} has"
        for name, values in by_level.items()
        for level in values
        if level not in ranks
    ]
    return faults + [
        f"settings.{name} has no {level}, whose rank is above 0"
        for name, values in by_level.items()
        for level, rank in ranks.items()
        if rank > 0 and level not in values
    ]
