"""Reads the census profile of Statistics Canada (2021, catalogue 98-401-X): people by dissemination area.

Inputs: the comprehensive CSV download as a .zip, one line per area and characteristic (gigabytes), and the
boundary file of the areas to read. Results: `raw.census_area`.
"""

from __future__ import annotations

import csv
import difflib
import io
import zipfile
from collections.abc import Iterator, Set
from pathlib import Path

from db.common.errors import UsageError
from etl.region.sources import PopulationSource
from etl.sources.base import Batch, Frame, Reject, Rejects, Remarks
from etl.sources.collect import Item, collect_rows
from etl.sources.guard import LINE_MAX, UNPACKABLE, check_archive
from etl.sources.placed import read_outlines
from etl.sources.population import INTO, check_people, list_columns, parse_area, withheld

_CHARACTERISTIC, _NAME, _COUNT = "CHARACTERISTIC_ID", "CHARACTERISTIC_NAME", "C1_COUNT_TOTAL"
_UNPACKED_BYTES = 64 * 2**30
_PLAIN_FIELDS = 3  # year, DGUID and code come first and hold no comma
_HINT = "fetch the comprehensive CSV download of the Census Profile again."
_BY_NAME = (
    "correct `columns` in the region file: it takes names or numbers of characteristics in the profile."
)

Area = tuple[int, dict[str, str]]


def read_profile(path: Path, source: PopulationSource, frame: Frame, polygon_path: Path) -> Batch:
    """Read the areas that have an outline; `columns` gives characteristics by name or number.

    Raises:
        UsageError: the archive is not a census profile, or lacks a characteristic.
    """
    columns = source.columns
    shapes, _ = read_outlines(source.geometry, polygon_path, frame) if source.geometry else ({}, set())
    names = [name for name in list_columns(columns) if name != columns.id]
    areas = _areas(path, str(columns.id), shapes.keys(), names, source.encoding)
    rejects = Rejects()

    def parse(record: int, values: dict[str, str]) -> Item:
        return parse_area(record, values, columns, lambda: shapes[values[str(columns.id)]])

    remarks = Remarks()
    table = collect_rows(INTO, areas.values(), parse, frame, rejects, remarks=remarks)
    for key in sorted(shapes.keys() - areas.keys()):
        rejects.append(Reject(key, columns.id, "it has an outline, but is not in the profile"))
    check_people(path, table, rejects)
    return Batch([table], rejects, withheld(rejects), remarks)


def _areas(path: Path, id_column: str, keys: Set[str], names: list[str], encoding: str) -> dict[str, Area]:
    """Return (line where it begins, {characteristic: value}) of each area."""
    found: dict[str, Area] = {}
    seen: dict[str, None] = {}
    for number, values in _lines(path, id_column, keys, encoding):
        key = values[id_column].strip()
        _, area = found.setdefault(key, (number, {id_column: key} | dict.fromkeys(names, "")))
        count = values[_COUNT].strip()
        for name in (values[_CHARACTERISTIC].strip(), values[_NAME].strip()):
            seen.setdefault(name)
            if name in area and not area[name]:
                area[name] = count
    for name in names:
        if found and name not in seen:
            near = difflib.get_close_matches(name, seen, n=1)
            raise UsageError(
                f"{path.name} has no characteristic '{name}'"
                + (f"; the nearest is '{near[0]}'." if near else "."),
                _BY_NAME,
            )
    if not found:
        raise UsageError(
            f"{path.name} has none of the {len(keys):,} areas with an outline ({min(keys, default='')}).",
            "correct `columns.id` or `geometry.key` in the region file: both must hold the same codes.",
        )
    return found


def _lines(path: Path, id_column: str, keys: Set[str], encoding: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the lines of the areas, as (number, {column: text})."""
    name = _data_file(path)
    codes = {key.encode() for key in keys}
    try:
        with zipfile.ZipFile(path) as archive, archive.open(name) as raw:
            file = io.BufferedReader(raw, 2**20)  # type: ignore[type-var]  # ZipExtFile reads like a raw file
            header = next(csv.reader([file.readline(LINE_MAX).decode(encoding).removeprefix("\ufeff")]), [])
            for column in (id_column, _CHARACTERISTIC, _NAME, _COUNT):
                if column not in header:
                    hint = "correct `columns.id` in the region file." if column == id_column else _HINT
                    raise UsageError(f"{name} of {path.name} has no column {column}.", hint)
            place = header.index(id_column)
            if place >= _PLAIN_FIELDS:
                raise UsageError(
                    f"{path.name}: {id_column} is not a code of the area.",
                    "give `columns.id` in the region file as ALT_GEO_CODE or DGUID.",
                )
            number = 1
            while line := file.readline(LINE_MAX):
                number += 1
                start = line.split(b",", _PLAIN_FIELDS)
                if len(start) > place and start[place].strip(b' "') in codes:
                    values = next(csv.reader([line.decode(encoding)]), [])
                    if len(values) == len(header):
                        yield number, dict(zip(reversed(header), reversed(values), strict=True))
    except (*UNPACKABLE, csv.Error) as error:
        raise UsageError(f"{path.name} cannot be read: {str(error)[:200]}.", _HINT) from None
    except UnicodeError:
        hint = 'name its encoding in the region file, such as encoding = "cp1252".'
        raise UsageError(f"{path.name} is not {encoding}.", hint) from None


def _data_file(path: Path) -> str:
    members = check_archive(path, size_max_bytes=_UNPACKED_BYTES)
    tables = [
        m for m in members if m.filename.lower().endswith(".csv") and "geo_starting" not in m.filename.lower()
    ]
    if not tables:
        raise UsageError(f"{path.name} has no CSV of a census profile.", _HINT)
    return str(max(tables, key=lambda member: member.file_size).filename)
