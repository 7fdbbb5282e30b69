"""Fetches the files that one address of a source provides, by the protocol of its service."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path
from urllib.parse import urlsplit

from shapely.geometry.base import BaseGeometry

from db.common.assumption import Remark
from db.common.errors import FetchError, UsageError
from etl.fetch import arcgis, extract, services
from etl.fetch.client import Client, Fetched
from etl.fetch.content import ANY, expected_format
from etl.fetch.request import Request
from etl.region.sources import AreaGeometry, Located, Source

Outline = Callable[[str], BaseGeometry | None]
Notes = list[tuple[str, str]]
# layers of a whole province, of more than a hundred thousand features
_BY_BOX_ONLY = frozenset({"feeders"})


class NoOutlineError(UsageError):
    """A source that is requested by area, in a region without a boundary."""


class AddressFetcher:
    """Fetches from one address at a time.

    `outline` returns the area in which records of a source type may lie; `notes` collects assumptions and
    failures, as (source type, sentence).
    """

    def __init__(
        self,
        region_name: str,
        client: Callable[[], Client],
        outline: Outline,
        notes: Notes,
        progress: Callable[[str], None],
    ) -> None:
        self.region_name, self.outline = region_name, outline
        self.notes, self.progress = notes, progress
        self._client = cache(client)  # made for the first request: a load from files needs none

    @property
    def client(self) -> Client:
        """Return the client of all requests."""
        return self._client()

    def fetch(self, source_type: str, source: Source, url: str) -> Sequence[tuple[Fetched, str | None]]:
        """Return the files at an address, each with its date where the service states one.

        Raises:
            FetchError: they cannot be fetched.
            UsageError: the service is queried by area, and the region has no boundary.
            SourceSkippedError: the service requires a key, and none is set.
        """
        self.progress(f"{source_type}: fetching from {urlsplit(url).hostname}")
        self._set_tls_level(source_type, source, url)
        service = source.service
        if service == "ckan":
            return [*services.fetch_ckan(self.client, source_type, url)]
        if service == "overpass":
            from etl.fetch import osm  # noqa: PLC0415 - OSMnx imports Matplotlib: only Overpass needs it

            found = osm.fetch_overpass(self.client, url, self._area("roads"), self._area("places"))
        elif service == "extract":
            found = self._fetch_extract(source_type, url)
        elif service == "openchargemap":
            found = services.fetch_openchargemap(self.client, url, self._area(source_type).bounds)
        elif service == "afdc":
            found = services.fetch_afdc(self.client, url)
        elif service == "arcgis":
            area = None if source_type == "boundary" else self._box_area(source_type)
            found = arcgis.fetch_layer(
                self.client,
                source_type,
                url,
                getattr(source, "where", None),
                box=area.bounds if area is not None else None,
                columns=_used_columns(source),
            )
        else:
            found = self.client.get(Request(source_type, url, expected_format(loader_of(source), url)))
        return [(found, None)]

    def fetch_geometry(self, source_type: str, geometry: AreaGeometry, url: str) -> Fetched:
        """Return the polygons that a population table is joined to.

        Raises:
            FetchError: they cannot be fetched.
        """
        self._set_tls_level(source_type, geometry, url)
        return self.client.get(Request(source_type, url, expected_format("vector", url)))

    def check_available(self, source_type: str, located: Located, url: str, loader: str) -> None:
        """Check that a file can be fetched, without fetching it.

        Raises:
            FetchError: it cannot, and a retry would not help.
        """
        self._set_tls_level(source_type, located, url)
        self.client.check_available(Request(source_type, url, expected_format(loader, url)))

    def _set_tls_level(self, source_type: str, located: Located, url: str) -> None:
        """Apply the TLS security level that the region file sets for a host, and note it."""
        level = located.tls_security_level
        if level is None:
            return
        self.client.session.set_tls_level(url, level)
        host = urlsplit(url).hostname
        note = Remark(
            f"{host} is contacted at TLS security level {level}, as the region file says; "
            "its certificate is verified.",
            f"{host} est contacté au niveau de sécurité TLS {level}, comme le fichier de la région le "
            "demande ; son certificat est vérifié.",
        )
        if (source_type, note) not in self.notes:
            self.notes.append((source_type, note))

    def _fetch_extract(self, source_type: str, url: str) -> Fetched:
        whole = self.client.get(Request(source_type, url, expected_format("osm_pbf", url)))
        area = self._area("roads")

        def write_region(path: Path) -> None:
            if md5 := self._fetch_md5(source_type, url):
                try:
                    extract.check_md5(whole.path, md5)
                except UsageError as error:
                    raise FetchError(f"{source_type}: {error.message}", error.hint) from None
            extract.clip_extract(whole.path, area, path, partial(self._show_step, source_type, whole.name))

        key, name = f"{url}#{whole.sha256}:{area.wkt}", f"region_of_{whole.name}"
        cut = self.client.assemble(source_type, key, name, write_region)
        return Fetched(cut.path, cut.sha256, whole.url, whole.fetched_at, whole.last_modified, whole.note)

    def _show_step(self, source_type: str, extract_name: str, step: str) -> None:
        self.progress(f"{source_type}: cutting the region out of {extract_name}: {step}")

    def _fetch_md5(self, source_type: str, url: str) -> str | None:
        """Return the MD5 that is published beside an extract; None if there is none."""
        parts = urlsplit(url)
        beside = parts._replace(path=parts.path + ".md5").geturl()
        try:
            found = self.client.get(Request(source_type, beside, ANY))
        except FetchError:
            name = parts.path.rsplit("/", 1)[-1]
            note = Remark(
                f"{name} has no published MD5 and was not checked against one.",
                f"{name} n'a pas de MD5 publié auquel le comparer.",
            )
            self.notes.append((source_type, note))
            return None
        return found.path.read_text(encoding="utf-8", errors="replace")

    def _box_area(self, source_type: str) -> BaseGeometry | None:
        """Return the area whose box a layer is asked for; None for the whole layer."""
        return self._area(source_type) if source_type in _BY_BOX_ONLY else self.outline(source_type)

    def _area(self, source_type: str) -> BaseGeometry:
        area = self.outline(source_type)
        if area is None:
            raise NoOutlineError(
                f"{self.region_name}: {source_type} is requested by area, but the region has no boundary.",
                "add [sources.boundary] to the region file.",
            )
        return area


def loader_of(source: Source) -> str:
    """Return the name of a source's loader."""
    return str(getattr(source, "loader", ""))


def _used_columns(source: Source) -> tuple[str, ...]:
    """Return the columns of a layer that its reader uses."""
    given = getattr(source, "columns", None)
    values = list(given.model_dump().values()) if given is not None else []
    names = [name for value in values for name in (value if isinstance(value, list) else [value])]
    return tuple(dict.fromkeys(str(name) for name in names if name is not None))
