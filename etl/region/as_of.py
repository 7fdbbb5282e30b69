"""A region as it was known on an earlier day: newer sources of stations and vehicles are left out."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import replace

from db.common.assumption import Assumption
from db.common.day import newest_day
from etl.region.file import RegionFile
from etl.region.schema import StatedStations
from etl.region.sources import Source, source_date

LEFT_OUT = ("afdc", "openchargemap", "ev_counts", "sessions", "utilisation")
"""Types of sources that tell of stations or vehicles."""


def known_on(region_file: RegionFile, day: dt.date) -> tuple[RegionFile, list[Assumption]]:
    """Return the region without newer sources of stations and vehicles, and what was done.

    What the date of a source says is its latest year, month or day. A source without a date is used; so is
    a newer one of another type, such as roads. What a service would give is of today.
    """
    notes: list[Assumption] = []
    sources = region_file.region.sources
    kept = {
        name: tuple(one for one in given if _is_kept(region_file, name, one, day, notes))
        for name, given in ((name, getattr(sources, name)) for name in type(sources).model_fields)
    }
    update = {"sources": sources.model_copy(update=kept), "stations": _stated_by(region_file, day, notes)}
    known = region_file.region.model_copy(update=update)
    digest = hashlib.sha256(f"{region_file.sha256}\n{day}".encode()).hexdigest()
    return replace(region_file, region=known, sha256=digest), notes


def _stated_by(region_file: RegionFile, day: dt.date, notes: list[Assumption]) -> StatedStations:
    """Return what the region file states of stations since a day or before; the rest was not known then."""
    stations = region_file.region.stations
    known = {
        name: tuple(one for one in getattr(stations, name) if one.since and one.since <= day)
        for name in type(stations).model_fields
    }
    count = len(stations.kept) + len(stations.closed) - sum(map(len, known.values()))
    if count:
        notes.append(Assumption("afdc", "as_of_stated_left_out", {"count": count, "day": str(day)}))
    return stations.model_copy(update=known)


def _is_kept(
    region_file: RegionFile, name: str, source: Source, day: dt.date, notes: list[Assumption]
) -> bool:
    is_live = not (source.path and region_file.find(source.path))
    newest = newest_day(source_date(source))
    is_newer = newest is not None and newest > day

    def note(code: str) -> None:
        named = {"file_name": source.path, "data_date": source_date(source), "day": str(day)}
        notes.append(Assumption(name, code, {k: v for k, v in named.items() if v is not None}))

    if name not in LEFT_OUT:
        if is_newer and not is_live:
            note("as_of_used")
        return True
    if is_live:
        note("as_of_no_file")
        return False
    if newest is None:
        note("as_of_undated")
    elif is_newer:
        note("as_of_left_out")
    return not is_newer
