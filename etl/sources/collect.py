"""Turns records into rows; faulty records, duplicates and those outside the region become rejects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias, TypeVar

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from etl.sources.base import OUTSIDE, Frame, Reject, Rejects, Remark, Remarks, Table, points_to_ewkb, to_ewkb
from etl.sources.stored import ROWS_AT_A_TIME, store_rows
from etl.sources.values import ElsewhereError, FieldError, WithheldError

T = TypeVar("T")
_SWAPPED_SHARE = 0.5
Place: TypeAlias = tuple[float, float] | BaseGeometry | None


@dataclass(frozen=True, slots=True)
class Item:
    """A parsed record: its values, its place, and a key that must be unique.

    `odd` has (field, remark) of each unusable value that the record does not need.
    """

    values: tuple[Any, ...]
    place: Place = None
    key: str | int | None = None
    key_field: str | None = None
    label: str | None = None
    population: float | None = None
    odd: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Rows:
    """The table that records go to; with `is_bulk`, those outside the region are counted, not listed.

    `entities` is what messages call its rows.
    """

    name: str
    columns: tuple[str, ...]
    entities: str = "records"
    is_bulk: bool = False


def collect_rows(
    into: Rows,
    records: Iterable[tuple[int, T]],
    parse: Callable[[int, T], Item],
    frame: Frame,
    rejects: Rejects,
    *,
    remarks: Remarks | None = None,
) -> Table:
    """Parse each record into a row (record number, values, and the place if the table has `geom`).

    Unusable records are added to `rejects`, unusable values of other records to `remarks`. Records are stored
    as they come, so that few of them are in memory.
    """
    margin = _Margin(into, frame)
    kept = _kept(margin, _parsed(into, records, parse, rejects))
    table = Table(into.name, into.columns, store_rows(_rows(into, kept, remarks)))
    rejects.is_swapped = rejects.is_swapped or margin.is_swapped()
    for reject in margin.outside():
        rejects.append(reject)
    return table


def _parsed(
    into: Rows, records: Iterable[tuple[int, T]], parse: Callable[[int, T], Item], rejects: Rejects
) -> Iterator[tuple[int, Item]]:
    """Yield the records that can be used, each once; the others are added to `rejects`."""
    seen: dict[str | int, tuple[Any, ...]] = {}
    for record, content in records:
        try:
            item = parse(record, content)
        except FieldError as error:
            label = f"{record} ({error.label})" if error.label else str(record)
            is_outside = isinstance(error, ElsewhereError)
            is_withheld = isinstance(error, WithheldError)
            rejects.append(
                Reject(
                    label, error.field, error.reason, error.population, is_outside, is_withheld=is_withheld
                )
            )
            continue
        if item.key is not None and item.key in seen:
            is_same = into.is_bulk or seen[item.key] == (*item.values, item.place)
            reason = "it is a duplicate" if into.is_bulk else f"'{item.key}' is a duplicate"
            people = None if is_same else item.population
            rejects.append(Reject(_label(record, item), item.key_field, reason, people, is_double=is_same))
            continue
        if item.key is not None:
            seen[item.key] = () if into.is_bulk else (*item.values, item.place)
        yield record, item


def _kept(margin: _Margin, parsed: Iterator[tuple[int, Item]]) -> Iterator[list[tuple[int, Item]]]:
    """Yield the records in the region and its margin, some thousands at a time."""
    while some := list(islice(parsed, ROWS_AT_A_TIME)):
        yield margin.keep(some)


def _rows(
    into: Rows, kept: Iterable[list[tuple[int, Item]]], remarks: Remarks | None
) -> Iterator[tuple[Any, ...]]:
    for some in kept:
        for record, item in some:
            for field, remark in item.odd:
                if remarks is not None:
                    remarks.append(Remark(record, _label(record, item), field, remark))
        if into.columns[-1] != "geom":
            yield from ((record, *item.values) for record, item in some)
        else:
            geoms = _geoms([item.place for _, item in some])
            yield from (
                (record, *item.values, geom) for (record, item), geom in zip(some, geoms, strict=True)
            )


class _Margin:
    """Tells records in the region and its margin from others, and counts what the others have in common."""

    def __init__(self, into: Rows, frame: Frame) -> None:
        self._into, self._frame = into, frame
        self._outside: list[Reject] = []
        self._outside_count = self._inside_count = self._place_count = self._swapped_count = 0

    def keep(self, records: list[tuple[int, Item]]) -> list[tuple[int, Item]]:
        """Return the records in the region and its margin."""
        places = [item.place for _, item in records]
        inside = _inside(places, self._frame)
        kept = [pair for pair, is_in in zip(records, inside, strict=True) if is_in]
        self._inside_count += len(kept)
        self._outside_count += len(records) - len(kept)
        if not self._inside_count:
            self._count_swapped(places)
        if not self._into.is_bulk and len(kept) < len(records):
            self._outside += [
                Reject(_label(record, item), "geometry", OUTSIDE, item.population, is_outside=True)
                for (record, item), is_in in zip(records, inside, strict=True)
                if not is_in
            ]
        return kept

    def _count_swapped(self, places: list[Place]) -> None:
        """Count places, and those that would lie inside with longitude and latitude swapped."""
        given = [place for place in places if place is not None]
        if self._frame.outline is None or not given:
            return
        points = [place if isinstance(place, tuple) else place.centroid.coords[0] for place in given]
        xy = np.array(points, dtype=float)
        self._place_count += len(given)
        self._swapped_count += int(shapely.intersects_xy(self._frame.outline, xy[:, 1], xy[:, 0]).sum())

    def is_swapped(self) -> bool:
        """Return whether all places lie outside, most of which would lie inside if swapped."""
        return not self._inside_count and self._swapped_count > _SWAPPED_SHARE * self._place_count

    def outside(self) -> list[Reject]:
        """Return the records outside as rejects; those of a bulk table are one with their number."""
        if not self._into.is_bulk or not self._outside_count:
            return self._outside
        count, entities = self._outside_count, self._into.entities
        reason = f"{count:,} {entities} lie outside the region and its margin"
        return [Reject("several", None, reason, is_outside=True, count=count)]


def _label(record: int, item: Item) -> str:
    label = item.label or item.key
    return str(record) if label is None else f"{record} ({label})"


def _inside(places: list[Place], frame: Frame) -> list[bool]:
    if frame.outline is None:
        return [True] * len(places)
    points = [place for place in places if isinstance(place, tuple)]
    xy = np.array(points, dtype=float).reshape(-1, 2)
    hits = iter(shapely.intersects_xy(frame.outline, xy[:, 0], xy[:, 1]).tolist())
    return [
        next(hits) if isinstance(place, tuple) else place is None or frame.touches(place) for place in places
    ]


def _geoms(places: list[Place]) -> list[str | None]:
    points = iter(points_to_ewkb([place for place in places if isinstance(place, tuple)]))
    return [next(points) if isinstance(place, tuple) else to_ewkb(place) for place in places]
