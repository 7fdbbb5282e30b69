"""Describes files of the user's own as tables of a region file, with the columns that they have."""

from __future__ import annotations

import gzip
import json
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from db.common.errors import UsageError
from db.common.text_file import is_file, path_of, shown
from etl.region.sources import BoundarySource
from etl.sources.areas import read_boundary
from etl.sources.base import Frame
from etl.sources.dataset import find_dataset
from etl.sources.delimited import Records
from etl.sources.encoding import detect_encoding, read_chunks
from etl.sources.osm_form import detect_format

_WORDS = Path(__file__).with_name("columns.toml")
_TABLES = (".csv", ".txt", ".tsv", ".tab", ".csv.gz", ".txt.gz")
_NEEDED = {"population": "people"}
_PLACE = {"lon": "longitude", "lat": "latitude"}
_POPULATION, _BOUNDARY, _ROADS = "--population", "--boundary", "--roads"


@dataclass(frozen=True)
class OwnFiles:
    """Files of the user's own, each None where there is none, and columns by what they hold."""

    roads: Path | None = None
    population: Path | None = None
    boundary: Path | None = None
    columns: Mapping[str, str] = field(default_factory=dict)


def parse_columns(texts: Iterable[str]) -> dict[str, str]:
    """Return `population=Einwohner` as what a column holds, and its name.

    Raises:
        UsageError: a text has another form, or speaks of something that is not looked for.
    """
    found: dict[str, str] = {}
    for text in texts:
        key, sign, name = text.partition("=")
        if not sign or not name.strip() or key.strip() not in _words():
            raise UsageError(
                f"--column {shown(text)} cannot be read.",
                f"write one of {', '.join(_words())} and the column: --column population=Einwohner.",
            )
        found[key.strip()] = name.strip()
    return found


def describe_roads(path: Path, folder: Path) -> str:
    """Return the table of a file of OpenStreetMap.

    Raises:
        UsageError: it does not exist, or is no map.
    """
    line = _path(path, folder, _ROADS)
    detect_format(path_of(path))
    lines = [line, 'licence = "ODbL 1.0"', 'data_date = "not stated"']
    credit = "Contains data (c) OpenStreetMap contributors, Open Database Licence 1.0."
    return "\n".join(["[sources.roads]", *lines, f'attribution = "{credit}"', ""])


def describe_boundary(path: Path, folder: Path) -> str:
    """Return the table of a layer with the outline of the region.

    Raises:
        UsageError: it does not exist, or has no polygons.
    """
    line = _path(path, folder, _BOUNDARY)
    read_boundary(path_of(path), BoundarySource(path=str(path)), Frame())
    return "\n".join(["[sources.boundary]", line, *_UNSTATED, ""])


def describe_population(path: Path, folder: Path, named: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """Return the table of a file with people, and its columns by what they hold.

    Raises:
        UsageError: it does not exist or cannot be read, or a column is not to be told.
    """
    line, file = _path(path, folder, _POPULATION), path_of(path).resolve()
    is_table = file.name.lower().endswith(_TABLES)
    encoding = _encoding(file) if is_table else None
    held = _columns_of_table(file, encoding) if is_table else _columns_of_layer(file)
    found = _tell_columns(file.name, held, named, [*_NEEDED, *(_PLACE if is_table else ())])
    text = ", ".join(f"{key} = {_text(name)}" for key, name in found.items())
    lines = [
        "[sources.population]",
        f'loader = "{"points_csv" if is_table else "vector"}"',
        line,
        *([f'encoding = "{encoding}"'] if encoding == "cp1252" else []),
        *_UNSTATED,
        f"columns = {{ {text} }}",
    ]
    return "\n".join([*lines, ""]), found


_UNSTATED = ('licence = "not stated"', 'data_date = "not stated"')


def _path(path: Path, folder: Path, option: str) -> str:
    """Return the line with a file's path: relative where it lies in the folder of the region file or below.

    Raises:
        UsageError: it does not exist.
    """
    file = path_of(path)
    if not is_file(file):
        raise UsageError(
            f"The file {shown(file.absolute())} does not exist.", f"name one that does with {option}."
        )
    file, base = file.resolve(), path_of(folder).resolve()
    return f"path = {_text(str(file.relative_to(base) if file.is_relative_to(base) else file))}"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _encoding(path: Path) -> str:
    """Return the encoding of a table.

    Raises:
        UsageError: its bytes are no text that is known.
    """
    with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as file:
        try:
            found = detect_encoding(read_chunks(file))
        except (OSError, EOFError) as error:
            raise UsageError(f"{path.name} cannot be read: {error}.", "fetch the file again.") from None
    if found is None:
        raise UsageError(
            f"{path.name} is in no encoding that can be told.", "save it as CSV in UTF-8, and name that file."
        )
    return "utf-8" if found in ("utf-8-sig", "utf-16") else found  # the byte order mark tells


def _columns_of_table(path: Path, encoding: str | None) -> list[str]:
    return [name for name in Records(path, encoding=encoding or "utf-8").columns if name]


def _columns_of_layer(path: Path) -> list[str]:
    return [str(name) for name in find_dataset(path, None, is_of_areas=False).read_info()["fields"]]


def _tell_columns(
    file: str, held: list[str], named: Mapping[str, str], needed: Iterable[str]
) -> dict[str, str]:
    """Return the columns of a file by what they hold: those that are named, else by their names.

    Raises:
        UsageError: one that is needed cannot be told, or one that is named is not there.
    """
    shown_columns = ", ".join(held)[:300]
    for key, name in named.items():
        if name not in held:
            raise UsageError(
                f"{file} has no column '{name}'.", f"correct --column {key}=...; it has {shown_columns}."
            )
    found = dict(named)
    for key in (*needed, "id"):
        if key not in found and (told := _find(key, held, found.values())):
            found[key] = told
    missing = [key for key in needed if key not in found]
    if missing:
        words = " and ".join((_NEEDED | _PLACE)[key] for key in missing)
        raise UsageError(
            f"{file}: which column has {words} cannot be told; it has {shown_columns}.",
            f"name {'them' if len(missing) > 1 else 'it'}: "
            + " ".join(f"--column {key}=COLUMN" for key in missing)
            + (
                "; a table of keys of polygons needs `geometry`, as the README says."
                if set(missing) & set(_PLACE)
                else "."
            ),
        )
    return found


def _find(key: str, held: list[str], taken: Iterable[str]) -> str | None:
    """Return the first column whose name is one of the words of a key, or else contains one."""
    words = _words()[key]
    bare_names = [(name, _bare(name)) for name in held if name not in set(taken)]
    free = [(name, bare) for name, bare in bare_names if not any(word in bare for word in words["never"])]
    whole = [name for word in words["names"] for name, bare in free if bare == word]
    part = [name for word in words["within"] for name, bare in free if word in bare]
    return next(iter([*whole, *part]), None)


@cache
def _words() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(_WORDS.read_text(encoding="utf-8"))


def _bare(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]", "", plain)
