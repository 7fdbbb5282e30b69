"""Finds all files of a region, on this machine or on the internet, before anything is read or written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from shapely.geometry.base import BaseGeometry

from etl.fetch.cache import file_sha256
from etl.fetch.client import Client
from etl.fetch.resolve import LocatedFile, SourceFinder
from etl.kinds import Kind, kinds
from etl.margin import Margins
from etl.region_file import RegionFile
from etl.region_source import Source
from etl.sources.base import Frame
from etl.store import FileRead, content_sha256

_LARGE = 3


@dataclass(frozen=True)
class Found:
    """A file of a region: its kind, source, place, name and checksum, and where it was fetched from."""

    kind: Kind
    source: Source
    path: Path
    name: str
    sha256: str
    url: str | None = None
    fetched_at: dt.datetime | None = None
    is_read: bool = True


@dataclass(frozen=True)
class Finding:
    """All files of a region, the checksum of all content, and what is said of it as (source, sentence)."""

    files: list[Found]
    content_sha256: str
    notes: list[tuple[str, str]]


def find(
    region_file: RegionFile,
    client: Callable[[], Client] = Client,
    progress: Callable[[str], None] = lambda _: None,
) -> Finding:
    """Find all files of a region; `client` is made only if something is to be fetched.

    Raises:
        UsageError: a file is missing, with the places tried.
        FetchError: a file could not be fetched.
    """
    found: dict[int, list[Found]] = {}
    finder = SourceFinder(
        region_file, client, lambda kind: _outline(region_file, kind, found.values()), progress
    )
    every = [(kind, source) for kind in kinds() for source in sources_of(region_file, kind)]
    order = sorted(range(len(every)), key=lambda number: (_burden(*every[number]), number))
    large = [number for number in order if _burden(*every[number]) >= _LARGE]
    for number in order:
        if large and number == large[0]:
            for other in large:
                finder.check_available(every[other][0].name, every[other][1])
        kind, source = every[number]
        found[number] = [
            item
            for place in finder.find_files(kind.name, source)
            for item in (
                _found(kind, place),
                *([_found(kind, place.geometry, is_read=False)] if place.geometry else []),
            )
        ]
    files = [item for number in range(len(every)) for item in found[number]]
    content = content_sha256(region_file, [(item.kind.name, item.sha256) for item in files])
    names = [kind.name for kind in kinds()]
    return Finding(files, content, sorted(finder.notes, key=lambda note: names.index(note[0])))


def _burden(kind: Kind, source: Source) -> int:
    """Return a number by which sources are fetched: those that are small, or doubtful, fail first.

    The boundary comes before all, as it says where services look. People, addresses and extracts of the map
    are files of a province or country.
    """
    if kind.name == "boundary":
        return 0
    asked = {one.service for one in (source, *source.live) if one.urls}
    if "extract" in asked:
        return _LARGE + 1
    if kind.name in {"population", "addresses"}:
        return _LARGE
    return _LARGE - 1 if "overpass" in asked else 1


def sources_of(region_file: RegionFile, kind: Kind) -> list[Source]:
    """Return the sources of a kind; places are read from the file of the roads where no other is named."""
    sources = region_file.region.sources
    if kind.name == "places" and not sources.places:
        return list(sources.roads)
    return list(getattr(sources, kind.name))


def _found(kind: Kind, place: LocatedFile, *, is_read: bool = True) -> Found:
    url, when = (place.fetched.url, place.fetched.fetched_at) if place.fetched else (None, None)
    return Found(kind, place.source, place.path, place.name, file_sha256(place.path), url, when, is_read)


def _outline(region_file: RegionFile, kind: str, found: Iterable[list[Found]]) -> BaseGeometry | None:
    """Return where records of a kind may lie, by the boundary: services are asked by place."""
    given = [item for items in found for item in items if item.kind.name == "boundary"]
    files = [
        FileRead(
            "boundary",
            "vector",
            item.source,
            item.path,
            item.name,
            item.sha256,
            item.kind.read(item.path, item.source, Frame()),
        )
        for item in given
    ]
    return Margins(region_file).frame(kind, files).outline
