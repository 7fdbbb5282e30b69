"""Reads all sources of a region, before anything is written."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from db.common.assumption import Assumption, told
from db.common.errors import UsageError
from etl.loading.find import RegionFiles
from etl.loading.names import refuse_unknown_names
from etl.region.file import RegionFile
from etl.region.sources import Source
from etl.sources.base import Batch
from etl.sources.registry import SourceType, source_types
from etl.store import FileRead
from etl.study_area.margin import Margins

Progress = Callable[[str], None]
_FAULTS_SHOWN = 3
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
    margins = Margins(region_file)
    found = finding.files
    files: list[FileRead] = []
    assumptions = [told(*note) for note in finding.notes]
    for source_type in source_types():
        frame = margins.frame(source_type.name, files)
        given = [item for item in found if item.source_type.name == source_type.name]
        types = {item.source_type.name for item in found}
        is_missed = (
            source_type.assumed_only_with in (None, *types) and source_type.assumed_only_without not in types
        )
        if not given and source_type.assumption and is_missed:
            assumptions.append(told(source_type.name, source_type.assumption))
        for item in given:
            progress(f"{source_type.name}: {item.name}")
            batch = source_type.read(item.path, item.source, frame) if item.is_read else Batch([])
            _check_rejects(region_file, item.name, batch, item.source)
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
        refuse_unknown_names(region_file.path.name, [f for f in files if f.source_type == source_type.name])
        assumptions += _empty(source_type, files)
    return Reading(files, margins.srid(files), assumptions)


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
    found = []
    for field, count in sorted(batch.remarks.counts.items()):
        remark = batch.remarks.example(field)
        example = f", such as record {remark.record}: {remark.remark}" if remark else ""
        if _columns_of(source) and count >= _IN_VAIN_MIN and count > _IN_VAIN_SHARE * batch.row_count:
            raise UsageError(
                f"{file_name}: {count} of {batch.row_count} values of {field} cannot be used{example}.",
                f"correct {_correctable(source)}: leave {field} out if it holds something else.",
            )
        values = "value" if count == 1 else "values"
        found.append(f"{count} {values} of {field} in {file_name} cannot be used{example}.")
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
        return [told("places", "The map has no places; candidate sites stand at road junctions.")]
    return [
        told(
            source_type.name,
            f"No record of {given[0].file_name} lies in the region. {source_type.assumption or ''}".strip(),
        )
    ]
