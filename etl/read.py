"""Reads all sources of a region, before anything is written."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from db.common.errors import UsageError
from etl.find import Finding
from etl.kinds import Kind, kinds
from etl.margin import Margins
from etl.region_file import RegionFile
from etl.region_source import Source
from etl.sources.base import Batch
from etl.store import FileRead

Progress = Callable[[str], None]
_FAULTS_SHOWN = 3
# A column of which most values cannot be read is another column than was meant.
_IN_VAIN_SHARE, _IN_VAIN_MIN = 0.5, 3


@dataclass(frozen=True)
class Reading:
    """All that was read: files with their rows, the metric CRS, what is assumed as (source, sentence)."""

    files: list[FileRead]
    metric_srid: int
    assumptions: list[tuple[str, str]]


def read_all(region_file: RegionFile, finding: Finding, progress: Progress = lambda _: None) -> Reading:
    """Read and check every file; `progress` is told each one before its turn.

    Raises:
        UsageError: a file cannot be used, or too many of its records are faulty.
    """
    with _no_collector():
        return _read_all(region_file, finding, progress)


@contextmanager
def _no_collector() -> Iterator[None]:
    """Leave the cyclic collector off: millions of objects are made and stay; it would walk them all again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read_all(region_file: RegionFile, finding: Finding, progress: Progress) -> Reading:
    margins = Margins(region_file)
    found = finding.files
    files: list[FileRead] = []
    assumptions = list(finding.notes)
    for kind in kinds():
        frame = margins.frame(kind.name, files)
        given = [item for item in found if item.kind.name == kind.name]
        is_missed = kind.only_with is None or any(item.kind.name == kind.only_with for item in found)
        if not given and kind.without and is_missed:
            assumptions.append((kind.name, kind.without))
        for item in given:
            progress(f"{kind.name}: {item.name}")
            batch = kind.read(item.path, item.source, frame) if item.is_read else Batch([])
            _check_rejects(region_file, item.name, batch, item.source)
            batch.assumptions += _unread(item.name, batch, item.source)
            loader = str(getattr(item.source, "loader")) if item.is_read else "geometry"  # noqa: B009 - every subclass has one
            files.append(
                FileRead(
                    kind.name,
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
            assumptions += [(kind.name, sentence) for sentence in batch.assumptions]
        assumptions += _empty(kind, files)
    return Reading(files, margins.srid(files), assumptions)


def _check_rejects(region_file: RegionFile, file_name: str, batch: Batch, source: Source) -> None:
    if batch.rejects.is_swapped:
        raise UsageError(
            f"{file_name} lies in the region only with longitude and latitude swapped.",
            "exchange `columns.lon` and `columns.lat` in the region file."
            if hasattr(getattr(source, "columns", None), "lon")
            else "write longitude before latitude in it; if it is right, the boundary is swapped.",
        )
    allowed = region_file.region.settings.reject_share_max
    if batch.fault_share <= allowed:
        return
    faults = [reject for reject in batch.rejects if reject.is_fault]
    examples = "; ".join(
        f"record {r.record}, {r.field or 'whole'}: {r.reason}" for r in faults[:_FAULTS_SHOWN]
    )
    raise UsageError(
        f"{file_name}: {batch.fault_share:.0%} of the records are faulty ({allowed:.0%} may be): {examples}.",
        f"correct {_correctable(source)}, or raise settings.reject_share_max in the region file.",
    )


def _correctable(source: Source) -> str:
    return "the file, or `columns` in the region file" if hasattr(source, "columns") else "the file"


def _unread(file_name: str, batch: Batch, source: Source) -> list[str]:
    """Return a sentence on each field of which values were left out.

    Raises:
        UsageError: a column that the region file names is read in vain.
    """
    found = []
    for field, count in sorted(batch.remarks.counts.items()):
        remark = batch.remarks.example(field)
        example = f", such as record {remark.record}: {remark.remark}" if remark else ""
        if hasattr(source, "columns") and count >= _IN_VAIN_MIN and count > _IN_VAIN_SHARE * batch.row_count:
            raise UsageError(
                f"{file_name}: {count} of {batch.row_count} values of {field} cannot be used{example}.",
                f"correct {_correctable(source)}: leave {field} out if it holds something else.",
            )
        noun = "value" if count == 1 else "values"
        found.append(f"{count} {noun} of {field} in {file_name} cannot be used{example}.")
    return found


def _empty(kind: Kind, files: list[FileRead]) -> list[tuple[str, str]]:
    """Say so where sources of a kind were given but nothing of them lies in the region; people are needed."""
    given = [file for file in files if file.kind == kind.name]
    if not given or any(file.batch.row_count for file in given):
        return []
    if kind.name == "population":
        raise UsageError(
            f"No record of {given[0].file_name} with people lies in the region.",
            "check that its coordinates and the boundary speak of the same region.",
        )
    if kind.name == "places":
        return [("places", "The map has no places; candidate sites stand at road junctions.")]
    return [
        (kind.name, f"No record of {given[0].file_name} lies in the region. {kind.without or ''}".strip())
    ]
