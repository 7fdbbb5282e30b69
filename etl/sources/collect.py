"""Turns records into rows; faulty records, duplicates and those outside the region become rejects."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from etl.sources.base import OUTSIDE, Frame, Reject, Rejects, Remark, Remarks, Table, points_to_ewkb, to_ewkb
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

    Unusable records are added to `rejects`, unusable values of other records to `remarks`.
    """
    seen: dict[str | int, tuple[Any, ...]] = {}
    kept: list[tuple[int, Item]] = []
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
        kept.append((record, item))
    places = [item.place for _, item in kept]
    inside = _inside(places, frame)
    if places and not any(inside) and _is_swapped(places, frame):
        rejects.is_swapped = True
    _reject_outside(into, [pair for pair, is_in in zip(kept, inside, strict=True) if not is_in], rejects)
    kept = [pair for pair, is_in in zip(kept, inside, strict=True) if is_in]
    for record, item in kept:
        for field, remark in item.odd:
            if remarks is not None:
                remarks.append(Remark(record, _label(record, item), field, remark))
    if into.columns[-1] != "geom":
        return Table(into.name, into.columns, [(record, *item.values) for record, item in kept])
    geoms = _geoms([item.place for _, item in kept])
    rows = [(record, *item.values, geom) for (record, item), geom in zip(kept, geoms, strict=True)]
    return Table(into.name, into.columns, rows)


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


def _is_swapped(places: list[Place], frame: Frame) -> bool:
    """Return whether most places outside would lie inside with longitude and latitude swapped."""
    given = [place for place in places if place is not None]
    if frame.outline is None or not given:
        return False
    points = [place if isinstance(place, tuple) else place.centroid.coords[0] for place in given]
    xy = np.array(points, dtype=float)
    return bool(shapely.intersects_xy(frame.outline, xy[:, 1], xy[:, 0]).mean() > _SWAPPED_SHARE)


def _reject_outside(into: Rows, outside: list[tuple[int, Item]], rejects: Rejects) -> None:
    if into.is_bulk and outside:
        reason = f"{len(outside):,} {into.entities} lie outside the region and its margin"
        rejects.append(Reject("several", None, reason, is_outside=True, count=len(outside)))
        return
    for record, item in outside:
        rejects.append(Reject(_label(record, item), "geometry", OUTSIDE, item.population, is_outside=True))


def _geoms(places: list[Place]) -> list[str | None]:
    points = iter(points_to_ewkb([place for place in places if isinstance(place, tuple)]))
    return [next(points) if isinstance(place, tuple) else to_ewkb(place) for place in places]
