"""A region as it was known on an earlier day: newer sources of stations and vehicles are left out.

Sources whose records have dates of their own are read all the same: `etl.loading.known` takes the records
that were known by then.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import replace

from db.common.assumption import Assumption
from db.common.day import newest_day
from etl.region.file import RegionFile
from etl.region.schema import StatedStations
from etl.region.sources import AfdcSource, EvCountSource, Source, UtilisationSource, source_date

LEFT_OUT = ("afdc", "openchargemap", "ev_counts", "sessions", "utilisation")
"""Types of sources that tell of stations or vehicles."""
_LISTS = ("afdc", "openchargemap")
_MEASURED = ("ev_count", "charging_station_count")


def known_on(region_file: RegionFile, day: dt.date) -> tuple[RegionFile, list[Assumption]]:
    """Return the region without newer sources of stations and vehicles, and what was done.

    What the date of a source says is its latest year, month or day. A source without a date is used; so is
    a newer one of another type, such as roads, and one whose records have dates. What a service would give is
    of today. Where no list of stations of that day is known, the first later one of each type stays, for the
    stations that it dates. Published totals of vehicles and stations without a date are not compared.
    """
    notes: list[Assumption] = []
    sources = region_file.region.sources
    given = {name: getattr(sources, name) for name in type(sources).model_fields}
    kept = {
        name: tuple(one for one in every if _is_kept(region_file, name, one, day, notes))
        for name, every in given.items()
    }
    if not any(kept[name] for name in _LISTS):
        for name in _LISTS:
            kept[name] = _first_later(region_file, given[name])
            used = {(name, one.path) for one in kept[name]}
            notes = [note for note in notes if (note.source, note.value.get("file_name")) not in used]
    totals = region_file.region.totals
    undated = dict.fromkeys(
        name for name in _MEASURED if not getattr(getattr(totals, name), "data_date", None)
    )
    update = {
        "sources": sources.model_copy(update=kept),
        "stations": _stated_by(region_file, day, notes),
        "totals": totals.model_copy(update=undated),
    }
    known = region_file.region.model_copy(update=update)
    digest = hashlib.sha256(f"{region_file.sha256}\n{day}".encode()).hexdigest()
    return replace(region_file, region=known, sha256=digest), notes


def _first_later(region_file: RegionFile, lists: Sequence[Source]) -> tuple[Source, ...]:
    """Return the oldest of some lists of stations, if its file is there and may date its stations."""
    dated = [
        one
        for one in lists
        if one.path
        and region_file.find(one.path)
        and not (isinstance(one, AfdcSource) and one.columns and one.columns.opened_on is None)
    ]
    return tuple(sorted(dated, key=lambda one: newest_day(source_date(one)) or dt.date.max)[:1])


def _has_record_dates(name: str, source: Source) -> bool:
    """Return whether each record of a source tells the day by which it was known."""
    if isinstance(source, EvCountSource):
        return source.layout == "wide" or source.columns.date is not None or source.service == "ckan"
    if isinstance(source, UtilisationSource):
        return source.columns.measured_to is not None
    return name == "sessions"


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
    if all(_has_record_dates(name, one) for one in (is_live and source.live) or (source,)):
        return True
    if is_live:
        note("as_of_no_file")
        return False
    if newest is None:
        note("as_of_undated")
    elif is_newer:
        note("as_of_left_out")
    return not is_newer
