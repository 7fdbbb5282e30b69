"""Reads all sources of a region, before anything is written."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from db.common.assumption import ROADS_APPROXIMATE, Assumption, Remark, told
from db.common.errors import UsageError
from etl.loading.apart import LARGE_BYTES, ReaderProcess
from etl.loading.course import Course
from etl.loading.find import FoundFile, RegionFiles
from etl.loading.names import refuse_unknown_names
from etl.region.file import RegionFile
from etl.region.sources import RoadSource, Source
from etl.sources.base import Batch, Frame
from etl.sources.registry import SourceType, source_types
from etl.store import FileRead
from etl.study_area.margin import Margins

Progress = Callable[[str], None]
_FAULTS_SHOWN = 3
# The types that take longest and most memory; a file of them is read beside the others if it is large.
_APART = ("roads",)
# If most values of a column cannot be read, the region file probably names the wrong column.
_IN_VAIN_SHARE, _IN_VAIN_MIN = 0.5, 3


@dataclass(frozen=True)
class Reading:
    """The files with their rows, the metric CRS, and the assumptions."""

    files: list[FileRead]
    metric_srid: int
    assumptions: list[Assumption]


def read_all(region_file: RegionFile, finding: RegionFiles, progress: Progress = lambda _: None) -> Reading:
    """Read and check every file; `progress` is called with the name of each one before it is read.

    Large files of roads are read in a process of their own meanwhile. Rows, and which fault of several
    is told, are the same as if one file were read after the other.

    Raises:
        UsageError: a file cannot be used, or too many of its records are faulty.
    """
    with _no_collector():
        return _read_all(region_file, finding, progress)


@contextmanager
def _no_collector() -> Iterator[None]:
    """Turn the cyclic garbage collector off: it would traverse millions of new objects that all stay."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read_all(region_file: RegionFile, finding: RegionFiles, progress: Progress) -> Reading:
    with ExitStack() as ends:
        reader = _Reader(region_file, finding, progress)
        try:
            for source_type in source_types():
                reader.read(source_type)
                if source_type.name == "boundary":
                    reader.begin_apart(ends)
        except Exception:
            reader.take_postponed()  # a fault there comes first, as it would if one were read after the other
            raise
        reader.take_postponed()
        return reader.reading()


class _Reader:
    """Reads the types of source in their order; large files of some beside the others, in a process each."""

    def __init__(self, region_file: RegionFile, finding: RegionFiles, progress: Progress) -> None:
        self._region_file, self._finding, self._progress = region_file, finding, progress
        self._margins = Margins(region_file)
        self._files: dict[str, list[FileRead]] = {}
        self._assumptions: dict[str, list[Assumption]] = {}
        self._apart: dict[str, ReaderProcess] = {}
        self._postponed: list[SourceType] = []

    def _given(self, source_type: SourceType) -> list[FoundFile]:
        return [item for item in self._finding.files if item.source_type.name == source_type.name]

    def _files_read(self) -> list[FileRead]:
        """Return the files read so far, in the order of their types."""
        return [file for each in source_types() for file in self._files.get(each.name, [])]

    def begin_apart(self, ends: ExitStack) -> None:
        """Begin to read what is large in a process of its own, which ends with `ends`."""
        for source_type in source_types():
            given = self._given(source_type)
            size_bytes = sum(item.path.stat().st_size for item in given)
            if source_type.name in _APART and size_bytes >= LARGE_BYTES:
                frame = self._margins.frame(source_type.name, self._files_read())
                process = ReaderProcess(source_type.name, [(item.path, item.source) for item in given], frame)
                ends.callback(process.end)
                self._apart[source_type.name] = process

    def read(self, source_type: SourceType) -> None:
        """Read the files of a type, or put that off where they are read apart and no other needs them.

        Raises:
            UsageError: a file cannot be used, or too many of its records are faulty.
        """
        if source_type.name not in self._apart:
            frame = self._margins.frame(source_type.name, self._files_read())
            self._take(source_type, self._here(source_type, frame))
            return
        self._postponed.append(source_type)
        if self._margins.known.outline is None:  # where the region is, these files tell
            self.take_postponed()

    def take_postponed(self) -> None:
        """Wait for what is read apart.

        Raises:
            UsageError: as `read`.
        """
        while self._postponed:
            source_type = self._postponed.pop(0)
            self._take(source_type, self._from_apart(source_type))

    def _here(self, source_type: SourceType, frame: Frame) -> Iterator[Batch]:
        for item in self._given(source_type):
            self._progress(_step(item))
            yield source_type.read(item.path, item.source, frame) if item.is_read else Batch([])

    def _from_apart(self, source_type: SourceType) -> Iterator[Batch]:
        process, names = self._apart[source_type.name], ", ".join(map(_step, self._given(source_type)))
        if process.is_running():
            self._progress(f"waiting for {names}")
        outcome = process.result()
        if isinstance(self._progress, Course):
            self._progress.add(names, outcome.elapsed_s, outcome.loader_s)
        yield from outcome.batches
        if outcome.error:
            raise outcome.error

    def _take(self, source_type: SourceType, batches: Iterator[Batch]) -> None:
        """Check what was read of the files of a type, one after the other, and keep it."""
        given = self._given(source_type)
        types = {item.source_type.name for item in self._finding.files}
        assumptions: list[Assumption] = []
        files: list[FileRead] = []
        is_missed = (
            source_type.assumed_only_with in (None, *types)
            and source_type.assumed_only_without not in types
            and not source_type.is_stated_by_views
        )
        if not given and source_type.assumption and is_missed:
            assumptions.append(told(source_type.name, source_type.assumption))
        for item, batch in zip(given, batches, strict=True):
            _check_rejects(self._region_file, item.name, batch, item.source)
            batch.assumptions += _unread(item.name, batch, item.source)
            loader = str(getattr(item.source, "loader")) if item.is_read else "geometry"  # noqa: B009 - every subclass has one
            files.append(
                FileRead(
                    source_type.name,
                    loader,
                    item.source,
                    item.path,
                    item.name,
                    item.sha256,
                    batch,
                    item.url,
                    item.fetched_at,
                )
            )
            assumptions += [told(source_type.name, sentence) for sentence in batch.assumptions]
            if isinstance(item.source, RoadSource) and item.source.is_approximate:
                assumptions.append(Assumption(source_type.name, ROADS_APPROXIMATE, {"file_name": item.name}))
        refuse_unknown_names(self._region_file.path.name, files)
        self._files[source_type.name] = files
        self._assumptions[source_type.name] = [*assumptions, *_empty(source_type, files)]

    def reading(self) -> Reading:
        """Return all that was read, in the order of the types."""
        files = self._files_read()
        assumptions = [told(*note) for note in self._finding.notes]
        for source_type in source_types():
            assumptions += self._assumptions[source_type.name]
        return Reading(files, self._margins.srid(files), assumptions)


def _step(item: FoundFile) -> str:
    return f"{item.source_type.name}: {item.name}"


def _check_rejects(region_file: RegionFile, file_name: str, batch: Batch, source: Source) -> None:
    if batch.rejects.is_swapped:
        raise UsageError(
            f"{file_name} lies in the region only if longitude and latitude are swapped.",
            "swap `columns.lon` and `columns.lat` in the region file."
            if hasattr(_columns_of(source), "lon")
            else "write longitude before latitude in it; if it is correct, the boundary is swapped.",
        )
    allowed = region_file.settings.value("reject_share_max")
    if batch.fault_share <= allowed:
        return
    faults = [reject for reject in batch.rejects if reject.is_fault]
    examples = "; ".join(
        f"record {r.record}, {r.field or 'whole'}: {r.reason}" for r in faults[:_FAULTS_SHOWN]
    )
    found, limit = f"{batch.fault_share:.0%}", f"{allowed:.0%}"
    raise UsageError(
        f"{file_name}: {found} of the records are faulty ({limit} are allowed): {examples}.",
        f"correct {_correctable(source)}, or raise settings.reject_share_max in the region file.",
    )


def _columns_of(source: Source) -> object | None:
    """Return the columns of a source, as named or by default; None for one that has none of its own."""
    found: object | None = getattr(source, "columns", None)
    return found


def _correctable(source: Source) -> str:
    return "the file, or `columns` in the region file" if _columns_of(source) else "the file"


def _unread(file_name: str, batch: Batch, source: Source) -> list[str]:
    """Return a sentence on each field with values that were left out.

    Raises:
        UsageError: most values of a column that the region file names cannot be used.
    """
    found: list[str] = []
    for field, count in sorted(batch.remarks.counts.items()):
        remark = batch.remarks.example(field)
        example = f", such as record {remark.record}: {remark.remark}" if remark else ""
        if _columns_of(source) and count >= _IN_VAIN_MIN and count > _IN_VAIN_SHARE * batch.row_count:
            raise UsageError(
                f"{file_name}: {count} of {batch.row_count} values of {field} cannot be used{example}.",
                f"correct {_correctable(source)}: leave {field} out if it holds something else.",
            )
        values = "value" if count == 1 else "values"
        such = f", dont celle de l'enregistrement {remark.record}" if remark else ""
        found.append(
            Remark(
                f"{count} {values} of {field} in {file_name} cannot be used{example}.",
                f"Valeurs de {field} inutilisables dans {file_name} : {count}{such}.",
            )
        )
    return found


def _empty(source_type: SourceType, files: list[FileRead]) -> list[Assumption]:
    """Return a note if there are sources of a type but none of their records lies in the region.

    Raises:
        UsageError: it is the population, without which there is no load.
    """
    given = [file for file in files if file.source_type == source_type.name]
    if not given or any(file.batch.row_count for file in given):
        return []
    if source_type.name == "population":
        raise UsageError(
            f"No record of {given[0].file_name} with people lies in the region.",
            "check that its coordinates and the boundary belong to the same region.",
        )
    if source_type.name == "places":
        at_junctions = Remark(
            "The map has no places; candidate sites stand at road junctions.",
            "La carte n'a pas de lieux ; les sites candidats sont à des carrefours.",
        )
        return [told("places", at_junctions)]
    name, so = given[0].file_name, source_type.assumption or Remark("")
    none = Remark(
        f"No record of {name} lies in the region. {so}".strip(),
        f"Aucun enregistrement de {name} n'est dans la région. {so.french}".strip(),
    )
    return [told(source_type.name, none)]
