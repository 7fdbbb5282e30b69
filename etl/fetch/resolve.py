"""Finds the files of a region: those that are there, and those that are fetched.

Of each source, in this order: its `path` where it is found; its `url`; its `live` sources, likewise. What is
fetched is a file in the cache, read by the same loader as any other.
"""

from __future__ import annotations

import datetime as dt
import email.utils
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from shapely.geometry.base import BaseGeometry

from db.connection import setting
from db.errors import FetchError, UsageError
from etl.fetch import extract, osm, services
from etl.fetch.client import Client, Fetched, Request
from etl.fetch.content import form_of
from etl.fetch.services import LeftOutError
from etl.region_file import RegionFile
from etl.region_source import PopulationSource, Source

Outline = Callable[[str], BaseGeometry | None]


@dataclass(frozen=True)
class Place:
    """Where a source was found. `source` speaks of that file alone; `geometry` is the file joined to it."""

    source: Source
    path: Path
    name: str
    fetched: Fetched | None = None
    geometry: Place | None = None


class Finder:
    """Finds the files of a region; `outline` tells where a kind's records may lie."""

    def __init__(
        self,
        region_file: RegionFile,
        client: Callable[[], Client],
        outline: Outline,
        progress: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.region_file = region_file
        self.outline = outline
        self.progress = progress
        self.notes: list[tuple[str, str]] = []
        self._new_client = client
        self._client: Client | None = None
        self._found: dict[int, list[Place]] = {}

    @property
    def client(self) -> Client:
        """Return the client, made when first needed: a load from files asks nobody."""
        self._client = self._client or self._new_client()
        return self._client

    def places(self, kind: str, source: Source) -> list[Place]:
        """Return the files of a source; none where it is left out, and `notes` says why.

        Raises:
            UsageError: it is nowhere.
            FetchError: it cannot be fetched.
        """
        if id(source) not in self._found:
            try:
                self._found[id(source)] = self._places(kind, source)
            except FetchError as error:
                if source.path:
                    error.hint += f" Or put {source.path} into the folder that DATA_DIR names."
                raise
        return self._found[id(source)]

    def _places(self, kind: str, source: Source) -> list[Place]:
        given = self.region_file.find(source.path) if source.path else None
        if given:
            return [self._given(kind, source, given)]
        if source.url:
            try:
                return self._fetched(kind, source)
            except LeftOutError as error:
                self.notes.append((kind, str(error)))
                return []
        if source.live:
            return [place for other in source.live for place in self.places(kind, other)]
        if source.is_optional and not self.region_file.is_generated:
            self.notes.append(
                (kind, f"{source.path} was not found, and no address gives it; it is left out.")
            )
            return []
        return [self._given(kind, source, self.region_file.locate(str(source.path)))]

    def _given(self, kind: str, source: Source, path: Path) -> Place:
        found = Place(source.model_copy(update={"path": str(path)}), path, self.region_file.file_name(path))
        return self._with_geometry(kind, found)

    def _fetched(self, kind: str, source: Source) -> list[Place]:
        folder = setting("DATA_DIR")
        if source.path and folder and not Path(folder).expanduser().is_dir():
            raise UsageError(f"DATA_DIR names {folder}, which is no folder.", "correct it, or leave it out.")
        self.progress(f"{kind}: asking {urlsplit(str(source.url)).hostname}")
        dated = self._ask(kind, source)
        places = []
        for fetched, date in dated:
            if fetched.note:
                self.notes.append((kind, fetched.note))
            update = {
                "path": str(fetched.path),
                "retrieved_on": source.retrieved_on or fetched.fetched_at.date(),
                "data_date": date or _date(source, fetched),
            }
            place = Place(source.model_copy(update=update), fetched.path, fetched.name, fetched)
            places.append(self._with_geometry(kind, place))
        return places

    def _ask(self, kind: str, source: Source) -> Sequence[tuple[Fetched, str | None]]:
        """Return the files that an address gives, each with its date where the service tells it."""
        url = str(source.url)
        service = source.service
        if service == "ckan":
            return [*services.ckan(self.client, kind, url)]
        if service == "overpass":
            found = osm.overpass(self.client, url, self._area("roads"), self._area("places"))
        elif service == "extract":
            found = self._extract(kind, url)
        elif service == "openchargemap":
            found = services.openchargemap(self.client, url, self._area(kind).bounds)
        elif service == "afdc":
            found = services.afdc(self.client, url)
        elif service == "arcgis":
            found = services.arcgis(self.client, kind, url, getattr(source, "where", None))
        else:
            form = form_of(str(getattr(source, "loader", "")), url)
            found = self.client.get(Request(kind, url, form))
        return [(found, None)]

    def _extract(self, kind: str, url: str) -> Fetched:
        whole = self.client.get(Request(kind, url, form_of("osm_pbf", url)))
        area = self._area("roads")
        self.progress(f"{kind}: cutting the region out of {whole.name}")
        name = f"region_of_{whole.name}"
        cut = self.client.made(
            kind, f"{url}#{whole.sha256}:{area.wkt}", name, lambda path: extract.clip(whole.path, area, path)
        )
        return Fetched(cut.path, cut.sha256, whole.url, whole.fetched_at, whole.last_modified, whole.note)

    def _area(self, kind: str) -> BaseGeometry:
        area = self.outline(kind)
        if area is None:
            name = self.region_file.path.name
            raise UsageError(
                f"{name}: {kind} is asked for by place, and nothing says where the region is.",
                "add [sources.boundary] to the region file.",
            )
        return area

    def _with_geometry(self, kind: str, place: Place) -> Place:
        source = place.source
        if not isinstance(source, PopulationSource) or source.geometry is None:
            return place
        outline = source.geometry
        path = self.region_file.find(outline.path) if outline.path else None
        fetched = None
        if path is None and outline.url:
            self.progress(f"{kind}: fetching the outlines")
            fetched = self.client.get(Request(kind, outline.url, form_of("vector", outline.url)))
            path = fetched.path
        path = path or self.region_file.locate(str(outline.path))
        name = fetched.name if fetched else self.region_file.file_name(path)
        source = source.model_copy(update={"geometry": outline.model_copy(update={"path": str(path)})})
        return Place(source, place.path, place.name, place.fetched, Place(source, path, name, fetched))


def _date(source: Source, fetched: Fetched) -> str | dt.date:
    """Return the date of the data: as stated, else as the server says, else the day it was fetched."""
    if source.data_date != "not stated":
        return source.data_date
    try:
        when = email.utils.parsedate_to_datetime(fetched.last_modified or "")
    except ValueError:
        when = fetched.fetched_at
    return when.date().isoformat()
