"""Reads what was really built: stations with ports by level, from a table of text or a layer of points."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from db.common.errors import UsageError
from db.common.text_file import is_file, shown

WORDS = Path(__file__).with_name("built_columns.toml")
_TABLES = (".csv", ".txt", ".tsv")
_TRUE = {"true", "t", "yes", "y", "1"}
_LON_MAX, _LAT_MAX = 180.0, 90.0


@dataclass(frozen=True)
class BuiltStation:
    """A record: its place in the file, its number at its source, degrees, ports by level.

    `is_known` says whether it stood at the date, where the file itself tells: by a flag or its opening day.
    """

    record: int
    station_id: str
    name: str
    lon: float
    lat: float
    ports: Mapping[str, int]
    is_known: bool | None


@dataclass(frozen=True)
class BuiltFile:
    """The stations of a file, and its checksum."""

    name: str
    sha256: str
    stations: tuple[BuiltStation, ...]


def read_built(path: Path, columns: Mapping[str, str], as_of: dt.date) -> BuiltFile:
    """Read a file of built stations; `columns` names those that are not found by their usual names.

    Keys of `columns` are id, name, lon, lat, opened, known and levels. Records of other fuels, of stations
    that are not in service and without ports are not read.

    Raises:
        UsageError: the file cannot be read, lacks a column, or a record has no place or no number of ports;
            all such records are counted and the first is named.
    """
    if not is_file(path):
        raise UsageError(f"{shown(path)} does not exist.", "check the path after --built.")
    rows = _table(path) if path.suffix.lower() in _TABLES else _layer(path)
    if not rows:
        raise UsageError(f"{path.name} has no records.", "check that it is the right file.")
    words = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    found = _columns(path, list(rows[0]), columns, words)
    faults: list[str] = []
    stations: list[BuiltStation] = []
    for number, row in enumerate(rows, start=1):
        if any(key in found and _text(row, found[key]) not in kept for key, kept in words["kept"].items()):
            continue
        try:
            station = _station(number, row, found, words["ports"], as_of)
        except ValueError as fault:
            faults.append(f"record {number}, {fault}")
            continue
        if sum(station.ports.values()):
            stations.append(station)
    if faults:
        count = "a record" if len(faults) == 1 else f"{len(faults)} records"
        raise UsageError(f"{path.name}: {count} cannot be used: {faults[0]}.", "correct or remove them.")
    if not stations:
        raise UsageError(f"{path.name} has no station in service with ports.", "check --columns.")
    return BuiltFile(path.name, hashlib.sha256(path.read_bytes()).hexdigest(), tuple(stations))


def read_columns(text: str) -> dict[str, str]:
    """Return the columns of `id=ID,lon=Longitude` by key.

    Raises:
        UsageError: a part is no pair, or its key is not known.
    """
    words = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    known = [*(key for key, value in words.items() if isinstance(value, list)), *words["ports"]]
    found = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        key, equals, column = (piece.strip() for piece in part.partition("="))
        if not equals or not column or key not in known:
            raise UsageError(
                f"--columns: '{part}' names no column.", f"write KEY=COLUMN; keys are {', '.join(known)}."
            )
        found[key] = column
    return found


def _table(path: Path) -> list[dict[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path.name} cannot be read: {error}.", "save it as UTF-8.") from None
    head = text.partition("\n")[0]
    delimiter = max((",", ";", "\t"), key=head.count)
    return list(csv.DictReader(text.splitlines(), delimiter=delimiter))


def _layer(path: Path) -> list[dict[str, Any]]:
    import geopandas as gpd  # noqa: PLC0415 - tables do not need it
    import pyogrio  # noqa: PLC0415

    try:
        layer = gpd.read_file(path)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError) as error:
        raise UsageError(
            f"{path.name} is not a layer that can be read: {error}.", "give a CSV file or a layer of points."
        ) from None
    if layer.crs is not None:
        layer = layer.to_crs(4326)
    middle = layer.geometry.representative_point()
    table = layer.drop(columns=layer.geometry.name).assign(lon=middle.x, lat=middle.y)
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]


def _columns(
    path: Path, there: list[str], given: Mapping[str, str], words: Mapping[str, Any]
) -> dict[str, str]:
    """Return the column of each key: the one given, else the first that is called so."""
    plain = {re.sub(r"[^a-z0-9]", "", str(name).lower()): name for name in reversed(there)}
    usual = {key: value for key, value in words.items() if isinstance(value, list)} | words["ports"]
    found = {}
    for key, names in usual.items():
        if key in given and given[key] not in there:
            raise UsageError(
                f"{path.name} has no column '{given[key]}'.", f"its columns are {', '.join(map(str, there))}."
            )
        column = given.get(key) or next((plain[name] for name in names if name in plain), None)
        if column is not None:
            found[key] = column
    lacking = [key for key in ("lon", "lat") if key not in found]
    if not any(level in found for level in words["ports"]):
        lacking.append(" or ".join(words["ports"]))
    if lacking:
        raise UsageError(
            f"{path.name} has no column for {', '.join(lacking)}; it has {', '.join(map(str, there))}.",
            f"name them: --columns {','.join(f'{key.split()[0]}=COLUMN' for key in lacking)}.",
        )
    return found


def _station(
    number: int, row: Mapping[str, Any], columns: Mapping[str, str], levels: Mapping[str, Any], as_of: dt.date
) -> BuiltStation:
    lon, lat = (_number(row, columns[key]) for key in ("lon", "lat"))
    if lon is None or lat is None or abs(lon) > _LON_MAX or abs(lat) > _LAT_MAX:
        raise ValueError(f"{columns['lon']}: it has no place on earth")
    ports = {level: _ports(row, columns[level]) for level in levels if level in columns}
    opened = _text(row, columns["opened"]) if "opened" in columns else ""
    is_flagged = _text(row, columns["known"]).lower() in _TRUE if "known" in columns else None
    return BuiltStation(
        number,
        _text(row, columns["id"]).removesuffix(".0") if "id" in columns else "",
        _text(row, columns["name"]) if "name" in columns else "",
        lon,
        lat,
        {level: count for level, count in ports.items() if count},
        _is_opened(opened, as_of, columns.get("opened", "")) if is_flagged is None else is_flagged,
    )


def _is_opened(text: str, as_of: dt.date, column: str) -> bool | None:
    if not text:
        return None
    try:
        return True if dt.date.fromisoformat(text[:10]) <= as_of else None
    except ValueError:
        raise ValueError(f"{column}: '{text[:40]}' is not a day") from None


def _text(row: Mapping[str, Any], column: str) -> str:
    value = row.get(column)
    return "" if value is None or value != value else str(value).strip()  # noqa: PLR0124 - not a number


def _number(row: Mapping[str, Any], column: str) -> float | None:
    text = _text(row, column)
    try:
        return float(text) if text else None
    except ValueError:
        raise ValueError(f"{column}: '{text[:40]}' is not a number") from None


def _ports(row: Mapping[str, Any], column: str) -> int:
    value = _number(row, column) or 0.0
    if value < 0 or value != int(value):
        raise ValueError(f"{column}: {value:g} is not a number of ports")
    return int(value)
