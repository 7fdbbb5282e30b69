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
from etl.region.file import RegionFile
from etl.region.sources import Source
from etl.sources.base import Frame
from etl.sources.registry import SourceType, source_types
from etl.store import FileRead, content_sha256
from etl.study_area.margin import Margins

_LARGE = 3


@dataclass(frozen=True)
class FoundFile:
    """A file of a region: its source, its place on this machine, its checksum, and where it was fetched from.

    `is_read` is False for a file of polygons that is read together with the table that refers to it.
    """

    source_type: SourceType
    source: Source
    path: Path
    name: str
    sha256: str
    url: str | None = None
    fetched_at: dt.datetime | None = None
    is_read: bool = True


@dataclass(frozen=True)
class RegionFiles:
    """All files of a region, a checksum of their content, and notes as (source type, sentence)."""

    files: list[FoundFile]
    content_sha256: str
    notes: list[tuple[str, str]]


def find_files(
    region_file: RegionFile,
    client: Callable[[], Client] = Client,
    progress: Callable[[str], None] = lambda _: None,
) -> RegionFiles:
    """Find all files of a region; `client` is called only if a file is to be fetched.

    Raises:
        UsageError: a file is missing; the message lists the places tried.
        FetchError: a file could not be fetched.
    """
    found: dict[int, list[FoundFile]] = {}

    def outline(source_type: str) -> BaseGeometry | None:
        return _read_outline(region_file, source_type, found.values())

    finder = SourceFinder(region_file, client, outline, progress)
    every = [(each, source) for each in source_types() for source in sources_of(region_file, each)]
    order = sorted(range(len(every)), key=lambda number: (_fetch_rank(*every[number]), number))
    large = [number for number in order if _fetch_rank(*every[number]) >= _LARGE]
    for number in order:
        if large and number == large[0]:
            for other in large:
                finder.check_available(every[other][0].name, every[other][1])
        source_type, source = every[number]
        found[number] = [
            item
            for file in finder.find_files(source_type.name, source)
            for item in (
                _to_found_file(source_type, file),
                *([_to_found_file(source_type, file.geometry, is_read=False)] if file.geometry else []),
            )
        ]
    files = [item for number in range(len(every)) for item in found[number]]
    content = content_sha256(region_file, [(item.source_type.name, item.sha256) for item in files])
    names = [each.name for each in source_types()]
    return RegionFiles(files, content, sorted(finder.notes, key=lambda note: names.index(note[0])))


def _fetch_rank(source_type: SourceType, source: Source) -> int:
    """Return the rank in which sources are fetched: small and unreliable ones come first, to fail early.

    The boundary comes before all others, which are requested by area. People, addresses, jobs and extracts of
    the map are large: files of a province or country.
    """
    if source_type.name == "boundary":
        return 0
    services = {one.service for one in (source, *source.live) if one.urls}
    if "extract" in services:
        return _LARGE + 1
    if source_type.name in {"population", "addresses", "jobs"}:
        return _LARGE
    return _LARGE - 1 if "overpass" in services else 1


def sources_of(region_file: RegionFile, source_type: SourceType) -> list[Source]:
    """Return the sources of a type; without sources of places, they are read from the files of the roads."""
    sources = region_file.region.sources
    if source_type.name == "places" and not sources.places:
        return list(sources.roads)
    return list(getattr(sources, source_type.name))


def _to_found_file(source_type: SourceType, file: LocatedFile, *, is_read: bool = True) -> FoundFile:
    url, when = (file.fetched.url, file.fetched.fetched_at) if file.fetched else (None, None)
    digest = file_sha256(file.path)
    return FoundFile(source_type, file.source, file.path, file.name, digest, url, when, is_read)


def _read_outline(
    region_file: RegionFile, source_type: str, found: Iterable[list[FoundFile]]
) -> BaseGeometry | None:
    """Return the area in which records of a type may lie, by the boundary files found so far."""
    given = [item for items in found for item in items if item.source_type.name == "boundary"]
    files = [
        FileRead(
            "boundary",
            "vector",
            item.source,
            item.path,
            item.name,
            item.sha256,
            item.source_type.read(item.path, item.source, Frame()),
        )
        for item in given
    ]
    return Margins(region_file).frame(source_type, files).outline
