"""Finds the files of a region: those that are there, and those that are fetched.

Of each source, in this order: its `path` where it is found; the addresses in its `url`, one after the other;
its `live` sources, all of them; its `fallback` sources, one after the other. Where one fails, the next one is
asked, and the load says so. What is fetched is a file in the cache, read by the same loader as any other.
"""

from __future__ import annotations

import datetime as dt
import email.utils
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from shapely.geometry.base import BaseGeometry

from db.connection import setting
from db.errors import FetchError, UsageError
from db.text_file import is_folder, path_of
from etl.fetch import extract, osm, services
from etl.fetch.cache import LocalError
from etl.fetch.client import Client, Fetched, Request
from etl.fetch.content import ANY, form_of
from etl.fetch.services import LeftOutError
from etl.fetch.ways import first, none_of
from etl.region_file import RegionFile
from etl.region_source import AreaGeometry, Located, OsmSource, PopulationSource, Source

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
            FetchError: it cannot be fetched, and is not optional.
        """
        if id(source) not in self._found:
            try:
                self._found[id(source)] = self._places(kind, source)
            except LocalError:
                raise
            except FetchError as error:
                if not source.is_optional:
                    if source.path:
                        error.hint += f" Or put {source.path} into the folder that DATA_DIR names."
                    raise
                self.notes.append((kind, f"{error.message} It is optional, and left out."))
                self._found[id(source)] = []
        return self._found[id(source)]

    def check(self, kind: str, source: Source) -> None:
        """Ask whether the files of a source are to be had, before others of a gigabyte are fetched.

        Raises:
            FetchError: none of its addresses gives them, nor will in a minute, and it is not optional.
        """
        if source.is_optional or (source.path and self.region_file.find(source.path)):
            return
        ways: list[Callable[[], None]] = [
            *(partial(self._check_address, kind, source, url) for url in source.urls),
            *([partial(self._check_all, kind, source.live)] if source.live else []),
            *(partial(self._check_all, kind, (other,)) for other in source.fallback),
        ]
        if ways:
            first(kind, ways)

    def _check_all(self, kind: str, sources: Sequence[Source]) -> None:
        for source in sources:
            self.check(kind, source)

    def _check_address(self, kind: str, source: Source, url: str) -> None:
        if source.service in {"file", "extract"}:
            loader = "osm_pbf" if source.service == "extract" else _loader(source)
            self._allow(kind, source, url)
            self.client.check(Request(kind, url, form_of(loader, url)))
        outline = source.geometry if isinstance(source, PopulationSource) else None
        if outline and not (outline.path and self.region_file.find(outline.path)):
            first(kind, [partial(self._check_outline, kind, outline, one) for one in outline.urls])

    def _check_outline(self, kind: str, outline: AreaGeometry, url: str) -> None:
        self._allow(kind, outline, url)
        self.client.check(Request(kind, url, form_of("vector", url)))

    def _places(self, kind: str, source: Source) -> list[Place]:
        given = self.region_file.find(source.path) if source.path else None
        if given:
            return [self._given(kind, source, given)]
        if source.urls or source.live or source.fallback:
            return self._elsewhere(kind, source)
        if source.is_optional and not self.region_file.is_generated:
            self.notes.append(
                (kind, f"{source.path} was not found, and no address gives it; it is left out.")
            )
            return []
        return [self._given(kind, source, self.region_file.locate(str(source.path)))]

    def _elsewhere(self, kind: str, source: Source) -> list[Place]:
        """Return what the first of addresses, `live` and `fallback` sources gives that gives something."""
        ways: list[Callable[[], list[Place]]] = [
            *(partial(self._fetched, kind, source, url) for url in source.urls),
            *([partial(self._all, kind, source.live)] if source.live else []),
            *(partial(self._all, kind, (other,)) for other in source.fallback),
        ]
        failed: list[FetchError] = []
        for way in ways:
            try:
                places = way()
            except LeftOutError as error:
                self.notes.append((kind, str(error)))
            except LocalError:
                raise
            except FetchError as error:
                failed.append(error)
            else:
                if places:
                    self.notes += [(kind, f"{e.message} {places[0].name} stands in.") for e in failed]
                    return places
        if failed:
            raise none_of(kind, failed)
        return []

    def _all(self, kind: str, sources: Sequence[Source]) -> list[Place]:
        return [place for source in sources for place in self.places(kind, source)]

    def _given(self, kind: str, source: Source, path: Path) -> Place:
        md5 = path.with_name(path.name + ".md5")
        if isinstance(source, OsmSource) and md5.is_file():
            extract.check_md5(path, md5.read_text(encoding="utf-8", errors="replace"))
        found = Place(source.model_copy(update={"path": str(path)}), path, self.region_file.file_name(path))
        return self._with_geometry(kind, found)

    def _fetched(self, kind: str, source: Source, url: str) -> list[Place]:
        folder = setting("DATA_DIR")
        if source.path and folder and not is_folder(path_of(folder)):
            raise UsageError(f"DATA_DIR names {folder}, which is no folder.", "correct it, or leave it out.")
        self.progress(f"{kind}: asking {urlsplit(url).hostname}")
        self._allow(kind, source, url)
        dated = self._ask(kind, source, url)
        places = []
        for fetched, date in dated:
            if fetched.note:
                self.notes.append((kind, fetched.note))
            update: dict[str, Any] = {
                "path": str(fetched.path),
                "retrieved_on": source.retrieved_on or fetched.fetched_at.date(),
                "data_date": date or _date(source, fetched),
            }
            if source.service == "arcgis":
                update["where"] = None  # the service has picked the features
            place = Place(source.model_copy(update=update), fetched.path, fetched.name, fetched)
            places.append(self._with_geometry(kind, place))
        return places

    def _ask(self, kind: str, source: Source, url: str) -> Sequence[tuple[Fetched, str | None]]:
        """Return the files that an address gives, each with its date where the service tells it."""
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
            area = None if kind == "boundary" else self.outline(kind)
            found = services.arcgis(
                self.client,
                kind,
                url,
                getattr(source, "where", None),
                box=area.bounds if area is not None else None,
                columns=_columns(source),
            )
        else:
            found = self.client.get(Request(kind, url, form_of(_loader(source), url)))
        return [(found, None)]

    def _allow(self, kind: str, located: Located, url: str) -> None:
        """Speak TLS with a host at the security level that the region file names, and say so."""
        level = located.tls_security_level
        if level is None:
            return
        self.client.session.lower_tls(url, level)
        note = (
            f"{urlsplit(url).hostname} is asked at TLS security level {level}, as the region file says; its "
            "certificate is verified."
        )
        if (kind, note) not in self.notes:
            self.notes.append((kind, note))

    def _extract(self, kind: str, url: str) -> Fetched:
        whole = self.client.get(Request(kind, url, form_of("osm_pbf", url)))
        area = self._area("roads")

        def tell(step: str) -> None:
            self.progress(f"{kind}: cutting the region out of {whole.name}: {step}")

        def make(path: Path) -> None:
            if md5 := self._md5(kind, url):
                try:
                    extract.check_md5(whole.path, md5)
                except UsageError as error:
                    raise FetchError(f"{kind}: {error.message}", error.hint) from None
            extract.clip(whole.path, area, path, tell)

        cut = self.client.made(kind, f"{url}#{whole.sha256}:{area.wkt}", f"region_of_{whole.name}", make)
        return Fetched(cut.path, cut.sha256, whole.url, whole.fetched_at, whole.last_modified, whole.note)

    def _md5(self, kind: str, url: str) -> str | None:
        """Return what stands beside an extract as its MD5; None where its publisher gives none."""
        parts = urlsplit(url)
        beside = parts._replace(path=parts.path + ".md5").geturl()
        try:
            found = self.client.get(Request(kind, beside, ANY))
        except FetchError:
            self.notes.append(
                (kind, f"{parts.path.rsplit('/', 1)[-1]} has no MD5 beside it to hold it against.")
            )
            return None
        return found.path.read_text(encoding="utf-8", errors="replace")

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
        if path is None and outline.urls:
            self.progress(f"{kind}: fetching the outlines")
            fetched = first(kind, [partial(self._outlines, kind, outline, url) for url in outline.urls])
            path = fetched.path
        path = path or self.region_file.locate(str(outline.path))
        name = fetched.name if fetched else self.region_file.file_name(path)
        source = source.model_copy(update={"geometry": outline.model_copy(update={"path": str(path)})})
        return Place(source, place.path, place.name, place.fetched, Place(source, path, name, fetched))

    def _outlines(self, kind: str, outline: AreaGeometry, url: str) -> Fetched:
        self._allow(kind, outline, url)
        return self.client.get(Request(kind, url, form_of("vector", url)))


def _loader(source: Source) -> str:
    return str(getattr(source, "loader", ""))


def _columns(source: Source) -> tuple[str, ...]:
    """Return the columns of a layer that its reader uses."""
    given = getattr(source, "columns", None)
    values = list(given.model_dump().values()) if given is not None else []
    names = [name for value in values for name in (value if isinstance(value, list) else [value])]
    return tuple(dict.fromkeys(str(name) for name in names if name is not None))


def _date(source: Source, fetched: Fetched) -> str | dt.date:
    """Return the date of the data: as stated, else as the server says, else the day it was fetched."""
    if source.data_date != "not stated":
        return source.data_date
    try:
        when = email.utils.parsedate_to_datetime(fetched.last_modified or "")
    except ValueError:
        when = fetched.fetched_at
    return when.date().isoformat()
