"""Finds the files of a region, on this machine or by fetching them.

The places of a source are tried in this order: its `path`; each address in `url`; its `live` sources, all of
them together; each of its `fallback` sources. Where one fails, the next one is tried and the load notes it.
Fetched files are kept in the cache and read by the same loader as any other file.
"""

from __future__ import annotations

import datetime as dt
import email.utils
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from db.common.assumption import Remark
from db.common.errors import FetchError, PlannerError, UsageError
from db.common.text_file import is_folder, path_of
from db.environment import setting
from etl.fetch import extract
from etl.fetch.address import AddressFetcher, NoOutlineError, Notes, Outline, loader_of
from etl.fetch.cache import LocalError
from etl.fetch.client import Client, Fetched
from etl.fetch.fallback import merge_errors, try_in_order
from etl.fetch.services import SourceSkippedError
from etl.region.file import RegionFile
from etl.region.sources import AfdcSource, OsmSource, PlacedSource, Source


@dataclass(frozen=True)
class LocatedFile:
    """Where a file of a source was found.

    `source` describes this file alone; `geometry` is the file of polygons that it is joined to, or that it
    covers.
    """

    source: Source
    path: Path
    name: str
    fetched: Fetched | None = None
    geometry: LocatedFile | None = None


class SourceFinder:
    """Finds the files of a region's sources.

    `client` is called before the first request, `outline` returns the area in which records of a source type
    may lie. `notes` collects fallbacks and sources left out, as (source type, sentence).
    """

    def __init__(
        self,
        region_file: RegionFile,
        client: Callable[[], Client],
        outline: Outline,
        progress: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.region_file = region_file
        self.progress = progress
        self.notes: Notes = []
        self.fetcher = AddressFetcher(region_file.path.name, client, outline, self.notes, progress)
        self._found: dict[int, list[LocatedFile]] = {}

    def find_files(self, source_type: str, source: Source) -> list[LocatedFile]:
        """Return the files of a source; none if it is optional and cannot be had, which `notes` then says.

        Raises:
            UsageError: it is in none of its places.
            FetchError: it cannot be fetched, and is not optional.
        """
        if id(source) not in self._found:
            try:
                self._found[id(source)] = self._find(source_type, source)
            except LocalError:
                raise
            except (FetchError, NoOutlineError) as error:
                if not source.is_optional:
                    if source.path and isinstance(error, FetchError):
                        error.hint += f" Or put {source.path} into the folder that DATA_DIR names."
                    raise
                self.notes.append((source_type, _left_out(source_type, error)))
                self._found[id(source)] = []
        return self._found[id(source)]

    def check_available(self, source_type: str, source: Source) -> None:
        """Check that the files of a source can be fetched, before others of a gigabyte are.

        Raises:
            FetchError: none of its addresses provides them, a retry would not help, and it is not optional.
        """
        if source.is_optional or (source.path and self.region_file.find(source.path)):
            return
        checks: list[Callable[[], None]] = [
            *(partial(self._check_address, source_type, source, url) for url in source.urls),
            *([partial(self._check_all, source_type, source.live)] if source.live else []),
            *(partial(self._check_all, source_type, (other,)) for other in source.fallback),
        ]
        if checks:
            try_in_order(source_type, checks)

    def _check_all(self, source_type: str, sources: Sequence[Source]) -> None:
        for source in sources:
            self.check_available(source_type, source)

    def _check_address(self, source_type: str, source: Source, url: str) -> None:
        check = self.fetcher.check_available
        if source.service in {"file", "extract"}:
            check(source_type, source, url, "osm_pbf" if source.service == "extract" else loader_of(source))
        geometry = source.geometry if isinstance(source, PlacedSource) else None
        if geometry and not (geometry.path and self.region_file.find(geometry.path)):
            checks = [partial(check, source_type, geometry, one, "vector") for one in geometry.urls]
            try_in_order(source_type, checks)

    def _find(self, source_type: str, source: Source) -> list[LocatedFile]:
        given = self.region_file.find(source.path) if source.path else None
        if given:
            return [self._use_given(source_type, source, given)]
        if source.urls or source.live or source.fallback:
            return self._find_elsewhere(source_type, source)
        if source.is_optional and not self.region_file.is_generated:
            self.notes.append(
                (
                    source_type,
                    Remark(
                        f"{source.path} was not found and has no address; the source is left out.",
                        f"{source.path} n'a pas été trouvé et n'a pas d'adresse ; la source est laissée "
                        "de côté.",
                    ),
                )
            )
            return []
        return [self._use_given(source_type, source, self.region_file.locate(str(source.path)))]

    def _find_elsewhere(self, source_type: str, source: Source) -> list[LocatedFile]:
        """Return the files of the first address, `live` sources or `fallback` source that has any."""
        attempts: list[Callable[[], list[LocatedFile]]] = [
            *(partial(self._fetch, source_type, source, url) for url in source.urls),
            *([partial(self._find_all, source_type, source.live)] if source.live else []),
            *(partial(self._find_all, source_type, (other,)) for other in source.fallback),
        ]
        failed: list[FetchError] = []
        for attempt in attempts:
            try:
                files = attempt()
            except SourceSkippedError as error:
                self.notes.append((source_type, error.remark))
            except LocalError:
                raise
            except FetchError as error:
                failed.append(error)
            else:
                if files:
                    self.notes += [(source_type, _used_instead(e, files[0].name)) for e in failed]
                    return files
        if failed:
            raise merge_errors(source_type, failed)
        return []

    def _find_all(self, source_type: str, sources: Sequence[Source]) -> list[LocatedFile]:
        return [file for source in sources for file in self.find_files(source_type, source)]

    def _use_given(self, source_type: str, source: Source, path: Path) -> LocatedFile:
        md5 = path.with_name(path.name + ".md5")
        if isinstance(source, OsmSource) and md5.is_file():
            extract.check_md5(path, md5.read_text(encoding="utf-8", errors="replace"))
        source = source.model_copy(update={"path": str(path)})
        return self._add_geometry(source_type, LocatedFile(source, path, self.region_file.file_name(path)))

    def _fetch(self, source_type: str, source: Source, url: str) -> list[LocatedFile]:
        folder = setting("DATA_DIR")
        if source.path and folder and not is_folder(path_of(folder)):
            raise UsageError(f"DATA_DIR names {folder}, which is not a folder.", "correct it, or unset it.")
        files = []
        for fetched, date in self.fetcher.fetch(source_type, source, url):
            if fetched.note:
                self.notes.append((source_type, fetched.note))
            update: dict[str, Any] = {
                "path": str(fetched.path),
                "retrieved_on": source.retrieved_on or fetched.fetched_at.date(),
                "data_date": date or _data_date(source, fetched),
            }
            if source.service == "arcgis":
                update["where"] = None  # the service has applied it
            file = LocatedFile(source.model_copy(update=update), fetched.path, fetched.name, fetched)
            files.append(self._add_geometry(source_type, file))
        return files

    def _add_geometry(self, source_type: str, file: LocatedFile) -> LocatedFile:
        """Return a file with the file of polygons that it is joined to, or that it covers, if it has one."""
        source = file.source
        if isinstance(source, AfdcSource) and isinstance(source.covers, str):
            area = self.region_file.locate(source.covers)
            source = source.model_copy(update={"covers": str(area)})
            covered = LocatedFile(source, area, self.region_file.file_name(area))
            return LocatedFile(source, file.path, file.name, file.fetched, covered)
        if not isinstance(source, PlacedSource) or source.geometry is None:
            return file
        geometry = source.geometry
        path = self.region_file.find(geometry.path) if geometry.path else None
        fetched = None
        if path is None and geometry.urls:
            self.progress(f"{source_type}: fetching its polygons")
            fetch = self.fetcher.fetch_geometry
            fetched = try_in_order(
                source_type, [partial(fetch, source_type, geometry, u) for u in geometry.urls]
            )
            path = fetched.path
        path = path or self.region_file.locate(str(geometry.path))
        name = fetched.name if fetched else self.region_file.file_name(path)
        source = source.model_copy(update={"geometry": geometry.model_copy(update={"path": str(path)})})
        return LocatedFile(
            source, file.path, file.name, file.fetched, LocatedFile(source, path, name, fetched)
        )


def _left_out(source_type: str, error: PlannerError) -> Remark:
    return Remark(
        f"{error.message} The source is optional and left out.",
        f"La source {source_type} est facultative et laissée de côté. Ce que le chargement en dit, en "
        f"anglais : « {error.message} »",
    )


def _used_instead(error: PlannerError, name: str) -> Remark:
    return Remark(
        f"{error.message} Used instead: {name}.",
        f"Utilisé à sa place : {name}. Ce que le chargement dit d'une adresse, en anglais : "
        f"« {error.message} »",
    )


def _data_date(source: Source, fetched: Fetched) -> str | dt.date:
    """Return the date of the data: as stated, else as the server says, else the day it was fetched."""
    if source.data_date != "not stated":
        return source.data_date
    try:
        when = email.utils.parsedate_to_datetime(fetched.last_modified or "")
    except ValueError:
        when = fetched.fetched_at
    return when.date().isoformat()
