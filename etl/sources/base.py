"""The result of reading a source: rows for tables of `raw`, records not used, and values not used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import shapely
from shapely.geometry.base import BaseGeometry

from etl.sources.stored import StoredRows

LOADER_VERSION = "2"
OUTSIDE = "it lies outside the region and its margin"
LISTED_MAX = 10_000
_MORE = "they are faulty as well; only the first ones are listed individually"


@dataclass(frozen=True)
class Reject:
    """A record that was not used, and why.

    `count` is more than one if it stands for several records of a large file. A record outside the region, a
    duplicate, and a record whose figure is withheld are not faults.
    """

    record: str
    field: str | None
    reason: str
    population: float | None = None
    is_outside: bool = False
    is_double: bool = False
    is_withheld: bool = False
    count: int = 1

    @property
    def is_fault(self) -> bool:
        """Whether the record is faulty."""
        return not (self.is_outside or self.is_double or self.is_withheld)


class Rejects(list[Reject]):
    """The rejects of a file: the first ones individually, the remaining faults as one with their number.

    `is_swapped` is True if all records lie outside the region, but would lie inside with longitude and
    latitude swapped.
    """

    is_swapped = False

    def append(self, reject: Reject) -> None:
        """Add a reject."""
        last = self[-1] if self else None
        if reject.is_outside or len(self) < LISTED_MAX or last is None:
            super().append(reject)
        elif last.reason != _MORE:
            super().append(replace(reject, record="several", field=None, reason=_MORE))
        else:
            people = sum(item.population or 0.0 for item in (last, reject))
            self[-1] = replace(last, count=last.count + reject.count, population=people or None)


@dataclass(frozen=True)
class Remark:
    """A value that cannot be used in a record that is kept, and what is used instead."""

    record_number: int
    record: str
    field: str
    remark: str


class Remarks(list[Remark]):
    """The remarks on a file: the first ones individually, and their number by field."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: Counter[str] = Counter()

    def append(self, remark: Remark) -> None:
        """Add a remark."""
        self.counts[remark.field] += 1
        if len(self) < LISTED_MAX:
            super().append(remark)

    def example(self, field: str) -> Remark | None:
        """Return the first remark on a field."""
        return next((remark for remark in self if remark.field == field), None)


@dataclass(frozen=True)
class Table:
    """Rows for one table of `raw`; the columns leave out `load_id` and `source_id`."""

    name: str
    columns: tuple[str, ...]
    rows: StoredRows


@dataclass
class Batch:
    """The rows, rejects and remarks of one file.

    `covers` is the area that it speaks of, as `to_ewkb` writes it; None for the whole region. `names` has,
    for each key of the source that is a table of names, the names that the records have there.
    """

    tables: list[Table]
    rejects: Rejects = field(default_factory=Rejects)
    assumptions: list[str] = field(default_factory=list)
    remarks: Remarks = field(default_factory=Remarks)
    covers: str | None = None
    names: dict[str, set[str]] = field(default_factory=dict)

    @property
    def row_count(self) -> int:
        """Rows of all tables."""
        return sum(len(table.rows) for table in self.tables)

    @property
    def reject_count(self) -> int:
        """Records not used, those outside the region included."""
        return sum(reject.count for reject in self.rejects)

    @property
    def fault_share(self) -> float:
        """Share of the records that are faulty."""
        faults = sum(r.count for r in self.rejects if r.is_fault)
        return faults / (faults + self.row_count) if faults else 0.0


@dataclass(frozen=True)
class Frame:
    """The area in which records may lie: the region with its margin, in EPSG:4326.

    `outline` is None while it is not known where the region is; `is_boundary` is False for an outline derived
    from other sources as a fallback. `postal_area_keys` are the postal areas that reach into the region, None
    if there is no source of them.
    """

    outline: BaseGeometry | None = None
    is_boundary: bool = False
    postal_area_keys: frozenset[str] | None = None

    def has(self, lon: float, lat: float) -> bool:
        """Return whether a place lies in the region or its margin."""
        return self.outline is None or bool(shapely.intersects_xy(self.outline, lon, lat))

    def touches(self, shape: BaseGeometry) -> bool:
        """Return whether any part of a shape lies in the region or its margin."""
        return self.outline is None or bool(shapely.intersects(self.outline, shape))


def to_ewkb(shape: BaseGeometry | None) -> str | None:
    """Return a shape of EPSG:4326 as PostGIS reads it in COPY."""
    return (
        None if shape is None else shapely.to_wkb(shapely.set_srid(shape, 4326), hex=True, include_srid=True)
    )


def points_to_ewkb(places: Sequence[tuple[float, float]]) -> list[str]:
    """Return places (lon, lat) as `ewkb` would, all at once."""
    if not places:
        return []
    points = shapely.set_srid(shapely.points(places), 4326)
    return [str(text) for text in shapely.to_wkb(points, hex=True, include_srid=True)]
