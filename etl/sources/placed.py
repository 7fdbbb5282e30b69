"""Reads where the records of a table or a layer are: at their coordinates, or in the polygon with their key.

Used by the readers of what places have: people and jobs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from db.common.errors import UsageError
from etl.region.sources import AreaGeometry, PlacedSource
from etl.sources.base import Frame, Reject
from etl.sources.collect import Place
from etl.sources.delimited import Records
from etl.sources.layer import Feature, Layer, extract_polygons, read_keys
from etl.sources.schema import Odd
from etl.sources.values import (
    PEOPLE_MAX,
    FieldError,
    WithheldError,
    clean_text,
    is_rounded,
    is_withheld,
    parse_figure,
    parse_place,
)

_FLOAT_KEY = re.compile(r"^([0-9]+)\.0+$")


class PlacedTable:
    """The records near the region of a table, each with its place."""

    def __init__(
        self,
        path: Path,
        source: PlacedSource,
        frame: Frame,
        polygon_path: Path | None,
        *,
        columns: Iterable[str],
        numbers: Iterable[str],
    ) -> None:
        """Read the table, and the polygons at `polygon_path` that `geometry` of the source joins to it.

        `columns` has the names of all columns except those of the place, `numbers` those that hold numbers.

        Raises:
            UsageError: a file cannot be read, lacks a column, or no record has the key of a polygon.
        """
        self.source = source
        place = source.columns
        self.records = Records(path, encoding=source.encoding)
        self.records.require_columns(*columns, place.lon, place.lat)
        self.records.normalize_values(list(numbers), places=(place.lon, place.lat))
        self._shapes: dict[str, BaseGeometry] = {}
        self._elsewhere: set[str] = set()
        if source.geometry and polygon_path:
            self._shapes, self._elsewhere = read_outlines(source.geometry, polygon_path, frame)
        if self._shapes and place.lon is None:
            _check_joined(path, source, self._shapes.keys() | self._elsewhere)

    def __iter__(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield the records that `rows` selects and that are not known to lie outside the region.

        The others, most of a country, are one reject with their number.
        """
        rows, key = self.source.rows, self.source.columns.id
        self.records.require_columns(*rows, remedy="correct `rows` in the region file")
        other_count = 0
        for record, values in self.records:
            is_meant = all(values[column].strip().startswith(start) for column, start in rows.items())
            if is_meant and not (key and normalize_key(values[key]) in self._elsewhere):
                yield record, values
            else:
                other_count += 1
        if other_count:
            reason = f"{other_count:,} records are of areas outside the region"
            self.records.rejects.append(Reject("several", None, reason, is_outside=True, count=other_count))

    def place(self, values: dict[str, str]) -> Place:
        """Return the polygon with the key of a record, else its coordinates; None if it has neither.

        Raises:
            FieldError: its coordinates cannot be used.
        """
        c = self.source.columns
        outline = self._shapes.get(normalize_key(values[c.id])) if c.id else None
        if outline is not None or c.lon is None or c.lat is None:
            return outline
        return parse_place(values[c.lon], values[c.lat], fields=(c.lon, c.lat))


def read_outlines(
    geometry: AreaGeometry, path: Path, frame: Frame
) -> tuple[dict[str, BaseGeometry], set[str]]:
    """Return the outlines of areas near the region by key, and the keys of all others.

    Raises:
        UsageError: the layer cannot be read.
    """
    layer = Layer(
        path, geometry, [geometry.key], near=frame.outline, remedy="correct `geometry.key` in the region file"
    )
    found: dict[str, list[BaseGeometry]] = {}
    for _, feature in layer:
        outline = extract_polygons(feature.shape)
        if outline is not None:
            found.setdefault(normalize_key(feature.values[geometry.key]), []).append(outline)
    shapes = {key: parts[0] if len(parts) == 1 else shapely.union_all(parts) for key, parts in found.items()}
    if frame.outline is None:
        return shapes, set()
    near = {key for key, shape in shapes.items() if frame.touches(shape)}
    # an area whose outline cannot be built is not elsewhere: its population has no place
    undrawn = {normalize_key(text) for text in layer.values(geometry.key)} - shapes.keys()
    everything = {normalize_key(text) for text in read_keys(path, geometry)}
    return {key: shapes[key] for key in near}, everything - near - undrawn


def _check_joined(path: Path, source: PlacedSource, keys: Set[str]) -> None:
    """Check that ids of the table are keys of the outlines.

    Raises:
        UsageError: none is.
    """
    column = str(source.columns.id)
    ids = {normalize_key(row[column]) for _, row in Records(path, encoding=source.encoding)}
    if ids and not ids & keys:
        raise UsageError(
            f"{path.name}: no {column} ('{min(ids)[:40]}') is a key of the outlines ('{min(keys)[:40]}').",
            "correct `columns.id` or `geometry.key` in the region file; spreadsheets cut leading zeros.",
        )


def normalize_key(text: str) -> str:
    """Return a key in one spelling for table and outlines: without blanks, `35300001` for `35300001.0`."""
    return _FLOAT_KEY.sub(r"\1", text.strip())


def take_key(record: int, values: dict[str, str], column: str | None, odd: Odd) -> str:
    """Return the key of a record, else `record 17`; a key rounded by a spreadsheet is a remark in `odd`."""
    key = clean_text(normalize_key(values[column])) if column else None
    if key and column and is_rounded(key):
        odd.append(
            (column, f"a spreadsheet has rounded it to {key[:40]}; the record's number is used instead")
        )
        key = None
    return key or f"record {record}"


def take_shape(feature: Feature) -> BaseGeometry:
    """Return the point or the polygons of a feature.

    Raises:
        FieldError: it is neither.
    """
    if feature.shape.geom_type == "Point":
        return feature.shape
    outline = extract_polygons(feature.shape)
    if outline is None:
        raise FieldError("geometry", f"a {feature.shape.geom_type} is neither point nor polygon")
    return outline


def sum_figures(values: dict[str, str], column: str | list[str] | None, high: float) -> float | None:
    """Return a column, or the sum of several; None if all of them are empty or withheld."""
    names = [column] if isinstance(column, str) else column or []
    found = [parse_figure(values[name], name, high=high) for name in names]
    given = [value for value in found if value is not None]
    return sum(given) if given else None


def sum_required(values: dict[str, str], column: str | list[str], what: str) -> float:
    """Return a column, or the sum of several, up to 50 million; `what` is what it is called.

    Raises:
        FieldError: there is no figure; a WithheldError where it is not published.
    """
    names = [column] if isinstance(column, str) else column
    found = sum_figures(values, column, PEOPLE_MAX)
    if found is None:
        told = next((values[name].strip() for name in names if is_withheld(values[name])), None)
        if told is not None:
            raise WithheldError(names[0], f"'{told}': the {what} is not published")
        raise FieldError(names[0], "it is empty")
    return found
